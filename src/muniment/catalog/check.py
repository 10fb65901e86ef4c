"""Checks the catalog by making it again: whatever the live one says otherwise than the sealed records is named.

The new one is made beside the live one, in a folder of its own or in a schema of its own, compared with it, and removed. What
has to be projected first is projected into a copy. Trust: the logs, which must have been found sound first; nothing in
the live catalog is believed.
"""

import os
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from muniment.capture.archive import Archive
from muniment.catalog.check_rows import Pair, check_rows
from muniment.catalog.check_search import check_search, known_shards
from muniment.catalog.check_tsvector import check_indexes
from muniment.catalog.database import VERSION, open_catalog
from muniment.catalog.projector import Projector
from muniment.catalog.rebuild import build
from muniment.journal.check_finding import Say, fault, file_of, leftover, unreadable
from muniment.journal.check_schema import check_header, check_layout, check_pages, check_size, layout_of
from muniment.record.errors import MunimentError
from muniment.record.words import _
from muniment.search.database import open_index
from muniment.search.document import Shard
from muniment.search.index import NameRow
from muniment.vault.database import ERRORS, Database, connect, drop, exists
from muniment.vault.home import LOGS
from muniment.vault.location import Location, Schema
from muniment.vault.sqlite import memory

FILE = "catalog.sqlite3"


def check_catalog(
    archive: Archive, scratch: Path, make: Callable[[Location], None], say: Say, *, disposed: bool
) -> None:
    """Compare the live catalog with one made in `scratch`; `make` makes the tables, `disposed` says that records were.

    On PostgreSQL the schemas beside the catalog's take the place of `scratch`. Raises what the projector raises when the logs are not sound.
    """
    location = archive.home.catalog
    file = file_of(location)
    if not exists(location):
        say(fault(file, _("the catalog is missing; `muniment rebuild` makes it again")))
        return
    if isinstance(location, Schema):
        _check_schema(archive, location, make, say, disposed=disposed)
        return
    live, made = scratch / "live.sqlite3", scratch / "made.sqlite3"
    try:
        _copy(location, live, say)
    except (sqlite3.Error, MunimentError) as error:
        say(fault(file, _("the catalog cannot be read: {reason}"), reason=str(error)))
        return
    _bring_up(archive, live, file, say)
    _make(archive, live, made, make, disposed=disposed)
    compare_catalogs(live, made, say)


def compare_catalogs(live: Location, made: Location, say: Say) -> None:
    """Compare two catalogs: everything in `live` that is not as in `made` is named. Nothing in either is changed."""
    if isinstance(live, Schema):
        assert isinstance(made, Schema)
        _compare_schemas(live, live, made, say)
        return
    database = memory()
    try:
        database.execute("ATTACH ? AS live", (str(live),))
        database.execute("ATTACH ? AS made", (str(made),))
        _compare(Pair(database, "live", "made", FILE, say), live)
    except sqlite3.Error as error:
        say(unreadable(FILE, error))
    finally:
        database.close()


def _check_schema(
    archive: Archive, live: Schema, make: Callable[[Location], None], say: Say, *, disposed: bool
) -> None:
    from muniment.vault.postgres import copy

    file, made, rows = file_of(live), live.beside("made"), live
    try:
        try:
            behind = _behind(archive, live)
            if behind > 0:
                rows = live.beside("copy")
                copy(live, rows)
        except ERRORS as error:
            say(unreadable(file, error))
            return
        if behind > 0:
            _bring_up(archive, rows, file, say)
        _make(archive, rows, made, make, disposed=disposed)
        _compare_schemas(live, rows, made, say)
    finally:
        drop(made)
        drop(live.beside("copy"))


def _behind(archive: Archive, location: Location) -> int:
    """How many sealed leaves the catalog there has not read yet."""
    catalog = connect(location, readonly=True)
    try:
        positions = dict(catalog.execute("SELECT log, position FROM cursor").fetchall())
    finally:
        catalog.close()
    return sum(archive.reader(log).log.checkpoint().size - positions.get(log, 0) for log in LOGS)


