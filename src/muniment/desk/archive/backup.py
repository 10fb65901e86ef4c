"""A copy of an archive while it lives, in two folders that belong apart: the archive's, and the keys'.

The order makes it safe to restore. First intake and then the desk's database, which know at most what the logs hold by then;
then the newest checkpoint of each log, records before audit; then the keys, which cover every leaf under those checkpoints,
because a key is committed before its leaf; last the tiles and segments, which only grow, up to those checkpoints and no
further. What intake still holds and the log already has is settled by the next leader, as after a crash. The catalog is not
copied: it is made again, so that nothing in the archive's folder can be read without the keys but the desk's own tables.

Trust: whoever has both folders reads everything. The key's folder ages: a record that was disposed of lives on in it.
"""

import hashlib
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import msgspec

from muniment.capture.audit import Entry
from muniment.desk.desk import Desk
from muniment.journal.checkpoints import CheckpointLog
from muniment.journal.log import LogReader
from muniment.journal.segment import first_of, read_frames, segment_files
from muniment.proof.tiles import WIDTH, encode_entries, entries_path, tile_path
from muniment.proof.verifier import Checkpoint
from muniment.record.clock import rfc3339
from muniment.record.codec import canonical
from muniment.record.errors import Damaged, Refused
from muniment.vault.durable import FOLDER, Disk
from muniment.vault.home import LOGS
from muniment.vault.location import Schema

MANIFEST = "backup.json"
VERSION = 1
CHUNK = 4 * 1024 * 1024
HASH_BYTES = 32
NEVER_COPIED = {"catalog.sqlite3", "spool"}
"""The catalog is derived, and the spool holds files that an import reads again from where they came."""
SIGN_INS = {"django_session", "usersessions_usersession", "people_token", "cache"}
"""Tables of the desk whose rows let somebody in, or are kept for who is: docs/operations/backup.md leaves the same ones out of a dump."""
LEFT_BEHIND = "desk.secret"
"""It signs cookies: a restored archive makes a new one, so that no sign-in of the time of the backup comes back to life."""

Progress = Callable[[int], None]
"""Is told how many bytes were copied so far."""


class Sealed(msgspec.Struct, frozen=True):
    """One log as it was copied: how many leaves, and the root over them in hex."""

    size: int
    root: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a folder of a backup holds, written into it last: each file's SHA-256 by its name. `pair` is the same in both folders."""

    version: int
    pair: str
    holds: str
    origin: str
    made_at: str
    logs: dict[str, Sealed]
    files: dict[str, str]
    left_out: list[str]


def back_up(desk: Desk, folder: Path, keys: Path, progress: Progress | None = None) -> Manifest:
    """Copy the archive into `folder` and its keys into `keys`, both new or empty, while others read and write it.

    Raises Refused for folders that will not do and for an archive on PostgreSQL, StorageFailed when the disk refuses.
    """
    home, archive = desk.archive.home, desk.archive
    folder, keys = folder.expanduser().absolute(), keys.expanduser().absolute()
    intake, table = home.intake, home.key_table
    if isinstance(intake, Schema) or isinstance(table, Schema) or isinstance(home.desk, Schema):
        raise Refused(
            "this archive's databases are in PostgreSQL, which pg_dump copies; docs/operations/backup.md says how"
        )
    _check_places(home.path, home.keys, folder, keys)
    pair = secrets.token_hex(16)
    desk.audit(Entry(act="archive.backup", actor=desk.actor, object=pair, detail={"name": folder.name}))
    copy, apart = _Copy(archive.disk, folder, progress), _Copy(archive.disk, keys, progress)
    copy.database(intake)
    if home.desk.exists():
        copy.database(home.desk, _without_sign_ins)
    sealed = {name: _history(copy, archive.reader(name).log, name) for name in LOGS}
    for path in sorted(home.keys.iterdir()):
        if path.is_file() and path.name != LEFT_BEHIND and not path.name.startswith(table.name):
            apart.bytes(path.name, path.read_bytes())
    apart.database(table, _only_keys_below(sealed))
    for name in LOGS:
        for file, data in _tiles(archive.reader(name).log, sealed[name].size):
            copy.bytes(f"log/{name}/{file}", data)
        for path, end in _segments(home.segments(name), name, sealed[name].size):
            copy.file(f"seg/{name}/{path.name}", path, end)
    copy.bytes("archive.json", (home.path / "archive.json").read_bytes())
    known = {path.parts[0] for path in map(Path, copy.files)} | NEVER_COPIED
    left_out = sorted(
        path.name for path in home.path.iterdir() if path.name not in known and not _beside(path.name, known)
    )
    logs = {name: Sealed(point.size, point.root.hex()) for name, point in sealed.items()}
    made_at = rfc3339(archive.clock())
    for part, holds in ((apart, "keys"), (copy, "archive")):
        manifest = Manifest(
            version=VERSION,
            pair=pair,
            holds=holds,
            origin=home.origin,
            made_at=made_at,
            logs=logs,
            files=part.files,
            left_out=left_out if part is copy else [],
        )
        part.finish(manifest)
    return manifest


def _without_sign_ins(copy: sqlite3.Connection) -> None:
    """Take out what would let whoever reads the copy into the living desk: sign-ins under way, and what pages kept for them."""
    tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table in sorted(tables & SIGN_INS):
        copy.execute(f"DELETE FROM {table}")


