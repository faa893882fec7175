"""Pictures that are no logo, drawn from a seed: what a mark's threshold has to lie above.

They stand for what posts are made of: photos (noise with the spectrum of one, and shapes with soft shades on
it), lettering, badges with a ring and words, stripes, plain shapes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random

    import numpy as np
    from PIL import Image

    Array = np.ndarray[Any, np.dtype[Any]]

SIDE = 256  # pixels
COUNT = 16
_WORDS = ["OPEN", "LIBRARY", "SUMMER", "FAIR", "COUNCIL", "ROAD", "NOTICE", "FREE", "PARK", "SCHOOL", "VOTE"]


@cache
def distractors() -> tuple[Array, ...]:
    """Return grey pictures, (height, width) of float32, 0 to 255; the same ones each time."""
    return tuple(_pictures())


def _pictures() -> Iterator[Array]:
    import random

    import numpy as np

    lots, noise = random.Random(20261123), np.random.default_rng(20261123)
    draw = (_badge, _photo, _badge, _lettering, _badge, _shapes)
    for number in range(COUNT):
        image = draw[number % len(draw)](lots, noise)
        yield np.asarray(image.convert("L")).astype(np.float32)


def _cloud(noise: np.random.Generator, power: float) -> Image.Image:
    """Return noise whose strength falls with frequency, as it does in photos."""
    import numpy as np
    from PIL import Image

    waves = np.fft.rfft2(noise.standard_normal((SIDE, SIDE)))
    across, down = np.fft.rfftfreq(SIDE), np.fft.fftfreq(SIDE)
    waves /= np.maximum(np.hypot(across[None], down[:, None]), 1 / SIDE) ** power
    field = np.fft.irfft2(waves, (SIDE, SIDE))
    field = (field - field.mean()) / field.std() * 50 + 128
    return Image.fromarray(field.clip(0, 255).astype(np.uint8))


def _photo(lots: random.Random, noise: np.random.Generator) -> Image.Image:
    from PIL import Image, ImageFilter

    image = _cloud(noise, lots.uniform(0.8, 1.6))
    for _ in range(3):  # objects: areas of another texture with a soft or hard rim
        mask = _shapes(lots, noise, ground=0, shade=255).filter(ImageFilter.GaussianBlur(lots.uniform(0, 3)))
        image = Image.composite(_cloud(noise, lots.uniform(0.8, 1.6)), image, mask)
    return image


def _font(size: int) -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(size=size)


def _lettering(lots: random.Random, _: np.random.Generator) -> Image.Image:
    from PIL import Image, ImageDraw

    dark, light = lots.randint(0, 90), lots.randint(165, 255)
    ground, ink = (dark, light) if lots.random() < 0.4 else (light, dark)
    image = Image.new("L", (SIDE, SIDE), ground)
    draw, top = ImageDraw.Draw(image), lots.randint(2, 20)
    while top < SIDE - 20:
        size = lots.choice((14, 20, 30, 44, 70, 100))
        words = " ".join(lots.sample(_WORDS, 3))
        draw.text(
            (lots.randint(-10, 30), top), words if lots.random() < 0.5 else words.title(), ink, _font(size)
        )
        top += round(size * 1.3)
    return image


def _badge(lots: random.Random, noise: np.random.Generator) -> Image.Image:
    """Draw a round seal: rings, words around, a letter or a shape within."""
    from PIL import Image, ImageDraw

    dark, light = lots.randint(0, 90), lots.randint(180, 255)
    ground, ink = (dark, light) if lots.random() < 0.4 else (light, dark)
    image = Image.new("L", (SIDE, SIDE), light)
    draw = ImageDraw.Draw(image)
    outer, inner = SIDE * 0.46, SIDE * lots.uniform(0.24, 0.33)
    middle = SIDE / 2
    for radius, fill in ((outer, ground), (inner, light if lots.random() < 0.6 else ground)):
        box = (middle - radius, middle - radius, middle + radius, middle + radius)
        draw.ellipse(box, fill=fill, outline=ink, width=lots.randint(2, 8))
    size = round((outer - inner) * 0.6)
    for turn, words in ((0, lots.choice(_WORDS)), (180, lots.choice(_WORDS))):
        ring = Image.new("L", image.size, 0)
        step = 360 / max(12, len(words) * lots.uniform(1.6, 2.6))
        for place, letter in enumerate(words):
            one = Image.new("L", image.size, 0)
            ImageDraw.Draw(one).text(
                (middle, middle - (outer + inner) / 2), letter, 255, _font(size), anchor="mm"
            )
            ring.paste(255, mask=one.rotate(turn - step * (place - (len(words) - 1) / 2)))
        image.paste(ink, mask=ring)
    if lots.random() < 0.5:
        draw.text((middle, middle), lots.choice(_WORDS)[0], ink, _font(round(inner * 1.3)), anchor="mm")
    else:
        core = _shapes(lots, noise, ground=light, shade=ink).resize((round(inner),) * 2)
        image.paste(core, (round(middle - inner / 2),) * 2)
    return image


def _shapes(
    lots: random.Random, _: np.random.Generator, ground: int | None = None, shade: int | None = None
) -> Image.Image:
    from PIL import Image, ImageDraw

    image = Image.new("L", (SIDE, SIDE), lots.randint(0, 255) if ground is None else ground)
    draw = ImageDraw.Draw(image)
    for _number in range(lots.randint(1, 5)):
        colour = lots.randint(0, 255) if shade is None else shade
        left, right = sorted(lots.sample(range(SIDE), 2))
        top, bottom = sorted(lots.sample(range(SIDE), 2))
        box = (left, top, right + 4, bottom + 4)
        width = lots.choice((3, 8, 20, 60))
        match lots.randrange(6):
            case 0:
                draw.ellipse(box, fill=colour)
            case 1:
                draw.ellipse(box, outline=colour, width=width)
            case 2:
                draw.rectangle(box, fill=colour)
            case 3:
                draw.polygon(
                    [(lots.randrange(SIDE), lots.randrange(SIDE)) for _ in range(lots.randint(3, 6))],
                    fill=colour,
                )
            case 4:
                for x in range(left, right, 2 * width):
                    draw.rectangle((x, top, x + width, bottom + 4), fill=colour)
            case _:
                draw.arc(box, lots.randrange(360), lots.randrange(360), colour, width)
    return image
