"""Matching copies of a text that know their way back to the original code points."""

from postcheck.normalise.mapped import Mapped
from postcheck.normalise.text import normalise

__all__ = ["Mapped", "normalise"]
