"""A backup of a living archive can be restored elsewhere, is whole, and holds what the archive held at one moment."""

import hashlib
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from muniment.capture.audit import Entry, encode_entry
from muniment.capture.intake import COLUMNS, to_row
from muniment.catalog.database import open_catalog
from muniment.desk.archive.backup import MANIFEST, Manifest, _tiles, back_up
from muniment.desk.archive.ready import make_ready
from muniment.desk.archive.restore import Restored, restore
from muniment.desk.archive.verification import verify_archive
from muniment.desk.desk import Desk, open_desk
from muniment.journal.check_finding import Finding
from muniment.proof.tiles import encode_entries, parse_path
from muniment.record.errors import Damaged, NotFound, Refused
from muniment.vault.durable import Disk
from tests.archives import Place, accept, bring_in, check, database, drain, expected_files, messages, raws, root_of

pytestmark = (
    pytest.mark.sqlite
)  # on PostgreSQL it is pg_dump that copies; tests/cli/test_serve.py sees it refused there

SECRET = "a word that must not be readable"


def copy_of(place: Place, folder: Path) -> Manifest:
    with open_desk(place.home, place.keys, "system:test") as desk:
        return back_up(desk, folder / "archive", folder / "keys")


def restored(folder: Path, into: Path) -> tuple[Place, Restored, list[Finding]]:
    place, found = Place(into / "home", into / "keys"), list[Finding]()
    done = restore(folder / "archive", folder / "keys", place.home, place.keys, found.append, actor="system:test")
    return place, done, found


def test_what_is_restored_is_sound_and_has_the_same_roots(place: Place, tmp_path: Path) -> None:
    with place.open() as archive:
        bring_in(archive, messages(tmp_path / "a.ndjson", range(600)))
        waiting = accept(archive, 9999)
    made = copy_of(place, tmp_path / "backup")
    again, done, found = restored(tmp_path / "backup", tmp_path / "again")

    assert found == []
    assert done.verdict.sound
    assert done.manifest.logs == made.logs
    with again.open() as archive:
        drain(archive)  # the entry that says that it was verified
    for name, opened in check(again).items():
        with place.open() as archive:
            log, sealed = archive.reader(name).log, made.logs[name]
            assert log.prover(sealed.size).root().hex() == sealed.root
            assert [each.leaf_bytes for each in opened[: sealed.size]] == log.leaves(0, sealed.size, sealed.size)
    with again.open() as archive:
        size = archive.records.log.checkpoint().size
        held = raws(list(archive.records.opened(0, size, size)))
        assert waiting.split(b"\n", 1)[1] in held, "what was acknowledged and waited is sealed after the restore"
    acts = [row[0] for row in rows(again, "SELECT act FROM audit_entry ORDER BY leaf")]
    assert acts[-2:] == ["archive.backup", "archive.restore"]
    assert rows(again, "SELECT count(*) FROM event") == [(601,)]


def rows(place: Place, sql: str) -> list[tuple[object, ...]]:
    with database(place, "catalog") as catalog:
        return catalog.execute(sql).fetchall()


def test_an_entry_that_waited_in_the_outbox_is_in_the_log_once(place: Place, tmp_path: Path) -> None:
    make_ready(place.home, place.keys)
    with place.open() as archive:
        item = archive.sealer.seal(
            encode_entry(Entry(act="test.act", actor="user:amy")), log="audit", type="act", source="system"
        )
        with database(place, "desk") as desk:
            values = to_row(item)
            desk.execute(f"INSERT INTO outbox ({COLUMNS}) VALUES ({', '.join('?' * len(values))})", values)
    copy_of(place, tmp_path / "backup")
    again, _, found = restored(tmp_path / "backup", tmp_path / "again")
    assert found == []
    assert rows(again, "SELECT count(*) FROM audit_entry WHERE act = 'test.act'") == [(1,)]


