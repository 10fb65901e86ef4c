"""One firm for all tests here, and what the connectors read in its files: the plain text that expectations are held against."""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import opencc
import pytest

from muniment.capture.connector import Connector, ImportOptions, Part, SourceFile
from muniment.capture.ndjson import connector as ndjson
from muniment.capture.whatsapp import connector as whatsapp
from muniment.cli.demo import DemoImport, Firm, generate
from muniment.record.event import Event
from muniment.record.record import Header

UNTIL = date(2026, 11, 20)  # a Friday
CONNECTORS: dict[str, Connector] = {"ndjson": ndjson, "whatsapp": whatsapp}

_TERM = re.compile(r'(?P<not>NOT )?(?:(?P<field>[a-z]+):)?(?:"(?P<phrase>[^"]*)"|(?P<word>\S+))')
_LATIN = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")
_fold = opencc.OpenCC("t2s").convert


@dataclass(frozen=True)
class Imported:
    """What one file of the firm turned into."""

    file: DemoImport
    parts: tuple[Part, ...]
    events: tuple[Event, ...]


@pytest.fixture(scope="session")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Firm:
    return generate(tmp_path_factory.mktemp("firm"), seed=1, until=UNTIL)


@pytest.fixture(scope="session")
def imported(firm: Firm) -> tuple[Imported, ...]:
    return tuple(read(one) for one in firm.imports)


@pytest.fixture(scope="session")
def hits(imported: tuple[Imported, ...]) -> Callable[[str], list[Event]]:
    """The events that answer a query, by reading all of them: no index, no tokeniser of ours."""
    folded = [(tokens(event.text), event) for one in imported for event in one.events]

    def answer(query: str) -> list[Event]:
        tests = list(conditions(query))
        return [event for words, event in folded if all(test(words, event) for test in tests)]

    return answer


def read(one: DemoImport) -> Imported:
    """Import a file as the ordinary door does, without an archive behind it."""
    connector = CONNECTORS[one.connector]
    content = one.path.read_bytes()
    source = SourceFile(
        path=one.path,
        name=one.path.name,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        beside=one.path.parent,
    )
    options = ImportOptions(timezone=one.timezone, date_order=one.date_order)
    parts = [part for part in connector.read(source, options) if isinstance(part, Part)]
    return Imported(one, tuple(parts), tuple(_events(connector, parts)))


def _events(connector: Connector, parts: list[Part]) -> Iterator[Event]:
    for part in parts:
        if part.kind == "message" and part.rejected is None:
            header = Header(
                by=connector.name,
                v=connector.version,
                part=part.kind,
                assurance=connector.assurance,
                key=part.key,
                member=part.member,
                at=part.at,
                meta=part.meta,
            )
            yield from connector.decode(header, part.raw)


def tokens(text: str) -> list[str]:
    """Latin words and numbers whole, everything else by character, Traditional folded to Simplified."""
    return _LATIN.findall(_fold(text).casefold().replace("’", "'"))


def conditions(query: str) -> Iterator[Callable[[list[str], Event], bool]]:
    """One test for each term of `query`: words, phrases, and the fields `from in after before`, with NOT."""
    for match in _TERM.finditer(query):
        value = match["phrase"] if match["phrase"] is not None else match["word"]
        test = _field(match["field"], value) if match["field"] else _text(value)
        yield (lambda words, event, test=test: not test(words, event)) if match["not"] else test  # type: ignore[misc]


def _text(value: str) -> Callable[[list[str], Event], bool]:
    wanted = tokens(value)
    return lambda words, _event: holds(words, wanted)


def holds(words: list[str], wanted: list[str]) -> bool:
    return any(words[at : at + len(wanted)] == wanted for at in range(len(words) - len(wanted) + 1))


def _field(name: str, value: str) -> Callable[[list[str], Event], bool]:
    wanted = tokens(value)
    if name == "from":
        return lambda _words, event: any(
            holds(tokens(who or ""), wanted) for who in (event.sender, event.sender_display)
        )
    if name == "in":
        return lambda _words, event: any(
            holds(tokens(chat or ""), wanted) for chat in (event.conversation, event.conversation_display)
        )
    day = datetime.fromisoformat(value).replace(tzinfo=timezone(timedelta(hours=8)))
    edge = int(day.timestamp()) * 1_000_000
    if name == "after":
        return lambda _words, event: event.sent_at is not None and event.sent_at >= edge
    assert name == "before", name
    return lambda _words, event: event.sent_at is not None and event.sent_at < edge


def tree(folder: Path) -> dict[str, str]:
    """Hash of every file below `folder`."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def sent(event: Event) -> datetime:
    assert event.sent_at is not None
    return datetime.fromtimestamp(event.sent_at / 1_000_000, UTC)
