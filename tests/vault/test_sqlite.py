"""Threads of one process take turns at writing a file, and a turn is over however its write ends."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from muniment.vault.sqlite import SqliteDatabase, connect


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "some.sqlite3"
    with closing(connect(path)) as database:
        database.execute("CREATE TABLE entry (id INTEGER PRIMARY KEY, writer TEXT)")
    return path


def impatient(path: Path) -> SqliteDatabase:
    database = connect(path)
    database.execute("PRAGMA busy_timeout=50")
    return database


def test_many_writers_all_get_their_turn(path: Path) -> None:
    def write(name: str) -> None:
        with closing(connect(path)) as database:
            for _ in range(20):
                database.begin()
                database.execute("INSERT INTO entry (writer) VALUES (?)", (name,))
                database.commit()

    writers = [threading.Thread(target=write, args=(f"w{number}",)) for number in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    with closing(connect(path)) as database:
        counts = dict(database.execute("SELECT writer, count(*) FROM entry GROUP BY writer"))
    assert counts == {f"w{number}": 20 for number in range(6)}


def test_whoever_waits_goes_on_when_the_other_has_ended(path: Path) -> None:
    began = threading.Event()
    with closing(connect(path)) as first, closing(connect(path)) as second:
        first.begin()

        def wait() -> None:
            second.begin()
            began.set()
            second.rollback()

        waiter = threading.Thread(target=wait)
        waiter.start()
        assert not began.wait(0.05)
        first.commit()
        waiter.join()

    assert began.is_set()


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_a_turn_ends_with_its_write(path: Path, end: str) -> None:
    first = connect(path)
    with closing(first), closing(impatient(path)) as second:
        first.begin()
        with pytest.raises(sqlite3.OperationalError) as busy:
            second.begin()
        assert busy.value.sqlite_errorcode == sqlite3.SQLITE_BUSY

        getattr(first, end)()

        second.begin()
        second.rollback()


def test_a_write_that_cannot_begin_keeps_no_turn(path: Path) -> None:
    """Another program writes: ours gives up after its patience, and the next of ours does not wait for it."""
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as foreign,
        closing(impatient(path)) as first,
        closing(impatient(path)) as second,
    ):
        foreign.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            first.begin()
        foreign.execute("ROLLBACK")

        second.begin()
        with pytest.raises(sqlite3.OperationalError, match="within a transaction"):
            second.begin()
        assert second.turn is not None and second.turn.locked()
        second.rollback()
        assert not second.turn.locked()


def test_a_file_by_two_names_has_one_turn(path: Path) -> None:
    link = path.with_name("link.sqlite3")
    link.symlink_to(path)
    with closing(connect(path)) as first, closing(connect(link)) as second:
        assert first.turn is second.turn is not None
