"""Draw the images of the example drafts. Run with Python and Pillow; writes next to this file.

Nothing here is a photo or a real organisation's mark: the mark is that of the example council, which does not
exist.
"""

from __future__ import annotations

import io
import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).parent
MARK = HERE.parents[1] / "data" / "logos" / "example-council" / "mark.png"
PETROL, INK = (14, 77, 92), (40, 40, 48)


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return the font that comes with Pillow."""
    return ImageFont.load_default(size=size)


def mark(width: int) -> Image.Image:
    """Return the example mark on a transparent ground."""
    image = Image.open(MARK).convert("RGBA")
    return image.resize((width, round(width * image.height / image.width)), Image.Resampling.LANCZOS)


def park(width: int = 640, height: int = 420) -> Image.Image:
    """Draw a park in the place of a photo: sky, hills, trees, a pond."""
    lots = random.Random(4)
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    for y in range(height):
        draw.line((0, y, width, y), fill=(120 + y * 90 // height, 170 + y * 50 // height, 225))
    draw.ellipse((-150, 210, 420, 700), fill=(96, 150, 80))
    draw.ellipse((240, 180, 900, 720), fill=(78, 134, 70))
    draw.ellipse((250, 320, 470, 370), fill=(90, 140, 190))
    for _ in range(14):
        x, y, r = lots.randint(0, width), lots.randint(230, 330), lots.randint(14, 34)
        draw.rectangle((x - 3, y, x + 3, y + 2 * r), fill=(94, 70, 50))
        draw.ellipse((x - r, y - 2 * r, x + r, y + r // 2), fill=(40, 90 + lots.randint(0, 50), 50))
    return image


def avatar() -> Image.Image:
    """Draw a round profile picture with the mark."""
    image = Image.new("RGB", (400, 400), "white")
    ImageDraw.Draw(image).ellipse((0, 0, 399, 399), fill=(226, 238, 236))
    badge = mark(240)
    image.paste(badge, (80, 86), badge)
    return image


def guide() -> Image.Image:
    """Draw the cover of a recycling guide: a title, three bins, the mark at the foot."""
    image = Image.new("RGB", (600, 840), (247, 245, 236))
    draw = ImageDraw.Draw(image)
    draw.text((60, 60), "Your recycling guide", fill=PETROL, font=font(48))
    draw.text((60, 126), "What goes in which bin", fill=INK, font=font(28))
    for number, colour in enumerate(((46, 110, 170), (92, 138, 48), (120, 88, 60))):
        left = 70 + number * 165
        draw.rectangle((left, 260, left + 120, 430), fill=colour)
        draw.rectangle((left - 8, 240, left + 128, 262), fill=INK)
    badge = mark(300)
    image.paste(badge, (150, 500), badge)
    return image


def certificate() -> Image.Image:
    """Draw a certificate of an invented person."""
    image = Image.new("RGB", (720, 500), (252, 249, 238))
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, 700, 480), outline=(150, 120, 60), width=6)
    rows = (("Certificate", 56, 70), ("awarded to", 26, 160), ("Kai", 60, 210))
    for words, size, top in (*rows, ("for building a pizza oven", 28, 310)):
        draw.text((360, top), words, fill=INK, font=font(size), anchor="mt")
    draw.ellipse((320, 370, 400, 450), fill=(190, 60, 50))
    return image


def save(image: Image.Image, name: str, share: float = 1) -> None:
    """Write a PNG of 64 colours; with ``share`` below 1, only the beginning of the file."""
    buffer = io.BytesIO()
    image.quantize(64, method=Image.Quantize.MEDIANCUT).save(buffer, "PNG", optimize=True)
    (HERE / name).write_bytes(buffer.getvalue()[: int(len(buffer.getvalue()) * share)])


def main() -> None:
    """Write all images."""
    save(park(), "park.png")
    save(avatar(), "avatar-with-mark.png")
    save(guide(), "guide-with-mark.png")
    save(certificate(), "certificate.png")
    save(park(), "truncated.png", share=0.6)


if __name__ == "__main__":
    main()
