"""Segments: the envelopes of consecutive leaves, one key group to a file, appended and never changed.

A segment is named by its first leaf, `<16 digits>.seg`. It begins with one line of canonical JSON that says the same
(first leaf, key group, log), then for each leaf a frame: the envelope's length (4 bytes, big-endian) and the envelope.
"""

import bisect
import os
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from muniment.record.codec import canonical
from muniment.record.errors import Damaged
from muniment.vault.durable import Disk

ROLL_BYTES = 64 * 1024 * 1024
"""A segment that has reached this size is followed by a new one."""

HEAD_LIMIT = 512
WALK_BYTES = 1024 * 1024
RUN_FRAMES = 1024
KEPT_WALKS = 8

_LENGTH = struct.Struct(">I")


def segment_name(first: int) -> str:
    """The file name of the segment that begins with leaf `first`."""
    return f"{first:016d}.seg"


def head_line(log: str, first: int, group: str) -> bytes:
    """The first line of a segment."""
    return canonical({"first": first, "kg": group, "log": log, "v": 1}) + b"\n"


@dataclass(frozen=True, slots=True)
class Frame:
    """Where an envelope lies: its leaf, its segment file, its byte offset and length there."""

    leaf: int
    path: Path
    offset: int
    length: int


class SegmentWriter:
    """Appends frames for one log. Only the leader has one."""

    def __init__(self, folder: Path, log: str, disk: Disk) -> None:
        self._folder, self._log, self._disk = folder, log, disk
        self._fd: int | None = None
        self._path = folder
        self._group = ""
        self._size = 0

    def resume(self, size: int) -> None:
        """Open the newest segment for a log of `size` leaves; what a crash left behind the last leaf is cut off."""
        self.close()
        for path in [*self._folder.glob("*.tmp"), *segment_files(self._folder)]:
            if path.suffix == ".tmp" or first_of(path) >= size:
                # Begun for a batch whose leaves were never written: no leaf points into it.
                self._disk.remove(path)
                self._disk.sync_folders([self._folder])
        files = segment_files(self._folder)
        if not files:
            return
        path = files[-1]
        group, frames = read_frames(path, self._log, lenient_tail=True)
        wanted = size - first_of(path)
        if len(frames) < wanted:
            raise Damaged(
                "segment {file} holds {got} envelopes, the log has {wanted} leaves there; restore it from a backup",
                file=path.name,
                got=len(frames),
                wanted=wanted,
            )
        end = frames[wanted - 1].offset + frames[wanted - 1].length
        self._fd = self._disk.open_append(path)
        self._path, self._group, self._size = path, group, end
        if os.fstat(self._fd).st_size != end:
            self._disk.truncate(self._fd, end, path)

    def append(self, first: int, group: str, envelopes: Sequence[bytes]) -> None:
        """Append the envelopes of the leaves from `first` on, all of one key group; kept when this returns."""
        if self._fd is None or group != self._group or self._size >= ROLL_BYTES:
            self._begin(first, group)
        assert self._fd is not None
        data = b"".join([piece for envelope in envelopes for piece in (_LENGTH.pack(len(envelope)), envelope)])
        self._disk.append(self._fd, data, self._path)
        self._disk.sync(self._fd, self._path)
        self._size += len(data)

    def _begin(self, first: int, group: str) -> None:
        self.close()
        path = self._folder / segment_name(first)
        head = head_line(self._log, first, group)
        self._disk.put_now(path, head)
        self._fd = self._disk.open_append(path)
        self._path, self._group, self._size = path, group, len(head)

    def close(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


def segment_files(folder: Path) -> list[Path]:
    """The segments of a log, oldest first; raises Damaged when a file there is none."""
    files = sorted(path for path in folder.iterdir() if not path.name.endswith(".tmp"))
    for path in files:
        first_of(path)
    return files


def first_of(path: Path) -> int:
    """The first leaf of a segment, from its name."""
    stem = path.name.removesuffix(".seg")
    if len(stem) != 16 or not stem.isascii() or not stem.isdigit() or not path.name.endswith(".seg"):
        raise Damaged("{file} is not a segment; expected 16 digits and .seg", file=path.name)
    return int(stem)


def read_frames(path: Path, log: str, *, lenient_tail: bool = False) -> tuple[str, list[Frame]]:
    """The key group and all frames of a segment, without reading the envelopes.

    `lenient_tail` forgives an unfinished last frame, as a crash leaves it; anything else that does not add up is Damaged.
    """
    first = first_of(path)
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        line = file.readline(HEAD_LIMIT)
        group = group_of(line, log, first, path)
        offset, frames, leaf = len(line), [], first
        fd = file.fileno()
        while offset < size:
            header = os.pread(fd, 4, offset)
            length = _LENGTH.unpack(header)[0] if len(header) == 4 else -1
            if length < 0 or offset + 4 + length > size:
                if lenient_tail:
                    break
                raise Damaged(
                    "segment {file} ends in the middle of a frame at byte {offset}", file=path.name, offset=offset
                )
            frames.append(Frame(leaf, path, offset + 4, length))
            offset += 4 + length
            leaf += 1
    return group, frames


def group_of(line: bytes, log: str, first: int, path: Path) -> str:
    """The key group that a segment's first line names; raises Damaged unless the line is exactly the one we write."""
    marker = b'"kg":"'
    start = line.find(marker) + len(marker)
    group = line[start : line.find(b'"', start)].decode("ascii", "replace")
    if head_line(log, first, group) != line:
        raise Damaged(
            "segment {file} does not begin with its own head line (bytes 0 to {size})", file=path.name, size=len(line)
        )
    return group


class SegmentReader:
    """Reads envelopes of one log by leaf, in order or at random; remembers how far it has walked the last few segments."""

    def __init__(self, folder: Path, log: str) -> None:
        self._folder, self._log = folder, log
        self._firsts: list[int] = []
        self._paths: list[Path] = []
        self._walks: dict[Path, list[int]] = {}

    def envelopes(self, first: int, last: int) -> Iterator[bytes]:
        """The envelopes of the leaves from `first` to before `last`; raises Damaged when one is not there."""
        leaf = first
        while leaf < last:
            path, start, following = self._segment(leaf)
            stop = min(last, following)
            with path.open("rb", buffering=0) as file:
                ends = self._walk(path, file.fileno(), start, stop)
                while leaf < stop:
                    # Frames of a run lie one behind the other: one read, then cut.
                    upto = min(stop, leaf + RUN_FRAMES)
                    if ends[upto - start] - ends[leaf - start] > ROLL_BYTES:
                        upto = leaf + 1
                    low, high = ends[leaf - start], ends[upto - start]
                    block = os.pread(file.fileno(), high - low, low)
                    for place in range(leaf - start, upto - start):
                        yield block[ends[place] - low + 4 : ends[place + 1] - low]
                    leaf = upto

    def _walk(self, path: Path, fd: int, start: int, stop: int) -> list[int]:
        """The byte offsets at which the frames of a segment end (the first entry: where the first begins), up to leaf `stop`.

        Never further: frames behind the last leaf may still be cut off by a recovery.
        """
        ends = self._walks.get(path)
        if ends is None:
            line = os.pread(fd, HEAD_LIMIT, 0).partition(b"\n")[0] + b"\n"
            group_of(line, self._log, start, path)
            while len(self._walks) >= KEPT_WALKS:
                del self._walks[next(iter(self._walks))]
            ends = self._walks[path] = [len(line)]
        if len(ends) <= stop - start:
            size = os.fstat(fd).st_size
            offset, base, block = ends[-1], ends[-1], b""
            while len(ends) <= stop - start:
                if offset + 4 > base + len(block):
                    base, block = offset, os.pread(fd, WALK_BYTES, offset)
                if len(block) < offset - base + 4:
                    raise Damaged(
                        "segment {file} has no envelope for leaf {leaf}", file=path.name, leaf=start + len(ends) - 1
                    )
                offset += 4 + int.from_bytes(block[offset - base : offset - base + 4], "big")
                if offset > size:
                    raise Damaged(
                        "segment {file} ends in the middle of the envelope of leaf {leaf}",
                        file=path.name,
                        leaf=start + len(ends) - 1,
                    )
                ends.append(offset)
        return ends

    def _segment(self, leaf: int) -> tuple[Path, int, int]:
        """The segment that holds a leaf, its first leaf and the first leaf of the next one."""
        if not self._firsts or leaf >= self._firsts[-1]:
            self._paths = segment_files(self._folder)
            self._firsts = [first_of(path) for path in self._paths]
        place = bisect.bisect_right(self._firsts, leaf) - 1
        if place < 0:
            raise Damaged("no segment holds leaf {leaf}; restore it from a backup", leaf=leaf)
        following = self._firsts[place + 1] if place + 1 < len(self._firsts) else 2**62
        return self._paths[place], self._firsts[place], following
