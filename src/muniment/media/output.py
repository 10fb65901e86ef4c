"""What a reader writes into: text by places, made into plain lines, and handed on as soon as a stretch of it is whole.

Text that was handed on is safe: it is kept even where the reader is stopped for time or memory a moment later.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

from muniment.media.limits import Limits
from muniment.media.reading import Note, PlaceKind, Status
from muniment.media.wire import Done, Piece, Sound, pack

_STRETCH = 65_536  # characters gathered before lines are handed on
_LINE_ENDS = re.compile("\r\n|[\r\n\v\f\x85\u2028\u2029]")
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufeff\ufffe\uffff]")
_NO_CHARACTER = re.compile("[\ud800-\udfff]")
_SPACES = re.compile("[ \t\u00a0\u3000]+$")


class Stop(Exception):
    """A reader can go no further: the status if no text came, and why."""

    def __init__(self, status: Status, note: Note | None = None) -> None:
        super().__init__(status.value)
        self.status = status
        self.note = note


class Output:
    """Where one reading gathers: `place` opens a stretch of text, `write` adds to it, `note` says what is missing."""

    def __init__(self, limits: Limits, send: Callable[[bytes], None]) -> None:
        self.limits = limits
        self.inside: tuple[str, ...] = ()
        self.duration: int | None = None
        self._send = send
        self._notes: dict[Note, None] = {}
        self._status: Status | None = None
        self._chars = self._places = 0
        self._sounded = False
        self._place: tuple[PlaceKind, int, str, tuple[str, ...]] | None = None
        self._buffer: list[str] = []
        self._buffered = 0
        self._continues = self._begun = self._blank = self._within_line = False

    @contextmanager
    def place(self, kind: PlaceKind, number: int = 0, label: str = "") -> Iterator[None]:
        """A page, sheet or part: what is written within is its text. Places do not nest; one without text is left out."""
        self.close()
        self._place = (kind, number, one_line(label), self.inside)
        self._continues = self._begun = self._blank = self._within_line = False
        yield
        self.close()  # where a reader is stopped instead, `stop` closes what it had written

    def write(self, text: str) -> None:
        """Add text to the open place, or to a body of its own where none is open."""
        if self._place is None:
            self._place = (PlaceKind.BODY, 0, "", self.inside)
            self._continues = self._begun = self._blank = self._within_line = False
        self._buffer.append(text)
        self._buffered += len(text)
        if self._buffered >= _STRETCH:
            self._hand_on(last=False)

    def note(self, note: Note) -> None:
        """Say that something is missing, and why."""
        self._notes.setdefault(note)

    def sound(self, content_type: str, content: bytes) -> None:
        """Hand on the sound to play."""
        self._send(pack(Sound(content_type, content)))
        self._sounded = True

    def close(self) -> None:
        """End the open place."""
        if self._place is not None:
            self._hand_on(last=True)
            self._place = None

    def stop(self, stop: Stop) -> None:
        """Keep what came before the reader stopped, and why it did."""
        self._status = stop.status
        if stop.note:
            self.note(stop.note)

    def drop(self) -> None:
        """Let go of what was not handed on."""
        self._buffer.clear()

    def done(self) -> Done:
        """The last frame: a reader that stopped after text came is a partial reading."""
        notes = tuple(self._notes)
        something = bool(self._chars) or self._sounded
        if self._status is not None:
            return Done(Status.PARTIAL if something else self._status, notes, self.duration)
        if notes:
            return Done(Status.PARTIAL if something or self.duration is not None else _of(notes), notes, self.duration)
        return Done(Status.OK if something else Status.EMPTY, notes, self.duration)

    def _hand_on(self, *, last: bool) -> None:
        gathered = "".join(self._buffer)
        self._buffer.clear()
        self._buffered = 0
        held = "\r" if gathered.endswith("\r") and not last else ""  # half of a line end, perhaps
        *lines, rest = _LINE_ENDS.sub("\n", gathered.removesuffix(held)).split("\n")
        if last:
            lines.append(rest)
        elif rest or held:
            self._buffer.append(rest + held)
        said = [spoken for line in lines if (spoken := self._spoken(line))]
        if not last and len(rest) > 4 * _STRETCH:  # one endless line, as machines write them
            self._buffer[:] = [held] if held else []
            said.append(self._spoken(rest))
            self._within_line = True
        self._deliver("".join(said))

    def _spoken(self, line: str) -> str:
        """A line as it is kept, with the line end and at most one blank line before it; nothing for a blank one."""
        plain = _SPACES.sub("", _NO_CHARACTER.sub("\ufffd", _NO_TEXT.sub("", line)))
        before = "" if self._within_line or not self._begun else "\n\n" if self._blank else "\n"
        self._within_line = False
        if not plain:
            self._blank = self._begun
            return ""
        self._begun, self._blank = True, False
        return before + plain

    def _deliver(self, text: str) -> None:
        if not text or self._place is None:
            return
        kind, number, label, inside = self._place
        self._places += not self._continues
        room = self.limits.text_chars - self._chars
        if self._places > self.limits.places or room <= 0:
            self._end(Note.PLACE_LIMIT if room > 0 else Note.TEXT_LIMIT)
        self._chars += min(len(text), room)
        self._send(pack(Piece(kind, number, label, inside, text[:room], self._continues)))
        self._continues = True
        if len(text) > room:
            self._end(Note.TEXT_LIMIT)

    def _end(self, note: Note) -> NoReturn:
        self._buffer.clear()
        self._place = None
        raise Stop(Status.TOO_LARGE, note)


def _of(notes: tuple[Note, ...]) -> Status:
    """The status of a reading that came to its end and has nothing to show but notes."""
    if Note.PART_ENCRYPTED in notes:
        return Status.ENCRYPTED
    if Note.PART_DAMAGED in notes or Note.CUT_SHORT in notes:
        return Status.DAMAGED
    if Note.NO_DECODER in notes or Note.PART_UNREAD in notes:
        return Status.UNSUPPORTED
    return Status.EMPTY


def one_line(label: str) -> str:
    """A name from a file, fit for a label: one line of at most 200 characters."""
    return " ".join(_NO_CHARACTER.sub("\ufffd", _NO_TEXT.sub("", label[:1_000])).split())[:200]
