"""Each connector for exports, through the real door: a file is brought in, brought in again, and brought in changed."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from muniment.capture.balance import BalanceSheet
from muniment.capture.connector import ImportOptions
from muniment.desk.archive import access, actions
from muniment.desk.desk import Desk, open_desk
from muniment.record.event import Event
from tests.archives import Place
from tests.capture.discord import samples as discord
from tests.capture.exports import dumps
from tests.capture.linkedin import samples as linkedin
from tests.capture.slack import samples as slack
from tests.capture.teams import samples as teams
from tests.capture.telegram import samples as telegram
from tests.capture.x import samples as x

FILES = {
    "telegram": ("result.json", dumps(telegram.chat()), len(telegram.MESSAGES)),
    "slack": ("export.zip", slack.export(), len(slack.DAY)),
    "discord": ("general.json", dumps(discord.channel()), len(discord.MESSAGES)),
    "teams": ("messages.json", dumps(teams.MESSAGES), len(teams.MESSAGES)),
    "x": ("twitter.zip", x.archive(), 14),
    "linkedin": ("messages.csv", linkedin.messages(), len(linkedin.ROWS)),
}


@pytest.fixture
def desk(place: Place) -> Iterator[Desk]:
    """An empty archive."""
    with open_desk(place.home, place.keys, "alice") as opened:
        yield opened


Bring = Callable[..., BalanceSheet]
Changes = dict[str, tuple[Callable[..., bytes], dict[str, Any]]]
"""How a connector's file of one message is written, and what is different in the later one."""


@pytest.fixture
def bring(desk: Desk, tmp_path: Path) -> Bring:
    """Brings a file of these bytes in."""

    def bring_in(connector: str, name: str, content: bytes) -> BalanceSheet:
        path = tmp_path / name
        path.write_bytes(content)
        sheet = actions.bring_in(desk, path, connector, connector, ImportOptions())
        assert sheet.balanced
        return sheet

    return bring_in


def events(desk: Desk) -> list[Event]:
    return [decoded.event for decoded in access.events(desk, "")]


def kinds(desk: Desk) -> dict[str, int]:
    return dict(Counter(event.kind.value for event in events(desk)))


@pytest.mark.parametrize("connector", FILES)
def test_a_file_is_brought_in_once_however_often_it_comes(connector: str, desk: Desk, bring: Bring) -> None:
    name, content, messages = FILES[connector]
    first = bring(connector, name, content)
    after = kinds(desk)
    again = bring(connector, name, content)

    assert (first.counts["messages"].seen, first.counts["messages"].stored) == (messages, messages)
    assert again.counts["messages"].duplicate == messages
    assert all(count.stored == count.rejected == 0 for count in again.counts.values())
    assert kinds(desk) == after
    assert sum(after.values()) >= messages
    assert "source_divergence" not in after
    assert "undecoded" not in after


SLACK = "1715680801.000100"


def slack_day(**more: Any) -> bytes:
    return slack.export({"general/2024-05-14.json": [slack.message(SLACK, "first words") | more]})


def telegram_chat(**more: Any) -> bytes:
    return dumps(telegram.chat([telegram.message(1, "first words") | more]))


def discord_channel(**more: Any) -> bytes:
    return dumps(discord.channel([discord.message(1, "first words") | more]))


def teams_message(**more: Any) -> bytes:
    return dumps(teams.message(1, text="first words") | more)


