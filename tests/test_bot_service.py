"""The whole bot as a process against the loopback Discord: articles come in, alerts go out, questions are answered."""

import asyncio
import json
import random
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.articles import put, refusal, today, write_article
from tests.bot_process import BotProcess
from tests.discord_server import Channel, DiscordServer, Permission

GOLD = Path(__file__).parents[2] / "shared" / "gold"
COUNTRIES = ("Iran", "Russia", "Ukraine", "Israel", "Sudan", "Venezuela", "Turkey", "Armenia", "Pakistan", "India")


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        yield server


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    return folder


@pytest.fixture
async def bot(tmp_path: Path, articles: Path, discord: DiscordServer) -> AsyncIterator[BotProcess]:
    process = BotProcess(tmp_path, {**discord.settings, "ARTICLES_DIR": str(articles), "TICK_S": "0.2"})
    yield process
    if process.is_running:
        await process.kill()


async def watched(discord: DiscordServer, name: str = "alerts", **options: object) -> Channel:
    channel = discord.world.add_channel(discord.guild, name)
    answer = await discord.slash("watch add", {"channel": channel, **options})
    assert "Watch added" in answer.text, answer.text
    return channel


def gold_rows() -> list[dict[str, Any]]:
    lines = (GOLD / "seeds.jsonl").read_text().splitlines()
    return [row for line in lines for row in json.loads(line)["statements"]]


@pytest.mark.skipif(not (GOLD / "seeds.jsonl").exists(), reason="needs the seeds beside the repository")
async def test_seeds_are_silent_todays_article_alerts_and_stance_answers(
    bot: BotProcess, discord: DiscordServer, articles: Path
) -> None:
    await bot.start()
    await discord.synced()
    channel = await watched(discord, actor="Iran")
    shutil.copy(GOLD / "seeds.jsonl", articles)
    write_article(articles, "today", refusal("Iran", "Russia"), published=today())
    alert = await discord.message_in(channel, timeout_s=30)
    assert "REJECTS" in alert.text
    assert "Iran → Russia" in alert.text
    assert "Harbour Gazette" in alert.text

    await bot.has_said("article_added", times=6)  # today's may be read before the five seeds
    answer = await discord.slash("stance", {"actor": "Khamenei", "counterpart": "United States"})
    (words,) = {row["evidence"] for row in gold_rows() if row["said_on"] == "2025-02-07"}
    assert words in answer.plain
    assert "7 February 2025" in answer.text
    assert "Financial Times" in answer.text
    assert [message.text for message in channel.messages] == [alert.text]
    assert discord.violations == []
    assert await bot.stop() == 0


async def test_killed_thirty_times_no_alert_is_lost_or_doubled(bot: BotProcess, discord: DiscordServer, articles: Path) -> None:
    """Articles keep coming while the bot is killed: at any moment of its start, and every other time just when an article was
    committed and its alerts are on their way. At the end each article has exactly one alert.
    """
    chance = random.Random(20261124)
    pairs = [(one, other) for one in COUNTRIES for other in COUNTRIES if one != other][:30]
    await bot.start()
    await discord.synced()
    channel = await watched(discord)
    discord.faults.drop(on=f"POST /channels/{channel.id}/messages", times=5, is_stored=True)
    for number, (country, counterpart) in enumerate(pairs):
        write_article(articles, f"a{number}", refusal(country, counterpart), published=today())
        if number % 2:
            await bot.says("article_added", within_s=60)
            await asyncio.sleep(chance.uniform(0.0, 0.2))
        else:
            await asyncio.sleep(chance.uniform(0.0, 2.0))
        await bot.kill()
        await bot.start()
    await discord.message_in(channel, count=len(pairs), timeout_s=60)
    # Whatever a second delivery would send has had the time to come.
    await asyncio.sleep(3)
    headings = [message.text.splitlines()[0].partition("· ")[2] for message in channel.messages]
    assert sorted(headings) == sorted(f"{country} → {counterpart}" for country, counterpart in pairs)
    assert discord.violations == []


