"""Durable writes: what this module says is on the disk is on the disk.

The failure model. A write may be short, may fail, or may fail and yet be persisted; an fsync may fail, and after it
failed nothing is known about the pages it covered (a second fsync that succeeds proves nothing). A rename is durable
only when the directory has been fsynced. So every write here is unbuffered, the first error of any call poisons the
Disk, and a poisoned Disk refuses everything after: the process ends, and recovery runs the ordinary opening code.

The happy path of a whole file is exactly: open(tmp), write, fsync, close, rename(tmp, name), fsync(directory).
The happy path of an append is exactly: write, fsync.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from muniment.record.errors import Busy, StorageFailed
from muniment.vault.database import ERRORS, Database, is_busy, is_conflict

WHOLE = 0o600
FOLDER = 0o700


class Disk:
    """The calls that change what is kept. Tests hand in a Disk whose calls fail; there is no other way to write."""

    def __init__(self) -> None:
        self._poison: str | None = None

    @property
    def poisoned(self) -> bool:
        """Whether a call has failed, so that all that follow are refused."""
        return self._poison is not None

    # The five system calls and the database commit; a test's Disk overrides these and nothing else.

    def sys_write(self, fd: int, data: bytes | memoryview, path: Path) -> int:
        return os.write(fd, data)

    def sys_fsync(self, fd: int, path: Path) -> None:
        os.fsync(fd)

    def sys_rename(self, source: Path, target: Path) -> None:
        os.rename(source, target)

    def sys_unlink(self, path: Path) -> None:
        os.unlink(path)

    def sys_truncate(self, fd: int, size: int, path: Path) -> None:
        os.ftruncate(fd, size)

    def sys_commit(self, database: Database, name: str) -> None:
        database.commit()

    # What the rooms call.

    def open_append(self, path: Path, *, create: bool = False) -> int:
        """A file descriptor whose every write goes to the end of `path`; raises StorageFailed."""
        self._ready()
        try:
            return os.open(path, os.O_WRONLY | os.O_APPEND | (os.O_CREAT if create else 0), WHOLE)
        except OSError as error:
            raise self._failed("open", path, error) from error

    def append(self, fd: int, data: bytes, path: Path) -> None:
        """Write all of `data` at the end of `fd`; it is kept only after `sync`."""
        self._ready()
        try:
            self._write(fd, data, path)
        except OSError as error:
            raise self._failed("write", path, error) from error

    def sync(self, fd: int, path: Path) -> None:
        """Make everything written to `fd` kept."""
        self._ready()
        try:
            self.sys_fsync(fd, path)
        except OSError as error:
            raise self._failed("fsync", path, error) from error

    def truncate(self, fd: int, size: int, path: Path) -> None:
        """Cut `fd` to `size` bytes, durably."""
        self._ready()
        try:
            self.sys_truncate(fd, size, path)
            self.sys_fsync(fd, path)
        except OSError as error:
            raise self._failed("truncate", path, error) from error

    def put(self, path: Path, data: bytes) -> None:
        """Replace the file `path` by `data` as a whole; kept only after `sync_folders` of its folder."""
        self._ready()
        temporary = path.with_name(path.name + ".tmp")
        try:
            fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, WHOLE)
            try:
                self._write(fd, data, temporary)
                self.sys_fsync(fd, temporary)
            finally:
                os.close(fd)
            self.sys_rename(temporary, path)
        except OSError as error:
            raise self._failed("replace", path, error) from error

    def put_now(self, path: Path, data: bytes) -> None:
        """`put`, then make it kept."""
        self.put(path, data)
        self.sync_folders([path.parent])

    def rewrite(self, path: Path, offset: int, data: bytes) -> None:
        """Write again, durably, what `path` seems to hold from `offset` on: an fsync that failed may have left it in memory alone."""
        self._ready()
        try:
            fd = os.open(path, os.O_WRONLY)
            try:
                os.lseek(fd, offset, os.SEEK_SET)
                self._write(fd, data, path)
                self.sys_fsync(fd, path)
            finally:
                os.close(fd)
        except OSError as error:
            raise self._failed("write", path, error) from error

    def move(self, source: Path, target: Path) -> None:
        """Put a file in the place of another; kept only after `sync_folders` of the folder."""
        self._ready()
        try:
            self.sys_rename(source, target)
        except OSError as error:
            raise self._failed("replace", target, error) from error

    def remove(self, path: Path) -> None:
        """Remove a file if it is there; kept only after `sync_folders` of its folder."""
        self._ready()
        try:
            self.sys_unlink(path)
        except FileNotFoundError:
            return
        except OSError as error:
            raise self._failed("unlink", path, error) from error

    def sync_folders(self, folders: Iterable[Path]) -> None:
        """Make the names in these folders kept."""
        self._ready()
        for folder in folders:
            try:
                fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
                try:
                    self.sys_fsync(fd, folder)
                finally:
                    os.close(fd)
            except OSError as error:
                raise self._failed("fsync", folder, error) from error

    def make_folder(self, folder: Path) -> None:
        """Make a folder and its parents, durably."""
        self._ready()
        if folder.is_dir():
            return
        self.make_folder(folder.parent)
        try:
            folder.mkdir(mode=FOLDER, exist_ok=True)
        except OSError as error:
            raise self._failed("mkdir", folder, error) from error
        self.sync_folders([folder.parent])

    @contextmanager
    def transaction(self, database: Database, name: str) -> Iterator[Database]:
        """A write transaction of the database called `name`: all of the block is kept when it ends, or nothing is.

        Raises Busy when another process writes it for too long, and StorageFailed, as every call here, at the first error.
        """
        self._ready()
        try:
            database.begin()
            yield database
            self.sys_commit(database, name)
        except (OSError, *ERRORS) as error:
            self._roll_back(database)
            if is_conflict(error):
                raise
            if is_busy(error):
                raise Busy(
                    "another process writes the {name} database; try again when it has finished", name=name
                ) from error
            raise self._failed("commit", Path(name), error) from error
        except BaseException:
            self._roll_back(database)
            raise

    @staticmethod
    def _roll_back(database: Database) -> None:
        with suppress(*ERRORS):  # the database may have done so itself, or be gone
            database.rollback()

    def _write(self, fd: int, data: bytes, path: Path) -> None:
        rest = memoryview(data)
        while rest:
            written = self.sys_write(fd, rest, path)
            if written <= 0:
                raise OSError(0, "the system wrote nothing")
            rest = rest[written:]

    def _ready(self) -> None:
        if self._poison is not None:
            raise StorageFailed(
                "stopped after an earlier disk error ({first}); free or repair the disk, then start again",
                first=self._poison,
            )

    def _failed(self, call: str, path: Path, error: Exception) -> StorageFailed:
        reason = getattr(error, "strerror", None) or type(error).__name__
        self._poison = f"{call} of {path.name}: {reason}"
        return StorageFailed(
            "the disk refused {call} of {file}: {reason}; nothing after it was acknowledged; free or repair the disk, then start again",
            call=call,
            file=path.name,
            reason=reason,
        )
