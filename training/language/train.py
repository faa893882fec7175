"""Train the encoder, stage by stage: ``python train.py corpora``, then the others of ``STAGES`` in order.

The first stage reads every corpus at a constant rate; the second mixes the main corpora with the contrast
sentences; the third weighs the contrast sentences higher and lets the rate fall to zero. The others go over
the cleanest corpora and every contrast sentence again. Each writes a checkpoint every few minutes
and goes on from it when started again. bfloat16, on a CPU that has it, is 2.6 times as fast as float32.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from contrast import training_rows
from corpora import Row, Spans, read_corpora
from encoder import Encoder, base_folder, load_base, pool
from known_words import known_words
from labels import INDEX, KINDS, LABELS, LOSS_WEIGHT, OF_TOKENS, SECRECY
from noise import disturb
from tokenizers import Tokenizer
from torch.nn import functional

from postcheck.language.reading import read
from postcheck.language.spelling import Spelling
from postcheck.normalise.mapped import Mapped

LONGEST = 72  # tokens; 97 % of the rows are shorter
BATCH_TOKENS = 2560
JOINED = 0.15  # the share of texts with an innocent sentence beside them
CONTEXT = 0.1  # the share of texts with unrelated words before them
SMOOTHING = 0.03
MARKS_READ = 0.6  # the share of texts with marked words that are left as they are, to learn those from
MARKS_WEIGHT = 2.0
SAVE_EVERY = 300.0


@dataclass(frozen=True, slots=True)
class Stage:
    """One leg of the training.

    Attributes:
        after: the stage whose weights it starts from.
        epochs: passes over its rows.
        rate: peak learning rate.
        decay: whether the rate falls to zero.
        stop: the share of its schedule that it runs, before the next stage takes over.
        share: how many times an epoch a row of a corpus is read, where that is not once.
        noise: the share of texts that get spelling noise.
    """

    after: str | None
    epochs: float
    rate: float
    decay: bool
    share: dict[str, float]
    stop: float = 1.0
    noise: float = 0.25


_MIXTURE = {
    "contrast": 1.5,
    "contrast_plain": 1.5,
    "hate_measuring": 0.4,
    "hate_implicit": 0.3,
    "sexism": 0.25,
    "abuse_contextual": 0.25,
    "abuse_targets": 0.2,
    "counterspeech": 0.3,
    "footballer_abuse": 0.3,
    "claims": 0.3,
    "group_mentions": 0.7,
    "names_tweets": 0.7,
    "public_localgov": 2.0,
    "hate_emoji": 1.5,
}
# What the last stages read: the cleanest corpora and every contrast sentence. A sentence without a slot comes
# once where one with a group comes six times, so it weighs more.
_CLEAN = {
    "contrast": 1.0,
    "contrast_plain": 1.5,
    "hate_dynamic": 0.6,
    "hate_emoji": 1.5,
    "hate_measuring": 0.15,
    "hate_implicit": 0.1,
    "sexism": 0.1,
    "abuse_contextual": 0.0,
    "abuse_targets": 0.0,
    "counterspeech": 0.15,
    "footballer_abuse": 0.15,
    "claims": 0.3,
    "group_mentions": 0.4,
    "names_tweets": 0.6,
    "public_localgov": 2.0,
    "public_govuk": 1.5,
    "public_crisis": 1.5,
}
STAGES = {
    "corpora": Stage(None, 1.0, 1e-4, False, {"contrast": 0.0}),
    "mixed": Stage("corpora", 3.0, 1e-4, True, _MIXTURE, stop=0.4476),
    "final": Stage(
        "mixed",
        1.6,
        7e-5,
        True,
        {
            **_MIXTURE,
            "contrast": 2.0,
            "contrast_plain": 2.0,
            "hate_dynamic": 0.8,
            "hate_measuring": 0.3,
            "hate_implicit": 0.15,
            "sexism": 0.15,
            "abuse_contextual": 0.15,
            "abuse_targets": 0.0,
            "counterspeech": 0.2,
            "footballer_abuse": 0.2,
            "claims": 0.2,
            "group_mentions": 0.5,
            "public_govuk": 1.5,
            "public_crisis": 1.5,
        },
    ),
    "polish": Stage(
        "final",
        1.0,
        1e-4,
        True,
        {
            **_CLEAN,
            "contrast": 1.3,
            "contrast_plain": 1.3,
            "hate_dynamic": 1.3,
            "hate_measuring": 0.2,
            "hate_implicit": 0.0,
            "sexism": 0.0,
        },
    ),
    "deepen": Stage("polish", 1.0, 1e-4, False, _CLEAN),
    "settle": Stage("deepen", 2.5, 1e-4, True, {**_CLEAN, "contrast": 0.8, "hate_dynamic": 0.5}),
    # Disguised spelling suffers while everything else is learnt: a short last leg with twice the noise.
    "harden": Stage("settle", 0.45, 6e-5, True, {**_CLEAN, "contrast": 0.8, "hate_dynamic": 0.8}, noise=0.5),
    # Since then screening mends disguised words: what is left of the noise is learnt, and new sentences.
    "renew": Stage("harden", 1.0, 1e-4, False, {**_CLEAN, "hate_dynamic": 0.7}, noise=0.4),
    "finish": Stage(
        "renew",
        1.8,
        1e-4,
        True,
        {**_CLEAN, "contrast": 0.6, "contrast_secrets": 1.5, "hate_dynamic": 0.7, "names_tweets": 1.0},
        noise=0.4,
    ),
    # What must not be published is one row in twelve until here, and most of its kinds far fewer.
    "secrecy": Stage(
        "finish",
        1.0,
        8e-5,
        True,
        {**_CLEAN, "contrast": 0.4, "contrast_plain": 1.0, "contrast_secrets": 2.5, "hate_dynamic": 0.6},
        noise=0.3,
    ),
    # Words of a secret are the last thing to be learnt, from two thousand sentences.
    "codes": Stage(
        "secrecy",
        0.5,
        8e-5,
        True,
        {
            **_CLEAN,
            "contrast": 0.15,
            "contrast_plain": 0.5,
            "contrast_secrets": 1.5,
            "contrast_codes": 16.0,
            "hate_dynamic": 0.3,
            "names_tweets": 0.8,
        },
        noise=0.2,
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the corpora")
    parser.add_argument("--work", type=Path, default=Path("build/language"), help="where checkpoints go")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--epochs", type=float)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    stage = STAGES[args.stage]
    rows = read_corpora(args.data)
    if stage.share.get("contrast") != 0.0:
        rows += training_rows(args.seed)
    rows = [row for row in rows if row.split == "train"]
    train(args.stage, stage, rows, args.work, args.seed, args.epochs or stage.epochs)


def train(name: str, stage: Stage, rows: list[Row], work: Path, seed: int, epochs: float) -> None:
    """Run a stage from its last checkpoint to its end, and write ``NAME-SEED.pt``."""
    work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    encoder = Encoder(len(LABELS))
    load_base(encoder)
    if stage.after is not None:
        encoder.load_state_dict(torch.load(work / f"{stage.after}-{seed}.pt")["average"])
    optimiser = torch.optim.AdamW(_parameters(encoder), lr=stage.rate, betas=(0.9, 0.98), fused=True)
    average = {k: v.clone() for k, v in encoder.state_dict().items()}
    spelling = Spelling(known_words())
    forms = [spelling.mend(read(row.text)) for row in rows]
    texts = [
        (form.text, spelling.mend(read(row.context)).text) for form, row in zip(forms, rows, strict=True)
    ]
    marks = [_in_form(form, row.marks) for form, row in zip(forms, rows, strict=True)]
    del forms
    targets, weights = _label_arrays(rows)
    batches = _plan(rows, texts, stage, epochs, seed)
    step = 0
    checkpoint = work / f"{name}-{seed}.partial.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint)
        encoder.load_state_dict(saved["encoder"])
        optimiser.load_state_dict(saved["optimiser"])
        average, step = saved["average"], saved["step"]
    company = _Company(rows, texts, stage.noise, spelling)
    tokenizer = load_tokenizer()
    head_weight = torch.tensor([LOSS_WEIGHT[label] for label in LABELS])
    started, saved_at, losses = time.monotonic(), time.monotonic(), []
    first = step
    print(
        json.dumps({"rows": Counter(r.source for r in rows), "batches": len(batches), "from": step}),
        flush=True,
    )
    encoder.train()
    while step < stage.stop * len(batches):
        batch = batches[step]
        rng = random.Random(f"{seed} {name} {step}")
        plain = {at for at, i in enumerate(batch) if marks[i] and rng.random() < MARKS_READ}
        varied = [texts[i] if at in plain else company.vary(texts[i], rng) for at, i in enumerate(batch)]
        for group in optimiser.param_groups:
            group["lr"] = stage.rate * group["scale"] * _rate(step, len(batches), stage.decay)
        total = 0.0
        # What was varied may be longer than the rest: the batch goes in thirds of like length.
        for part in _thirds([len(text) + len(context) for text, context in varied]):
            ids, mask, segments, offsets = encode(tokenizer, [varied[i] for i in part])
            with torch.autocast("cpu", dtype=torch.bfloat16):
                tokens = encoder(ids, mask, segments)
            logits = pool(tokens.float(), mask, segments)
            rows_in = [batch[i] for i in part]
            wanted = targets[rows_in] * (1 - 2 * SMOOTHING) + SMOOTHING
            weight = weights[rows_in] * head_weight
            loss = functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none") * weight
            asked = [marks[batch[i]] if i in plain else {} for i in part]
            loss = loss.sum() + MARKS_WEIGHT * marks_loss(tokens.float(), asked, offsets)
            (loss / len(batch)).backward()
            total += loss.item() / len(batch)
        torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        step += 1
        losses.append(total)
        if step % 10 == 0:
            keep = min(0.98, step / (step + 20))
            for key, value in encoder.state_dict().items():
                average[key].mul_(keep).add_(value, alpha=1 - keep)
        if step % 100 == 0:
            pace = (time.monotonic() - started) / (step - first)
            left = pace * (len(batches) - step) / 60
            print(
                f"{name} {step}/{len(batches)} loss {sum(losses[-100:]) / 100:.4f} {left:.1f} min left",
                flush=True,
            )
        if time.monotonic() - saved_at > SAVE_EVERY:
            saved_at = time.monotonic()
            state = {"encoder": encoder.state_dict(), "optimiser": optimiser.state_dict()}
            torch.save({**state, "average": average, "step": step}, checkpoint)
    torch.save({"average": average, "last": encoder.state_dict()}, work / f"{name}-{seed}.pt")
    checkpoint.unlink(missing_ok=True)


def load_tokenizer() -> Tokenizer:
    """Return the tokenizer of the base, without its padding and truncation."""
    tokenizer = Tokenizer.from_file(str(base_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST, strategy="longest_first")
    return tokenizer


def _in_form(form: Mapped, marks: Mapping[str, Spans]) -> dict[str, Spans]:
    """Return where marked words stand in the form that the model reads."""
    found = {}
    for label, spans in marks.items():
        places = [[at for at, origin in enumerate(form.starts) if s <= origin < e] for s, e in spans]
        found[label] = tuple((at[0], at[-1] + 1) for at in places if at)
    return found


def marks_loss(
    tokens: torch.Tensor, marks: list[dict[str, Spans]], offsets: list[list[tuple[int, int]]]
) -> torch.Tensor:
    """Return the summed mean loss over the own tokens of the texts that have marks, for each sort of mark."""
    total = tokens.new_zeros(())
    for said, marked, places in zip(tokens, marks, offsets, strict=True):
        for label in OF_TOKENS:
            if label not in marked or not places:
                continue
            wanted = torch.tensor([float(any(s < b and a < e for s, e in marked[label])) for a, b in places])
            # After the opening token come the text's own.
            own = said[1 : 1 + len(places), INDEX[label]]
            total = total + functional.binary_cross_entropy_with_logits(own, wanted)
    return total


def encode(
    tokenizer: Tokenizer, pairs: list[tuple[str, str]]
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, list[list[tuple[int, int]]]]:
    """Return ids, mask and segments, each of shape (texts, longest), and where the own tokens stand."""
    found = tokenizer.encode_batch([pair if pair[1] else pair[0] for pair in pairs])
    longest = max(len(e.ids) for e in found)
    ids = torch.zeros(len(found), longest, dtype=torch.long)
    mask = torch.zeros(len(found), longest)
    segments = torch.zeros(len(found), longest, dtype=torch.long)
    for i, e in enumerate(found):
        ids[i, : len(e.ids)] = torch.tensor(e.ids)
        mask[i, : len(e.ids)] = 1.0
        segments[i, : len(e.ids)] = torch.tensor(e.type_ids)
    offsets = [
        [place for place, own, special in zip(e.offsets, e.type_ids, e.special_tokens_mask, strict=True)
         if not own and not special]
        for e in found
    ]  # fmt: skip
    return ids, mask, segments, offsets


def _parameters(encoder: Encoder) -> list[dict[str, object]]:
    """Decay only matrices, and let the new heads learn faster than the rest."""
    groups: dict[tuple[float, float], list[torch.nn.Parameter]] = {}
    for name, parameter in encoder.named_parameters():
        plain = parameter.ndim < 2 or name.startswith(("words", "positions", "segments"))
        scale = 5.0 if name.startswith("heads") else 1.0
        groups.setdefault((0.0 if plain else 0.01, scale), []).append(parameter)
    return [{"params": p, "weight_decay": decay, "scale": scale} for (decay, scale), p in groups.items()]


def _label_arrays(rows: list[Row]) -> tuple[torch.Tensor, torch.Tensor]:
    targets = torch.zeros(len(rows), len(LABELS))
    weights = torch.zeros(len(rows), len(LABELS))
    for i, row in enumerate(rows):
        for label, (value, weight) in row.labels.items():
            targets[i, INDEX[label]] = value
            weights[i, INDEX[label]] = weight
    return targets, weights


def _plan(
    rows: list[Row], texts: list[tuple[str, str]], stage: Stage, epochs: float, seed: int
) -> list[list[int]]:
    """Return the batches of the whole stage: texts of like length together, batches in random order."""
    rng = random.Random(seed)
    order: list[int] = []
    left = epochs
    while left > 0:
        part = min(1.0, left)
        left -= part
        epoch = []
        for i, row in enumerate(rows):
            share = stage.share.get(row.source, 1.0) * part
            epoch += [i] * (int(share) + (rng.random() < share % 1))
        rng.shuffle(epoch)
        order += epoch
    batches = []
    for at in range(0, len(order), 8192):
        chunk = sorted(order[at : at + 8192], key=lambda i: len(texts[i][0]) + len(texts[i][1]))
        batch: list[int] = []
        made = []
        for i in chunk:
            tokens = min(LONGEST, 4 + (len(texts[i][0]) + len(texts[i][1])) // 4)
            if batch and tokens * (len(batch) + 1) > BATCH_TOKENS:
                made.append(batch)
                batch = []
            batch.append(i)
        made.append(batch)
        rng.shuffle(made)
        batches += made
    return batches


class _Company:
    """Varies a text: spelling noise, innocent sentences beside it, unrelated words before it.

    Screening reads a few sentences at a time with the words before them as context, so the model has to
    find one bad sentence among good ones, and not to blame a text for what stands before it.
    """

    def __init__(
        self, rows: list[Row], texts: list[tuple[str, str]], noise: float, spelling: Spelling
    ) -> None:
        self._noise = noise
        self._spelling = spelling
        self._innocent = [
            text
            for row, (text, context) in zip(rows, texts, strict=True)
            if not context
            and len(text) < 140
            and all(row.labels.get(k) == (0, 1.0) for k in KINDS)
            and not any(row.labels.get(k, (0, 0))[0] for k in SECRECY)
        ]
        self._any = [text for text, context in texts if not context and len(text) < 140]

    def vary(self, pair: tuple[str, str], rng: random.Random) -> tuple[str, str]:
        text, context = pair
        if rng.random() < self._noise:
            # The model meets what is left of the noise once screening has mended what it can.
            text = self._spelling.mend(Mapped.identity(disturb(text, rng))).text
        if not context and len(text) < 180:
            chance = rng.random()
            if chance < JOINED / 2:
                text = f"{rng.choice(self._innocent)} {text}"
            elif chance < JOINED:
                text = f"{text} {rng.choice(self._innocent)}"
            elif chance < JOINED + CONTEXT:
                context = rng.choice(self._any if rng.random() < 0.5 else self._innocent)
        return text, context


def _thirds(lengths: list[int]) -> list[list[int]]:
    """Split a batch into three by length."""
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    size = -(-len(order) // 3)
    return [order[at : at + size] for at in range(0, len(order), size)]


def _rate(step: int, steps: int, decay: bool) -> float:
    warm = min(1.0, (step + 1) / 200)
    return warm * (1 - step / steps) if decay else warm


if __name__ == "__main__":
    main()
