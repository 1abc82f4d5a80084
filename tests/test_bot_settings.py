"""Settings: what the environment may say, and the one line that a wrong value gets."""

import re
from pathlib import Path

import pytest

from bot.parts import budget_of
from bot.settings import Settings
from handlers.errors import SettingError
from handlers.stance.chat import Endpoint

ROOT = Path(__file__).parents[1]
NAMES = sorted(name.upper() for name in Settings.model_fields)


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_example_lists_each_setting_once() -> None:
    listed = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert sorted(listed) == NAMES


def test_example_as_it_stands_is_the_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    defaults = Settings.from_env()
    (tmp_path / ".env").write_text((ROOT / ".env.example").read_text())
    assert Settings.from_env() == defaults


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("TICK_S", "soon", "TICK_S=soon: input should be a valid number"),
        ("TICK_S", "0", "TICK_S=0: input should be greater than 0"),
        ("WORKERS", "many", "WORKERS=many: input should be a valid integer"),
        ("STANCE_BACKEND", "magic", "STANCE_BACKEND=magic: input should be 'encoder', 'rules' or 'llm'"),
        ("STANCE_BACKEND", "llm", "LLM_URL: STANCE_BACKEND=llm needs it"),
        ("LLM_URL", "https://user:hush@host/v1", "LLM_URL: string should match pattern"),
        ("LLM_API_KEY", "two words", "LLM_API_KEY: it is no token"),
        ("LLM_DAILY_TOKENS", "0", "LLM_DAILY_TOKENS=0: input should be greater than 0"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL=LOUD: input should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ("FETCH_ALLOW", "localhost", "FETCH_ALLOW=localhost: 'localhost' is not host:port"),
        ("ARTICLES_DIR", "nowhere", "ARTICLES_DIR=nowhere: it is not a folder"),
        ("FEEDS_FILE", "nothing.opml", "FEEDS_FILE=nothing.opml: it is not a file"),
        ("DISCORD_API_URL", "ftp://x", "DISCORD_API_URL=ftp://x: string should match pattern"),
        ("TEST_GUILD_ID", "my server", "TEST_GUILD_ID=my server: input should be a valid integer"),
    ],
)
def test_a_wrong_setting_is_named_with_what_it_may_be(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError) as caught:
        Settings.from_env()
    assert str(caught.value).startswith(words)
    assert "\n" not in str(caught.value)


def test_the_token_is_in_no_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", " hush.hush.hush ")
    settings = Settings.from_env()
    assert "hush" not in repr(settings)
    assert "hush" not in str(settings)
    assert settings.token == "hush.hush.hush"


def test_the_key_of_the_large_model_is_in_no_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"BACKEND": "llm", "URL": "http://127.0.0.1:1/v1", "MODEL": "m", "API_KEY": " hush "}.items():
        monkeypatch.setenv("STANCE_BACKEND" if name == "BACKEND" else f"LLM_{name}", value)
    settings = Settings.from_env()
    budget = budget_of(settings, None)
    assert budget is not None
    assert "hush" not in f"{settings!r} {settings} {Endpoint('http://127.0.0.1:1', 'm', 'hush')!r}"
    assert settings.llm_key == "hush"


def test_an_empty_token_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "   ")
    assert Settings.from_env().token is None


def test_allowed_hosts_are_exact_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FETCH_ALLOW", "127.0.0.1:8000, [::1]:9000")
    assert Settings.from_env().fetch_allow == {"127.0.0.1:8000", "[::1]:9000"}