class Growing(Disk):
    """Before each file of the copy is made kept, the archive goes on: more is accepted and sealed by another process's hand."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place, self.grown, self.turns = place, 0, 24

    def sys_fsync(self, fd: int, path: Path) -> None:
        """Let the archive grow, then do it."""
        if self.turns and self.place.home not in path.parents:
            self.turns -= 1
            with self.place.open() as archive:
                for _ in range(17):
                    self.grown += 1
                    accept(archive, self.grown)
                if self.turns % 2:
                    drain(archive)
        super().sys_fsync(fd, path)


def test_it_is_whole_although_the_archive_grows_at_every_step_of_the_copy(place: Place, tmp_path: Path) -> None:
    with place.open() as archive:
        bring_in(archive, messages(tmp_path / "a.ndjson", range(250)))
    disk = Growing(place)
    with place.open(disk) as archive, closing(open_catalog(place.location("catalog"))) as catalog:
        made = back_up(
            Desk(archive, catalog, "system:test"), tmp_path / "backup" / "archive", tmp_path / "backup" / "keys"
        )
    assert disk.turns == 0
    again, _, found = restored(tmp_path / "backup", tmp_path / "again")
    assert found == []
    with place.open() as archive, again.open() as copy:
        drain(archive)
        drain(copy)
        for name, sealed in made.logs.items():
            assert archive.reader(name).log.prover(sealed.size).root().hex() == sealed.root
            assert copy.reader(name).log.prover(sealed.size).root().hex() == sealed.root
    check(again)


@pytest.mark.deep
def test_it_is_made_while_an_import_runs(place: Place, tmp_path: Path) -> None:
    """Copies follow one another until the import has ended; each is restored, and is the archive as it was at some moment."""
    file = messages(tmp_path / "many.ndjson", range(12_000))
    importing = subprocess.Popen(
        [sys.executable, "-m", "muniment.cli.main", "import", "ndjson", str(file), "--account", "phone"],
        env=place.environment,
        stdout=subprocess.DEVNULL,
    )
    made: list[tuple[Path, Manifest]] = []
    while not made or (importing.poll() is None and len(made) < 12):
        folder = tmp_path / f"backup{len(made)}"
        made.append((folder, copy_of(place, folder)))
        time.sleep(0.2)
    assert importing.wait() == 0
    sizes = {manifest.logs["records"].size for _, manifest in made}
    growing = [each for each in made if 0 < each[1].logs["records"].size < max(sizes)]
    assert growing, "no copy was made while the log grew"
    for folder, manifest in [growing[0], growing[-1]]:
        again, _, found = restored(folder, folder / "again")
        assert [each for each in found if not each.mild] == []
        assert all(each.file.startswith("spool/") for each in found), "the import under way is named as interrupted"
        with again.open() as archive:
            drain(archive)
        with place.open() as archive:
            for name, sealed in manifest.logs.items():
                assert archive.reader(name).log.prover(sealed.size).root().hex() == sealed.root

    # The same command goes on in the archive that was restored from the midst of it.
    command = [sys.executable, "-m", "muniment.cli.main", "import", "ndjson", str(file), "--account", "phone", "--json"]
    again = Place(growing[0][0] / "again" / "home", growing[0][0] / "again" / "keys")
    done_again = subprocess.run(command, env=again.environment, capture_output=True, text=True, check=True)
    assert json.loads(done_again.stdout)["balanced"] is True
    assert rows(again, "SELECT count(*) FROM event") == [(12_000,)]
    assert verify_archive(again.home, again.keys, lambda _: None).sound


@pytest.mark.parametrize("size", [0, 1, 21, 255, 256, 257, 511, 512, 600])
def test_the_tiles_of_an_earlier_size_are_those_it_had(place: Place, tmp_path: Path, size: int) -> None:
    """The log has grown since the checkpoint up to which it is copied: partial tiles of that time are gone by then."""
    with place.open() as archive:
        bring_in(archive, messages(tmp_path / "a.ndjson", range(700)))
        log = archive.records.log
        found = dict(_tiles(log, size))
        leaves = log.leaves(0, size, size)
    wanted = {f"{folder}/{name}" for folder, names in expected_files(size).items() for name in names if folder != "."}
    assert set(found) == wanted
    for name, data in found.items():
        level, index, width = parse_path(name)
        span = leaves[index * 256 : index * 256 + width]
        if level is None:
            assert data == encode_entries(span)
        elif level == 0:
            assert data == b"".join(hashlib.sha256(b"\0" + leaf).digest() for leaf in span)
        else:
            assert data == b"".join(root_of(leaves[at * 256 : at * 256 + 256]) for at in range(width))


def test_the_archives_copy_cannot_be_read_without_the_keys(place: Place, tmp_path: Path) -> None:
    line = json.dumps(
        {"id": "m1", "conversation": "c", "sender": "amy", "sent_at": "2026-03-01T09:00:00Z", "text": SECRET}
    )
    (tmp_path / "a.ndjson").write_text(line + "\n")
    with place.open() as archive:
        bring_in(archive, tmp_path / "a.ndjson")
    assert any(SECRET.encode() in path.read_bytes() for path in place.home.iterdir() if path.is_file())
    copy_of(place, tmp_path / "backup")
    files = [path for path in (tmp_path / "backup").rglob("*") if path.is_file()]
    assert [path for path in files if SECRET.encode() in path.read_bytes()] == []
    kek = (place.keys / "kek").read_bytes()
    assert [path.parent.name for path in files if kek in path.read_bytes()] == ["keys"]
    assert {oct(path.stat().st_mode & 0o777) for path in files} == {"0o600"}


def test_sign_ins_do_not_come_back_to_life(place: Place, tmp_path: Path) -> None:
    make_ready(place.home, place.keys)
    with closing(sqlite3.connect(place.home / "desk.sqlite3")) as desk, desk:
        desk.execute("INSERT INTO django_session VALUES ('a-key-of-a-sign-in', 'data', '2099-01-01')")
    copy_of(place, tmp_path / "backup")
    for path in (tmp_path / "backup").rglob("*"):
        assert path.is_dir() or b"a-key-of-a-sign-in" not in path.read_bytes(), path.name
    again, _, _ = restored(tmp_path / "backup", tmp_path / "again")
    assert (again.keys / "desk.secret").read_text() != (place.keys / "desk.secret").read_text()


@pytest.mark.parametrize(
    ("folder", "keys"),
    [("b", "b"), ("b", "b/keys"), ("b/archive", "b"), ("home/b", "k"), ("b", "home"), ("b", "keys/b"), ("full", "k")],
)
def test_folders_that_will_not_do_are_refused_before_anything_is_copied(place: Place, folder: str, keys: str) -> None:
    base = place.home.parent
    (base / "full").mkdir()
    (base / "full" / "file").touch()
    before = sorted(base.rglob("*"))
    with open_desk(place.home, place.keys) as desk, pytest.raises(Refused):
        back_up(desk, base / folder, base / keys)
    assert [path for path in sorted(base.rglob("*")) if path not in before and "-" not in path.name] == []


def test_what_lies_in_the_archive_and_is_not_ours_to_know_is_named(place: Place, tmp_path: Path) -> None:
    (place.home / "notes.txt").write_text("mine")
    assert copy_of(place, tmp_path / "backup").left_out == ["notes.txt"]


def a_byte_changed(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda b: a_byte_changed(b / "archive" / "intake.sqlite3"),
        lambda b: a_byte_changed(next((b / "archive" / "seg" / "records").iterdir())),
        lambda b: a_byte_changed(b / "keys" / "keys.sqlite3"),
        lambda b: (b / "archive" / "log" / "audit" / "checkpoint").unlink(),
        lambda b: (b / "archive" / MANIFEST).write_bytes(b"{}"),
    ],
)
def test_a_backup_that_was_changed_makes_no_archive(
    place: Place, tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    with place.open() as archive:
        bring_in(archive, messages(tmp_path / "a.ndjson", range(5)))
    copy_of(place, tmp_path / "backup")
    spoil(tmp_path / "backup")
    with pytest.raises(Damaged):
        restored(tmp_path / "backup", tmp_path / "again")
    assert not (tmp_path / "again" / "home" / "archive.json").exists()


def test_folders_that_do_not_belong_together_are_refused(place: Place, tmp_path: Path) -> None:
    for name in ("one", "two"):
        copy_of(place, tmp_path / name)
    to = (tmp_path / "home", tmp_path / "its", lambda _: None)
    with pytest.raises(Refused, match="two different backups"):
        restore(tmp_path / "one" / "archive", tmp_path / "two" / "keys", *to)
    with pytest.raises(Refused, match="after --keys"):
        restore(tmp_path / "one" / "keys", tmp_path / "one" / "archive", *to)
    with pytest.raises(NotFound, match="no finished backup"):
        restore(tmp_path / "nowhere", tmp_path / "one" / "keys", *to)
    with pytest.raises(Refused, match="not empty"):
        restore(tmp_path / "one" / "archive", tmp_path / "one" / "keys", place.home, place.keys, lambda _: None)


def test_the_commands_say_what_they_did(place: Place, tmp_path: Path) -> None:
    def run(where: Place, *words: str) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-m", "muniment.cli.main", *words]
        return subprocess.run(argv, env=where.environment, capture_output=True, text=True, check=False)

    made = run(place, "backup", str(tmp_path / "b"), "--keys", str(tmp_path / "k"), "--json")
    assert made.returncode == 0, made.stderr
    other = Place(tmp_path / "other", tmp_path / "other-keys")
    done = run(other, "restore", str(tmp_path / "b"), "--keys", str(tmp_path / "k"), "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["verdict"] == "intact"
    assert said["logs"] == json.loads(made.stdout)["logs"]
    again = run(other, "restore", str(tmp_path / "b"), "--keys", str(tmp_path / "k"))
    assert again.returncode == 2
    assert len(again.stderr.splitlines()) == 1
