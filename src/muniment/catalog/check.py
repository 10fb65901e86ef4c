"""Checks the catalog by making it again: whatever the live one says otherwise than the sealed records is named.

Both are copied into a folder beside the catalog, compared there table by table and row by row in order of key, and removed.
Trust: the logs, which must have been found sound first; nothing in the live catalog is believed.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from muniment.capture.archive import Archive
from muniment.catalog.check_search import check_search, known_shards
from muniment.catalog.database import open_catalog
from muniment.catalog.projector import Projector
from muniment.catalog.rebuild import build
from muniment.journal.check_finding import (
    Say,
    check_database,
    check_schema,
    check_size,
    fault,
    leftover,
    schema_of,
    unreadable,
)
from muniment.record.errors import MunimentError
from muniment.record.words import _
from muniment.search.document import Shard
from muniment.search.index import NameRow
from muniment.search.sqlite import Index
from muniment.vault.home import LOGS
from muniment.vault.sqlite import connect

FILE = "catalog.sqlite3"
CHUNK = 5_000

Row = tuple[Any, ...]


def check_catalog(archive: Archive, scratch: Path, make: Callable[[Path], None], say: Say, *, disposed: bool) -> None:
    """Compare the live catalog with one made in the folder `scratch`; `make` makes the tables, `disposed` says that records were.

    Raises what the projector raises when the logs are not sound.
    """
    if not archive.home.catalog.exists():
        say(fault(FILE, _("the catalog is missing; `muniment rebuild` makes it again")))
        return
    live, made = scratch / "live.sqlite3", scratch / "made.sqlite3"
    try:
        _copy(archive.home.catalog, live, say)
    except (sqlite3.Error, MunimentError) as error:
        say(fault(FILE, _("the catalog cannot be read: {reason}"), reason=str(error)))
        return
    _bring_up(archive, live, say)
    _make(archive, live, made, make, disposed=disposed)
    compare_catalogs(live, made, say)


def compare_catalogs(live: Path, made: Path, say: Say) -> None:
    """Compare two catalog files: everything in `live` that is not as in `made` is named. Nothing in either is changed."""
    database = sqlite3.connect(":memory:", isolation_level=None)
    try:
        database.execute("ATTACH ? AS live", (str(live),))
        database.execute("ATTACH ? AS made", (str(made),))
        _compare(database, live, say)
    except sqlite3.Error as error:
        say(unreadable(FILE, error))
    finally:
        database.close()


def _copy(path: Path, to: Path, say: Say) -> None:
    """A copy of the catalog as it stands, its write-ahead log included, readable by its owner alone."""
    os.close(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    source = connect(path, readonly=True)
    try:
        check_size(FILE, path, source, say)
        target = sqlite3.connect(to)
        try:
            source.backup(target)
        finally:
            target.close()
    finally:
        source.close()


def projected(path: Path) -> int:
    """How many leaves of the records log the live catalog says it has read; as many as can be where it cannot be asked."""
    try:
        catalog = connect(path, readonly=True)
        try:
            row = catalog.execute("SELECT position FROM cursor WHERE log = 'records'").fetchone()
        finally:
            catalog.close()
    except (sqlite3.Error, MunimentError):
        return 1 << 62
    return 0 if row is None or not isinstance(row[0], int) else row[0]


def _bring_up(archive: Archive, live: Path, say: Say) -> None:
    """What was sealed and not yet projected when a command was stopped is projected into the copy, so that the rest can be compared."""
    try:
        catalog = open_catalog(live)
        try:
            projector = Projector(archive, catalog)
            behind = sum(archive.reader(log).log.checkpoint().size - projector.position(log) for log in LOGS)
            if behind > 0:
                say(leftover(FILE, _("the last {count} sealed leaves are not yet in the catalog"), count=behind))
                projector.catch_up()
        finally:
            catalog.close()
    except (sqlite3.Error, TypeError, ValueError, KeyError, MunimentError) as error:
        say(fault(FILE, _("the catalog cannot be brought up to the logs: {reason}"), reason=str(error)))


def _make(archive: Archive, live: Path, made: Path, make: Callable[[Path], None], *, disposed: bool) -> None:
    def tables(path: Path) -> None:
        make(path)
        if disposed:
            _seed(live, path)

    build(archive, made, tables)


def _seed(live: Path, made: Path) -> None:
    """Number names, and open shards, as the live catalog did: a disposal leaves gaps in the numbers that a new one would not have.

    What was seeded and is then borne by no document is not believed: `_unused` finds it.
    """
    source, catalog = sqlite3.connect(live), open_catalog(made)
    try:
        names = [
            NameRow(*row) for row in source.execute("SELECT id, role, native, display FROM search_name ORDER BY id")
        ]
        index = Index(catalog)
        catalog.execute("BEGIN IMMEDIATE")
        index._insert_names(names)  # noqa: SLF001 - the index's own hand, so that both are written alike
        for shard in known_shards(source):
            index._open_shard(Shard(*shard))  # noqa: SLF001
        catalog.execute("COMMIT")
    except sqlite3.Error:
        if catalog.in_transaction:
            catalog.execute("ROLLBACK")
    finally:
        source.close()
        catalog.close()


def _compare(database: sqlite3.Connection, live: Path, say: Say) -> None:
    wanted = schema_of(database, "made")
    check_schema(FILE, schema_of(database, "live"), wanted, say)
    with_header = sqlite3.connect(live)
    try:
        made_version, made_application = (
            database.execute(f"PRAGMA made.{name}").fetchone()[0] for name in ("user_version", "application_id")
        )
        check_database(FILE, with_header, made_version, made_application, say)
    except sqlite3.Error as error:
        say(unreadable(FILE, error))
    finally:
        with_header.close()
    virtual = sorted(
        name
        for (kind, name), (_table, sql) in wanted.items()
        if kind == "table" and (sql or "").startswith("CREATE VIRTUAL")
    )
    shadows = {f"{name}_{part}" for name in virtual for part in ("data", "idx", "config", "content", "docsize")}
    for kind, name in sorted(wanted):
        if kind == "table" and name not in virtual and name not in shadows:
            try:
                _check_rows(database, name, say)
            except sqlite3.Error as error:
                say(fault(FILE, _("the table {table} cannot be read: {reason}"), table=name, reason=str(error)))
    check_search(database, FILE, virtual, say)
    _check_names(database, virtual, say)


def _check_rows(database: sqlite3.Connection, table: str, say: Say) -> None:
    """One table, row by row in order of key."""
    columns = database.execute(f"PRAGMA made.table_info({table})").fetchall()
    key = sorted((row for row in columns if row[5]), key=lambda row: row[5]) or columns
    names = ", ".join(f'"{row[1]}"' for row in (*key, *(row for row in columns if row not in key)))
    order = ", ".join(f'"{row[1]}"' for row in key)
    width = len(key)
    statement = f"SELECT {names} FROM {{}}.{table} ORDER BY {order}"
    found = iter(database.execute(statement.format("live")))
    wanted = iter(database.execute(statement.format("made")))
    while True:
        some, others = list(islice(found, CHUNK)), list(islice(wanted, CHUNK))
        if some == others and all(map(_alike, some, others)):
            if not others:
                return
            continue
        break
    _merge(
        database,
        table,
        width,
        [row[1] for row in (*key, *(row for row in columns if row not in key))],
        _chain(some, found),
        _chain(others, wanted),
        say,
    )


def _chain(some: Sequence[Row], rest: Iterator[Row]) -> Iterator[Row]:
    yield from some
    yield from rest


def _alike(found: Row, wanted: Row) -> bool:
    return list(map(type, found)) == list(map(type, wanted))


def _merge(
    database: sqlite3.Connection,
    table: str,
    width: int,
    names: list[str],
    found: Iterator[Row],
    wanted: Iterator[Row],
    say: Say,
) -> None:
    """Walk both in order of key and name what differs."""
    one, other = next(found, None), next(wanted, None)
    said = 0
    while (one is not None or other is not None) and said < 100:
        if other is None or (one is not None and _order(one[:width]) < _order(other[:width])):
            assert one is not None
            _name(database, table, names, one, width, _("the row is not one that the records give"), say)
            one, said = next(found, None), said + 1
        elif one is None or _order(other[:width]) < _order(one[:width]):
            _name(database, table, names, other, width, _("the row is missing"), say)
            other, said = next(wanted, None), said + 1
        else:
            odd = [name for name, a, b in zip(names, one, other, strict=True) if a != b or type(a) is not type(b)]
            if odd:
                _name(
                    database,
                    table,
                    names,
                    other,
                    width,
                    _("it has another {columns} than the records give").format(columns=", ".join(odd)),
                    say,
                )
                said += 1
            one, other = next(found, None), next(wanted, None)
    if said == 100:
        say(fault(FILE, _("{table}: more rows differ; `muniment rebuild` makes them all again"), table=table))


def _order(key: Row) -> tuple[tuple[int, Any], ...]:
    """SQLite's order of values: null, numbers, text by its bytes, blobs."""
    return tuple(
        (0, 0)
        if value is None
        else (1, value)
        if isinstance(value, int | float)
        else (2, value.encode("utf-8", "surrogatepass"))
        if isinstance(value, str)
        else (3, value)
        for value in key
    )


