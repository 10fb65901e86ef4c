"""Members of a ZIP, expanded a piece at a time and counted: a bomb is refused while it swells, whatever its directory says."""

import codecs
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator

from muniment.media.limits import Limits
from muniment.media.output import Stop
from muniment.media.reading import Note, Status

_AT_ONCE = 1 << 16
_FAULTS = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, NotImplementedError)


def load() -> None:
    """Everything is imported with this module but the codecs of names and of XML."""
    for name in ("ascii", "cp437", "latin-1", "utf-8", "utf-16", "utf-16-le", "utf-16-be"):
        codecs.lookup(name)


class Budget:
    """What may still be expanded, over a file and all files in it."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._bytes = limits.expanded_bytes
        self._members = limits.members

    def member(self) -> None:
        """One more member is opened."""
        self._members -= 1
        if self._members < 0:
            raise Stop(Status.TOO_LARGE, Note.MEMBER_LIMIT)

    def expanded(self, count: int) -> None:
        """So many more bytes came out."""
        self._bytes -= count
        if self._bytes < 0:
            raise Stop(Status.TOO_LARGE, Note.EXPANDED_LIMIT)


class Damage(Exception):
    """A member cannot be expanded; `encrypted` where it needs a password."""

    def __init__(self, *, encrypted: bool = False) -> None:
        super().__init__("member")
        self.encrypted = encrypted


class Package:
    """An open ZIP. Raises `Stop` with `damaged` where it has no directory, and beyond a limit."""

    def __init__(self, raw: bytes, budget: Budget) -> None:
        self._budget = budget
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(raw))
        except _FAULTS as error:
            raise Stop(Status.DAMAGED, Note.CUT_SHORT) from error
        if len(self._zip.filelist) > budget.limits.members:
            raise Stop(Status.TOO_LARGE, Note.MEMBER_LIMIT)
        # `ZipInfo.is_dir` fails on an empty name, which one that begins with a zero byte is read as.
        self._members = {info.filename: info for info in self._zip.filelist if not info.filename.endswith("/")}

    def __contains__(self, name: str) -> bool:
        return name in self._members

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the members in the directory's order; one that comes twice counts once, with its last entry."""
        return tuple(self._members)

    def pieces(self, name: str) -> Iterator[bytes]:
        """A member, expanded piece by piece. Raises `Damage`, and `Stop` beyond a limit."""
        info = self._members[name]
        if info.flag_bits & 1:
            raise Damage(encrypted=True)
        limits = self._budget.limits
        self._budget.member()
        came = 0
        try:
            with self._zip.open(info) as member:
                while piece := member.read(_AT_ONCE):
                    came += len(piece)
                    self._budget.expanded(len(piece))
                    if came > limits.member_bytes:
                        raise Stop(Status.TOO_LARGE, Note.EXPANDED_LIMIT)
                    if came > limits.ratio_from and came > limits.ratio * max(info.compress_size, 1):
                        raise Stop(Status.TOO_LARGE, Note.RATIO_LIMIT)
                    yield piece
        except (RuntimeError, *_FAULTS) as error:
            raise Damage from error

    def whole(self, name: str) -> bytes:
        """A member in one piece."""
        return b"".join(self.pieces(name))
