"""What the hostile server sends, by name, and what becomes of a feed that answers so: the words of its error, or "" for none.

A new misbehaviour is a line here.
"""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator

import brotli

from tests.hostile import Play

CAP = 2_000_000
"""Bytes that the tests let an answer have."""


def http(body: bytes | str = b"", *headers: str, status: str = "200 OK", kind: str = "application/rss+xml") -> bytes:
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(data)}", f"Content-Type: {kind}", "Connection: close", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + data


def bare(*lines: str, body: bytes = b"") -> bytes:
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def feed(items: str = "<item><title>An item</title><guid>1</guid></item>", before: str = "", title: str = "T") -> str:
    return f"{before}<rss version='2.0'><channel><title>{title}</title>{items}</channel></rss>"


def leads_to(location: str, status: str = "302 Found") -> bytes:
    return bare(f"HTTP/1.1 {status}", f"Location: {location}", "Content-Length: 0", "Connection: close")


def slowly(start: bytes, piece: bytes, every_s: float) -> Play:
    async def play() -> AsyncIterator[bytes]:
        yield start
        while True:
            await asyncio.sleep(every_s)
            yield piece

    return play


def zeros(packer: str) -> bytes:
    """100 MB of nothing."""
    part = bytes(10_000_000)
    if packer == "br":
        pressed = brotli.Compressor(quality=1)
        return b"".join(pressed.process(part) for _ in range(10)) + pressed.finish()
    zipper = zlib.compressobj(6, wbits=31 if packer == "gzip" else 15)
    return b"".join(zipper.compress(part) for _ in range(10)) + zipper.flush()


WHOLE = feed().encode()
ZIPPED = gzip.compress(WHOLE)
CHUNKED = "Transfer-Encoding: chunked"

