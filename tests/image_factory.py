"""Images made in memory for tests: ordinary ones, and the files that people and attackers really send."""

from __future__ import annotations

import io
import random
import struct
import zlib
from typing import Any

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

PNG_START = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_header(width: int, height: int, depth: int = 1) -> bytes:
    """A complete PNG header without a single pixel behind it."""
    fields = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    return PNG_START + chunk(b"IHDR", fields) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def bomb_png(width: int, height: int) -> bytes:
    """A valid 1-bit PNG of kilobytes that takes ``width`` × ``height`` pixels of memory."""
    squeeze = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    rows = b"".join(squeeze.compress(row * 500) for _ in range(height // 500)) + squeeze.flush()
    fields = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return PNG_START + chunk(b"IHDR", fields) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def text_bomb_png() -> bytes:
    """A PNG of 8 × 8 pixels with a comment that grows to 200 MB."""
    squeeze = zlib.compressobj(9)
    comment = b"".join(squeeze.compress(bytes(1_000_000)) for _ in range(200)) + squeeze.flush()
    ordinary = encode(noise(8, 8))
    first = ordinary.index(b"IDAT") - 4
    return ordinary[:first] + chunk(b"zTXt", b"Comment\0\0" + comment) + ordinary[first:]


def encode(image: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def animation(frames: list[Image.Image], form: str) -> bytes:
    return encode(frames[0], form, save_all=True, append_images=frames[1:], duration=50)


def noise(width: int, height: int, seed: int = 1) -> Image.Image:
    """A busy picture that compresses badly, in place of a photo."""
    lots = random.Random(seed)
    small = Image.new("RGB", (16, 16))
    small.putdata([tuple(lots.randint(0, 255) for _ in range(3)) for _ in range(256)])
    return small.resize((width, height), Image.Resampling.BICUBIC)


def photo(width: int, height: int, seed: int = 1) -> Image.Image:
    """Texture with detail of all sizes, in place of a photo with a subject."""
    lots = random.Random(seed)
    image = noise(width, height, seed)
    for cells in (48, 160):
        fine = Image.new("L", (cells, cells))
        fine.putdata([lots.randint(0, 255) for _ in range(cells * cells)])
        fine = fine.resize((width, height), Image.Resampling.BICUBIC)
        image = Image.blend(image, Image.merge("RGB", (fine,) * 3), 0.2)
    return image


def calm_photo(width: int, height: int, seed: int = 1) -> Image.Image:
    """A pale texture of little contrast: sky, wall, pavement."""
    return Image.blend(photo(width, height, seed), Image.new("RGB", (width, height), "white"), 0.6)


def seal(name: str, letter: str = "W", side: int = 320) -> Image.Image:
    """A round seal with a transparent ground: a ring with a name and an office, a letter in the middle."""
    fine = side * 2
    image = Image.new("RGBA", (fine, fine), (0, 0, 0, 0))
    draw, middle = ImageDraw.Draw(image), fine / 2
    draw.ellipse((0, 0, fine - 1, fine - 1), fill=(30, 60, 110, 255))
    inner = fine * 0.3
    box = (middle - inner, middle - inner, middle + inner, middle + inner)
    draw.ellipse(box, fill=(250, 250, 250, 255), outline=(200, 160, 40, 255), width=fine // 60)
    draw.text((middle, middle), letter, (150, 30, 40, 255), ImageFont.load_default(fine * 0.34), anchor="mm")
    font = ImageFont.load_default(fine * 0.11)
    for words, start in ((name, 0.0), ("COUNTY COUNCIL", 180.0)):
        for place, letter_ in enumerate(words):
            one = Image.new("L", image.size, 0)
            ImageDraw.Draw(one).text((middle, fine * 0.1), letter_, 255, font, anchor="mm")
            turn = start - 15 * (place - (len(words) - 1) / 2)
            image.paste((255, 255, 255, 255), mask=one.rotate(turn, Image.Resampling.BICUBIC))
    return image.resize((side, side), Image.Resampling.LANCZOS)


def over(image: Image.Image, mark: Image.Image, share: float, cover: float = 1.0) -> Image.Image:
    """Lay a mark over the lower right of an image: ``share`` of its width, ``cover`` of its strength."""
    wide = round(image.width * share)
    small = mark.resize((wide, max(1, round(wide * mark.height / mark.width))), Image.Resampling.LANCZOS)
    result = image.copy()
    place = image.width - wide - image.width // 30, image.height - small.height - image.width // 30
    result.paste(small.convert("RGB"), place, small.getchannel("A").point(lambda a: round(a * cover)))
    return result


def mark(width: int = 240) -> Image.Image:
    """A mark of our own with a transparent ground: an arch, a bar and a dot, no symmetry."""
    image = Image.new("RGBA", (width * 4, width * 4), (0, 0, 0, 0))
    draw, unit = ImageDraw.Draw(image), width * 4 / 100
    dark, red = (20, 50, 110, 255), (190, 30, 60, 255)
    draw.arc((4 * unit, 4 * unit, 96 * unit, 110 * unit), 180, 350, fill=dark, width=round(14 * unit))
    draw.rectangle((4 * unit, 62 * unit, 70 * unit, 78 * unit), fill=red)
    draw.ellipse((72 * unit, 60 * unit, 96 * unit, 84 * unit), fill=dark)
    draw.polygon([(30 * unit, 54 * unit), (52 * unit, 26 * unit), (60 * unit, 54 * unit)], fill=red)
    image = image.resize((width, width), Image.Resampling.LANCZOS)
    return image.crop(image.getbbox())


def other_mark(number: int, width: int = 240) -> Image.Image:
    """One of any number of other marks: shapes and lines from a seed, on a transparent ground."""
    lots = random.Random(1000 + number)
    image = Image.new("RGBA", (width, width), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    for _ in range(5):
        colour = (lots.randint(0, 200), lots.randint(0, 200), lots.randint(0, 200), 255)
        xs, ys = sorted(lots.sample(range(width), 2)), sorted(lots.sample(range(width), 2))
        box = (xs[0], ys[0], xs[1] + 2, ys[1] + 2)
        shape = lots.choice((draw.ellipse, draw.rectangle, draw.arc, draw.chord))
        if shape in (draw.ellipse, draw.rectangle):
            shape(box, fill=colour)
        else:
            shape(box, lots.randint(0, 180), lots.randint(200, 360), fill=colour)
    return image


def on(image: Image.Image, colour: str | tuple[int, int, int], margin: float = 0.0) -> Image.Image:
    """Put a transparent image on a flat ground with a margin, as a share of its width."""
    edge = round(image.width * margin)
    ground = Image.new("RGB", (image.width + 2 * edge, image.height + 2 * edge), colour)
    ground.paste(image, (edge, edge), image)
    return ground


def avatar(image: Image.Image, side: int = 400, outside: str = "white") -> Image.Image:
    """A round profile picture: a pale disc with the image in the middle, the corners of another colour."""
    picture = Image.new("RGB", (side, side), outside)
    ImageDraw.Draw(picture).ellipse((0, 0, side - 1, side - 1), fill=(230, 225, 200))
    small = image.resize((round(side * 0.6), round(side * 0.6 * image.height / image.width)))
    picture.paste(small, ((side - small.width) // 2, (side - small.height) // 2), small)
    return picture


def with_exif(image: Image.Image, form: str = "JPEG", **facts: Any) -> bytes:
    """Encode with EXIF: ``turn`` (orientation), ``place`` (GPS), ``serial`` (of the camera)."""
    exif = Image.Exif()
    exif[0x010F] = "A camera"  # without a plain tag Pillow takes the whole block for empty
    if "turn" in facts:
        exif[0x0112] = facts["turn"]
    if "place" in facts:
        exif.get_ifd(0x8825).update(facts["place"])
    if "serial" in facts:
        exif.get_ifd(0x8769)[0xA431] = facts["serial"]
    return encode(image, form, exif=exif)


def with_text(image: Image.Image, key: str, value: str) -> bytes:
    info = PngInfo()
    info.add_itxt(key, value)
    return encode(image, pnginfo=info)
