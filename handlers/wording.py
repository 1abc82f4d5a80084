"""The word lists of `data/*.toml` come in; sets and patterns go out, read once. Any module that needs words asks here."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import cast


@dataclass(frozen=True, slots=True)
class Words:
    """Named word lists. A name that no data file has is a `KeyError`: a spelling mistake in the program."""

    lists: dict[str, tuple[str, ...]]
    sets: dict[str, frozenset[str]]

    def words(self, name: str) -> frozenset[str]:
        return self.sets[name]

    def patterns(self, name: str) -> tuple[re.Pattern[str], ...]:
        """Compile a list of regular expressions, blind to case; `{name}` stands for any word of that list."""
        return tuple(re.compile(self.filled(entry), re.IGNORECASE) for entry in self.lists[name])

    def filled(self, entry: str) -> str:
        return re.sub(r"\{([a-z_]+)\}", lambda m: self.any_of(m.group(1)), entry)

    def any_of(self, name: str) -> str:
        """Give an alternation over a list, longest entry first."""
        entries = sorted(self.lists[name], key=len, reverse=True)
        return "(?:" + "|".join(self.filled(entry) for entry in entries) + ")"


def _read(name: str) -> dict[str, tuple[str, ...]]:
    raw = tomllib.loads(resources.files("handlers").joinpath("data", name).read_text(encoding="utf-8"))
    found: dict[str, tuple[str, ...]] = {}
    for key, value in raw.items():
        entries = cast("list[str] | str", value)
        found[key] = tuple(entries.split()) if isinstance(entries, str) else tuple(entries)
    return found


@cache
def load_words() -> Words:
    """Read `cues.toml` and `stance.toml`. A TOML string is split at spaces, a list is taken entry by entry."""
    lists = {**_read("cues.toml"), **_read("stance.toml")}
    return Words(lists, {name: frozenset(entries) for name, entries in lists.items()})
