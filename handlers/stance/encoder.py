"""Sentences come in; how likely each of them carries which stance goes out. It does not know who speaks, nor of whom.

The only module that touches ONNX Runtime. The network was trained on the project's own corpus (`tests/training`); its weights
and vocabulary are `data/encoder.onnx` and `data/encoder.txt`.
"""

from collections.abc import Iterator, Sequence
from importlib import import_module, resources
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from handlers.model import Stance
from handlers.stance.pieces import Vocabulary
from handlers.stance.strips import Strip, strip

Chances = dict[Stance, float]
"""A probability for each stance; what they lack to 1 is "none"."""
TOGETHER = 16
"""Sentences in one run: of like length, so that little is padded."""


class _Session(Protocol):
    def run(self, names: None, values: dict[str, object]) -> list[NDArray[np.float32]]: ...


class _Options(Protocol):
    intra_op_num_threads: int
    inter_op_num_threads: int


class _Runtime(Protocol):
    """The part of ONNX Runtime that is used; it comes without types."""

    def SessionOptions(self) -> _Options: ...
    def InferenceSession(self, weights: bytes, options: _Options, *, providers: list[str]) -> _Session: ...


class Encoder:
    """A loaded network. One thread: the service runs one process for each core."""

    def __init__(self) -> None:
        folder = resources.files("handlers").joinpath("data")
        self._vocabulary = Vocabulary(folder.joinpath("encoder.txt").read_text(encoding="utf-8").splitlines())
        self._session = _open(folder.joinpath("encoder.onnx").read_bytes())

    def judge(self, sentences: Sequence[tuple[str, str]]) -> list[Chances]:
        """Judge sentences, each with the one before it, in the order given."""
        strips = [strip(self._vocabulary, before, sentence) for before, sentence in sentences]
        found: dict[int, Chances] = {}
        order = sorted(range(len(strips)), key=lambda number: len(strips[number].pieces))
        for start in range(0, len(order), TOGETHER):
            numbers = order[start : start + TOGETHER]
            found |= dict(zip(numbers, self._run([strips[number] for number in numbers]), strict=True))
        return [found[number] for number in range(len(strips))]

    def _run(self, strips: list[Strip]) -> Iterator[Chances]:
        shape = (len(strips), max(len(each.pieces) for each in strips))
        pieces, mask, own = (np.zeros(shape, np.int64) for _ in range(3))
        for row, each in enumerate(strips):
            size = len(each.pieces)
            pieces[row, :size], mask[row, :size], own[row, each.first : size] = each.pieces, 1, 1
        logits = self._session.run(None, {"pieces": pieces, "mask": mask, "own": own})[0]
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        for row in powers / powers.sum(axis=1, keepdims=True):
            yield dict(zip(Stance, (float(chance) for chance in row[1:]), strict=True))


def _open(weights: bytes) -> _Session:
    runtime = cast("_Runtime", import_module("onnxruntime"))  # here: it takes a third of a second, and only readers need it
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return runtime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