def _copy(path: Path, to: Path, say: Say) -> None:
    """A copy of the catalog as it stands, its write-ahead log included, readable by its owner alone."""
    os.close(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    source = connect(path, readonly=True)
    assert isinstance(source, sqlite3.Connection)
    try:
        check_size(FILE, path, source, say)
        target = sqlite3.connect(to)
        try:
            source.backup(target)
        finally:
            target.close()
    finally:
        source.close()


def projected(location: Location) -> int:
    """How many leaves of the records log the live catalog says it has read; as many as can be where it cannot be asked."""
    try:
        catalog = connect(location, readonly=True)
        try:
            row = catalog.execute("SELECT position FROM cursor WHERE log = 'records'").fetchone()
        finally:
            catalog.close()
    except (*ERRORS, MunimentError):
        return 1 << 62
    return 0 if row is None or not isinstance(row[0], int) else row[0]


def _bring_up(archive: Archive, live: Location, file: str, say: Say) -> None:
    """What was sealed and not yet projected when a command was stopped is projected into the copy, so that the rest can be compared."""
    try:
        catalog = open_catalog(live)
        try:
            projector = Projector(archive, catalog)
            behind = sum(archive.reader(log).log.checkpoint().size - projector.position(log) for log in LOGS)
            if behind > 0:
                say(leftover(file, _("the last {count} sealed leaves are not yet in the catalog"), count=behind))
                projector.catch_up()
        finally:
            catalog.close()
    except (*ERRORS, TypeError, ValueError, KeyError, MunimentError) as error:
        say(fault(file, _("the catalog cannot be brought up to the logs: {reason}"), reason=str(error)))


def _make(
    archive: Archive, live: Location, made: Location, make: Callable[[Location], None], *, disposed: bool
) -> None:
    def tables(location: Location) -> None:
        make(location)
        if disposed:
            _seed(live, location)

    build(archive, made, tables)


def _seed(live: Location, made: Location) -> None:
    """Number names, and open shards, as the live catalog did: a disposal leaves gaps in the numbers that a new one would not have.

    What was seeded and is then borne by no document is not believed: `_check_names` finds it.
    """
    source, catalog = connect(live, readonly=True), open_catalog(made)
    try:
        names = [
            NameRow(*row) for row in source.execute("SELECT id, role, native, display FROM search_name ORDER BY id")
        ]
        index = open_index(catalog)
        catalog.begin()
        index._insert_names(names)  # noqa: SLF001 - the index's own hand, so that both are written alike
        for shard in known_shards(source):
            index._open_shard(Shard(*shard))  # noqa: SLF001
        catalog.commit()
    except ERRORS:
        if catalog.in_transaction:
            catalog.rollback()
    finally:
        source.close()
        catalog.close()


def _compare(pair: Pair, live: Path) -> None:
    database = pair.database
    wanted = layout_of(database, pair.made)
    check_layout(FILE, layout_of(database, pair.live), wanted, pair.say)
    with_header = connect(live, readonly=True)
    try:
        made_version, made_application = (
            database.execute(f"PRAGMA made.{name}").fetchone()[0] for name in ("user_version", "application_id")
        )
        check_pages(FILE, with_header, made_version, made_application, pair.say)
    except sqlite3.Error as error:
        pair.say(unreadable(FILE, error))
    finally:
        with_header.close()
    virtual = sorted(
        name
        for (kind, name), (_table, sql) in wanted.items()
        if kind == "table" and (sql or "").startswith("CREATE VIRTUAL")
    )
    shadows = {f"{name}_{part}" for name in virtual for part in ("data", "idx", "config", "content", "docsize")}
    _check_tables(pair, [name for kind, name in sorted(wanted) if kind == "table" and name not in {*virtual, *shadows}])
    check_search(database, FILE, virtual, pair.say)
    shards = [table for table in virtual if table != "search_name_words"]
    for table in shards:
        database.execute(f"DROP TABLE IF EXISTS temp.terms_{table}")
        database.execute(f"CREATE VIRTUAL TABLE temp.terms_{table} USING fts5vocab(made, {table}, row)")
    _check_names(pair, [f"SELECT 1 FROM temp.terms_{table} WHERE term = ?" for table in shards])


def _compare_schemas(live: Schema, rows: Schema, made: Schema, say: Say) -> None:
    """The layout of `live`; the rows of `rows`, which is that or a copy of it; both against `made`."""
    file = file_of(live)
    try:
        database = connect(live, readonly=True)
    except (*ERRORS, MunimentError) as error:
        say(unreadable(file, error))
        return
    try:
        database.begin_reading()
        check_layout(file, layout_of(database, live.name), layout_of(database, made.name), say)
        check_header(file, database, live, VERSION, say)
        pair = Pair(database, rows.name, made.name, file, say)
        tables = _tables_of(database, made)
        missing = set(tables) - set(_tables_of(database, rows))  # said already
        _check_tables(pair, [table for table in tables if table not in missing])
        check_indexes(Pair(database, live.name, made.name, file, say))
        shards = [table for table in tables if table.startswith(("search_short_", "search_long_"))]
        _check_names(
            pair,
            [f"SELECT 1 FROM {made.name}.{table} WHERE ts @@ quote_literal(?)::tsquery LIMIT 1" for table in shards],
        )
    except ERRORS as error:
        say(unreadable(file, error))
    finally:
        database.close()


def _tables_of(database: Database, schema: Schema) -> list[str]:
    rows = database.execute("SELECT tablename::text FROM pg_tables WHERE schemaname = ? ORDER BY 1", (schema.name,))
    return [name for (name,) in rows]


def _check_tables(pair: Pair, tables: Sequence[str]) -> None:
    for table in tables:
        try:
            check_rows(pair, table)
        except ERRORS as error:
            reason = str(error)
            pair.say(fault(pair.file, _("the table {table} cannot be read: {reason}"), table=table, reason=reason))


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


def _check_names(pair: Pair, bears: Sequence[str]) -> None:
    """Every name of the live dictionary is borne by a document: one of the queries `bears` answers for its token."""
    for number, role in pair.database.execute(f"SELECT id, role FROM {pair.live}.search_name ORDER BY id").fetchall():
        tokens = [f"·{letter}{number}" for letter in _LETTERS.get(role, "")]
        if not any(pair.database.execute(query, (token,)).fetchone() for query in bears for token in tokens):
            pair.say(fault(pair.file, _("search_name, row {row}: no document bears this name"), row=number))
