"""Custom ids and links: what Parley writes it reads back, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.buttons import (
    MAX_ACTION,
    EvidenceAction,
    PageAction,
    alert_in,
    evidence_action,
    page_action,
    parse_evidence,
    parse_page,
    safe_link,
)

ids = st.integers(1, 10**18 - 1)


@given(ids, st.none() | ids)
def test_an_evidence_action_is_read_back(statement_id: int, alert_id: int | None) -> None:
    custom_id = evidence_action(statement_id, alert_id)
    assert len(custom_id) <= MAX_ACTION
    assert parse_evidence(custom_id) == EvidenceAction(statement_id, alert_id)
    assert alert_in(custom_id) == alert_id


@given(st.text("0123456789abcdef", min_size=1, max_size=64), st.just(0) | ids)
def test_a_page_action_is_read_back(key: str, before_id: int) -> None:
    custom_id = page_action(key, before_id)
    assert len(custom_id) <= MAX_ACTION
    assert parse_page(custom_id) == PageAction(key, before_id)


@pytest.mark.parametrize(
    "custom_id",
    [
        "",
        "evidence:",
        "evidence:0",
        "evidence:-1",
        "evidence:1.5",
        "evidence:１",
        "evidence:1\n",
        " evidence:1",
        "evidence:1:alert:",
        "evidence:1:alert:0",
        "evidence:1:alert:2:3",
        "evidence:9999999999999999999",
        "page:ZZ:1",
        "page::1",
        "page:ab:-1",
        "mute:1",
    ],
)
def test_what_parley_did_not_write_means_nothing(custom_id: str) -> None:
    assert parse_evidence(custom_id) is None
    assert parse_page(custom_id) is None
    assert alert_in(custom_id) is None


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.org/a?b=(c)#d", "https://example.org/a?b=(c)#d"),
        ("http://EXAMPLE.org:8080/a", "http://example.org:8080/a"),
        ("https://example.org/جمله", "https://example.org/%D8%AC%D9%85%D9%84%D9%87"),
        ("https://münchen.example/", "https://xn--mnchen-3ya.example/"),
        ("https://example.org/a<b>", "https://example.org/a%3Cb%3E"),
        ("https://example.org/" + "a" * 492, "https://example.org/" + "a" * 492),
        ("https://example.org/" + "a" * 493, None),
        ("javascript:alert(1)", None),
        ("ftp://example.org/a", None),
        ("https://user:word@example.org/", None),
        ("https://localhost/a", None),
        ("https://[::1]/a", None),
        ("https://[bad/a", None),
        ("https://example.org:99999/", None),
        ("https://exa mple.org/", None),
        ("https://example.org/\u202e", None),
        ("//example.org/a", None),
        ("", None),
        (None, None),
    ],
)
def test_only_links_that_discord_takes(url: str | None, link: str | None) -> None:
    assert safe_link(url) == link
