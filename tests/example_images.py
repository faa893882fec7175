"""Pictures for the example drafts, drawn when needed: no photograph of anybody is kept here."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw, ImageFilter

from postcheck.resources import data_dir


def _mark() -> Image.Image:
    return Image.open(data_dir() / "logos" / "example-council" / "mark.png").convert("RGBA")


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.convert("RGB").save(out, "PNG")
    return out.getvalue()


def _scene(seed: int, size: tuple[int, int] = (900, 600)) -> Image.Image:
    """Draw something with the texture of a photograph: blurred shapes and grain."""
    rng = random.Random(seed)
    image = Image.new("RGB", size, (150, 170, 160))
    draw = ImageDraw.Draw(image)
    for _ in range(70):
        x, y = rng.randrange(size[0]), rng.randrange(size[1])
        r = rng.randrange(15, 120)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=tuple(rng.randrange(40, 220) for _ in range(3)))
    image = image.filter(ImageFilter.GaussianBlur(4))
    grain = Image.effect_noise(size, 18).convert("RGB")
    return Image.blend(image, grain, 0.15)


def logo_avatar() -> bytes:
    mark = _mark()
    canvas = Image.new("RGBA", mark.size, "white")
    canvas.alpha_composite(mark)
    return _png(canvas.resize((400, 400)))


def banner_behind_people() -> bytes:
    scene = _scene(31).convert("RGBA")
    mark = _mark()
    mark.thumbnail((150, 150))
    banner = Image.new("RGBA", (mark.width + 40, mark.height + 40), "white")
    banner.alpha_composite(mark, (20, 20))
    scene.alpha_composite(banner, (60, 40))
    draw = ImageDraw.Draw(scene)
    for x in (330, 520, 700):
        draw.ellipse((x, 210, x + 120, 360), fill=(205, 160, 130))
        draw.rectangle((x - 30, 350, x + 150, 600), fill=(40, 60, 90))
    return _png(scene)


def logo_cover() -> bytes:
    mark = _mark()
    canvas = Image.new("RGBA", (mark.width + 80, mark.height + 80), "white")
    canvas.alpha_composite(mark, (40, 40))
    return _png(canvas)


def watermarked() -> bytes:
    scene = _scene(59)
    draw = ImageDraw.Draw(scene, "RGBA")
    for y in range(40, 600, 140):
        for x in range(0, 900, 260):
            draw.text((x, y), "PICTURE AGENCY", fill=(255, 255, 255, 110), font_size=28)
    return _png(scene)


def certificate_photo() -> bytes:
    return _png(_scene(12))


def ribbon_photo() -> bytes:
    return _png(_scene(65))
