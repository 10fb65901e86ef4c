"""`checkpoints.log`: every checkpoint that was ever signed, one line each, chained so that a missing line shows.

A line is canonical JSON: `n` counts from 0, `note` is the signed note, `prev` the hex SHA-256 of the line before (without
its line feed; 64 zeros for the first). Trust: the chain shows an edit by anybody who does not rewrite the rest; who
does so needs no key for the chain, but needs the log's key for every changed note.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from muniment.record.codec import canonical
from muniment.record.errors import Damaged

NO_PREVIOUS = "0" * 64
END_BYTES = 4096


class CheckpointLog:
    """The file, and where its chain stands once `tail` has been read or `advance` has been called."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._count = 0
        self._previous = NO_PREVIOUS

    def line(self, note: str) -> bytes:
        """The next line, for `note`."""
        return canonical({"n": self._count, "note": note, "prev": self._previous}) + b"\n"

    def advance(self, note: str) -> None:
        """Take the line for `note` as written."""
        self._previous = hashlib.sha256(self.line(note)[:-1]).hexdigest()
        self._count += 1

    def tail(self) -> tuple[int, bytes, str]:
        """The last whole line: where it begins, its bytes and its note. What follows it was never committed. Raises Damaged."""
        offset, last = self._last_line()
        if not last:
            raise Damaged("{file} holds no checkpoint; restore the log from its backup", file=self.path.name)
        number, note, _ = self._parse(last[:-1], offset)
        self._count, self._previous = number + 1, hashlib.sha256(last[:-1]).hexdigest()
        return offset, last, note

    def _last_line(self) -> tuple[int, bytes]:
        # The file grows for ever, and only its end matters here: read ever longer ends until one holds a whole line.
        try:
            with self.path.open("rb") as file:
                size, length = file.seek(0, os.SEEK_END), END_BYTES
                while True:
                    begin = max(0, size - length)
                    file.seek(begin)
                    end = file.read(size - begin)
                    whole = end.rfind(b"\n") + 1
                    start = end.rfind(b"\n", 0, max(whole - 1, 0)) + 1
                    if begin == 0 or start > 0:
                        return begin + start, end[start:whole]
                    length *= 2
        except FileNotFoundError:
            raise Damaged("{file} is missing; restore the log from its backup", file=self.path.name) from None

    def notes(self) -> Iterator[tuple[int, str]]:
        """Byte offset and note of every line, oldest first; raises Damaged where the chain breaks."""
        previous, offset = NO_PREVIOUS, 0
        with self.path.open("rb") as file:
            for count, line in enumerate(file):
                if not line.endswith(b"\n"):
                    raise Damaged(
                        "{file} ends in the middle of a line at byte {offset}", file=self.path.name, offset=offset
                    )
                number, note, before = self._parse(line[:-1], offset)
                if number != count or before != previous:
                    raise Damaged(
                        "{file} is not the chain it was at byte {offset}: a line was changed, removed or added",
                        file=self.path.name,
                        offset=offset,
                    )
                previous = hashlib.sha256(line[:-1]).hexdigest()
                yield offset, note
                offset += len(line)

    def _parse(self, line: bytes, offset: int) -> tuple[int, str, str]:
        try:
            value = json.loads(line)
            number, note, previous = value["n"], value["note"], value["prev"]
            if (
                canonical({"n": number, "note": note, "prev": previous}) != line
                or not isinstance(number, int)
                or not isinstance(note, str)
            ):
                raise ValueError
        except (ValueError, KeyError, TypeError):
            raise Damaged("{file} has a damaged line at byte {offset}", file=self.path.name, offset=offset) from None
        return number, note, previous
