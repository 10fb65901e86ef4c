"""An XML export to parts: each element's bytes with the white space before it, and the stretches between, in order and without a gap.

The white space goes with the element behind it, so that a backup that was written on holds the same bytes for each message
as the shorter one did, and a million messages are not two million records.
"""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from muniment.capture.connector import Part, Undecodable
from muniment.capture.documents import Made, pieces
from muniment.capture.element_spans import Broken, Close, Item, Open, Shape, walk
from muniment.capture.spans import Buffer

_SPACE = b" \t\r\n"


class Repeated(NamedTuple):
    """What an element is that tells again what stood before in the same file: kept as a span, and no message."""

    key: str


class Reader(Protocol):
    """Names the messages of one file as they come."""

    def opened(self, name: str, attributes: dict[str, str]) -> bool:
        """A container begins; whether its start tag belongs to the loose elements that follow it."""
        ...

    def closed(self, name: str) -> None:
        """It ends."""
        ...

    def item(self, name: str, raw: bytes) -> Made | Repeated | None:
        """What a message's part bears; None for a loose element, one that says something of its container.

        Raises Undecodable where it is none.
        """
        ...

    def loose(self, raw: bytes) -> Made | None:
        """What a part of loose elements bears that stand side by side; None where they are no record."""
        ...


def element_parts(data: Buffer, shape: Shape, encoding: str, name: str, reader: Reader) -> Iterator[Part]:
    """The parts of a file. What cannot be named is a rejected span, with the reason. Raises Unreadable before the first part."""
    return _Parts(data, reader).run(walk(data, shape, encoding, name))


class _Parts:
    def __init__(self, data: Buffer, reader: Reader) -> None:
        self._data, self._reader = data, reader
        self._done = 0
        self._loose: tuple[int, int] | None = None

    def run(self, found: Iterator[Open | Item | Close | Broken]) -> Iterator[Part]:
        data, reader = self._data, self._reader
        for one in found:
            if isinstance(one, Open):
                yield from self._flush()
                if reader.opened(one.name, one.attributes):
                    self._loose = (one.start, one.start)
            elif isinstance(one, Close):
                yield from self._flush()
                reader.closed(one.name)
            elif isinstance(one, Broken):
                yield from self._flush()
                yield from pieces(data, self._done, one.start, None)
                yield from pieces(data, one.start, one.end, None, one.reason)
                self._done = one.end
            else:
                yield from self._item(one)
        yield from self._flush()
        yield from pieces(data, self._done, len(data), None)

    def _item(self, item: Item) -> Iterator[Part]:
        raw = self._data[item.start : item.end]
        try:
            made = self._reader.item(item.name, raw)
        except Undecodable as reason:
            yield from self._flush()
            yield from pieces(self._data, self._done, item.start, None)
            yield from pieces(self._data, item.start, item.end, None, str(reason))
            self._done = item.end
            return
        if made is None:
            self._loose = (self._loose[0] if self._loose else item.start, item.end)
            return
        yield from self._flush()
        if isinstance(made, Repeated):
            yield from pieces(self._data, self._done, item.start, None)
            meta = {"repeats": made.key}
            yield Part(kind="span", raw=raw, at=(item.start, len(raw)), lines=1, meta=meta)
            self._done = item.end
            return
        yield from self._message(item.start, item.end, made)

    def _flush(self) -> Iterator[Part]:
        """What stood loose until here becomes a part, if it is a record."""
        if self._loose is None:
            return
        (start, end), self._loose = self._loose, None
        if start < end and (made := self._reader.loose(self._data[start:end])) is not None:
            yield from self._message(start, end, made)

    def _message(self, start: int, end: int, made: Made) -> Iterator[Part]:
        before = self._data[self._done : start]
        start -= len(before) - len(before.rstrip(_SPACE))
        yield from pieces(self._data, self._done, start, None)
        yield from made.before
        raw = self._data[start:end]
        yield Part(
            kind="message",
            raw=raw,
            at=(start, len(raw)),
            key=made.key,
            lines=1,
            meta=made.meta,
            missing=made.missing,
        )
        self._done = end
