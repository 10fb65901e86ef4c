"""Every row and column of the keys database and of the catalog is changed, deleted, doubled and swapped, the search index included."""

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from muniment.catalog.check import compare_catalogs
from muniment.desk.archive import actions
from muniment.journal.check import Finding
from tests.tampering.conftest import Copy, files

pytestmark = pytest.mark.sqlite  # test_schemas.py does the like on PostgreSQL
KEYS = "keys/keys.sqlite3"
CATALOG = "catalog.sqlite3"
PER_COLUMN = 6

Value = int | float | str | bytes | None


def other(value: Value, chance: random.Random) -> Value:
    """Another value, near the old one."""
    if value is None:
        return "x"
    if isinstance(value, int):
        return value + chance.choice((-1, 1, 256))
    if isinstance(value, float):
        return value + 1
    if isinstance(value, str):
        place = chance.randrange(len(value) + 1)
        changed = value[:place] + chance.choice("x9 ") + value[place + chance.randrange(2) :]
        return changed if changed != value else value + "x"
    if not value:
        return b"\1"
    place = chance.randrange(len(value))
    return value[:place] + bytes([value[place] ^ 1 << chance.randrange(8)]) + value[place + 1 :]


def tables(path: Path) -> list[tuple[str, list[str], str]]:
    """Every real table of a database: name, columns, and what names one row of it."""
    with closing(sqlite3.connect(path)) as database:
        found = []
        for name, sql in database.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name"
        ).fetchall():
            if not sql.startswith("CREATE VIRTUAL"):
                info = database.execute(f"PRAGMA table_info('{name}')").fetchall()
                keyed = [row[1] for row in sorted(info, key=lambda row: row[5]) if row[5]]
                found.append((name, [row[1] for row in info], ", ".join(keyed) if "WITHOUT ROWID" in sql else "rowid"))
        return found


def changes(
    path: Path, chance: random.Random, keep: Callable[[str], bool]
) -> Iterator[tuple[str, str, tuple[Value, ...]]]:
    """What is changed, as (description, statement, values): every column of sampled rows, every row deleted, one added, two swapped."""
    for table, columns, key in tables(path):
        if not keep(table):
            continue
        with closing(sqlite3.connect(path)) as database:
            rows = database.execute(f'SELECT {key}, * FROM "{table}"').fetchall()
        width = key.count(",") + 1
        where = " AND ".join(
            f'"{name.strip()}" IS ?' if name.strip() != "rowid" else "rowid = ?" for name in key.split(",")
        )
        for column in range(len(columns)):
            for row in chance.sample(rows, min(PER_COLUMN, len(rows))):
                value = other(row[width + column], chance)
                yield (
                    f"{table}.{columns[column]} of {row[:width]}",
                    f'UPDATE OR IGNORE "{table}" SET "{columns[column]}" = ? WHERE {where}',
                    (value, *row[:width]),
                )
        for row in chance.sample(rows, min(PER_COLUMN * 3, len(rows))):
            yield f"{table} {row[:width]} deleted", f'DELETE FROM "{table}" WHERE {where}', row[:width]
        if rows:
            last = rows[-1][width:]
            fresh = tuple(value + 1_000_003 if isinstance(value, int) else other(value, chance) for value in last)
            yield (
                f"{table} added to",
                f'INSERT OR IGNORE INTO "{table}" VALUES ({", ".join("?" * len(columns))})',
                fresh,
            )


def attack(path: Path, statement: str, values: tuple[Value, ...]) -> bool:
    """Change the database; False where it would not have it, or nothing was changed by it."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA ignore_check_constraints=ON")
        try:
            changed = database.execute(statement, values).rowcount
            database.commit()
        except sqlite3.DatabaseError:
            return False
        return changed > 0


def whole(path: Path) -> bytes:
    """The database as one file, its write-ahead log folded in."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.execute("PRAGMA journal_mode=DELETE")
    return path.read_bytes()


def put(path: Path, data: bytes) -> None:
    for ending in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    path.write_bytes(data)


def test_any_change_of_a_row_of_the_keys_is_named(archive: Copy) -> None:
    path, chance, escaped, tried = archive.home.keys / "keys.sqlite3", random.Random(5), [], 0
    before = whole(path)
    assert archive.sealed_findings() == []
    for what, statement, values in list(changes(path, chance, lambda _: True)):
        if attack(path, statement, values):
            tried += 1
            if KEYS not in files(archive.sealed_findings()):
                escaped.append(what)
        put(path, before)
    assert escaped == []
    assert tried > 60


