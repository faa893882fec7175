"""Read the public corpora as rows with the labels they carry; a label a corpus lacks stays unset.

Where each comes from, and under which licence, is in the model card. The files are checked by hash,
because a figure in the card belongs to these bytes and no others.
"""

from __future__ import annotations

import ast
import gzip
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from labels import KINDS, PERSON, SECRECY, TARGETS

HASHES: Mapping[str, str] = {
    "hate_dynamic": "e6714c5f347b60dc6f04c24044153b271c0fb47d59249437ab82d50a8a50ee28",
    "hate_emoji": "eb760081d4068297a0f9813355169b223a0977cc5620ba4e449cd823f53bb8da",
    "hate_measuring": "5bb570d9e7da3877c8bbba1d58aa35ddd59d2686c3161d9699d9a4db1366132f",
    "hate_implicit": "0b3aa42314c76810757330088a97ecf52d5dd3d749b68ee7f0fb42c5212662f0",
    "sexism": "7fe38978aed74a186d2b7bf751c3bd80a03c6d8e2b3e3af458169d8cae00f7c1",
    "group_mentions": "d05d3f6376cc1096513823269ad34e914f319493c81e958863e48b86f7a0c152",
    "abuse_contextual": "8fc379c815f0cb51885217255f873060db99f40947d75e6ead60fd1745608326",
    "abuse_targets": "1ea040547446a8f3506c663dcf7477e718d5f73bb52781ebaa973655b5f76add",
    "counterspeech": "653405046d2c7198779d95793b9c55f08600be44e24fae0dfdbc7098d4fe177d",
    "claims": "40f628c379a55034872aabfa988a718911d5e2c4e0f742d74e84bfb7b93fdc8e",
    "names_tweets": "d78c233f3250e313c0a296e892ae0ea1e1c7959f955a62f1bbe9eed4843e272a",
    "public_localgov": "515f757e3cb580eeb71b7beac595ce821844f2f5c2ab74fc9c7ff844e8a05871",
    "public_govuk": "dc9b5fc7188fb09f9e9621263bb074904962db4a1b8238eb528c38db6517c0ec",
    "public_crisis": "2ead95c4cfff0485e8fb1c22e9af8ed302a52eb90c86b99e2331e752acd49260",
}
_USER = re.compile(r"\[user\]|<user>|\[player\]", re.IGNORECASE)
_URL = re.compile(r"\[url\]|<url>|\burl\b(?=\s*$)", re.IGNORECASE)


Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One text with what is known of it.

    Attributes:
        text: the text as written.
        labels: label to (0 or 1, weight of that statement); what is not here is not known.
        source: the corpus, or ``contrast``.
        split: ``train`` or ``dev``.
        context: what the text answers, or what stands before it.
        family: contrast sentences only: the frame family.
        phenomenon: contrast sentences only.
        group: contrast sentences only: id of the group named.
        marks: for each question asked of tokens that somebody has answered for this text: where the
            answer is yes.
    """

    text: str
    labels: Mapping[str, tuple[int, float]]
    source: str
    split: str
    context: str = ""
    family: str = ""
    phenomenon: str = ""
    group: str = ""
    marks: Mapping[str, Spans] = field(default_factory=dict)


def read_corpora(folder: Path) -> list[Row]:
    """Read every corpus of the folder.

    Raises:
        FileNotFoundError: a corpus is missing.
        ValueError: a file has other bytes than the ones the recipe was written for.
    """
    rows: list[Row] = []
    for name, reader in _READERS.items():
        path = folder / f"{name}.jsonl.gz"
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        if digest != HASHES[name]:
            raise ValueError(f"{path.name} is not the file this recipe was written for (sha256 {digest})")
        records = [json.loads(line) for line in gzip.decompress(content).decode().splitlines()]
        rows.extend(_with_other_targets(row) for row in reader(records))
    return rows


def _with_other_targets(row: Row) -> Row:
    """Where a corpus names whom a text is about, it is about nobody else, as far as it knows."""
    if not any(target in row.labels for target in TARGETS):
        return row
    return replace(row, labels={**dict.fromkeys(TARGETS, (0, 0.5)), **row.labels})


def clean(text: str) -> str:
    """Write the place-holders of a corpus as what they stand for."""
    return _URL.sub("https://example.org/x", _USER.sub("@user", text)).strip()


def in_dev(text: str, share: float = 0.1) -> bool:
    """Split by content, for corpora that come without a split: the same text is always on one side."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) / 0xFFFFFFFF < share


