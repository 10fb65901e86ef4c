"""The firm as files: everything planted and dull, written as the exports that the ordinary import reads."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from muniment.cli.demo.cast import ACCOUNTS, LINE, PHONE_RACHEL, Account
from muniment.cli.demo.conversations import chat_key, conversations
from muniment.cli.demo.days import Calendar
from muniment.cli.demo.model import HONG_KONG, TIME_ZONE, Conversation, Message
from muniment.cli.demo.planted import plant
from muniment.cli.demo.stories import RHYTHM_AFTER, RHYTHM_BEFORE, STORIES, Story
from muniment.cli.demo.traffic import Traffic
from muniment.cli.demo.writers import ndjson, whatsapp
from muniment.desk.people.demonstration import ORIGIN

__all__ = ["ORIGIN", "DemoImport", "Firm", "generate"]


@dataclass(frozen=True, slots=True)
class DemoImport:
    """One file and the words that import it: `muniment import CONNECTOR PATH --account … --timezone …`."""

    path: Path
    connector: str
    account: str
    timezone: str
    date_order: str | None = None

    @property
    def argv(self) -> tuple[str, ...]:
        """The command after `muniment`."""
        order = ("--date-order", self.date_order) if self.date_order else ()
        return (
            "import",
            self.connector,
            str(self.path),
            "--account",
            self.account,
            "--timezone",
            self.timezone,
            *order,
        )


@dataclass(frozen=True, slots=True)
class Firm:
    """What `generate` made: the files to import in order, the messages in them, and the stops of the tour."""

    folder: Path
    seed: int
    until: date
    imports: tuple[DemoImport, ...]
    chats: tuple[Conversation, ...]
    messages: tuple[Message, ...]
    stories: tuple[Story, ...]


def generate(folder: Path, *, seed: int, until: date) -> Firm:
    """Write the export files of the demonstration firm into `folder`, which is made if need be.

    The newest messages fall on `until`, the others over the ninety days before. The same seed and day give the same
    bytes on every machine; files of an earlier run are written over.
    """
    folder.mkdir(parents=True, exist_ok=True)
    calendar = Calendar(until)
    chats = conversations()
    line = next(chat for chat in chats if chat.account is LINE)
    planted = plant(seed, calendar, line)
    dull = Traffic(seed, calendar, planted.closed).fill(chats)
    every = {chat.key: chat for chat in (*chats, *planted.chats)}
    messages = sorted(
        _attached_apart([*dull, *planted.messages], every), key=lambda message: (message.at, message.number)
    )
    photo = every[chat_key(PHONE_RACHEL.name, "slau")]
    imports = _write(folder, seed, every, messages)
    names = {name: day.isoformat() for name, day in planted.days.items()} | {
        "moved_chat": planted.silent_chat,
        "line_file": str(next(one.path for one in imports if one.account == LINE.name)),
        "photo_file": str(next(one.path for one in imports if photo.title in one.path.name)),
    }
    days = planted.days
    counts = {
        RHYTHM_BEFORE: _count(messages, "hls-kmok", days["heard_before"], days["silent_from"]),
        RHYTHM_AFTER: _count(messages, "hls-kmok", days["heard_again"], days["heard_until"]),
    }
    return Firm(
        folder=folder,
        seed=seed,
        until=until,
        imports=imports,
        chats=tuple(every.values()),
        messages=tuple(messages),
        stories=tuple(story.resolve(names, counts) for story in STORIES),
    )


def _attached_apart(messages: Iterable[Message], chats: dict[str, Conversation]) -> Iterable[Message]:
    """On WhatsApp an attachment with words becomes two messages, the words first."""
    for message in messages:
        apart = chats[message.conversation].account.connector == "whatsapp" and message.attachment and message.text
        if not apart:
            yield message
            continue
        yield replace(message, attachment=None)
        later = message.at + timedelta(seconds=3)
        yield replace(message, at=later, number=-message.number, text="", answers=None, first_wording=None)


def _write(folder: Path, seed: int, chats: dict[str, Conversation], messages: list[Message]) -> tuple[DemoImport, ...]:
    by_chat: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        by_chat[message.conversation].append(message)
    made: list[DemoImport] = []
    for account in ACCOUNTS:
        own = {key: chat for key, chat in chats.items() if chat.account is account and by_chat[key]}
        target = folder / account.name if account.connector == "whatsapp" else folder
        target.mkdir(exist_ok=True)
        if account.connector == "whatsapp":
            style = whatsapp.STYLES[account.style]
            for chat in own.values():
                path = whatsapp.write(target, style, seed, chat, by_chat[chat.key])
                made.append(DemoImport(path, "whatsapp", account.name, TIME_ZONE, style.date_order))
        else:
            made.append(_write_platform(target, seed, account, own, messages))
    return tuple(made)


def _write_platform(
    folder: Path, seed: int, account: Account, own: dict[str, Conversation], messages: list[Message]
) -> DemoImport:
    mine = [message for message in messages if message.conversation in own]
    name = f"{account.name}.ndjson"
    path = ndjson.write(folder, name, account.style, seed, own, mine, break_line=account is LINE)
    return DemoImport(path, "ndjson", account.name, TIME_ZONE)


def _count(messages: Iterable[Message], sender: str, first: date, end: date) -> int:
    begin = datetime(first.year, first.month, first.day, tzinfo=HONG_KONG)
    until = datetime(end.year, end.month, end.day, tzinfo=HONG_KONG)
    return sum(message.sender.id == sender and begin <= message.at < until for message in messages)
