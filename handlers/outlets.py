"""Who publishes what: an address → its outlet, an outlet → its publisher, a text → the agency that it credits.

The names are data (`data/outlets.toml`); what is not there is called what it calls itself and stands for itself.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from urllib.parse import urlsplit

from handlers.entries import Entry, read

_KEYS = frozenset({"domains", "aliases", "credits", "publisher"})
_LONGEST_CREDIT = 40
_DATELINE = re.compile(
    # DUBAI (Reuters) - · Tehran, June 11, 2019 (AFP) - · JERUSALEM/GAZA (Reuters) —: a place, perhaps a day, the credit.
    r"\s*[A-ZÀ-Þ][^\n()]{1,60}?\s*\(([^()\n]{2,40})\)\s*(?:—|–|-{1,2})\s"
)
_SOURCE = re.compile(r"^\s*(?:Source|Agency|Credit)s?\s*:\s*(.{2,40}?)\s*$", re.IGNORECASE | re.MULTILINE)
_LAST_CREDIT = re.compile(r"\(([^()\n]{2,60})\)\s*\Z|(?:^|\s)(?:—|–|--)\s*([^\n—–]{2,40}?)\s*\Z")
_WITH = re.compile(r"\b(?:with|and|from|inputs?|agencies|additional|reporting|via)\b|[/,;&]", re.IGNORECASE)
_NAME = re.compile(r"[A-ZÀ-Þ][\w.'’&-]*(?: [A-ZÀ-Þ(][\w.'’&()-]*){0,4}")
_NOT_A_NAME = re.compile(
    r"\d|^(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?$|^(?:Sun|Mon|Tues|Wednes|Thurs|Fri|Satur)day$"
)


@dataclass(frozen=True, slots=True)
class Outlets:
    """Lookups over the data. Names are compared without case; "The" at their beginning does not count."""

    by_domain: dict[str, str]
    by_name: dict[str, str]
    """Every name, alias and credit form, as `_plain` writes it, → the canonical name."""
    publishers: dict[str, str]
    agencies: frozenset[str]

    def named(self, url: str | None) -> str | None:
        """The outlet that publishes at an address; None for one that is not listed."""
        try:
            host = (urlsplit(url or "").hostname or "").rstrip(".")
        except ValueError:
            return None
        while host:
            if host in self.by_domain:
                return self.by_domain[host]
            host = host.partition(".")[2]
        return None

    def canonical(self, outlet: str) -> str:
        """One name for all its spellings: "Agence France-Presse" is AFP. An unknown outlet keeps its own."""
        return self.by_name.get(_plain(outlet), outlet)

    def publisher(self, outlet: str) -> str:
        """Whose voice it is: titles of one house have one; agencies and single titles are their own."""
        name = self.canonical(outlet)
        return self.publishers.get(name, name)

    def agency_credit(self, text: str) -> str | None:
        """The agency whose text this says it is: in the dateline, a last line or a source line. "Told Reuters" is none.

        An agency that is not listed counts where it stands in a dateline or after "Source:", for no one else stands there.
        """
        opening = next((line for line in text.splitlines() if line.strip()), "")
        for part in (opening, *_second_paragraph(text)):
            dateline = _DATELINE.match(part)
            if dateline and (found := self._agency(dateline.group(1), is_known=False)):
                return found
        tail = text.rstrip()[-400:]
        source = list(_SOURCE.finditer(tail))
        if source and (found := self._agency(source[-1].group(1), is_known=False)):
            return found
        last = _LAST_CREDIT.search(tail)
        return self._agency(last.group(1) or last.group(2), is_known=True) if last else None

    def _agency(self, words: str, *, is_known: bool) -> str | None:
        """The first agency in "FRANCE 24 with AFP" or "Reuters/AFP"; with `is_known` False any one name will do."""
        parts = [part.strip(" .") for part in _WITH.split(words)]
        for part in parts:
            name = self.by_name.get(_plain(part))
            if name in self.agencies:
                return name
        if is_known or len(parts) != 1 or _NOT_A_NAME.search(parts[0]) or not _NAME.fullmatch(parts[0]):
            return None
        return self.canonical(parts[0]) if len(parts[0]) <= _LONGEST_CREDIT else None


def _second_paragraph(text: str) -> tuple[str, ...]:
    """A feed's text opens with its title; the dateline stands in the paragraph below."""
    paragraphs = [part for part in text.split("\n\n", 3) if part.strip()]
    return (paragraphs[1],) if len(paragraphs) > 1 else ()


@cache
def load_outlets() -> Outlets:
    """FormatError when the data file is wrong."""
    root = read(resources.files("handlers").joinpath("data", "outlets.toml"))
    root.only(frozenset({"agency", "outlet"}))
    agencies, outlets = root.under("agency"), root.under("outlet")
    by_domain: dict[str, str] = {}
    by_name: dict[str, str] = {}
    for entry in (*agencies, *outlets):
        entry.only(_KEYS)
        for domain in entry.texts("domains"):
            _put(entry, by_domain, domain, "domain")
        for name in (entry.name, *entry.texts("aliases"), *entry.texts("credits")):
            _put(entry, by_name, _plain(name), "name")
    publishers = {entry.name: name for entry in (*agencies, *outlets) if (name := entry.text("publisher"))}
    return Outlets(by_domain, by_name, publishers, frozenset(entry.name for entry in agencies))


def _put(entry: Entry, table: dict[str, str], key: str, what: str) -> None:
    if table.setdefault(key, entry.name) != entry.name:
        raise entry.error(f"{what} {key!r} is {table[key]}'s already")


def _plain(name: str) -> str:
    return re.sub(r"^the\s+", "", " ".join(name.split()).casefold())