def _split(text: str, share: float = 0.1) -> str:
    return "dev" if in_dev(text, share) else "train"


def _all_zero(weight: float) -> dict[str, tuple[int, float]]:
    return dict.fromkeys(KINDS + SECRECY, (0, weight))


Records = list[dict[str, Any]]


def _hate_dynamic(records: Records) -> Iterator[Row]:
    for r in records:
        labels = {"discrimination": (int(r["label"] == "hate"), 1.0)}
        yield Row(clean(r["text"]), labels, "hate_dynamic", r["split"])


_EMOJI_TARGETS = {
    "bla": "race", "asi": "race", "arab": "race", "hisp": "race", "african": "race", "ethmin": "race",
    "mus": "religion", "jew": "religion", "wom": "sex", "dis": "disability", "gay": "sexual_orientation",
    "lgbtqa": "sexual_orientation", "trans": "gender_reassignment", "trav": "gypsy_roma_traveller",
    "immig": "migrant_status", "ref": "migrant_status", "old": "age",
}  # fmt: skip


def _hate_emoji(records: Records) -> Iterator[Row]:
    # Pairs straddle the splits: what is paired with a dev row is not trained on.
    dev = {str(r["id"]) for r in records if r["split"] == "dev"}
    dev |= {str(r["matched_id"]) for r in records if r["split"] == "dev"}
    for r in records:
        if r["split"] == "train" and (str(r["id"]) in dev or str(r["matched_id"]) in dev):
            continue
        hate = int(r["label"] == "hate")
        labels = {"discrimination": (hate, 1.0)}
        labels["threat"] = (int(r["type"] == "threateninglanguage"), 0.7)
        for target in ast.literal_eval(r["target"]) if hate else ():
            for key, characteristic in _EMOJI_TARGETS.items():
                if target.startswith(key):
                    labels[characteristic] = (1, 1.0)
            if target.endswith("wom"):
                labels["sex"] = (1, 1.0)
        yield Row(clean(r["text"]), labels, "hate_emoji", r["split"])


def _hate_measuring(records: Records) -> Iterator[Row]:
    for r in records:
        hate = int(r["label"] == "hate")
        labels = {"measuring_hate": (hate, 1.0), "discrimination": (hate, 0.5)}
        yield Row(clean(r["text"]), labels, "hate_measuring", _split(r["text"]))


def _hate_implicit(records: Records) -> Iterator[Row]:
    for r in records:
        hate = int(r["label"] != "not_hate")
        labels = {"implicit_hate": (hate, 1.0)}
        kind = r["implicit_class"]
        if kind in ("stereotypical", "inferiority", "threatening") or r["label"] == "explicit_hate":
            labels["discrimination"] = (1, 0.4)
        if kind is not None:
            labels["implicit_incitement"] = (int(kind == "incitement"), 1.0)
            labels["threat"] = (int(kind == "threatening"), 0.4)
        yield Row(clean(r["text"]), labels, "hate_implicit", _split(r["text"]))


def _sexism(records: Records) -> Iterator[Row]:
    for r in records:
        sexist = int(r["label"] == "sexist")
        labels = {"sexist": (sexist, 1.0)}
        if sexist:
            labels["discrimination"] = (1, 0.4)
            labels["sex"] = (1, 1.0)
            labels["threat"] = (int(r["vector"].startswith("1.")), 0.7)
        yield Row(clean(r["text"]), labels, "sexism", r["split"])


_MENTION_TARGETS = {
    "women": "sex", "lgbtq": "sexual_orientation", "mental_dis": "disability", "physical_dis": "disability",
    "black": "race", "chinese": "race", "asian": "race", "native_american": "race", "middle_east": "race",
    "mexican": "race", "latino": "race", "muslim": "religion", "jewish": "religion",
}  # fmt: skip