def _check_places(home: Path, its_keys: Path, folder: Path, keys: Path) -> None:
    for one, other in ((folder, keys), (keys, folder)):
        if one == other or one in other.parents:
            raise Refused(
                "the keys' backup must not lie in the archive's, nor the other way round: together they are readable;"
                " name two folders, on two devices"
            )
    for place in (folder, keys):
        for ours in (home, its_keys):
            if place == ours or ours in place.parents:
                raise Refused("{folder} lies in the archive itself; name a folder elsewhere", folder=str(place))
        if place.exists() and (not place.is_dir() or any(place.iterdir())):
            raise Refused("{folder} is not an empty folder; name a new one for each backup", folder=str(place))


def _beside(name: str, known: set[str]) -> bool:
    """Whether a file is a database's write-ahead log or shared memory, or was meant to become a known file."""
    return any(name.startswith(f"{each}-") for each in known) or name.endswith(".tmp")


def _history(copy: "_Copy", log: LogReader, name: str) -> Checkpoint:
    """Copy every checkpoint ever signed; returns the newest, which is where the copy ends."""
    data = (log.folder / "checkpoints.log").read_bytes()
    copy.bytes(f"log/{name}/checkpoints.log", data[: data.rfind(b"\n") + 1])
    _, _, note = CheckpointLog(copy.folder / "log" / name / "checkpoints.log").tail()
    copy.bytes(f"log/{name}/checkpoint", note.encode())
    return log.open_checkpoint(note)


def _tiles(log: LogReader, size: int) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of all tiles and entry bundles of the tree of `size` leaves; the log may have grown since."""
    for index in range((size + WIDTH - 1) // WIDTH):
        width = min(WIDTH, size - index * WIDTH)
        leaves = log.leaves(index * WIDTH, index * WIDTH + width, size)
        yield entries_path(index, width), encode_entries(leaves)
    level, count = 0, size
    while count:
        for index in range((count + WIDTH - 1) // WIDTH):
            width = min(WIDTH, count - index * WIDTH)
            # Where the tile has grown since, more hashes are read than the tree of this size has.
            yield tile_path(level, index, width), log.read_tile(level, index, width)[: width * HASH_BYTES]
        level, count = level + 1, count // WIDTH


def _segments(folder: Path, log: str, size: int) -> Iterator[tuple[Path, int]]:
    """The segments that hold the first `size` envelopes, each with the byte at which the last of these ends."""
    files = [path for path in segment_files(folder) if first_of(path) < size]
    for path in files[:-1]:
        yield path, path.stat().st_size
    if files:
        frames = read_frames(files[-1], log, lenient_tail=True)[1][: size - first_of(files[-1])]
        if first_of(files[-1]) + len(frames) < size:
            raise Damaged("segment {file} lacks envelopes that are sealed; run `muniment verify`", file=files[-1].name)
        yield files[-1], frames[-1].offset + frames[-1].length


def _only_keys_below(sealed: dict[str, Checkpoint]) -> Callable[[sqlite3.Connection], None]:
    """Takes the keys of leaves that are not in the copy out of it: a key without its record opens nothing, and is not ours to keep."""

    def trim(table: sqlite3.Connection) -> None:
        for name, point in sealed.items():
            table.execute(f"DELETE FROM {name}_key WHERE leaf >= ?", (point.size,))

    return trim


class _Copy:
    """One folder of a backup while it is made; what it holds is on the disk when `finish` returns."""

    def __init__(self, disk: Disk, folder: Path, progress: Progress | None) -> None:
        self.folder, self.files = folder, dict[str, str]()
        self._disk, self._progress, self._done = disk, progress, 0
        self._folders = {folder}
        disk.make_folder(folder)
        folder.chmod(FOLDER)

    def bytes(self, name: str, data: bytes) -> None:
        """A file of these bytes."""
        path = self._place(name)
        self._disk.put(path, data)
        self._count(name, hashlib.sha256(data).hexdigest(), len(data))

    def file(self, name: str, source: Path, end: int) -> None:
        """The first `end` bytes of a file that may be growing."""
        path, digest, left = self._place(name), hashlib.sha256(), end
        fd = self._disk.open_append(path, create=True)
        try:
            with source.open("rb", buffering=0) as file:
                while left and (data := file.read(min(CHUNK, left))):
                    self._disk.append(fd, data, path)
                    digest.update(data)
                    left -= len(data)
            self._disk.sync(fd, path)
        finally:
            os.close(fd)
        if left:
            raise Damaged("{file} grew shorter while it was copied; run `muniment verify`", file=source.name)
        self._count(name, digest.hexdigest(), end)

    def database(self, source: Path, change: Callable[[sqlite3.Connection], None] | None = None) -> None:
        """A SQLite database as it stood at one moment, in one file, with what `change` does to the copy."""
        path = self._place(source.name)
        os.close(self._disk.open_append(path, create=True))  # so that it is never there with other rights
        with (
            closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as live,
            closing(sqlite3.connect(path)) as copy,
        ):
            live.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            copy.execute("PRAGMA secure_delete = ON")
            if change is not None:
                with copy:
                    change(copy)
        fd = self._disk.open_append(path)
        try:
            self._disk.sync(fd, path)
        finally:
            os.close(fd)
        with path.open("rb") as file:
            self._count(source.name, hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size)

    def finish(self, manifest: Manifest) -> None:
        """Make the names of all files kept, then write what makes the folder a backup."""
        self._disk.sync_folders(sorted(self._folders))
        self._disk.put_now(self.folder / MANIFEST, canonical(msgspec.to_builtins(manifest)) + b"\n")

    def _place(self, name: str) -> Path:
        path = self.folder / name
        if path.parent not in self._folders:
            self._disk.make_folder(path.parent)
            self._folders.add(path.parent)
        return path

    def _count(self, name: str, digest: str, size: int) -> None:
        self.files[name] = digest
        self._done += size
        if self._progress is not None:
            self._progress(self._done)