REACTED: Changes = {
    "slack": (slack_day, {"reactions": [{"name": "+1", "users": ["U2"], "count": 1}]}),
    "telegram": (telegram_chat, {"reactions": [{"type": "emoji", "emoji": "👍", "count": 1, "recent": [{"from": "Mei", "from_id": "user2", "date": "x"}]}]}),
    "discord": (discord_channel, {"reactions": [{"emoji": discord.THUMB, "count": 1, "users": [discord.user("6", "bob")]}]}),
    "teams": (teams_message, {"etag": "2", "reactions": [{"reactionType": "like", "createdDateTime": "2024-05-14T10:10:00Z", "user": teams.who("7", "Bob")}]}),
}  # fmt: skip
EDITED: Changes = {
    "slack": (slack_day, {"text": "other words", "edited": {"user": "U1", "ts": "1715680900.000000"}}),
    "telegram": (telegram_chat, {"text": "other words", "text_entities": [], "edited_unixtime": "1715684400"}),
    "discord": (discord_channel, {"content": "other words", "timestampEdited": "2024-05-14T11:00:00+00:00"}),
    "teams": (teams_message, {"body": {"contentType": "text", "content": "other words"}, "lastEditedDateTime": "2024-05-14T11:00:00Z", "etag": "2"}),
}  # fmt: skip
AROUND: Changes = {
    "slack": (slack_day, {"reply_count": 2, "files": []}),
    "telegram": (telegram_chat, {"from": "陈大文 (renamed)"}),
    "discord": (discord_channel, {"isPinned": True, "author": discord.user("5", "amy renamed")}),
    "teams": (teams_message, {"etag": "9", "lastModifiedDateTime": "2024-06-14T11:00:00Z"}),
}  # fmt: skip
UNSAID: Changes = {
    "slack": (slack_day, {"text": "other words"}),
    "telegram": (telegram_chat, {"text": "other words", "text_entities": []}),
    "discord": (discord_channel, {"content": "other words"}),
    "teams": (teams_message, {"body": {"contentType": "text", "content": "other words"}}),
}  # fmt: skip


@pytest.mark.parametrize("connector", REACTED)
def test_a_reaction_that_a_later_export_shows_is_a_reaction(connector: str, desk: Desk, bring: Bring) -> None:
    write, more = REACTED[connector]
    name = FILES[connector][0]
    bring(connector, name, write())
    bring(connector, name, write(**more))

    assert kinds(desk) == {"message": 1, "reaction": 1}
    bring(connector, name, write(**more))
    assert kinds(desk) == {"message": 1, "reaction": 1}


@pytest.mark.parametrize("connector", EDITED)
def test_an_edit_that_a_later_export_tells_of_leaves_the_first_words_known(
    connector: str, desk: Desk, bring: Bring
) -> None:
    write, more = EDITED[connector]
    name = FILES[connector][0]
    bring(connector, name, write())
    bring(connector, name, write(**more))

    assert [(event.kind, event.text) for event in events(desk)] == [("message", "first words"), ("edit", "other words")]
    first, edit = access.events(desk, "")
    assert edit.event.target == first.event.key


@pytest.mark.parametrize("connector", EDITED)
def test_an_edit_and_a_reaction_together_come_out_once_each(connector: str, desk: Desk, bring: Bring) -> None:
    write, changed = EDITED[connector]
    name = FILES[connector][0]
    for more in ({}, REACTED[connector][1], changed, {**changed, **REACTED[connector][1]}):
        bring(connector, name, write(**more))

    assert kinds(desk) == {"message": 1, "reaction": 1, "edit": 1}


@pytest.mark.parametrize("connector", AROUND)
def test_what_changes_around_a_message_says_nothing_new(connector: str, desk: Desk, bring: Bring) -> None:
    write, more = AROUND[connector]
    name = FILES[connector][0]
    bring(connector, name, write())
    bring(connector, name, write(**more))

    assert kinds(desk) == {"message": 1}


@pytest.mark.parametrize("connector", UNSAID)
def test_other_words_without_an_edit_are_a_divergence_and_both_stay(connector: str, desk: Desk, bring: Bring) -> None:
    write, more = UNSAID[connector]
    name = FILES[connector][0]
    bring(connector, name, write())
    bring(connector, name, write(**more))

    assert [(event.kind, event.text) for event in events(desk)] == [
        ("message", "first words"), ("source_divergence", "other words"),
    ]  # fmt: skip


def test_a_message_that_slack_recalled_later_keeps_its_words(desk: Desk, bring: Bring) -> None:
    bring("slack", "a.zip", slack_day())
    bring("slack", "b.zip", slack_day(subtype="tombstone", text=""))

    assert [(event.kind, event.text) for event in events(desk)] == [("message", "first words"), ("recall", "")]


def test_a_message_that_teams_deleted_later_keeps_its_words(desk: Desk, bring: Bring) -> None:
    gone = {"body": {"contentType": "text", "content": ""}, "deletedDateTime": "2024-05-15T00:00:00Z"}
    bring("teams", "a.json", teams_message())
    bring("teams", "b.json", teams_message(**gone))

    assert [(event.kind, event.text) for event in events(desk)] == [("message", "first words"), ("recall", "")]
