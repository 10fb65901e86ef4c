"""Both databases, and a reader that knows no index: it reads docs/formats/query.md and every document, one after another."""

import bisect
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

import psycopg
import pytest

from muniment.search import ast, grammar, index, postgres, scripts, sqlite, tables
from muniment.search.document import Document, Name, document_id, outside
from muniment.vault.postgres import PostgresDatabase, adopt
from muniment.vault.sqlite import SqliteDatabase, memory
from tests.postgres import on_postgres

NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)

MakeDocument = Callable[..., Document]


@pytest.fixture
def database(postgres: "psycopg.Connection[Any]") -> PostgresDatabase:
    """A connection to an empty PostgreSQL database."""
    adopted = adopt(postgres)
    empty_database(adopted)
    return adopted


def empty_database(connection: PostgresDatabase) -> None:
    connection.execute("DROP SCHEMA public CASCADE")
    connection.execute("CREATE SCHEMA public")


@pytest.fixture
def fresh_index(request: pytest.FixtureRequest) -> Iterator[Callable[[], index.Index]]:
    """A function that gives an empty index, on the run's database."""
    if on_postgres():
        connection = request.getfixturevalue("database")

        def renew() -> index.Index:
            empty_database(connection)
            made = postgres.Index(connection)
            made.create()
            return made

        yield renew
        return
    opened: list[SqliteDatabase] = []

    def in_memory() -> index.Index:
        opened.append(memory())
        made = sqlite.Index(opened[-1])
        made.create()
        return made

    yield in_memory
    for connection in opened:
        connection.close()


@pytest.fixture
def empty(fresh_index: Callable[[], index.Index]) -> index.Index:
    """One empty index."""
    return fresh_index()


@pytest.fixture
def make_document() -> MakeDocument:
    """Documents with everything filled in but what the test is about; numbered from 1."""
    numbers = count(1)

    def make(text: str = "", *, at: str | None = "2026-03-01T08:00:00+00:00", **more: Any) -> Document:
        seconds = None if at is None else int(datetime.fromisoformat(at).timestamp())
        given: dict[str, Any] = {
            "conversation": Name("group-1", "Dealers"),
            "account": "desk",
            "channel": "whatsapp",
            "kind": "message",
            "sender": Name("85291234567", "Alice"),
        }
        identifier = document_id(seconds, next(numbers))
        return Document(id=identifier, text=text, outside=outside(seconds), **{**given, **more})

    return make


@pytest.fixture
def ask() -> Callable[..., list[int]]:
    """The sequence numbers of what a query finds, newest first; every way of asking must agree."""

    def asked(of: index.Index, query: str, scope: ast.Node | None = None) -> list[int]:
        parsed = grammar.parse(query, now=NOW)
        found = of.search(parsed, limit=1000, scope=scope)
        assert found == sorted(found, reverse=True)
        assert list(of.matches(parsed, scope=scope)) == found[::-1]
        assert of.count(parsed, scope=scope) == len(found)
        return [document & ((1 << 29) - 1) for document in found]

    return asked


# The reader. It is written from docs/formats/query.md and shares with the code only the tables of characters.

_table = tables.load()
_bounds = sorted(
    [(a, b, "word") for a, b in _table.words]
    + [(a, b, "dense") for a, b in scripts.DENSE]
    + [(a, b, "symbol") for a, b in _table.symbols]
)

Unit = tuple[str, str, bool]  # text, class, whether a dense character goes on from the one before without a gap


def _class(character: str) -> str:
    at = bisect.bisect_right(_bounds, (ord(character), 0x110000, "")) - 1
    return _bounds[at][2] if at >= 0 and ord(character) <= _bounds[at][1] else ""


def read_folded(text: str) -> str:
    before = None
    while text != before:
        before = text
        gone = "".join(c for c in text if not any(a <= ord(c) <= b for a, b in scripts.VANISH))
        marked = "".join(" " if c in "\u2122\u2120" or "\ud800" <= c <= "\udfff" else c for c in gone)
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", marked).casefold())
        text = "".join(_table.folding.get(ord(c), c) or "" for c in text)
    return text


def read_units(text: str) -> list[Unit]:
    units: list[Unit] = []
    last = ""
    for character in read_folded(text):
        kind = _class(character)
        if kind == "word" and last == "word" and len(units[-1][0]) < 100:
            units[-1] = (units[-1][0] + character, kind, False)
        elif kind:
            units.append((character, kind, kind == "dense" and last == "dense"))
        last = kind
    return units


def read_phrase(text: str, asked: str, *, prefix: bool) -> bool:
    """Whether the units of `asked` stand in `text` in a row, with gaps between dense characters where it has them."""
    have, want = read_units(text), read_units(asked)
    for start in range(len(have) - len(want) + 1):
        for number, (unit, kind, joined) in enumerate(want):
            other = have[start + number]
            same = other[0] == unit or (
                prefix and number == len(want) - 1 and kind == "word" and other[1] == kind and other[0].startswith(unit)
            )
            if not same or (number and kind == "dense" and other[2] != joined):
                break
        else:
            return bool(want)
    return False


def read_matches(document: Document, node: ast.Node) -> bool:
    """Whether `document` is one that `node` asks for."""
    match node:
        case ast.Everything():
            return True
        case ast.Text(text, prefix):
            return read_phrase(document.text, text, prefix=prefix)
        case ast.Not(part):
            return not read_matches(document, part)
        case ast.And(parts):
            return all(read_matches(document, part) for part in parts)
        case ast.Or(parts):
            return any(read_matches(document, part) for part in parts)
        case ast.Sent(first, end):
            dated = document.id >> 29 > 0
            seconds = document.id >> 29 if document.outside is None else document.outside
            return dated and (first is None or seconds >= first) and (end is None or seconds < end)
        case ast.Field(name, value, prefix):
            people = {
                "from": [document.sender] if document.sender else [],
                "to": [*document.recipients],
                "with": [*([document.sender] if document.sender else []), *document.recipients],
                "in": [document.conversation],
            }
            if name in people:
                return any(
                    read_phrase(form, value, prefix=prefix)
                    for person in people[name]
                    for form in (person.native, person.display)
                )
            values = {
                "account": (document.account,),
                "channel": (document.channel,),
                "type": (document.kind,),
                "is": document.flags,
                "has": document.has,
                "label": document.labels,
            }[name]
            return any(read_folded(value) == read_folded(one) for one in values)


@pytest.fixture(scope="session")
def reader() -> Callable[[Document, ast.Node], bool]:
    """The brute-force reading of one document."""
    return read_matches


@pytest.fixture(scope="session")
def reader_units() -> Callable[[str], list[Unit]]:
    """The brute-force reading of one text."""
    return read_units