def _group_mentions(records: Records) -> Iterator[Row]:
    for r in records:
        labels = {_MENTION_TARGETS[r["target"]]: (1, 1.0)}
        if r["label"] != "unclear":
            labels["discrimination"] = (int(r["label"] == "hate"), 0.8)
        if r["label"] == "benign":
            labels |= {k: (0, 0.5) for k in KINDS if k != "discrimination"}
        yield Row(clean(r["text"]), labels, "group_mentions", _split(r["text"]))


def _abuse_contextual(records: Records) -> Iterator[Row]:
    for r in records:
        given = set(r["labels"])
        labels = {
            "identity_abuse": (int("IdentityDirectedAbuse" in given), 1.0),
            "person_abuse": (int("PersonDirectedAbuse" in given), 1.0),
            "affiliation_abuse": (int("AffiliationDirectedAbuse" in given), 1.0),
        }
        if given <= {"Neutral"}:
            labels |= {"discrimination": (0, 0.3), "abuse": (0, 0.3), "threat": (0, 0.3)}
        if "IdentityDirectedAbuse" in given:
            labels["discrimination"] = (1, 0.4)
        if "PersonDirectedAbuse" in given or "AffiliationDirectedAbuse" in given:
            labels["abuse"] = (1, 0.6)
        yield Row(clean(r["text"]), labels, "abuse_contextual", r["split"])


_POST_TARGETS = {
    "african": "race", "arab": "race", "asian": "race", "caucasian": "race", "hispanic": "race",
    "islam": "religion", "jewish": "religion", "christian": "religion", "women": "sex", "men": "sex",
    "homosexual": "sexual_orientation", "refugee": "migrant_status", "disability": "disability",
}  # fmt: skip


def _abuse_targets(records: Records) -> Iterator[Row]:
    for r in records:
        labels = {
            "offensive": (int(r["label"] != "normal"), 1.0),
            "hateful_post": (int(r["label"] == "hatespeech"), 1.0),
        }
        for target in r["targets"]:
            if characteristic := _POST_TARGETS.get(target.lower()):
                labels[characteristic] = (1, 0.5)
        yield Row(clean(r["text"]), labels, "abuse_targets", _split(r["text"]))


def _counterspeech(records: Records) -> Iterator[Row]:
    for r in records:
        split = "dev" if r["split"] == "val" else "train"
        if r["label"] == "other":
            continue
        counter = int(r["label"] == "counterspeech")
        labels = {"counterspeech": (counter, 1.0)}
        if counter:
            labels["discrimination"] = (0, 0.5)
        yield Row(clean(r["text"]), labels, "counterspeech", split, context=clean(r["context"]))
        yield Row(clean(r["context"]), {"abuse": (1, 0.3)}, "footballer_abuse", _split(r["context"]))


def _ordinary(source: str, weight: float, share: float) -> Callable[[Records], Iterator[Row]]:
    def read(records: Records) -> Iterator[Row]:
        for r in records:
            # A whole disaster is held out at a time, so that no dev tweet repeats a training tweet.
            key = r.get("event", r["text"])
            yield Row(clean(r["text"]), _all_zero(weight), source, _split(key, share), marks=_names(r))

    return read


def _names(record: dict[str, Any]) -> dict[str, Spans]:
    """Return where persons are named; the corpus's own dev rows are kept to measure on."""
    if record.get("split") != "train" or "entities" not in record or clean(record["text"]) != record["text"]:
        return {}
    return {PERSON: tuple((start, end) for start, end, kind in record["entities"] if kind == "PERSON")}


_READERS: Mapping[str, Callable[[Records], Iterator[Row]]] = {
    "hate_dynamic": _hate_dynamic,
    "hate_emoji": _hate_emoji,
    "hate_measuring": _hate_measuring,
    "hate_implicit": _hate_implicit,
    "sexism": _sexism,
    "group_mentions": _group_mentions,
    "abuse_contextual": _abuse_contextual,
    "abuse_targets": _abuse_targets,
    "counterspeech": _counterspeech,
    "claims": _ordinary("claims", 0.8, 0.1),
    "names_tweets": _ordinary("names_tweets", 0.5, 0.1),
    "public_localgov": _ordinary("public_localgov", 1.0, 0.3),
    "public_govuk": _ordinary("public_govuk", 1.0, 0.3),
    "public_crisis": _ordinary("public_crisis", 1.0, 0.25),
}
