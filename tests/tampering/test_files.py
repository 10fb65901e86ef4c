"""Files of log/ and seg/ are deleted, cut, lengthened, swapped and rolled back."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from muniment.capture.connector import ImportOptions
from muniment.desk.archive import actions
from muniment.desk.desk import open_desk
from tests.postgres import copied
from tests.tampering.conftest import Copy, files, line


def check(archive: Copy, attack: Callable[[Path], object]) -> list[str]:
    """Attack each sealed file by itself; what the check did not put down to that file."""
    escaped = []
    for path in archive.sealed_files():
        data = path.read_bytes()
        attack(path)
        found = archive.sealed_findings()
        if archive.name(path) not in files(found):
            escaped.append(f"{archive.name(path)}: {[(f.file, str(f)) for f in found]}")
        if path.is_symlink() or path.is_dir():
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        path.write_bytes(data)
    assert archive.sealed_findings() == []
    return escaped


def test_a_deleted_file_is_named(archive: Copy) -> None:
    assert check(archive, Path.unlink) == []


def test_a_file_cut_short_by_any_of_several_lengths_is_named(archive: Copy) -> None:
    for keep in (lambda n: n - 1, lambda n: n // 2, lambda _: 0):
        assert check(archive, lambda path, keep=keep: os.truncate(path, keep(path.stat().st_size))) == []  # type: ignore[misc]


def test_a_file_appended_to_is_named(archive: Copy) -> None:
    for tail in (b"\0", b"\n", b"a tail of some length\n", bytes(64)):
        assert check(archive, lambda path, tail=tail: path.write_bytes(path.read_bytes() + tail)) == []  # type: ignore[misc]


def test_a_file_doubled_is_named(archive: Copy) -> None:
    assert check(archive, lambda path: path.write_bytes(path.read_bytes() * 2)) == []


def test_a_file_replaced_by_a_link_to_the_same_bytes_is_named(archive: Copy, tmp_path: Path) -> None:
    def link(path: Path) -> None:
        elsewhere = tmp_path / "elsewhere"
        elsewhere.write_bytes(path.read_bytes())
        path.unlink()
        path.symlink_to(elsewhere)

    assert check(archive, link) == []


def test_two_files_swapped_are_both_named(archive: Copy) -> None:
    sealed = archive.sealed_files()
    escaped = []
    for place, one in enumerate(sealed):
        other = sealed[(place + 1) % len(sealed)]
        a, b = one.read_bytes(), other.read_bytes()
        if a == b:
            continue
        one.write_bytes(b)
        other.write_bytes(a)
        found = files(archive.sealed_findings())
        escaped += [archive.name(path) for path in (one, other) if archive.name(path) not in found]
        one.write_bytes(a)
        other.write_bytes(b)
    assert escaped == []


@pytest.mark.parametrize("records, audit", [("log/records", "log/audit"), ("seg/records", "seg/audit")])
def test_two_folders_swapped_are_both_named(archive: Copy, records: str, audit: str) -> None:
    aside = archive.path / "aside"
    (archive.path / records).rename(aside)
    (archive.path / audit).rename(archive.path / records)
    aside.rename(archive.path / audit)
    found = {name.rpartition("/")[0] for name in files(archive.sealed_findings())}
    assert any(name.startswith(records) for name in found)
    assert any(name.startswith(audit) for name in found)


def test_an_added_file_is_named_wherever_it_lies(archive: Copy) -> None:
    for name in (
        "log/notes.txt",
        "log/records/notes",
        "log/records/tile/0/000.p/9999",
        "log/records/tile/0/x001/x000",
        "log/audit/tile/entries/001",
        "log/records/tile/1/000.p/1",
        "log/records/tile/9/000",
        "log/records/checkpoint.tmp",
        "seg/records/0000000000000003.seg",
        "seg/records/0000000000009999.seg",
        "seg/audit/readme",
        "seg/audit/.hidden",
        "seg/events/0000000000000000.seg",
    ):
        path = archive.path / name
        made = not path.parent.exists()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        found = files(archive.sealed_findings())
        assert any(name.startswith(file) for file in found), (name, found)
        path.unlink()
        while made and path.parent != archive.path and not any(path.parent.iterdir()):
            path = path.parent
            path.rmdir()
    assert archive.sealed_findings() == []


# Rolling back: every file was genuine once.


def grow(archive: Copy, tmp_path: Path) -> Path:
    """Keep a copy of the archive as it is, then import into it; the folder of the old copy."""
    old = tmp_path / "old"
    shutil.copytree(archive.path, old / "home")
    shutil.copytree(archive.home.keys, old / "home.keys")
    copied(old / "home.keys")
    file = tmp_path / "more.ndjson"
    file.write_text("".join(line(n, "c9", "p9", f"later {n}") for n in range(60, 66)), "utf-8")
    with open_desk(archive.path, archive.home.keys, "alice") as desk:
        actions.bring_in(desk, file, "ndjson", "phone", ImportOptions())
    assert archive.whole_findings() == []
    return old / "home"


def test_a_single_file_rolled_back_is_named(archive: Copy, tmp_path: Path) -> None:
    old = grow(archive, tmp_path)
    escaped = []
    for path in archive.sealed_files():
        before = old / archive.name(path)
        if not before.exists() or before.read_bytes() == path.read_bytes():
            continue
        data = path.read_bytes()
        path.write_bytes(before.read_bytes())
        if archive.name(path) not in files(archive.sealed_findings()):
            escaped.append(archive.name(path))
        path.write_bytes(data)
    assert escaped == []


@pytest.mark.parametrize("log", ["records", "audit"])
def test_a_whole_log_rolled_back_with_its_segments_is_named(archive: Copy, tmp_path: Path, log: str) -> None:
    old = grow(archive, tmp_path)
    for part in ("log", "seg"):
        shutil.rmtree(archive.path / part / log)
        shutil.copytree(old / part / log, archive.path / part / log)
    assert f"log/{log}/checkpoint" in files([f for f in archive.whole_findings() if not f.mild])


def test_everything_sealed_rolled_back_is_named(archive: Copy, tmp_path: Path) -> None:
    old = grow(archive, tmp_path)
    for part in ("log", "seg"):
        shutil.rmtree(archive.path / part)
        shutil.copytree(old / part, archive.path / part)
    assert {"log/records/checkpoint", "log/audit/checkpoint"} <= files(archive.whole_findings())


@pytest.mark.sqlite
@pytest.mark.parametrize("part", ["intake.sqlite3", "catalog.sqlite3", "keys/keys.sqlite3"])
def test_a_database_rolled_back_is_named(archive: Copy, tmp_path: Path, part: str) -> None:
    old = grow(archive, tmp_path)
    where, before = archive.path / part, old / part
    if part.startswith("keys/"):
        where, before = archive.home.keys / "keys.sqlite3", old.with_name("home.keys") / "keys.sqlite3"
    for ending in ("-wal", "-shm"):
        where.with_name(where.name + ending).unlink(missing_ok=True)
    shutil.copyfile(before, where)
    assert part in files(archive.whole_findings())


def test_a_return_to_an_older_copy_of_everything_is_caught_by_a_seal_and_by_nothing_else(
    archive: Copy, tmp_path: Path
) -> None:
    old = grow(archive, tmp_path)
    with open_desk(archive.path, archive.home.keys, "alice") as desk:
        seal = actions.make_seal(desk)
    assert archive.whole_findings(since=seal) == []
    assert archive.whole_findings(since=archive.seal) == []
    for folder in (archive.path, archive.home.keys):
        shutil.rmtree(folder)
    shutil.copytree(old, archive.path)
    shutil.copytree(
        old.with_name("home.keys"), archive.home.keys
    )  # with the name of its own database, where it has one
    assert archive.whole_findings() == []
    assert archive.whole_findings(since=archive.seal) == []
    assert {"log/records/checkpoint", "log/audit/checkpoint"} <= files(archive.whole_findings(since=seal))
