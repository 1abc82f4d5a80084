"""/actor add, alias, merge and undo: over the loopback protocol for the owner of the application alone, and in the terminal."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.commands import build
from bot.console import OPERATOR
from bot.demo import ask
from bot.typed import parse_line
from handlers.errors import QuestionError
from handlers.model import Stance, Watch
from tests.newsdesk import Newsdesk, newsdesk
from tests.storage_samples import NOW, report, said

ENVOY, NAME = "Behnam Farzadi", "envoy Farzadi-Rad"


@pytest_asyncio.fixture
async def room(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Newsdesk]:
    path = tmp_path / "parley.db"
    shutil.copyfile(sqlite_template, path)
    async with newsdesk(f"sqlite+aiosqlite:///{path}") as made:
        async with made.store.write() as unit:
            await report(unit, "1", said(Stance.OPEN, "2025-01-10", speaker=ENVOY), actors=())
            (told,) = await report(unit, "2", said(Stance.REJECTS, "2025-02-01", speaker=NAME), actors=())
            watch = await unit.watches.add(Watch(made.discord.guild.id, made.discord.channel.id, actor=NAME), NOW)
            alert = await unit.alerts.add(watch, told, NOW)
            assert alert is not None
            await unit.alerts.sending(alert.id, NOW)
            await unit.alerts.sent(alert.id, 99, NOW)
        yield made


async def test_the_owner_merges_describes_and_takes_back(room: Newsdesk) -> None:
    merged = await room.ask("actor merge", actor=NAME, into=ENVOY)
    assert merged.is_ephemeral
    assert f"{NAME} means {ENVOY} from now on. 1 statement moved." in merged.plain
    async with room.store.read() as unit:
        assert [watch.actor for watch in await unit.watches.all()] == [ENVOY]
    added = await room.discord.slash("actor add", {"name": ENVOY, "party": "Iran", "office": "special envoy"})
    assert f"{ENVOY}: person, speaks for Iran, special envoy." in added.plain
    shown = (await room.ask("actor show", user=room.discord.reader, actor=NAME.upper())).plain
    for words in ("2 positions on record", f"Also called {NAME}", "speaks for Iran", "special envoy, Iran"):
        assert words in shown
    assert "rejects" in (await room.ask("stance", actor=NAME)).plain.casefold()
    assert (
        f"{NAME} no longer means {ENVOY}. 1 statement moved." in (await room.discord.slash("actor undo", {"name": NAME})).plain
    )
    assert "is what the articles say again" in (await room.discord.slash("actor undo", {"name": ENVOY})).plain
    assert "1 position on record" in (await room.ask("actor show", actor=NAME)).plain


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("add", {"name": "Someone New"}),
        ("alias", {"actor": ENVOY, "name": "Someone New"}),
        ("merge", {"actor": NAME, "into": ENVOY}),
        ("undo", {"name": NAME}),
    ],
)
async def test_nobody_else_may(room: Newsdesk, name: str, options: dict[str, str]) -> None:
    admin = room.discord.world.add_user("admin")
    room.discord.world.join(room.discord.guild, admin)
    for user in (room.discord.reader, admin):
        answer = await room.discord.slash(f"actor {name}", options, user=user)
        assert "Only the operator of this bot may change actors" in answer.plain
    async with room.store.read() as unit:
        assert await unit.amendments.meaning(NAME) is None
        assert not await unit.amendments.is_on_record("Someone New")


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("alias", {"actor": ENVOY, "name": "Khamenei of Iran"}, None),
        ("alias", {"actor": ENVOY, "name": "Ali Khamenei"}, "in the registry"),
        ("alias", {"actor": "Nobody At All", "name": "x"}, "I know no actor called"),
        ("alias", {"actor": ENVOY, "name": "n" * 200}, "longer than 160"),
        ("merge", {"actor": ENVOY, "into": ENVOY}, "one name twice"),
        ("add", {"name": "Someone New", "office": "envoy"}, "of which party"),
        ("undo", {"name": "@everyone \u202e"}, "nothing to take back"),
    ],
)
async def test_what_cannot_be_is_said(room: Newsdesk, name: str, options: dict[str, str], words: str | None) -> None:
    answer = await room.discord.slash(f"actor {name}", options)
    assert (words or "means") in answer.plain


async def test_the_terminal_takes_the_same(room: Newsdesk) -> None:
    commands = build(room.desk)
    name, options = parse_line(f'actor alias actor:"{ENVOY}" name:"{NAME}"', commands)
    reply = await ask(room.desk, name, options, OPERATOR)
    assert reply.data == ({"kind": "merge", "name": NAME, "actor": ENVOY, "statements": 1},)
    name, options = parse_line(f'actor undo name:"{NAME}"', commands)
    assert (await ask(room.desk, name, options, OPERATOR)).data[0]["statements"] == 1
    with pytest.raises(QuestionError, match="nothing to take back"):
        await ask(room.desk, name, options, OPERATOR)
