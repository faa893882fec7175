"""Pictures: hostile files in time and memory, identifiers read in letters and badges, text guessed in photos.

    python benchmarks/images.py [--photos DIR]

The letters and badges are drawn here with the fonts that are installed; photos are not in the repository.
"""

from __future__ import annotations

import argparse
import io
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from common import ROOT, default_pipeline, print_table, save

sys.path.insert(0, str(ROOT / "tests"))
import image_factory as make
from postcheck import Attachment, Draft
from postcheck.images import ImageLimits, Picture, guard, ocr, read_image
from postcheck.images.decode import decode
from postcheck.images.lettering import seems_written
from postcheck.images.writing import read_writing

IDENTIFIERS = {
    "NI number": "AB 12 34 56 C",
    "NHS number": "943 476 5919",
    "driving licence": "MORGA657054SM9IJ",
    "postcode": "N15 4RA",
    "mobile": "07911 123847",
    "e-mail": "s.okafor71@mailbox.org",
    "vehicle": "LB07 SEO",
    "sort code": "40-22-13",
    "date of birth": "14/02/1961",
    "reference": "HB/7741/22",
}
FONTS = ("DejaVuSans", "DejaVuSerif", "DejaVuSansMono", "DejaVuSans-Bold", "LiberationSans-Regular", "Arial")


def fonts() -> Iterator[str]:
    """Fonts that are there, by name; at least the one that comes with Pillow."""
    found = 0
    for name in FONTS:
        try:
            ImageFont.truetype(f"{name}.ttf", 20)
        except OSError:
            continue
        found += 1
        yield name
    if not found:
        yield ""


def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    loaded = ImageFont.truetype(f"{name}.ttf", size) if name else ImageFont.load_default(size)
    assert isinstance(loaded, ImageFont.FreeTypeFont)
    return loaded


def letter(name: str, size: int) -> Image.Image:
    image = Image.new("RGB", (size * 34, size * 48), "#fbfaf6")
    draw, used = ImageDraw.Draw(image), font(name, size)
    rows = ["Housing and Benefits", "", "Dear Mrs Okafor,", "", "Thank you for your letter of last week."]
    rows += [f"Your {what}: {value}" for what, value in IDENTIFIERS.items()]
    rows += ["", "Please keep this letter, you may need it again.", "", "Yours sincerely"]
    for number, row in enumerate(rows):
        draw.text((size * 3, size * (3 + 2 * number)), row, fill="#1c1c1c", font=used)
    return image


