"""The language model: what it answers, what it costs, and what happens when its files are wrong."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from postcheck import Decision, Draft, Pipeline
from postcheck.config import Settings
from postcheck.document import Part
from postcheck.errors import DataError
from postcheck.language import model as module
from postcheck.language.model import LanguageModel, shipped_model
from postcheck.resources import language_model_dir

KINDS = {"discrimination", "abuse", "threat", "incitement", "profanity_directed"}


def test_it_answers_every_kind_and_characteristic() -> None:
    labels = shipped_model().labels
    assert set(labels) >= KINDS
    assert len(labels) == 50  # ten kinds, eleven characteristics, 27 sorts, two of single words
    assert all(0 <= x.clear < x.threshold <= x.sure <= 1 for name, x in labels.items() if name in KINDS)


def test_the_same_sentence_gets_the_same_answer() -> None:
    model = shipped_model()
    ids = model.tokens("you are a disgrace").ids
    first = model.judge(ids)
    model.judge(model.tokens("the bins are collected on tuesday " * 4).ids)
    assert model.judge(ids).probabilities == first.probabilities
    assert first.weights.shape == (len(ids), 50)


def test_what_is_answered_counts_as_context() -> None:
    model = shipped_model()
    own, context = model.tokens("send them all back").ids, model.tokens("the parcels arrived broken").ids
    bare, answered = model.judge(own), model.judge(own, context)
    assert bare.probabilities != answered.probabilities
    assert len(bare.weights) == len(answered.weights) == len(own)


def test_files_are_small_enough_to_ship() -> None:
    assert sum(file.stat().st_size for file in language_model_dir().iterdir()) < 30e6
    assert (language_model_dir() / "CARD.md").is_file()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(language_model_dir(), tmp_path / "language-test"))


def truncate(folder: Path) -> None:
    (folder / "model.onnx").write_bytes((folder / "model.onnx").read_bytes()[:1000])


def forget_a_label(folder: Path) -> None:
    text = (folder / "labels.toml").read_text()
    (folder / "labels.toml").write_text(text[text.index("[labels.abuse]") :])


def empty_labels(folder: Path) -> None:
    (folder / "labels.toml").write_text("# nothing\n")


def wrong_label(folder: Path) -> None:
    text = (folder / "labels.toml").read_text()
    (folder / "labels.toml").write_text(text.replace("slope = ", "slope = -", 1))


def break_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").write_text("{}")


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda f: (f / "model.onnx").unlink(), "missing"),
        (truncate, "damaged"),
        (lambda f: (f / "tokenizer.json").unlink(), "tokenizer"),
        (break_tokenizer, "tokenizer"),
        (lambda f: (f / "words.txt").unlink(), "words.txt"),
        (lambda f: (f / "words.txt").write_bytes(b"\xff\xfe"), "words.txt"),
        (lambda f: (f / "words.txt").write_text("\n"), "words.txt"),
        (lambda f: (f / "labels.toml").unlink(), "labels.toml"),
        (empty_labels, "labels"),
        (wrong_label, "labels.discrimination.slope"),
        (forget_a_label, "labels.toml"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(copy: Path, damage: Callable[[Path], None], says: str) -> None:
    damage(copy)
    with pytest.raises(DataError, match=says):
        LanguageModel(copy)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, copy: Path) -> Iterator[None]:
    truncate(copy)
    shipped_model.cache_clear()
    monkeypatch.setattr(module, "language_model_dir", lambda: copy)
    yield
    shipped_model.cache_clear()


@pytest.mark.usefixtures("broken")
def test_a_broken_model_is_a_failure_and_a_review_never_a_pass() -> None:
    verdict = Pipeline.default().check("The library opens at nine.")
    assert verdict.decision is Decision.REVIEW
    failed = {failure.partition(":")[0] for failure in verdict.failures}
    assert failed == {
        "abuse", "profanity", "discrimination", "incitement", "confidential", "personal_data", "secrets"
    }  # fmt: skip
    assert all("damaged" in failure for failure in verdict.failures)


@pytest.mark.usefixtures("broken")
def test_a_broken_model_leaves_what_the_words_say() -> None:
    verdict = Pipeline.default().check("All Muslims are terrorists")
    assert verdict.decision is Decision.BLOCK
    assert any(finding.rule == "discrimination.derogation" for finding in verdict.findings)


@pytest.mark.slow
def test_ten_thousand_sentences_take_time_in_proportion() -> None:
    pipeline = Pipeline(settings=Settings.model_validate({"limits": {"detector_timeout_s": 300}}))
    pipeline.check("Warm up.")

    def cost(sentences: int) -> float:
        text = " ".join(f"Bus {i % 90 + 10} is late." for i in range(sentences))
        start = time.process_time()
        verdict = pipeline.check(Draft(text=text))
        assert verdict.failures == ()
        return time.process_time() - start

    cost(100)  # everything is loaded
    small, large = cost(500), cost(5_000)
    assert large < 13 * small


def test_a_handle_is_not_a_sentence() -> None:
    assert Part("handle", "@sendthemback", None).windows == ()  # type: ignore[arg-type]