CONNECTIONS: dict[str, tuple[bytes | Play, str]] = {
    "silent": (slowly(b"", b"", 60), "timed out"),
    "closes at once": (b"", "closed the connection"),
    "closes after the status": (b"HTTP/1.1 200 OK\r\n", "closed the connection|not HTTP"),
    "speaks another protocol": (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "not HTTP"),
    "stops within the head": (slowly(b"HTTP/1.1 200 OK\r\nX-A: ", b"", 60), "timed out"),
    "drips its head": (slowly(b"HTTP/1.1 200 OK\r\nX-A: ", b"a", 0.05), "timed out"),
    "drips its body": (slowly(bare("HTTP/1.1 200 OK"), b".", 0.05), "timed out"),
    "drips chunks": (slowly(bare("HTTP/1.1 200 OK", CHUNKED), b"1\r\n.\r\n", 0.05), "timed out"),
    "endless body": (slowly(bare("HTTP/1.1 200 OK"), b"x" * 65_536, 0), "larger than 2 MB"),
    "endless chunks": (slowly(bare("HTTP/1.1 200 OK", CHUNKED), b"10000\r\n" + b"x" * 65_536 + b"\r\n", 0), "larger than 2 MB"),
    "endless fields": (slowly(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n" * 500, 0), "not HTTP|timed out"),
    "a field of 20 kB": (http(WHOLE, "X-A: " + "a" * 20_000), "not HTTP"),
    "10,000 fields": (http(WHOLE, *(f"X-{n}: a" for n in range(10_000))), "not HTTP|"),
    "promises more than it sends": (bare("HTTP/1.1 200 OK", "Content-Length: 1000", body=b"half"), "broke off"),
    "a negative length": (bare("HTTP/1.1 200 OK", "Content-Length: -5", body=WHOLE), "not HTTP"),
    "two lengths": (bare("HTTP/1.1 200 OK", "Content-Length: 5", "Content-Length: 7", body=WHOLE), "not HTTP"),
    "length and chunks": (bare("HTTP/1.1 200 OK", "Content-Length: 5", CHUNKED, body=b"0\r\n\r\n"), "not HTTP|is empty"),
    "a chunk of no number": (bare("HTTP/1.1 200 OK", CHUNKED, body=b"zz\r\nab\r\n"), "broke off|not HTTP"),
    "a chunk of 16 exabytes": (bare("HTTP/1.1 200 OK", CHUNKED, body=b"FFFFFFFFFFFFFFF\r\nab"), "broke off|not HTTP"),
    "a chunk's endless remark": (bare("HTTP/1.1 200 OK", CHUNKED, body=b"1;" + b"a" * 100_000), "broke off|not HTTP"),
    "promises a gigabyte": (bare("HTTP/1.1 200 OK", "Content-Length: 1000000000", body=b"x"), "larger than 2 MB"),
    "NUL in the status": (b"HTTP/1.1 200 O\0K\r\n\r\n", "not HTTP|is empty"),
    "a status of four digits": (bare("HTTP/1.1 2000 OK"), "not HTTP"),
    "100 for ever": (slowly(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 50, 0.001), "timed out|not HTTP|closed"),
    "switches protocols": (bare("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket"), "HTTP 101|not HTTP"),
}

STATUSES: dict[str, tuple[bytes | Play, str]] = {
    "204": (bare("HTTP/1.1 204 No Content"), "is empty"),
    "206": (bare("HTTP/1.1 206 Partial Content", "Content-Range: bytes 0-3/900", "Content-Length: 4", body=b"<rss"), "feed"),
    "300": (http(status="300 Multiple Choices"), "HTTP 300"),
    "304 unasked": (bare("HTTP/1.1 304 Not Modified"), "HTTP 304"),
    **{
        code: (http(b"x" * 1000, status=f"{code} No"), f"HTTP {code}")
        for code in ("400", "401", "403", "404", "418", "429", "451", "500", "502", "503", "599")
    },
    "retry in a thousand years": (http(b"", "Retry-After: 99999999999999999999", status="503 Busy"), "HTTP 503"),
    "retry before now": (http(b"", "Retry-After: -1", status="503 Busy"), "HTTP 503"),
    "retry on no day": (http(b"", "Retry-After: Fri, 99 Foo 99999 99:99:99 GMT", status="429 Busy"), "HTTP 429"),
    "max-age without end": (http(WHOLE, "Cache-Control: max-age=" + "9" * 300), ""),
    "an ETag of bytes": (http(WHOLE, 'ETag: "\xff\xfe"'), ""),
}

REDIRECTS: dict[str, tuple[bytes | Play, str]] = {
    "to itself": (leads_to("/{name}"), "more than 10 redirects"),
    "to itself, growing": (leads_to("/{name}?a&a&a&a", "301 Moved"), "more than 10 redirects"),
    "to nowhere": (leads_to(""), "more than 10 redirects|HTTP 302"),
    "to 100 kB": (leads_to("/" + "a" * 100_000), "not HTTP"),
    "to bytes": (leads_to("http://\xff\xfe/"), "not a web address|only http|does not resolve"),
    "to a broken address": (leads_to("http://[::1"), "not a web address"),
    "to port 99999": (leads_to("http://127.0.0.1:99999/"), "not a web address"),
    "with a password": (leads_to("http://me:secret@127.0.0.1:{canary}/"), "password"),
    **{
        f"to {scheme}": (leads_to(f"{scheme}://127.0.0.1:{{canary}}/x"), "only http and https")
        for scheme in ("file", "ftp", "gopher", "javascript", "data", "ws")
    },
    **{
        f"inside as {host}": (leads_to(f"http://{host}:{{canary}}/"), "not a public address|web address|not resolve")
        for host in (
            "127.0.0.1", "localhost", "127.1", "0", "0.0.0.0", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.0.0.1.",
            "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
            "%31%32%37.0.0.1", "127%2e0%2e0%2e1",
        )
    },
    "inside without a scheme": (leads_to("//127.0.0.1:{canary}/"), "not a public address"),
    "to cloud metadata": (leads_to("http://169.254.169.254/latest/meta-data"), "not a public address"),
    "to the next machine": (leads_to("http://192.168.0.1/", "308 Moved"), "not a public address"),
}  # fmt: skip

PACKED: dict[str, tuple[bytes | Play, str]] = {
    "gzip bomb": (http(zeros("gzip"), "Content-Encoding: gzip"), "larger than 2 MB"),
    "brotli bomb": (http(zeros("br"), "Content-Encoding: br"), "larger than 2 MB"),
    "deflate bomb": (http(zeros("deflate"), "Content-Encoding: deflate"), "larger than 2 MB"),
    "a bomb in a bomb": (http(gzip.compress(zeros("gzip")), "Content-Encoding: gzip, gzip"), "larger|damaged|gzip|not"),
    "gzip cut off": (http(ZIPPED[:-20], "Content-Encoding: gzip"), "|damaged|feed"),
    "gzip with a wrong sum": (http(ZIPPED[:-8] + b"\0" * 8, "Content-Encoding: gzip"), "damaged"),
    "gzip that is none": (http(WHOLE, "Content-Encoding: gzip"), "damaged"),
    "brotli that is none": (http(WHOLE, "Content-Encoding: br"), "damaged|feed|text"),
    "an unknown encoding": (http(b"\x28\xb5\x2f\xfd" * 50, "Content-Encoding: rot13"), "text|feed|binary"),
    "a thousand members": (http(gzip.compress(b"") * 1000 + ZIPPED, "Content-Encoding: gzip"), "damaged|feed|empty|"),
}
TITLED = "<item><title>{}</title><guid>1</guid></item>"
INSIDE = "http://127.0.0.1:{canary}/"
DAYS = ("99999-99-99", "-1", "9" * 999)
DAMAGED = "|damaged|feed"
SLOW = "|longer than"


def xml(expected: str, items: str = TITLED.format("An item"), before: str = "") -> tuple[bytes, str]:
    return http(feed(items, before)), expected


def titled(expected: str, title: str, before: str = "") -> tuple[bytes, str]:
    return xml(expected, TITLED.format(title), before)


def json_feed(expected: str, rest: str) -> tuple[bytes, str]:
    return http('{"version": "https://jsonfeed.org/version/1.1", ' + rest, kind="application/feed+json"), expected


def charset(expected: str, name: str) -> tuple[bytes, str]:
    return http(feed(), kind=f"text/xml; charset={name}"), expected


DOCUMENTS: dict[str, tuple[bytes | Play, str]] = {
    "empty": (http(), "is empty"),
    "blank": (http(b" \n\t" * 1000), "is empty"),
    "nothing but NUL": (http(b"\0" * 5000), "is empty|binary"),
    "binary": (http(bytes(range(256)) * 40), "binary"),
    "a picture": (http(b"\x89PNG\r\n\x1a\n" + b"\0" * 99, kind="image/png"), "PNG"),
    "a PDF": (http(b"%PDF-1.7 " + b"x" * 999), "PDF"),
    "a page": (http("<!doctype html><title>Welcome</title>", kind="text/html"), "is a web page"),
    "a text": (http("Just words.", kind="text/plain"), "is plain text"),
    "no feed's JSON": (http('{"a": 1}', kind="application/json"), "JSON"),
    "deep JSON": json_feed("damaged JSON Feed", '"items": ' + "[" * 100_000),
    "JSON of huge numbers": json_feed("|damaged", '"items": [{"id": ' + "9" * 5000 + "}]}"),
    "JSON items that are none": json_feed("JSON", '"items": {"a": 1}}'),
    "JSON of lone surrogates": json_feed("", '"items": [{"id": "\\ud800", "content_text": "\\ud800"}]}'),
    "unclosed comment": (http("<rss version='2.0'><!-- " + "x" * 100_000), "feed"),
    "unclosed CDATA": (http("<rss version='2.0'><channel><item><title><![CDATA[" + "x" * 100_000), DAMAGED),
    "cut in the middle": (http(feed(TITLED.format("An item") * 9)[:200]), ""),
    "two roots": (http(feed() * 2), DAMAGED),
    "a tag of a megabyte": (http(f"<rss version='2.0'><{'a' * 1_000_000}></rss>"), DAMAGED),
    "a title of a megabyte": titled("", "a " * 500_000),
    "a GUID of a megabyte": xml("", f"<item><title>a</title><guid>{'a' * 1_000_000}</guid></item>"),
    "a link of a megabyte": xml("", f"<item><title>a</title><link>https://e.example/{'a' * 1_000_000}</link></item>"),
    "ten thousand enclosures": xml(SLOW, "<item><title>a</title>" + "<enclosure url='x'/>" * 10_000 + "</item>"),
    "absurd days": xml("", "".join(f"<item><title>{d}</title><pubDate>{d}</pubDate></item>" for d in DAYS)),
    "an impossible character": titled(DAMAGED, "&#x110000;"),
    "lone surrogates": titled(DAMAGED, "&#xD800;&#xDFFF;"),
    "NUL by reference": titled(DAMAGED, "a&#0;b"),
    "NUL in the text": titled(DAMAGED + "|binary", "a\0b"),
    "controls and bidi": titled(DAMAGED, "\x01\x02\u202e\u2066evil"),
    "wrong bytes for UTF-8": (http(feed(before="<?xml version='1.0' encoding='utf-8'?>").encode() + b"\xff\xfe"), DAMAGED),
    "an unknown charset": charset("", "x-nonexistent"),
    "a charset of bytes": charset("", "\xff\xfe"),
    **{
        f"charset {name}": charset(DAMAGED + "|text", name) for name in ("base64", "zip", "rot13", "utf-7", "idna", "undefined")
    },
    "UTF-16 without a mark": (http(feed().encode("utf-16-le")), DAMAGED),
    "UTF-32": (http(feed().encode("utf-32")), DAMAGED + "|binary"),
    "no type": (bare("HTTP/1.1 200 OK", f"Content-Length: {len(WHOLE)}", body=WHOLE), ""),
    "a type of nonsense": (http(WHOLE, kind=";;;=/=;"), ""),
}

LAUGHS = "<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
LONG_ENTITY = f"<!DOCTYPE rss [<!ENTITY a '{'x' * 20_000}'>]>"
ATTRIBUTES = " ".join(f"a{n}='1'" for n in range(100_000))
INCLUSION = f"a<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='{INSIDE}'/>"
PICTURE = f"&lt;img src='{INSIDE}'&gt;text"

EXPANDING: dict[str, tuple[bytes | Play, str]] = {
    "a billion laughs": titled(DAMAGED + SLOW, "&a9;", f"<!DOCTYPE rss [{LAUGHS}]>"),
    "quadratic entities": titled(DAMAGED + SLOW + "|memory", "&a;" * 20_000, LONG_ENTITY),
    "a file as an entity": titled(DAMAGED, "x&a;y", "<!DOCTYPE rss [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"),
    "a request as an entity": titled(DAMAGED, "x&a;y", f"<!DOCTYPE rss [<!ENTITY a SYSTEM '{INSIDE}'>]>"),
    "a foreign DTD": xml(DAMAGED, before=f"<!DOCTYPE rss SYSTEM '{INSIDE}x.dtd'>"),
    "a parameter entity": xml(DAMAGED, before=f"<!DOCTYPE rss [<!ENTITY % a SYSTEM '{INSIDE}'> %a;]>"),
    "a style sheet": xml("", before=f"<?xml-stylesheet href='{INSIDE}'?>"),
    "an inclusion": titled(DAMAGED, INCLUSION),
    "a link inside": xml("", f"<item><title>An item of words</title><link>{INSIDE}</link></item>"),
    "pictures inside": xml("", f"<item><title>a</title><description>{PICTURE}</description></item>"),
    "100,000 attributes": (http(f"<rss version='2.0'><channel {ATTRIBUTES}></channel></rss>"), "longer than"),
    "100,000 levels": (http(f"<rss version='2.0'><channel>{'<a>' * 100_000}</channel></rss>"), DAMAGED + SLOW + "|ends"),
    "an author that backtracks": xml(SLOW, f"<item><title>a</title><author>{'a@a' + '.a' * 20_000}!</author></item>"),
    "half a megabyte of <": xml(SLOW, f"<item><title>a</title><description>{'&lt;' * 400_000}</description></item>"),
}

ALL = CONNECTIONS | STATUSES | REDIRECTS | PACKED | DOCUMENTS | EXPANDING
