"""Which texts are the same article (`identity`), and which are the same words (`content_hash`).

An edited article keeps its identity and changes its content hash: it is a revision. A copy under another file
name keeps both.
"""

import re
import unicodedata
from hashlib import sha256
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from handlers.formats.fields import web_address
from handlers.model import Article

OPENING = 2000
"""Characters that tell a text without an address from others; beyond, most agencies' versions differ in the tail."""

TITLE_WORDS = 4
"""Shorter headlines ("Live updates", "Morning briefing") are used again for other articles."""

_WORD = re.compile(r"\w+")
_TRACKING = re.compile(r"utm_\w*|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|yclid|cmpid", re.I)
_UNIQUE = re.compile(r"(?:tag|urn):", re.I)
_PORTS = {"http": 80, "https": 443}


def identity(article: Article) -> str:
    """A key of at most some hundred characters: the address, else a feed's GUID, else how the text begins."""
    is_from_feed = article.id is not None and web_address(article.origin) is not None
    # The posts of a live page differ in nothing but the fragment of their address; their GUIDs tell them apart.
    if article.url and not (is_from_feed and urlsplit(article.url).fragment):
        return f"url:{_normalised(article.url)}"
    if article.id and is_from_feed:
        return _guid(article, article.id)
    return f"text:{_digest(article.outlet, article.title, squashed(article.text)[:OPENING])}"


def further_keys(article: Article, entry: Article | None = None) -> tuple[str, ...]:
    """By what else the article is found again, the surest first. `entry`: how a feed listed it, before its page was read."""
    found: list[str] = []
    for one in (article, entry):
        if one is not None:
            found.append(identity(one))
            if guid := guid_key(one):
                # Some feeds number their entries anew with each one that comes; the headline tells those apart.
                found += [guid, f"named:{_digest(guid, one.title)}"]
    if entry is not None:
        found.append(teaser_key(entry))
    if title := title_key(entry or article):
        found.append(title)
    return tuple(dict.fromkeys(found))


def guid_key(article: Article) -> str | None:
    """None for what is no feed's entry, or has no GUID."""
    return _guid(article, article.id) if article.id and web_address(article.origin) is not None else None


def teaser_key(entry: Article) -> str:
    """This very teaser was completed from its page."""
    return f"teaser:{_digest(identity(entry), content_hash(entry))}"


def title_key(article: Article) -> str | None:
    """A headline of an outlet, which is the same article for some days; None for one that may well come again."""
    words = _WORD.findall((article.title or "").casefold())
    return f"title:{_digest(article.outlet or article.origin, ' '.join(words))}" if len(words) >= TITLE_WORDS else None


def content_hash(article: Article) -> str:
    """Equal for texts that differ in white space or Unicode composition only, and whether or not the title stands apart."""
    title, text = squashed(article.title or ""), squashed(article.text)
    return _digest(text if text.startswith(title) else f"{title} {text}")


def squashed(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _guid(article: Article, guid: str) -> str:
    """GUIDs that are addresses or URNs are unique everywhere; others, such as "4711", only within their outlet."""
    if web_address(guid):
        fragment = urlsplit(guid).fragment
        return f"url:{_normalised(guid)}" + (f"#{fragment}" if fragment else "")
    if _UNIQUE.match(guid):
        return f"guid:{_digest(guid)}"
    return f"guid:{_digest(article.outlet or article.origin, guid)}"


def _normalised(url: str) -> str:
    """One spelling of an address. http becomes https: a site that moves does not publish everything anew."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url.strip()
    scheme = parts.scheme.lower()
    at = "" if port is None or port == _PORTS.get(scheme) else f":{port}"
    host = (parts.hostname or "").rstrip(".")
    query = [(name, value) for name, value in _pairs(parts) if not _TRACKING.fullmatch(name)]
    path = parts.path.rstrip("/")
    return f"{'https' if scheme in _PORTS else scheme}://{host}{at}{path}" + (f"?{urlencode(query)}" if query else "")


def _pairs(parts: SplitResult) -> list[tuple[str, str]]:
    try:
        return parse_qsl(parts.query, keep_blank_values=True, max_num_fields=200)
    except ValueError:
        return [(parts.query, "")]


def _digest(*parts: str | None) -> str:
    return sha256("\x1f".join(part or "" for part in parts).encode("utf-8", "surrogatepass")).hexdigest()
