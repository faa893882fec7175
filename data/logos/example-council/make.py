"""Draw the marks of the example council, which does not exist. Run with Python and Pillow.

The mark is abstract on purpose: three leaves over two ripples in a notched ring, and no lettering. It was
drawn for this project and copies no organisation's mark.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

SIDE, FINE = 360, 4  # pixels of the finished image; how much finer it is drawn
PETROL, MOSS, AMBER, CLEAR = (14, 77, 92, 255), (92, 138, 48, 255), (222, 150, 32, 255), (0, 0, 0, 0)


def _leaf(draw: ImageDraw.ImageDraw, x: float, y: float, lean: float, colour: tuple[int, ...]) -> None:
    """Draw a pointed leaf with its foot at (x, y), leaning to one side; units of 1/100 of the mark."""
    points = [(0, 0), (-9, -12), (-8, -26), (lean, -44), (8, -26), (9, -12)]
    unit = SIDE * FINE / 100
    draw.polygon([((x + px + lean * -py / 44) * unit, (y + py) * unit) for px, py in points], fill=colour)


def emblem(ring: tuple[int, ...], leaf: tuple[int, ...], ripple: tuple[int, ...]) -> Image.Image:
    """Draw the mark in three colours on a transparent ground."""
    image = Image.new("RGBA", (SIDE * FINE, SIDE * FINE), CLEAR)
    draw = ImageDraw.Draw(image)
    unit = SIDE * FINE / 100
    draw.arc((2 * unit, 2 * unit, 98 * unit, 98 * unit), 150, 390, fill=ring, width=round(7 * unit))
    draw.rectangle((2 * unit, 74 * unit, 98 * unit, 81 * unit), fill=ripple)
    draw.rectangle((22 * unit, 86 * unit, 98 * unit, 93 * unit), fill=ripple)
    _leaf(draw, 34, 68, -8, leaf)
    _leaf(draw, 50, 64, 0, ring)
    _leaf(draw, 66, 68, 8, leaf)
    return image.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def stacked() -> Image.Image:
    """Draw the mark above a row of five blocks, the tall variant, on white."""
    image = Image.new("RGBA", (SIDE, SIDE * 4 // 3), (255, 255, 255, 255))
    image.alpha_composite(emblem(PETROL, MOSS, AMBER))
    draw = ImageDraw.Draw(image)
    for number in range(5):
        left = number * SIDE * 0.205
        high = SIDE * (1.08 if number % 2 else 1.14)
        draw.rectangle((left, high, left + SIDE * 0.16, SIDE * 1.32), fill=PETROL)
    return image


def main() -> None:
    """Write the images next to this file."""
    folder = Path(__file__).parent
    white = (255, 255, 255, 255)
    for name, image in {
        "mark.png": emblem(PETROL, MOSS, AMBER),
        "mono.png": emblem(white, white, white),
        "stacked.png": stacked(),
    }.items():
        image.quantize(64, method=Image.Quantize.FASTOCTREE).save(folder / name, optimize=True)


if __name__ == "__main__":
    main()
