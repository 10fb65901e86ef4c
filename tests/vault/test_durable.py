"""The exact system calls of every durable write, in order; and that the first error is the last call."""

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from muniment.capture.leader import Leader
from muniment.record.errors import Busy, StorageFailed
from muniment.vault import sqlite
from muniment.vault.database import ERRORS, Database, is_conflict
from muniment.vault.durable import Disk
from muniment.vault.sqlite import memory
from tests.archives import Place, accept
from tests.faults import Call, FaultyDisk, How, ShortDisk, WatchedDisk


def said(disk: WatchedDisk) -> list[str]:
    return [str(call) for call in disk.calls]


def test_a_whole_file_is_written_synced_renamed_and_its_folder_synced(tmp_path: Path) -> None:
    disk = WatchedDisk()
    disk.put_now(tmp_path / "file", b"content")
    assert disk.calls == [
        Call("write", tmp_path / "file.tmp"),
        Call("fsync", tmp_path / "file.tmp"),
        Call("rename", tmp_path / "file", tmp_path / "file.tmp"),
        Call("fsync", tmp_path),
    ]
    assert (tmp_path / "file").read_bytes() == b"content"
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600


def test_an_append_is_written_and_synced(tmp_path: Path) -> None:
    disk, path = WatchedDisk(), tmp_path / "file"
    fd = disk.open_append(path, create=True)
    disk.append(fd, b"one", path)
    disk.append(fd, b"two", path)
    disk.sync(fd, path)
    os.close(fd)
    assert disk.calls == [Call("write", path), Call("write", path), Call("fsync", path)]
    assert path.read_bytes() == b"onetwo"


def test_a_cut_is_synced(tmp_path: Path) -> None:
    disk, path = WatchedDisk(), tmp_path / "file"
    path.write_bytes(b"whole and torn")
    fd = disk.open_append(path)
    disk.truncate(fd, 5, path)
    os.close(fd)
    assert disk.calls == [Call("truncate", path), Call("fsync", path)]
    assert path.read_bytes() == b"whole"


def test_what_is_written_again_stays_where_it_was(tmp_path: Path) -> None:
    disk, path = WatchedDisk(), tmp_path / "file"
    path.write_bytes(b"first\nlast\n")
    disk.rewrite(path, 6, b"last\n")
    assert disk.calls == [Call("write", path), Call("fsync", path)]
    assert path.read_bytes() == b"first\nlast\n"


def test_folders_are_made_from_the_top_and_each_is_synced(tmp_path: Path) -> None:
    disk = WatchedDisk()
    disk.make_folder(tmp_path / "a" / "b")
    disk.make_folder(tmp_path / "a" / "b")
    assert disk.calls == [Call("fsync", tmp_path), Call("fsync", tmp_path / "a")]
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700


def test_removing_what_is_not_there_is_no_error(tmp_path: Path) -> None:
    Disk().remove(tmp_path / "nothing")


def test_short_writes_go_on_and_a_write_of_nothing_stops(tmp_path: Path) -> None:
    ShortDisk().put_now(tmp_path / "file", bytes(range(256)))
    assert (tmp_path / "file").read_bytes() == bytes(range(256))

    class Mute(Disk):
        def sys_write(self, fd: int, data: bytes | memoryview, path: Path) -> int:
            return 0

    with pytest.raises(StorageFailed, match="the system wrote nothing"):
        Mute().put(tmp_path / "other", b"x")


def every_verb(folder: Path) -> list[tuple[str, Callable[[Disk], object]]]:
    file = folder / "there"
    file.write_bytes(b"x")

    def append(disk: Disk) -> None:
        fd = os.open(file, os.O_WRONLY)
        try:
            disk.append(fd, b"x", file)
            disk.sync(fd, file)
        finally:
            os.close(fd)

    def commit(disk: Disk) -> None:
        with closing(memory()) as database, disk.transaction(database, "some"):
            database.execute("CREATE TABLE t (x)")

    return [
        ("append", append),
        ("put", lambda disk: disk.put(folder / "new", b"x")),
        ("rewrite", lambda disk: disk.rewrite(file, 0, b"x")),
        ("folder", lambda disk: disk.sync_folders([folder])),
        ("make", lambda disk: disk.make_folder(folder / "made")),
        ("move", lambda disk: disk.move(file, folder / "moved")),
        ("remove", lambda disk: disk.remove(folder / "moved")),
        ("commit", commit),
    ]


