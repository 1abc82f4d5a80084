"""/export, /actor, /accuracy, the message commands, Wrong? and Mute over the loopback protocol."""

import csv
import io
import json
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import pytest
import pytest_asyncio
from jsonschema import Draft202012Validator

from bot.commands.export import file_name
from bot.deliver import Delivery
from bot.exporting import cell as cell_of
from handlers.actors import load_registry
from handlers.model import Actor, Job, Position, Stance, Watch
from tests.newsdesk import Newsdesk, newsdesk
from tests.storage_samples import KHAMENEI, OTHER_SERVER, ROUHANI, report, said

pytestmark = pytest.mark.asyncio(loop_scope="module")

FORMULA = '=HYPERLINK("https://evil.example") \u2014 we will not talk'
SCHEMA = json.loads((files("bot") / "schema" / "record.json").read_text())["$defs"]["statements"]
STRANGER = Actor("Behnam Farzadi", party="Iran", description="a former envoy", aliases=("B. Farzadi",))


async def write(room: Newsdesk) -> list[Position]:
    async with room.store.write() as unit:
        await report(
            unit, "1", said(Stance.REJECTS, "2019-05-29", evidence=FORMULA), outlet="-Wire", url="https://news.example/1"
        )
        await report(unit, "2", said(Stance.OPEN, "2019-09-04", speaker=ROUHANI.name), outlet="@everyone")
        await report(unit, "secret", said(Stance.OPEN, "2025-02-08"), guild_id=OTHER_SERVER)
        return await report(unit, "3", said(Stance.OPEN, None, speaker=STRANGER.name), actors=(STRANGER,))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def room(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Newsdesk]:
    path = tmp_path_factory.mktemp("corrections") / "parley.db"
    shutil.copyfile(sqlite_template, path)
    async with newsdesk(f"sqlite+aiosqlite:///{path}") as made:
        await write(made)
        yield made


