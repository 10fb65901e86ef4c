"""Where what came of a file waits until it is whole and as declared: a folder of our own, so that a fetch goes on where it was
stopped, and what came wrong is not dropped for what may never come.

It lies here as it came, as a spooled import does, and is removed once the file is a record, or nothing of it is in hand.
"""

import hashlib
import os
from pathlib import Path

import msgspec

from muniment.capture.feeds.captured import MediaDue


class Held(msgspec.Struct, frozen=True):
    """How far a file came: bytes held, the index of the next piece, and whether there is none.

    `set_aside` counts how often the file was whole and not as declared.
    """

    size: int = 0
    index: bytes = b""
    last: bool = False
    set_aside: int = 0


_decoder = msgspec.msgpack.Decoder(Held)


class Shelf:
    """Pieces in `folder`, by the platform's id of the file. One process at a time."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder

    def held(self, media: str) -> Held:
        """What is durable of a file; what was written beyond it is forgotten."""
        try:
            state = _decoder.decode(self._path(media, "state").read_bytes())
            if state.size == 0 or os.path.getsize(self._path(media, "part")) >= state.size:
                return state
        except (OSError, msgspec.DecodeError):
            pass
        return Held()

    def add(self, media: str, held: Held, piece: bytes, index: bytes, last: bool) -> Held:
        """One more piece behind what is held, durable when this returns."""
        file = os.open(self._path(media, "part"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.ftruncate(file, held.size)
            os.lseek(file, held.size, os.SEEK_SET)
            left = memoryview(piece)
            while left:
                left = left[os.write(file, left) :]
            os.fsync(file)
        finally:
            os.close(file)
        state = Held(held.size + len(piece), index, last, held.set_aside)
        self._replace(self._path(media, "state"), msgspec.msgpack.encode(state))
        return state

    def content(self, media: str) -> bytes:
        """The bytes held."""
        held = self.held(media)
        return self._path(media, "part").read_bytes()[: held.size] if held.size else b""

    def set_aside(self, media: str, content: bytes | None = None) -> None:
        """Begin anew, and keep what was held, or `content`, until something better comes."""
        held = self.held(media)
        if content is not None or held.size:
            self._replace(self._path(media, "aside"), self.content(media) if content is None else content)
        self._replace(self._path(media, "state"), msgspec.msgpack.encode(Held(set_aside=held.set_aside + 1)))
        self._path(media, "part").unlink(missing_ok=True)

    def aside(self, media: str) -> bytes:
        """What was set aside; empty where nothing was."""
        try:
            return self._path(media, "aside").read_bytes()
        except OSError:
            return b""

    def in_hand(self, media: str) -> bytes:
        """The most that there is of a file: what was set aside, or what is held; empty where nothing is."""
        return max(self.aside(media), self.content(media), key=len)

    def drop(self, media: str) -> None:
        """What is in hand is a record by now, or nothing is."""
        for kind in ("state", "part", "aside"):
            self._path(media, kind).unlink(missing_ok=True)

    def _path(self, media: str, kind: str) -> Path:
        return self._folder / f"{hashlib.sha256(media.encode()).hexdigest()}.{kind}"

    def _replace(self, path: Path, content: bytes) -> None:
        new = path.with_suffix(path.suffix + ".new")
        file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(file, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        os.replace(new, path)
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def flags_of(due: MediaDue, content: bytes, stopped: bool = False) -> tuple[str, ...]:
    """What is wrong with a file, beside what its message claims of it; `stopped` where it ended without an end."""
    flags = []
    if stopped or (due.size is not None and len(content) < due.size):
        flags.append("truncated")
    elif due.size is not None and len(content) > due.size:
        flags.append("size_mismatch")
    kind, _, value = (due.digest or "").partition(":")
    if kind in ("md5", "sha256") and hashlib.new(kind, content, usedforsecurity=False).hexdigest() != value:
        flags.append("hash_mismatch")
    return tuple(flags)
