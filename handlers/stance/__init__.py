"""What a stance backend is, and which there are: a module with `load(model)` whose result reads an article.

To add one: a module here, its name in `BACKENDS`, a floor in the tests. `extract.py` checks whatever it finds. The large
model (`llm.py`) is none of them: it stands before the default one, which reads whatever it cannot.
"""

from importlib import import_module
from typing import Protocol, cast

from handlers.errors import SettingError
from handlers.model import Article, Reading

BACKENDS = {"encoder": "handlers.stance.encoded", "rules": "handlers.stance.rules"}
DEFAULT = "encoder"


class StanceBackend(Protocol):
    """Reads one article. It may be wrong, but never raises for odd text."""

    def read(self, article: Article) -> Reading: ...


class _Module(Protocol):
    def load(self, model: str) -> StanceBackend: ...


def load(name: str, model: str) -> StanceBackend:
    """Import and build a backend; `SettingError` for a name that is none."""
    if name not in BACKENDS:
        raise SettingError(f"STANCE_BACKEND: {name!r} is not one of {', '.join(sorted(BACKENDS))}")
    return cast("_Module", import_module(BACKENDS[name])).load(model)
