"""Whether what has the shape of personal data is that at all: specimens, people of the past, births."""

from __future__ import annotations

import re

from postcheck.detectors.disclosure import HISTORY, SPECIMEN, Scene

_REAL = re.compile(r"(?i)\b(?:mine|my own|hers|theirs|one that worked|actual one)\b")
# Centuries and decades whose grown-ups are all dead.
_LONG_AGO = re.compile(
    r"(?i)(?:\b(?:in|of|from|until|till|since|by|about|circa|c\.|born|died|b\.|d\.|shot|built|census|"
    r"on this day|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|april?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?),? ?|[(–]|\b\d{1,2}[/.-]\d{1,2}[/.-]|\A)"
    r"(?:1[5-8]\d\d|190\d|191\d)\b(?![:/.]\d)"
)
_OLDEST = 1912  # nobody alive was born before
# What stands between a name and a date of birth in a list, and what says that a date is of something else.
_LISTED = re.compile(r"(?:['’]s)?(?: [A-Z]\.?)?[\s,;:|(/–—-]{1,4}(?:\(?(?:b\.?|born|aged? \d+),? ?)?")
_WHEN = re.compile(
    r"(?i)(?:\b(?:on|since|until|till|from|by|dated|before|after|at|in|due|of|the|to|between|ending|beginning|"
    r"expires?|exp|valid|version|updated|published|review(?:ed)?|issued|w/c|week|mon|tue|tues|wed|thu|thurs|fri|sat|sun|"
    r"\w+day)[ ,:.(]{0,3})\Z"
)


def is_specimen(scene: Scene, start: int, end: int) -> bool:
    """Say whether something is given to show what such a thing looks like."""
    text = scene.part.original
    first, last = scene.sentence(start)
    before, after = text[max(first, start - 90) : start], text[end : min(last, end + 60)]
    if _REAL.search(before) or _REAL.search(after):  # "here's mine as an example"
        return False
    # "… That's the specimen": the next sentence may say so.
    return (
        scene.cues.says("specimen_before", before)
        or scene.cues.says("specimen_after", after)
        or scene.cues.says("specimen_said", text[end : end + 110])
        or scene.cues.says("fiction", text[max(0, start - 160) : start])
    )


def is_history(scene: Scene, start: int, end: int) -> bool:
    """Say whether a hit is told of somebody long dead."""
    around = scene.part.original[max(0, start - 220) : end + 160]
    return _LONG_AGO.search(around) is not None or (
        scene.cues.says("history", around) and not scene.tells(start, end)
    )


def is_nobody(scene: Scene, start: int, end: int) -> str | None:
    """Return the excuse where what is told is told of somebody of the past, or of nobody real."""
    if is_history(scene, start, end):
        return HISTORY
    around = scene.part.original[max(0, start - 160) : end + 160]
    return SPECIMEN if scene.cues.says("fiction", around) else None


def is_birth(scene: Scene, start: int, end: int) -> bool:
    """Say whether a date that nothing explains is one of birth.

    It is right after a name, as in a list of people, and where something private is told of somebody.
    """
    text = scene.part.original
    years = re.findall(r"(?:\d{4}|\d{2})(?=\D*\Z)|\A\d{4}", text[start:end])
    year = int(years[0]) if years else 0
    if year < 100:
        year += 1900 if year > scene.day.year % 100 else 2000
    if not _OLDEST <= year < scene.day.year:
        return False
    person = scene.person_before(start)
    if person and not person.office and _LISTED.fullmatch(text[person.end : start]):
        return True
    before = text[max(0, start - 24) : start]
    return year < scene.day.year - 5 and scene.tells(start, end) and not _WHEN.search(before)