def _name(
    database: sqlite3.Connection, table: str, names: list[str], row: Row, width: int, what: str, say: Say
) -> None:
    """Name a row by its key where that is a number; text and digests may be content."""
    by = dict(zip(names, row, strict=True))
    leaf = by.get("leaf")
    if leaf is None and table == "link":
        found = database.execute("SELECT leaf FROM made.event WHERE id = ?", (by["id"],)).fetchone()
        leaf = found[0] if found else None
    key = ", ".join(str(value) if isinstance(value, int) else _("(text)") for value in row[:width])
    say(
        fault(
            FILE,
            _("{table}, row {row}: {what}"),
            leaf=leaf if isinstance(leaf, int) else None,
            table=table,
            row=key,
            what=what,
        )
    )


_LETTERS = {
    "person": "sr",
    "conversation": "c",
    "account": "a",
    "channel": "h",
    "kind": "k",
    "flag": "f",
    "has": "x",
    "label": "l",
    "time": "t",
}


def _check_names(database: sqlite3.Connection, virtual: Sequence[str], say: Say) -> None:
    """Every name of the live dictionary is borne by a document."""
    shards = [table for table in virtual if table != "search_name_words"]
    for table in shards:
        database.execute(f"DROP TABLE IF EXISTS temp.terms_{table}")
        database.execute(f"CREATE VIRTUAL TABLE temp.terms_{table} USING fts5vocab(made, {table}, row)")
    for number, role in database.execute("SELECT id, role FROM live.search_name ORDER BY id").fetchall():
        tokens = [f"·{letter}{number}" for letter in _LETTERS.get(role, "")]
        if not any(
            database.execute(f"SELECT 1 FROM temp.terms_{table} WHERE term = ?", (token,)).fetchone()
            for table in shards
            for token in tokens
        ):
            say(fault(FILE, _("search_name, row {row}: no document bears this name"), row=number))
