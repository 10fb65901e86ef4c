"""Disks that fail on demand. Each does the real work with the real calls; what a test adds is the moment at which it stops.

`WatchedDisk` writes down every call. `FaultyDisk` lets one call fail, before or after it has done its work. `PowerDisk` is a
machine whose power can be cut: whatever was not fsynced by then is lost, names in folders included.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from muniment.vault.database import Database
from muniment.vault.durable import Disk


@dataclass(frozen=True)
class Call:
    """One system call or commit: `write fsync rename unlink truncate commit`, and the path or database it is done to."""

    what: str
    path: Path
    source: Path | None = None

    def __str__(self) -> str:
        return f"{self.what} {self.path.parent.name}/{self.path.name}"


class WatchedDisk(Disk):
    """Writes down every call, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Call] = []

    def step(self, call: Call, perform: Callable[[], int | None]) -> int | None:
        """What happens at one call; the others come here."""
        self.calls.append(call)
        return perform()

    def sys_write(self, fd: int, data: bytes | memoryview, path: Path) -> int:
        written = self.step(Call("write", path), lambda: self.write(fd, data, path))
        assert written is not None
        return written

    def write(self, fd: int, data: bytes | memoryview, path: Path) -> int:
        """The write itself."""
        return super().sys_write(fd, data, path)

    def sys_fsync(self, fd: int, path: Path) -> None:
        self.step(Call("fsync", path), lambda: super(WatchedDisk, self).sys_fsync(fd, path))

    def sys_rename(self, source: Path, target: Path) -> None:
        self.step(Call("rename", target, source), lambda: super(WatchedDisk, self).sys_rename(source, target))

    def sys_unlink(self, path: Path) -> None:
        self.step(Call("unlink", path), lambda: super(WatchedDisk, self).sys_unlink(path))

    def sys_truncate(self, fd: int, size: int, path: Path) -> None:
        self.step(Call("truncate", path), lambda: super(WatchedDisk, self).sys_truncate(fd, size, path))

    def sys_commit(self, database: Database, name: str) -> None:
        self.step(Call("commit", Path(name)), lambda: super(WatchedDisk, self).sys_commit(database, name))


class How(StrEnum):
    """How a call fails."""

    FAILED = "failed"
    PERSISTED = "failed but persisted"
    TORN = "half of it persisted"  # of a write; every other call fails


class FaultyDisk(WatchedDisk):
    """Fails once, at the first call that `when` picks; nothing may be asked of it afterwards."""

    def __init__(self, when: Callable[[int, Call], bool], how: How, number: int = 5) -> None:
        super().__init__()
        self._when, self._how, self._number = when, how, number
        self.fired: Call | None = None

    def step(self, call: Call, perform: Callable[[], int | None]) -> int | None:
        assert self.fired is None, f"{call} was called after {self.fired} had failed"
        if not self._when(len(self.calls), call):
            return super().step(call, perform)
        self.fired = call
        if self._how is How.PERSISTED or (self._how is How.TORN and call.what == "write"):
            super().step(call, perform)
        raise OSError(self._number, os.strerror(self._number))

    def write(self, fd: int, data: bytes | memoryview, path: Path) -> int:
        if self.fired is not None and self._how is How.TORN:
            data = data[: len(data) // 2]
        return super().write(fd, data, path)


class ShortDisk(WatchedDisk):
    """Writes a few bytes at a time, as a system may."""

    def write(self, fd: int, data: bytes | memoryview, path: Path) -> int:
        return super().write(fd, data[:7], path)


class PowerCut(BaseException):
    """The machine stops."""


@dataclass
class _Name:
    """A name that its folder does not hold durably yet: what stood there before (None: nothing)."""

    path: Path
    before: bytes | None


@dataclass
class PowerDisk(WatchedDisk):
    """Stops at call number `at`; `lose` then takes back whatever was not kept. Databases keep what they committed."""

    at: int
    _contents: dict[Path, bytes] = field(default_factory=dict)
    _names: list[_Name] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def step(self, call: Call, perform: Callable[[], int | None]) -> int | None:
        if len(self.calls) == self.at:
            raise PowerCut
        path = call.path
        if call.what in {"write", "truncate"}:
            before = path.read_bytes()
            if not before and path not in self._contents:
                self._names.append(_Name(path, None))
            self._contents.setdefault(path, before)
        elif call.what == "rename":
            source = call.source
            assert source is not None
            if source in self._contents:
                self._contents[path] = self._contents.pop(source)
            self._names = [name for name in self._names if name.path != source]
            self._names.append(_Name(path, path.read_bytes() if path.exists() else None))
            self._names.append(_Name(source, source.read_bytes()))
        elif call.what == "unlink" and path.exists():
            self._names.append(_Name(path, path.read_bytes()))
        result = super().step(call, perform)
        if call.what == "fsync":
            self._contents.pop(path, None)
            self._names = [name for name in self._names if name.path.parent != path]
        return result

    def lose(self) -> None:
        """What the disk holds when the power is back."""
        for path, content in self._contents.items():
            if path.exists():
                path.write_bytes(content)
        for name in reversed(self._names):
            if name.before is None:
                name.path.unlink(missing_ok=True)
            else:
                name.path.parent.mkdir(exist_ok=True)
                name.path.write_bytes(name.before)
