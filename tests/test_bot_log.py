"""Log lines: constant text plus keys, and never the token."""

import json
import logging

import pytest

from bot.log import set_up
from bot.settings import Settings


@pytest.fixture(autouse=True)
def _restored_root() -> object:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def settings_with(**values: object) -> Settings:
    return Settings(_env_file=None, discord_token="hush.hush.hush", **values)


def test_keys_follow_the_text(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(settings_with())
    logging.getLogger("bot.test").info("article_added", extra={"origin": "a.txt"})
    assert capsys.readouterr().err.rstrip().endswith("INFO    bot.test: article_added origin=a.txt")


def test_json_lines_hold_the_keys(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(settings_with(log_format="json"))
    logging.getLogger("bot.test").warning("feed_failed", extra={"url": "https://example.org/feed"})
    line = json.loads(capsys.readouterr().err)
    assert (line["level"], line["message"], line["url"]) == ("warning", "feed_failed", "https://example.org/feed")


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_token_never_leaves(capsys: pytest.CaptureFixture[str], form: str) -> None:
    set_up(settings_with(log_format=form))
    try:
        raise ValueError("hush.hush.hush in an error")
    except ValueError:
        logging.getLogger("other").exception("failed with %s", "hush.hush.hush", extra={"key": "hush.hush.hush"})
    told = capsys.readouterr().err
    assert "hush" not in told
    assert "[token]" in told


def test_the_key_of_the_large_model_never_leaves(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(settings_with(llm_api_key="sk-quiet"))
    logging.getLogger("other").warning("refused", extra={"headers": "Authorization: Bearer sk-quiet"})
    assert "Bearer [key]" in capsys.readouterr().err


def test_quiet_keeps_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(settings_with(), quiet=True)
    logging.getLogger("bot.test").info("small_talk")
    logging.getLogger("bot.test").warning("trouble")
    told = capsys.readouterr().err
    assert "trouble" in told
    assert "small_talk" not in told