async def test_starts_while_discord_is_away(bot: BotProcess, discord: DiscordServer, articles: Path) -> None:
    await discord.go_away()
    await bot.start()
    await bot.says("discord_login_failed")
    write_article(articles, "early", refusal("Iran", "Iraq"), published=today())
    await bot.says("article_added")
    await discord.come_back()
    await discord.synced(timeout_s=30)
    assert "Searched 1 article" in (await discord.slash("status")).text
    assert bot.is_running


@pytest.mark.parametrize("path", ["GET /users/@me", "the gateway", "PUT /applications/*/commands"])
async def test_survives_503_at(bot: BotProcess, discord: DiscordServer, path: str) -> None:
    refused = discord.faults.refuse_gateway(times=2) if path == "the gateway" else None
    fault = refused or discord.faults.answer(503, on=path, times=2)
    await bot.start()
    await discord.synced(timeout_s=60)
    answer = await discord.slash("help")
    assert fault.is_spent
    assert "/stance" in answer.plain


async def test_a_refused_token_ends_with_one_line(bot: BotProcess, discord: DiscordServer) -> None:
    bot.environment["DISCORD_TOKEN"] = "MTA.wrong.secret"
    await bot.start()
    assert await bot.ended() == 1
    assert "parley: DISCORD_TOKEN: Discord does not accept this token" in bot.told
    assert "Traceback" not in bot.told
    assert "MTA.wrong.secret" not in bot.told


async def test_commands_are_registered_once(bot: BotProcess, discord: DiscordServer) -> None:
    await bot.start()
    await discord.synced()
    await discord.slash("help")
    assert await bot.stop() == 0
    await bot.start()
    await discord.slash("help")
    assert len(discord.called("PUT /applications/*/commands")) == 1


async def test_a_second_process_on_one_file_is_refused(bot: BotProcess, discord: DiscordServer, tmp_path: Path) -> None:
    await bot.start()
    await discord.synced()
    second = BotProcess(tmp_path, bot.environment)
    second.log = tmp_path / "second.log"
    await second.start()
    assert await second.ended() == 1
    assert "in use by another Parley" in second.told


async def test_an_article_of_last_week_and_a_baseline_are_silent_an_undated_one_alerts(
    bot: BotProcess, discord: DiscordServer, articles: Path
) -> None:
    await bot.start()
    await discord.synced()
    channel = await watched(discord)
    write_article(articles, "old", refusal("Iran", "Iraq"), published=today() - timedelta(days=7))
    write_article(articles, "undated", refusal("Turkey", "Greece"), published=None)
    alert = await discord.message_in(channel, timeout_s=30)
    assert "Turkey → Greece" in alert.text
    assert "Day unknown" in alert.text
    on_record = await discord.slash("stance", {"actor": "Iran"})
    assert "Iran → Iraq" in on_record.text
    assert len(channel.messages) == 1


async def test_one_bad_file_and_one_forbidden_channel_stop_nothing(
    bot: BotProcess, discord: DiscordServer, articles: Path
) -> None:
    await bot.start()
    await discord.synced()
    closed = await watched(discord, "closed")
    channel = await watched(discord, "open")
    discord.world.overwrite(closed, discord.world.bot, deny=Permission.SEND_MESSAGES)
    put(articles / "binary.txt", bytes(range(256)) * 40)
    put(articles / "broken.json", b'{"text": ')
    write_article(articles, "good", refusal("Iran", "Iraq"), published=today())
    assert "Iran → Iraq" in (await discord.message_in(channel, timeout_s=30)).text
    await bot.says("alert_failed")
    assert "binary.txt" in bot.told
    assert "broken.json" in bot.told
    await bot.says("alert_sent")
    status = await discord.slash("status")
    assert "1 sent, 0 waiting, 1 failed" in status.plain