@pytest.mark.parametrize("table", ["records_key", "audit_key"])
def test_two_keys_swapped_are_both_named(archive: Copy, table: str) -> None:
    path = archive.home.keys / "keys.sqlite3"
    archive.sql(
        path, *(f"UPDATE {table} SET leaf = {new} WHERE leaf = {old}" for old, new in ((1, 900), (2, 1), (900, 2)))
    )
    assert {f.leaf for f in archive.sealed_findings() if f.file == KEYS} == {1, 2}


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE more (x)",
        "CREATE INDEX more ON records_key (key_group)",
        "CREATE TRIGGER more AFTER DELETE ON records_key BEGIN SELECT 1; END",
        "CREATE VIEW more AS SELECT 1",
        "ALTER TABLE key_group ADD COLUMN more TEXT",
        "PRAGMA user_version = 7",
        "PRAGMA application_id = 7",
        "INSERT INTO key_group SELECT 2, '2031-01.0', kek, wrapped FROM key_group WHERE id = 1",
        "INSERT INTO records_key SELECT 40, key_group, wrapped FROM records_key WHERE leaf = 1",
        "INSERT INTO records_key SELECT 40000, key_group, wrapped FROM records_key WHERE leaf = 1",
        "INSERT INTO audit_key SELECT -1, key_group, wrapped FROM audit_key WHERE leaf = 1",
    ],
)
def test_what_is_added_to_the_keys_is_named(archive: Copy, statement: str) -> None:
    archive.sql(archive.home.key_table, statement)
    assert files(archive.sealed_findings()) == {KEYS}


@pytest.fixture(scope="module")
def made(copier: Callable[[Path], Copy], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalog of the archive, made anew once; test_whole.py shows that `verify` compares with such a one."""
    archive = copier(tmp_path_factory.mktemp("made"))
    actions.rebuild(archive.path, archive.home.keys)
    path = archive.path / "catalog.sqlite3"
    put(path, whole(path))
    with closing(sqlite3.connect(path)) as database:
        # The rebuild itself is one audit entry more than the copies have.
        database.execute("DELETE FROM audit_entry WHERE leaf = (SELECT max(leaf) FROM audit_entry)")
        database.execute("UPDATE cursor SET position = position - 1 WHERE log = 'audit'")
        database.commit()
    return path


def catalog_findings(live: Path, made: Path) -> list[Finding]:
    """What the comparison of a catalog with one made anew says."""
    found: list[Finding] = []
    compare_catalogs(live, made, found.append)
    return found


def sweep(live: Path, made: Path, keep: Callable[[str], bool], seed: int) -> tuple[list[str], int]:
    """The changes that were not found, and how many were tried."""
    chance, escaped, tried = random.Random(seed), [], 0
    before = whole(live)
    assert catalog_findings(live, made) == []
    for what, statement, values in list(changes(live, chance, keep)):
        asked = answers(live) if "search_" in what else None
        if attack(live, statement, values):
            tried += 1
            # Of the index, one row also holds how often FTS5 has written, on which no answer depends.
            bookkeeping = "_data.block of (10,)" in what and answers(live) == asked
            if CATALOG not in files(catalog_findings(live, made)) and not bookkeeping:
                escaped.append(what)
        put(live, before)
    return escaped, tried


def answers(path: Path) -> list[object]:
    """Everything that the index answers: for every term of a true reading, by way of a query, its documents."""
    found: list[object] = []
    with closing(sqlite3.connect(path)) as database:
        for (table,) in database.execute(
            "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%' ORDER BY name"
        ).fetchall():
            for term in TERMS:
                try:
                    found.append(
                        database.execute(f"SELECT rowid FROM {table} WHERE {table} MATCH ?", (f'"{term}"',)).fetchall()
                    )
                except sqlite3.DatabaseError as error:
                    found.append(str(error))
    return found


TERMS = [
    "·",
    "保本",
    "buy",
    "plan",
    "amended",
    "photo",
    "·a1",
    "·s5",
    "old",
    "ok",
    "c1",
    "p1",
    "room",
    "dealer1",
    "2",
    "noon",
    "zzz",
    "··",
]


def test_any_change_of_a_row_of_the_catalog_is_named(archive: Copy, made: Path) -> None:
    shadow = ("_data", "_idx", "_config")
    escaped, tried = sweep(archive.path / "catalog.sqlite3", made, lambda table: not table.endswith(shadow), 9)
    assert escaped == []
    assert tried > 100


def test_any_change_of_a_row_of_the_index_s_own_tables_is_named(archive: Copy, made: Path) -> None:
    escaped, tried = sweep(
        archive.path / "catalog.sqlite3",
        made,
        lambda table: table.startswith("search_") and table.endswith(("_data", "_idx", "_config")),
        13,
    )
    assert escaped == []
    assert tried > 30
