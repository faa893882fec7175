"""The reference marks: read and check `index.toml`, and find the marks in pictures.

A mark is found wherever it stands in a picture, from about a twentieth of its width, also turned a little,
squeezed, recoloured, cut off or shown through. How: `reference` reads a file into a `template`; `sweep`,
`keypoints` and `whole` propose places; `align` lays the mark over a place, `verify` measures and `judge`
scores it; `finder` puts these together, and `calibrate` sets the threshold of each mark.
"""

from __future__ import annotations

from postcheck.logo_index.index import INDEX, LogoMark, check_logos, load_logos
from postcheck.logo_index.register import Registered, add_logo
from postcheck.logo_index.sight import Sighting, find_marks

__all__ = [
    "INDEX",
    "LogoMark",
    "Registered",
    "Sighting",
    "add_logo",
    "check_logos",
    "find_marks",
    "load_logos",
]
