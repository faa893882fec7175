"""The labels that the encoder learns, and which of them ship."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

KINDS = ("discrimination", "abuse", "threat", "incitement", "profanity_directed")
# What must not be published however politely it is said: private facts about somebody, business not yet
# public, asking for personal data in public, a figure so small that it tells who is meant, and what opens a
# door or an account.
SECRECY = ("disclosure", "confidential", "solicited", "small_number", "secret")
TARGETS = (
    "age",
    "disability",
    "gender_reassignment",
    "marriage",
    "pregnancy",
    "race",
    "religion",
    "sex",
    "sexual_orientation",
    "gypsy_roma_traveller",
    "migrant_status",
)
# What sort of harm or disclosure it is: learnt from the contrast sentences of that kind alone, by the
# names of their families; the first that fits. A family named in PLAIN is of none of these sorts.
SORTS: Mapping[str, Mapping[str, str]] = {
    "discrimination": {
        "dehumanisation": r"dehuman|vermin",
        "denial": r"denial|deny|denies|minimis|atrocit|persecut",
        "exclusion": r"exclu|expul|segregat|separat|rights-denied|refus|go-back|keep-out|deport|unwelcome",
        "stereotype": r"stereotyp|generalis|insinuat|scrounger|typical|joke|riddle|backhand|back-hand",
    },
    "abuse": {
        "pile_on": r"pile|brigad|flood",
        "doxxing": r"dox|outing|home-address|plate-routine|phone-email|workplace-emp|where-live|unmask",
        "sexual": r"sexual|leer|rating|proposition|nude|innuendo|upskirt|lewd",
        "harassment": r"harass|stalk|following|unwanted|persist",
    },
    "incitement": {
        "praise": r"praise|celebrat|glorif|admir|cheer",
        "how_to": r"how-?to|instruct|recipe|defeat",
        "evasion": r"evasion|evading|evade|conceal|not-caught|lying|dodg|fraud-tip|tip-?off|tricks|reassur",
        "violence": r"violence|arson|riot|terror|attack|weapon|burn|storm|vigilant",
    },
    "disclosure": {
        "disclosed_health": r"^disclosure-health",
        "disclosed_child": r"^disclosure-child",
        "disclosed_special": r"^disclosure-special",
        "disclosed_money": r"^disclosure-money",
        "disclosed_criminal": r"^disclosure-criminal",
        "disclosed_work": r"^disclosure-work",
        "disclosed_case": r"^disclosure-case",
    },
    "confidential": {
        "confidential_procurement": r"^confidential-procurement",
        "confidential_hr": r"^confidential-hr",
        "confidential_legal": r"^confidential-legal",
        "confidential_decision": r"^confidential-decision",
        "confidential_exempt": r"^confidential-exempt",
        "confidential_security": r"^confidential-security",
        "confidential_safeguarding": r"^confidential-safeguarding",
        "confidential_embargo": r"^confidential-embargo",
    },
}
PLAIN = r"derogat|contempt|disgust|insult|mock|humiliat|belittl|ridicul|offer|advert|soft|hint"
SORT_NAMES = tuple(sort for sorts in SORTS.values() for sort in sorts)
# Asked of each token, not of the text: whether it is part of somebody's name, of a password or a code.
PERSON, SECRET_VALUE = "person", "secret_value"
OF_TOKENS = (PERSON, SECRET_VALUE)
SHIPPED = (*KINDS, *SECRECY, *TARGETS, *SORT_NAMES, *OF_TOKENS)
# Judgements that other people made by other rules: they teach the encoder, and are cut off at export.
AUXILIARY = (
    "measuring_hate",
    "implicit_hate",
    "implicit_incitement",
    "sexist",
    "offensive",
    "hateful_post",
    "identity_abuse",
    "person_abuse",
    "affiliation_abuse",
    "counterspeech",
)
LABELS = SHIPPED + AUXILIARY
INDEX: Mapping[str, int] = {name: i for i, name in enumerate(LABELS)}
# How much each label weighs in the loss.
LOSS_WEIGHT: Mapping[str, float] = {
    **dict.fromkeys(KINDS + SECRECY, 1.0),
    **dict.fromkeys(TARGETS, 0.15),
    **dict.fromkeys(SORT_NAMES, 0.2),
    **dict.fromkeys(OF_TOKENS, 1.0),
    **dict.fromkeys(AUXILIARY, 0.3),
}


def sorts_of(family: str, phenomenon: str, kinds: Collection[str]) -> dict[str, tuple[int, float]]:
    """Return what a family's names tell about the sorts of its kinds; nothing where they tell nothing."""
    # Ids of later files begin with the theme of the file ("r3-dox-"), which says nothing of the family.
    names = f"{phenomenon} {re.sub(r'^r[0-9]-[a-z]+-', '', family)}".replace("_", "-")
    known: dict[str, tuple[int, float]] = {}
    for kind, sorts in SORTS.items():
        named = next((sort for sort, pattern in sorts.items() if re.search(pattern, names)), None)
        if kind in kinds and (named or re.search(PLAIN, names)):
            known |= {sort: (int(sort == named), 1.0) for sort in sorts}
    return known
