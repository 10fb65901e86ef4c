"""`rebuild`: a new catalog from the logs alone, put in the old one's place whole, whatever state the old one was in."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from muniment.capture.connector import ImportOptions
from muniment.catalog.check import compare_catalogs
from muniment.catalog.database import open_catalog
from muniment.catalog.rebuild import TABLES, build, logical_hash, replace_catalog
from muniment.desk.archive import access, actions
from muniment.desk.catalog.schema import make_catalog
from muniment.desk.desk import Desk, open_desk
from muniment.record.errors import StorageFailed
from muniment.vault.database import Database, beside, drop, exists
from tests.archives import Place, database, message, messages, stranger
from tests.faults import FaultyDisk, How
from tests.postgres import on_postgres


@pytest.fixture
def filled(place: Place, fast_path: Path) -> Place:
    """An archive into which one file was brought by the ordinary door."""
    file = messages(fast_path / "a.ndjson", range(30))
    file.write_bytes(file.read_bytes() + message(3, "other words") + b"rejected\n")
    with open_desk(place.home, place.keys) as desk:
        actions.bring_in(desk, file, "ndjson", "phone", ImportOptions())
    return place


def live_hash(place: Place) -> str:
    with closing(open_catalog(place.location("catalog"))) as catalog:
        return logical_hash(catalog)


def test_it_gives_the_catalog_that_was_there(filled: Place, fast_path: Path) -> None:
    with filled.open() as archive:
        assert build(archive, beside(archive.home.catalog, "fresh"), make_catalog) == live_hash(filled)


def remove(place: Place) -> None:
    drop(place.location("catalog"))


def spoil(place: Place) -> None:
    (place.home / "catalog.sqlite3").write_bytes(b"not a database" * 1000)


def empty(place: Place) -> None:
    location = place.location("catalog")
    if isinstance(location, Path):
        location.write_bytes(b"")
    else:
        with stranger(location) as opened:
            for table in opened.tables():
                opened.execute(f"DROP TABLE {table}")


def entered(desk: Desk, act: str) -> list[tuple[str]]:
    return [tuple(row) for row in desk.catalog.execute("SELECT actor FROM audit_entry WHERE act = ?", (act,))]


def falsify(place: Place) -> None:
    with database(place, "catalog") as catalog:
        catalog.execute("UPDATE event SET body = replace(body, 'word1', 'never said')")
        catalog.execute("DELETE FROM record WHERE leaf = 2")


@pytest.mark.parametrize("harm", [remove, pytest.param(spoil, marks=pytest.mark.sqlite), empty, falsify])
def test_a_catalog_that_is_gone_broken_or_false_is_made_again(filled: Place, harm: Callable[[Place], None]) -> None:
    harm(filled)
    digest = actions.rebuild(filled.home, filled.keys, "system:test")
    assert live_hash(filled) == digest
    with open_desk(filled.home, filled.keys) as desk:
        assert access.count(desk, "word1") == 1
        assert access.count(desk, "你好") == 30
        assert entered(desk, "catalog.rebuild") == [("system:test",)]
    assert not exists(filled.scratch("rebuild")) and not exists(filled.scratch("old"))
    assert [path.name for path in filled.home.glob("catalog*")] == [] if on_postgres() else ["catalog.sqlite3"]


@pytest.mark.parametrize(
    "what",
    [pytest.param("rename", marks=pytest.mark.sqlite), "commit", pytest.param("fsync", marks=pytest.mark.sqlite)],
)
def test_a_rebuild_that_fails_leaves_the_old_catalog(filled: Place, what: str) -> None:
    before = live_hash(filled)
    disk = FaultyDisk(lambda _, call: call.what == what, How.FAILED)
    with filled.open(disk) as archive, pytest.raises(StorageFailed):
        replace_catalog(archive, make_catalog)
    assert live_hash(filled) == before


def columns_of(catalog: Database, table: str) -> list[str]:
    if catalog.dialect == "sqlite":
        return [row[1] for row in catalog.execute(f"PRAGMA table_info({table})")]
    sql = "SELECT column_name::text FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ?"
    return [name for (name,) in catalog.execute(sql, (table,))]


@pytest.mark.parametrize("table", TABLES)
def test_the_hash_covers_every_row_and_column(filled: Place, table: str) -> None:
    before = live_hash(filled)
    with database(filled, "catalog") as catalog:
        columns = columns_of(catalog, table)
        if not catalog.execute(f"SELECT count(*) FROM {table}").fetchone()[0]:
            some = "'7'" if on_postgres() else "7"  # what every type of column takes
            catalog.execute(f"INSERT INTO {table} VALUES ({', '.join([some] * len(columns))})")
            columns = []
    assert columns or live_hash(filled) != before
    for column in columns:
        with database(filled, "catalog") as catalog:
            key = TABLES[table]
            new = b"99999" if column in ("key", "content") else "99999" if on_postgres() else 99999
            catalog.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = (SELECT min({key}) FROM {table})", (new,))
        assert live_hash(filled) != before
        before = live_hash(filled)


def test_a_catalog_of_times_that_no_id_can_carry_is_answered_exactly_and_in_order(
    place: Place, fast_path: Path
) -> None:
    years = ("0001", "1969", "2026", "9999")
    file = fast_path / "far.ndjson"
    file.write_bytes(b"".join(message(n, sent_at=f"{year}-03-01T00:00:00Z") for n, year in enumerate(years)))
    with open_desk(place.home, place.keys) as desk:
        actions.bring_in(desk, file, "ndjson", "phone", ImportOptions())
        queries = ("before:1970-01-01", "after:1970-01-01", "after:3000-01-01")
        assert [access.count(desk, query) for query in queries] == [2, 2, 1]
    with place.open() as archive:
        build(archive, place.scratch("fresh"), make_catalog)
    findings: list[object] = []
    compare_catalogs(place.location("catalog"), place.scratch("fresh"), findings.append)
    assert findings == []
