"""Checks the segments of a log, in step with its leaves: each envelope is the one that its leaf names by SHA-256.

Memory: a few MiB, whatever the size of a segment; an envelope is held while it is checked.
"""

import hashlib
import os
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from muniment.journal.check_finding import Counts, Say, fault, leftover, span
from muniment.journal.segment import HEAD_LIMIT, ROLL_BYTES, first_of, group_of, head_line, segment_name
from muniment.record.errors import Damaged
from muniment.record.leaf import Leaf
from muniment.record.words import _
from muniment.vault.envelope import COMPRESS_FROM, OVERHEAD

_LENGTH = struct.Struct(">I")
_sha256 = hashlib.sha256
READ_BYTES = 1024 * 1024


class Segments:
    """Walks the sealed segments (`paths`, oldest first) of the log called `log`; `label` is their folder's name within the archive."""

    def __init__(self, paths: Sequence[Path], label: str, log: str, say: Say, counts: Counts) -> None:
        self._paths, self._label, self._log, self._say, self._counts = paths, label, log, say, counts
        self._firsts = [first_of(path) for path in paths]
        self._place = -1
        self._file: BinaryIO | None = None
        self._name = f"{label}/{segment_name(0)}"
        self._group: str | None = None
        self._offset = self._size = 0
        self._bad: tuple[int, int, int, int] | None = None  # first and last leaf, first byte and end of a run at fault

    def envelopes(self, first: int, leaves: Sequence[Leaf | None]) -> list[bytes | None]:
        """The envelopes of these leaves; None for each that is not the sealed one, which has then been said."""
        return [self._envelope(index, leaf) for index, leaf in enumerate(leaves, start=first)]

    def finish(self, size: int) -> None:
        """All `size` leaves have been asked for: nothing may stand behind the last envelope."""
        self._leave(size, last=True)

    def _envelope(self, index: int, leaf: Leaf | None) -> bytes | None:
        if self._place + 1 < len(self._firsts) and self._firsts[self._place + 1] <= index:
            self._leave(index, last=False)
            self._enter(index, leaf)
        elif self._offset == self._size and leaf is not None and (self._begins(leaf) or self._file is None):
            if self._file is not None:
                self._leave(index, last=False)
            if self._bad is None:
                self._name = f"{self._label}/{segment_name(index)}"
        file, offset = self._file, self._offset
        if file is None:
            self._miss(index, 0, 0)
            return None
        head = file.read(4)
        length = _LENGTH.unpack(head)[0] if len(head) == 4 else 0
        if (
            leaf is not None
            and leaf.n < COMPRESS_FROM
            and length != leaf.n + OVERHEAD
            and offset + 4 + leaf.n + OVERHEAD <= self._size
        ):
            # A short payload is never compressed: its leaf says how long the frame is, so the walk can go on.
            self._miss(index, offset, 4)
            length, head = leaf.n + OVERHEAD, b""
        if offset + 4 + length > self._size or length < OVERHEAD:
            self._miss(index, offset, self._size - offset)
            file.seek(0, os.SEEK_END)
            self._offset = self._size
            return None
        envelope = file.read(length)
        self._offset = offset + 4 + length
        self._counts.envelopes += 1
        self._counts.envelope_bytes += length
        if leaf is None:
            return None  # what it should be is not known, and has been said of the log
        if _sha256(envelope).hexdigest() != leaf.env:
            self._miss(index, offset, 4 + length)
            return None
        if not head:
            return envelope
        if self._bad is not None:
            self._flush()
        if leaf.kg != self._group and self._group is not None:
            self._say(
                fault(
                    self._name,
                    _("the segment is of key group {got}, its leaf of {group}"),
                    leaf=index,
                    got=self._group,
                    group=leaf.kg,
                )
            )
        return envelope

    def _begins(self, leaf: Leaf) -> bool:
        """Whether the writer would have begun a new segment with this leaf."""
        return self._group not in {None, leaf.kg} or self._size >= ROLL_BYTES

    def _enter(self, index: int, leaf: Leaf | None) -> None:
        """Open the next segment, which begins with leaf `index` or should have begun before."""
        self._place += 1
        path, first = self._paths[self._place], self._firsts[self._place]
        self._name = f"{self._label}/{path.name}"
        try:
            self._file = path.open("rb", buffering=READ_BYTES)
        except OSError:
            self._say(fault(self._name, _("the segment cannot be opened"), leaf=first))
            return
        self._size = os.fstat(self._file.fileno()).st_size
        line = self._file.readline(HEAD_LIMIT)
        try:
            self._group = group_of(line, self._log, first, path)
        except Damaged:
            self._group = None
        wanted = head_line(self._log, first, leaf.kg if leaf is not None else self._group or "")
        if line != wanted:
            self._say(fault(self._name, _("the segment does not begin with its own head line"), at=span(0, len(line))))
            if leaf is not None:
                line, self._group = wanted, None
        self._offset = len(line)
        self._file.seek(self._offset)

    def _leave(self, index: int, *, last: bool) -> None:
        """Close the segment: it ends where leaf `index` begins."""
        self._flush()
        if self._file is None:
            return
        if self._offset < self._size:
            say = leftover if last else fault
            self._say(
                say(
                    self._name,
                    _("bytes stand behind the last envelope, which is of leaf {leaf}"),
                    at=span(self._offset, self._size - self._offset),
                    leaf=index - 1,
                )
            )
        self._file.close()
        self._file = None

    def close(self) -> None:
        """Let go of the segment that is being read: a check that is ended early says nothing of it."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _miss(self, index: int, offset: int, length: int) -> None:
        """Note an envelope at fault; neighbours become one finding."""
        if self._bad is not None and self._bad[1] >= index - 1:
            self._bad = (self._bad[0], index, self._bad[2], max(self._bad[3], offset + length))
            return
        self._flush()
        self._bad = (index, index, offset, offset + length)

    def _flush(self) -> None:
        if self._bad is None:
            return
        first, last, low, high = self._bad
        self._bad = None
        at = span(low, high - low) if high > low else None
        if self._file is None or low >= self._size:
            self._say(
                fault(
                    self._name,
                    _("the envelopes of leaves {first} to {last} are missing"),
                    leaf=first,
                    first=first,
                    last=last,
                )
            )
        elif first == last:
            self._say(fault(self._name, _("the envelope is not the one that was sealed"), leaf=first, at=at))
        else:
            self._say(
                fault(
                    self._name,
                    _("the envelopes of leaves {first} to {last} are not the ones that were sealed"),
                    leaf=first,
                    at=at,
                    first=first,
                    last=last,
                )
            )
