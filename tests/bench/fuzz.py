"""Seeded hostile articles of 1 MB in, the processor time and the memory of each out: `python -m tests.bench.fuzz [SEED]`.

Status 1 when one takes more than 5 s or the process more than 500 MB beyond what the loaded backend has.
"""

import random
import resource
import sys
import time
from collections.abc import Iterator

from handlers.extract import Extractor
from handlers.model import Article

SIZE = 1_000_000
MOST_S = 5.0
MOST_MB = 500
ENGLISH = "The minister said that it was the will of the people, and that he would not talk to Iran. "
PIECES = (
    *(
        "“We will not negotiate with Iran,” ",
        ' said: "talks" ',
        " has ruled out talks with the United States. ",
        "if ",
        "READ MORE: ",
    ),
    *(
        "Ali Khamenei",
        " on Wednesday ",
        "NO TALKS WITH ISRAEL. ",
        "“",
        "”",
        '"',
        "«",
        "‘",
        "’",
        " (",
        "[",
        "\n",
        "\n\n",
        ", ",
        ": ",
    ),
    *("\u0301", "\u202e", "\u200b", "🙂", "\x1f", "12 May 2019 ", "talks", "A. ", "the of and to was ", "Iran Israel Hamas "),
)


def hostile(seed: int) -> Iterator[tuple[str, str]]:
    """Give fixed shapes, then mixtures of the pieces."""
    yield "nested marks", "“‘" * 300_000
    yield "endless sentence", "we will negotiate with Iran and " * 40_000
    yield "no spaces", "talks" * 200_000
    yield "capitals", "NO TALKS WITH IRAN " * 60_000
    yield "names", "".join(f"Ivan Petrov{n} of Iran met Israel. " for n in range(40_000))
    yield "combining", "talks e\u0301\u0301\u0301 " * 120_000
    yield "bidi", "\u202etalks\u202c with Iran " * 60_000
    yield "quotations", "“No talks,” he said. " * 50_000
    chance = random.Random(seed)
    for number in range(6):
        few = chance.sample(PIECES, chance.randint(2, 8))
        yield f"mixture {number}", "".join(chance.choice(few) for _ in range(250_000))


def main() -> int:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    extractor = Extractor()
    extractor.read(Article(ENGLISH, "warm"))
    before, worst = _peak_mb(), 0.0
    for name, text in hostile(seed):
        began = time.process_time()
        found = extractor.read(Article((ENGLISH + text)[:SIZE], name)).statements
        took = time.process_time() - began
        worst = max(worst, took)
        sys.stdout.write(f"{name:18} {took:6.2f} s  {_peak_mb() - before:5d} MB so far  {len(found)} statements\n")
        sys.stdout.flush()
    return int(worst > MOST_S or _peak_mb() - before > MOST_MB)


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    sys.exit(main())
