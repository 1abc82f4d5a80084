"""The encoder as PyTorch sees it: MiniLM-L6 and one small head that gives each sentence a stance or none.

BERT's layers (Devlin et al. 2019) with the weights of all-MiniLM-L6-v2 (Apache-2.0), written out so that they export plainly.
"""

import math
from collections.abc import Iterable
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

WIDTH = 384
HEADS = 12
CLASSES = 5
HIDDEN = 256
PIECES = 12_300
"""Rows of the vocabulary: 4.7 MB instead of 11.7, which leaves room for later weights in the repository's budget."""


class Layer(nn.Module):
    """One transformer layer, post-norm."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.wide, self.narrow = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)
        self.first, self.second = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)
        self.drop = nn.Dropout(0.1)

    def forward(self, x: Tensor, hidden: Tensor) -> Tensor:
        """`hidden` (batch, 1, 1, length) holds a large negative number where a piece is padding."""
        batch, length, _ = x.shape
        query, key, value = (
            part(x).view(batch, length, HEADS, WIDTH // HEADS).transpose(1, 2) for part in (self.query, self.key, self.value)
        )
        scores = query @ key.transpose(2, 3) / math.sqrt(WIDTH // HEADS) + hidden
        mixed = (self.drop(scores.softmax(-1)) @ value).transpose(1, 2).reshape(batch, length, WIDTH)
        x = self.first(x + self.drop(self.out(mixed)))
        return self.second(x + self.drop(self.narrow(nn.functional.gelu(self.wide(x)))))


class Encoder(nn.Module):
    """Pieces to vectors."""

    def __init__(self, pieces: int, layers: int, longest: int = 512) -> None:
        super().__init__()
        self.words, self.positions = nn.Embedding(pieces, WIDTH), nn.Embedding(longest, WIDTH)
        self.norm, self.drop = nn.LayerNorm(WIDTH, eps=1e-12), nn.Dropout(0.1)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))

    def forward(self, pieces: Tensor, mask: Tensor) -> Tensor:
        places = torch.arange(pieces.shape[1], device=pieces.device)
        x = self.drop(self.norm(self.words(pieces) + self.positions(places)))
        hidden = (1.0 - mask[:, None, None, :].to(x.dtype)) * -10_000.0
        for layer in self.layers:
            x = layer(x, hidden)
        return x


class Reader(nn.Module):
    """Pieces of sentences in, stances out: what is exported."""

    def __init__(self, pieces: int, layers: int = 6) -> None:
        super().__init__()
        self.encoder = Encoder(pieces, layers)
        self.head = nn.Sequential(
            nn.Dropout(0.2), nn.Linear(2 * WIDTH, HIDDEN), nn.GELU(), nn.Dropout(0.2), nn.Linear(HIDDEN, CLASSES)
        )

    def forward(self, pieces: Tensor, mask: Tensor, own: Tensor) -> Tensor:
        """Judge a batch: logits of none and of each stance.

        `mask` is 1 where there is a piece, `own` 1 where it belongs to the sentence itself.
        """
        vectors = self.encoder(pieces, mask)
        weight = own[:, :, None].to(vectors.dtype)
        mean = (vectors * weight).sum(1) / weight.sum(1)
        return self.head(torch.cat([mean, vectors[:, 0]], -1).float())


def kept_pieces(vocabulary: list[str], used: Iterable[int]) -> list[int]:
    """List the rows of the published vocabulary that ours keeps: those that the corpus uses, then the commonest of English.

    The published one is in the order of frequency behind its unused rows; a rarer word falls into shorter pieces.
    """
    first = [vocabulary.index(piece) for piece in ("[PAD]", "[UNK]", "[CLS]", "[SEP]")]
    common = [number for number, piece in enumerate(vocabulary) if not piece.startswith("[") and piece.isascii()]
    return list(dict.fromkeys([*first, *sorted(used), *common]))[:PIECES]


def start_from(reader: Reader, weights: Path, kept: list[int]) -> None:
    """Take over the published weights; `kept` are the rows of the vocabulary."""
    published = load_file(weights)
    own: dict[str, Tensor] = {
        "words.weight": published["embeddings.word_embeddings.weight"][kept],
        "positions.weight": published["embeddings.position_embeddings.weight"],
        "norm.weight": published["embeddings.LayerNorm.weight"],
        "norm.bias": published["embeddings.LayerNorm.bias"],
    }
    own["words.weight"] = own["words.weight"] + published["embeddings.token_type_embeddings.weight"][0]
    names = {
        "query": "attention.self.query",
        "key": "attention.self.key",
        "value": "attention.self.value",
        "out": "attention.output.dense",
        "first": "attention.output.LayerNorm",
        "wide": "intermediate.dense",
        "narrow": "output.dense",
        "second": "output.LayerNorm",
    }
    for number in range(len(reader.encoder.layers)):
        for mine, theirs in names.items():
            for part in ("weight", "bias"):
                own[f"layers.{number}.{mine}.{part}"] = published[f"encoder.layer.{number}.{theirs}.{part}"]
    reader.encoder.load_state_dict(own)