async def test_a_table_has_provenance_and_no_formula(room: Newsdesk) -> None:
    answer = await room.ask("export", actor="Iran")
    assert answer.is_ephemeral
    assert answer.message is not None
    (file,) = answer.message.files
    assert file.filename == "parley-statements-iran.csv"
    rows = list(csv.DictReader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert [row["speaker"] for row in rows] == [STRANGER.name, ROUHANI.name, KHAMENEI.name]
    assert rows[2]["evidence"] == f"'{FORMULA}"
    assert rows[2]["outlet"] == "'-Wire"
    assert (rows[2]["url"], rows[2]["cameo"], rows[2]["said_on"]) == ("https://news.example/1", "125", "2019-05-29")
    assert int(rows[2]["end"]) - int(rows[2]["start"]) == len(FORMULA)


async def test_a_program_gets_rows_that_keep_the_schema(room: Newsdesk) -> None:
    answer = await room.ask("export", actor="Iran", counterpart="United States", format="json")
    assert answer.message is not None
    (file,) = answer.message.files
    rows = [json.loads(line) for line in file.data.decode().splitlines()]
    assert len(rows) == 3
    for row in rows:
        Draft202012Validator(SCHEMA).validate(row)
    assert rows[2]["evidence"] == FORMULA


async def test_nothing_to_export_is_no_file(room: Newsdesk) -> None:
    answer = await room.ask("export", actor="Peru")
    assert "No statement on record fits that; there is no file." in answer.plain
    assert answer.message is not None
    assert answer.message.files == []


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\n@x"])
async def test_a_cell_is_no_formula(cell: str) -> None:
    assert cell_of(cell) == f"'{cell}"


async def test_a_file_name_is_plain_whatever_the_actors_are_called() -> None:
    assert file_name("../Ali → Иран / x", "csv") == "parley-statements-ali-x.csv"
    assert file_name("", "json") == "parley-statements.jsonl"


async def test_an_actor_has_names_offices_and_a_record(room: Newsdesk) -> None:
    answer = await room.ask("actor show", actor="Khamenei")
    assert "Supreme Leader, Iran: 4 June 1989 to" in answer.plain
    assert "1 position on record, the last on 29 May 2019; toward United States" in answer.plain


async def test_somebody_outside_the_registry_is_known_by_what_the_article_said(room: Newsdesk) -> None:
    answer = await room.ask("actor show", actor="farzadi")
    assert "Also called B. Farzadi" in answer.plain
    assert "Described as “a former envoy”" in answer.plain
    assert "speaks for Iran" in answer.plain


async def test_the_voices_of_a_party_stand_by_office(room: Newsdesk) -> None:
    listed = (await room.ask("actor list", party="Iran")).plain
    assert listed.index("Ali Khamenei: Supreme Leader of Iran") < listed.index("Masoud Pezeshkian: President of Iran")
    assert "Iran" in (await room.ask("actor list")).plain


async def test_error_rates_are_published(room: Newsdesk) -> None:
    answer = await room.ask("accuracy")
    assert "labelled articles" in answer.plain
    for word in (*Stance, "confidence high", "confidence low"):
        assert word in answer.plain
    assert "Readers reported" in answer.plain


async def test_a_report_is_asked_for_noted_counted_and_shown(room: Newsdesk) -> None:
    page = await room.ask("stance", actor="Rouhani")
    assert page.message is not None
    asked = await room.discord.click(page.message, "Wrong?", user=room.discord.reader)
    assert "What is wrong with it?" in asked.plain
    assert asked.message is not None
    noted = await room.discord.click(asked.message, "Stance")
    assert "Noted: the stance is another." in noted.plain
    shown = await room.discord.click(page.message, "Evidence")
    assert "Reported by a reader: the stance is another." in shown.plain
    assert "Revision 1 of the article, characters" in shown.plain
    assert "Readers reported 1 statement as wrong here." in (await room.ask("accuracy")).plain


async def test_reports_of_one_server_are_not_shown_to_another(room: Newsdesk) -> None:
    async with room.store.read() as unit:
        (told,) = await unit.statements.find(guild_id=None, actor=ROUHANI.name)
        assert await unit.complaints.of_statement(told.id, guild_id=OTHER_SERVER) == []


async def test_the_menu_reports_an_answer_of_the_bot_and_nothing_else(room: Newsdesk) -> None:
    page = await room.ask("stance", actor="Khamenei")
    assert page.message is not None
    reported = await room.discord.message_command("Report this alert", page.message)
    assert "What is wrong with it?" in reported.plain
    assert FORMULA[:20] in reported.plain
    helped = await room.ask("status")
    assert helped.message is not None
    none = await room.discord.message_command("Report this alert", helped.message)
    assert "That is no alert or answer of mine" in none.plain


async def test_a_pair_is_muted_by_those_who_may_for_a_day(room: Newsdesk) -> None:
    discord = room.discord
    channel = discord.world.add_channel(discord.guild, "alerts")
    delivery = Delivery(room.client, room.store, load_registry(), lambda: room.now)

    async def alert(day: str, name: str) -> int:
        async with room.store.write() as unit:
            watch = await unit.watches.add(Watch(discord.guild.id, channel.id), room.now)
            (position,) = await report(unit, name, said(Stance.REJECTS, day, speaker="Japan", to="China"), actors=())
            made = await unit.alerts.add(watch, position, room.now)
            assert made is not None
            return made.id

    async def deliver(number: int) -> None:
        await delivery(Job(number, "deliver", str(number), {"alert": number}))

    await deliver(await alert("2025-02-08", "m1"))
    (first,) = channel.messages
    refused = await discord.click(first, "Mute pair 24 h", user=discord.reader)
    assert "Only members with Manage Messages" in refused.plain
    muted = await discord.click(first, "Mute pair 24 h")
    assert "Japan → China: no alert in this channel for 24 hours." in muted.plain
    await deliver(await alert("2025-02-09", "m2"))
    assert len(channel.messages) == 1
    room.now += timedelta(hours=25)
    await deliver(await alert("2025-02-10", "m3"))
    assert len(channel.messages) == 2


MADE_UP = ("wrong:999999", "wrong:1:everything", "mute:999999", "timeline:999999", "page:abc:1:2025-12-31")


@pytest.mark.parametrize("custom_id", MADE_UP)
async def test_a_made_up_button_gets_one_private_line(room: Newsdesk, custom_id: str) -> None:
    page = await room.ask("stance", actor="Khamenei")
    assert page.message is not None
    button = next(found for found in page.message.buttons if found.get("custom_id"))
    button["custom_id"] = custom_id
    answer = await room.discord.click(page.message, custom_id)
    assert answer.is_ephemeral
    assert "\n" not in answer.plain.strip()
