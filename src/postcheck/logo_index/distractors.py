"""Pictures that are no logo, drawn from a seed: what a mark's threshold has to lie above."""

from __future__ import annotations

from functools import cache

from postcheck.logo_index.looks import Look, looks


@cache
def distractors() -> tuple[Look, ...]:
    """Return the looks of pictures that are no logo: shapes, stripes, letters, shades, drawn from a seed."""
    import random

    from PIL import Image, ImageDraw, ImageFilter, ImageFont

    draw_lots = random.Random(20261122)
    found: list[Look] = []
    for number in range(240):
        width, height = draw_lots.choice(((96, 96), (96, 96), (96, 60), (128, 48), (60, 96)))
        shades = draw_lots.sample(range(0, 256, 17), 4)
        image = Image.new("RGB", (width, height), (shades[0],) * 3)
        draw = ImageDraw.Draw(image)

        def corner(width: int = width, height: int = height) -> tuple[float, float]:
            return draw_lots.uniform(0, width), draw_lots.uniform(0, height)

        kind = number % 8
        for shade in shades[1 : draw_lots.randint(2, 4)]:
            colour = (shade,) * 3
            (x0, y0), (x1, y1) = corner(), corner()
            if kind == 0:  # a disc or a ring, near the middle
                r = draw_lots.uniform(0.2, 0.5) * min(width, height)
                middle = (width / 2 - r, height / 2 - r, width / 2 + r, height / 2 + r)
                draw.ellipse(middle, outline=colour, width=draw_lots.choice((3, 8, 60)))
            elif kind == 1:
                draw.rectangle((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), fill=colour)
            elif kind == 2:
                draw.polygon([corner() for _ in range(3)], fill=colour)
            elif kind == 3:
                step = draw_lots.randint(6, 24)
                for x in range(-height, width, 2 * step):
                    draw.line((x, 0, x + draw_lots.choice((0, height)), height), fill=colour, width=step)
            elif kind == 4:
                letters = "".join(draw_lots.sample("ABCDEGHKMNOPRSTWabdeghkmnort", draw_lots.randint(1, 5)))
                font = ImageFont.load_default(size=draw_lots.randint(24, 64))
                draw.text((width / 2, height / 2), letters, fill=colour, font=font, anchor="mm")
            elif kind == 5:
                for _ in range(6):
                    draw.ellipse((*corner(), *(width, height)), outline=colour, width=3)
            elif kind == 6:
                draw.pieslice((8, 8, width - 8, height - 8), draw_lots.randint(0, 359), shade, fill=colour)
            else:
                draw.line([corner() for _ in range(5)], fill=colour, width=draw_lots.randint(2, 10))
        if number % 3 == 0:
            image = image.filter(ImageFilter.GaussianBlur(draw_lots.uniform(1, 8)))
        found += looks(image)
    return tuple(found)