def test_after_the_first_error_every_verb_refuses(tmp_path: Path) -> None:
    for name, verb in every_verb(tmp_path):
        disk = FaultyDisk(lambda *_: True, How.FAILED)
        with pytest.raises(StorageFailed, match="Input/output error"):
            verb(disk)
        for _, other in every_verb(tmp_path):
            with pytest.raises(StorageFailed, match="stopped after an earlier disk error"):
                other(disk)
        assert disk.calls == [], name


def insert(database: Database, *tables: str) -> None:
    for table in tables:
        database.execute(f"INSERT INTO {table} VALUES (1)")


def test_a_transaction_that_fails_in_its_block_keeps_nothing_and_stops_the_disk(alone: Database) -> None:
    disk = Disk()
    alone.execute("CREATE TABLE t (x integer)")
    with pytest.raises(StorageFailed), disk.transaction(alone, "some"):
        insert(alone, "t", "nowhere")
    assert alone.execute("SELECT count(*) FROM t").fetchone() == (0,)
    with pytest.raises(StorageFailed, match="earlier disk error"), disk.transaction(alone, "some"):
        pass


def test_a_transaction_that_its_caller_leaves_keeps_nothing_and_harms_nothing(alone: Database) -> None:
    disk = Disk()
    alone.execute("CREATE TABLE t (x integer PRIMARY KEY)")
    with pytest.raises(ERRORS) as conflict, disk.transaction(alone, "some"):
        insert(alone, "t", "t")
    assert is_conflict(conflict.value)
    with pytest.raises(ZeroDivisionError), disk.transaction(alone, "some"):
        insert(alone, *(["t"] if 1 // 0 else []))
    assert alone.execute("SELECT count(*) FROM t").fetchone() == (0,)
    with disk.transaction(alone, "some"):
        alone.execute("INSERT INTO t VALUES (1)")


@pytest.mark.sqlite
def test_another_writer_is_busy_and_no_disk_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_MILLISECONDS", 10)
    disk = Disk()
    with closing(sqlite.connect(tmp_path / "d")) as first, closing(sqlite.connect(tmp_path / "d")) as second:
        first.begin()
        with pytest.raises(Busy, match="writes the some database"), disk.transaction(second, "some"):
            pass
        first.rollback()
        with disk.transaction(second, "some"):
            second.execute("CREATE TABLE t (x)")


def test_a_batch_is_committed_in_the_order_that_the_design_fixes(place: Place) -> None:
    with place.open() as archive:
        accept(archive, 1)
        with Leader(archive) as leader:
            leader.drain()
    disk = WatchedDisk()
    with place.open(disk) as archive:
        accept(archive, 2)
        with Leader(archive) as leader:
            del disk.calls[:]
            leader.drain()
    assert said(disk) == [
        "commit /keys",
        "write records/0000000000000000.seg",
        "fsync records/0000000000000000.seg",
        "write 000.p/2.tmp",
        "fsync 000.p/2.tmp",
        "rename 000.p/2",
        "write 000.p/2.tmp",
        "fsync 000.p/2.tmp",
        "rename 000.p/2",
        "fsync 0/000.p",
        "fsync entries/000.p",
        "write records/checkpoints.log",
        "fsync records/checkpoints.log",
        "write records/checkpoint.tmp",
        "fsync records/checkpoint.tmp",
        "rename records/checkpoint",
        "fsync log/records",
        "unlink 000.p/1",
        "unlink 000.p/1",
        "commit /intake",
    ]
