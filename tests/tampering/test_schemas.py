"""On PostgreSQL: every column of every table of keys and catalog is changed, rows are deleted and added; each is named."""

import random
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest

from muniment.catalog.check import compare_catalogs
from muniment.catalog.rebuild import build
from muniment.desk.catalog.schema import make_catalog
from muniment.journal.check import Finding
from muniment.vault.database import ERRORS, Database, connect
from muniment.vault.location import Schema, parse_url
from muniment.vault.postgres import copy
from tests.archives import ORIGIN
from tests.postgres import fresh
from tests.tampering.conftest import Copy, files
from tests.tampering.test_databases import other

pytestmark = pytest.mark.postgres  # test_databases.py does the like on SQLite's files
COLUMNS = """
    SELECT a.attname::text, a.atttypid = 'tsvector'::regtype FROM pg_attribute AS a
    WHERE a.attrelid = ?::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""


def changed(value: Any, vector: bool, chance: random.Random) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, datetime):
        return value + timedelta(days=1)
    return f"{value} 'planted'" if vector else other(value, chance)


def sweep(database: Database, found: Callable[[], bool], seed: int) -> tuple[list[str], int]:
    """Changes one row of each table in each column, deletes one, doubles one; what was not found, and how many were tried."""
    chance, escaped, tried = random.Random(seed), [], 0
    for table in database.tables():
        columns = database.execute(COLUMNS, (table,)).fetchall()
        asked = ", ".join(f'"{name}"::text' if vector else f'"{name}"' for name, vector in columns)
        rows = database.execute(f'SELECT ctid::text, {asked} FROM "{table}" ORDER BY 2').fetchall()
        if not rows:
            continue
        place, *values = chance.choice(rows)
        for what, undo in attacks(database, table, columns, place, values, chance):
            tried += 1
            if not found():
                escaped.append(what)
            undo()
    return escaped, tried


def attacks(
    database: Database, table: str, columns: list[Any], place: str, values: list[Any], chance: random.Random
) -> Iterator[tuple[str, Callable[[], object]]]:
    run = database.execute
    for (name, vector), value in zip(columns, values, strict=True):
        cast = "::text::tsvector" if vector else ""
        set_it = f'UPDATE "{table}" SET "{name}" = ?{cast} WHERE ctid = ?::text::tid RETURNING ctid::text'
        try:
            (place,) = run(set_it, (changed(value, vector, chance), place)).fetchone()
        except ERRORS:
            continue  # a constraint would not have it
        there = place

        def undo(set_it: str = set_it, value: Any = value, there: str = there) -> None:
            nonlocal place
            (place,) = run(set_it, (value, there)).fetchone()

        yield f"{table}.{name}", undo
    run(f'DELETE FROM "{table}" WHERE ctid = ?::text::tid', (place,))
    places = ", ".join("?::text::tsvector" if vector else "?" for _, vector in columns)
    yield f"{table} deleted", lambda: run(f'INSERT INTO "{table}" VALUES ({places})', values)


def test_any_change_of_a_row_of_the_keys_is_named(archive: Copy) -> None:
    with closing(connect(archive.home.key_table)) as keys:
        assert archive.sealed_findings() == []
        escaped, tried = sweep(keys, lambda: archive.file("keys") in files(archive.sealed_findings()), 5)
    assert escaped == []
    assert tried >= 12
    assert archive.sealed_findings() == []


def test_any_change_of_a_row_of_the_catalog_is_named(archive: Copy) -> None:
    server = parse_url(fresh())
    assert server is not None
    live = Schema(server, "catalog", ORIGIN)
    with archive.open() as opened:
        build(opened, live, make_catalog)
    made = live.beside("made")
    copy(live, made)

    def findings() -> list[Finding]:
        found: list[Finding] = []
        compare_catalogs(live, made, found.append)
        return found

    # Names of constraints and indexes go with a schema's making and not with a copy: the layout is test_whole.py's.
    layout = {str(finding) for finding in findings()}
    with closing(connect(live)) as catalog:
        escaped, tried = sweep(catalog, lambda: {str(finding) for finding in findings()} > layout, 9)
    assert escaped == []
    assert tried > 60
    assert {str(finding) for finding in findings()} == layout