def badge(name: str, size: int) -> Image.Image:
    """A badge on a desk: coloured, seen at a slight angle."""
    card = Image.new("RGB", (size * 26, size * 30), "#e8eef8")
    draw, used = ImageDraw.Draw(card), font(name, size)
    draw.rectangle((0, 0, card.width, size * 3), fill="#1d3f72")
    draw.text((size, size // 2), "STAFF", fill="white", font=font(name, size * 3 // 2))
    for number, (what, value) in enumerate(IDENTIFIERS.items()):
        draw.text((size, size * (5 + 2 * number)), f"{what}: {value}", fill="#10182a", font=used)
    desk = make.noise(card.width + 200, card.height + 200, 5)
    turned = card.convert("RGBA").rotate(2.5, expand=True, resample=Image.Resampling.BICUBIC)
    desk.paste(turned, (90, 90), turned)
    return desk


def damaged(image: Image.Image, how: str) -> bytes:
    if "blur" in how:
        image = image.filter(ImageFilter.GaussianBlur(0.8))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=45 if "jpeg" in how else 92)
    return buffer.getvalue()


def hostile() -> dict[str, float]:
    times, peak = [], 0
    for _, data, wanted in make.hostile_files():
        began = time.perf_counter()
        outcome = read_image(data)
        times.append(time.perf_counter() - began)
        assert (make.READ if isinstance(outcome, Picture) else outcome.reason) in wanted
        peak = max(peak, child_megabytes())
    photo = make.encode(make.noise(1080, 720).filter(ImageFilter.DETAIL), "JPEG")
    guarded, here = best(lambda: read_image(photo)), best(lambda: decode(photo, ImageLimits()))
    return {
        "files": len(times),
        "slowest_s": round(max(times), 2),
        "median_ms": round(1000 * sorted(times)[len(times) // 2], 1),
        "peak_mb": peak,
        "photo_1080_ms": round(1000 * guarded, 1),
        "same_without_guard_ms": round(1000 * here, 1),
    }


def child_megabytes() -> int:
    process = guard._guard._process
    try:
        lines = Path(f"/proc/{process.pid}/status").read_text().splitlines() if process else []
    except OSError:
        return 0
    return max((int(line.split()[1]) // 1000 for line in lines if line.startswith("VmHWM")), default=0)


def best(run: object, times: int = 9) -> float:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        run()  # type: ignore[operator]
        took.append(time.perf_counter() - began)
    return min(took)


def reading() -> dict[str, object]:
    read: dict[str, list[int]] = {}
    found: dict[str, list[int]] = {}
    pipeline = default_pipeline()
    seconds = []
    for name in fonts():
        for size in (15, 19, 26):
            for how in ("plain", "blur", "jpeg", "blur jpeg"):
                for kind, draw in (("letter", letter), ("badge", badge)):
                    data = damaged(draw(name, size), how)
                    began = time.process_time()
                    picture = read_image(data)
                    assert isinstance(picture, Picture)
                    text = "".join(read_writing(picture, time.monotonic() + 60).text.split())
                    seconds.append(time.process_time() - began)
                    hits = sum("".join(value.split()) in text for value in IDENTIFIERS.values())
                    for row in (kind, how, f"{size} px", "all"):
                        read.setdefault(row, []).append(hits)
                    if how == "blur jpeg" and size == 19:
                        draft = Draft(attachments=(Attachment(source=data, alt_text="A letter"),))
                        seen = {"".join(f.evidence.split()) for f in pipeline.check(draft).findings}
                        hits = sum("".join(value.split()) in seen for value in IDENTIFIERS.values())
                        found.setdefault(kind, []).append(hits)
    of = len(IDENTIFIERS)
    return {
        "read": {row: round(sum(hits) / len(hits) / of, 3) for row, hits in read.items()},
        "found_by_detectors": {row: round(sum(hits) / len(hits) / of, 3) for row, hits in found.items()},
        "pictures": len(seconds),
        "median_cpu_s": round(sorted(seconds)[len(seconds) // 2], 2),
    }


def guessing(photos: Path | None) -> dict[str, object]:
    lots = random.Random(4)
    written, missed = 0, 0
    for name in fonts():
        for size in (13, 16, 20, 28, 40):
            for ink, ground in (("black", "white"), ("white", "#204080"), ("#666", "#ddd")):
                image = Image.new("RGB", (1000, 600), ground)
                row = lots.choice(
                    ("Mrs A Okafor, 14 Elm Road", "Call 020 7946 0018 today", "Meeting at noon")
                )
                ImageDraw.Draw(image).text((60, 250), row, fill=ink, font=font(name, size))
                written += 1
                missed += not seems_written(image)
    result: dict[str, object] = {"lines": written, "missed": missed}
    if photos is not None:
        files = sorted(path for path in photos.iterdir() if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
        pictures = [p for p in map(read_image, files) if isinstance(p, Picture)]
        began = time.process_time()
        guessed = sum(seems_written(picture.frames[0]) for picture in pictures)
        took = (time.process_time() - began) / max(1, len(pictures))
        result |= {"photos": len(pictures), "guessed_in_photos": guessed, "ms": round(1000 * took, 1)}
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, help="a folder of photos without text")
    arguments = parser.parse_args()
    result: dict[str, object] = {"hostile": hostile(), "lettering": guessing(arguments.photos)}
    if ocr.available():
        result["reading"] = reading()
    else:
        print("the extra ocr is not installed: reading is not measured")
    for name, figures in result.items():
        assert isinstance(figures, dict)
        print_table((name, "measured"), [(key, value) for key, value in figures.items()])
    save("images", result)


if __name__ == "__main__":
    main()
