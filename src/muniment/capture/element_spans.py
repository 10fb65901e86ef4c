"""Where the elements of an XML export lie: one pass over a file of any size, which knows the byte span of each.

Trust: nothing is fetched or expanded (elements.py); depth and size are bounded. What is broken costs itself alone: reading
goes on at the next tag that can begin an element, within the containers that are open.
"""

import re
from collections.abc import Generator, Iterator
from typing import NamedTuple
from xml.parsers import expat

from muniment.capture.connector import LARGEST, Unreadable
from muniment.capture.elements import DEPTH, Malformed, message_of, refuse_doctype
from muniment.capture.references import blank
from muniment.capture.spans import Buffer

ITEM_LIMIT = LARGEST // 2
"""Longest item that is read, in bytes: its text and its tree are in memory beside it."""

_CHUNK = 1 << 18
_FIRST_CHUNK = 1 << 12
_SPACE = b" \t\r\n"
_REFERENCES = re.compile(rb"[0-9a-fA-FxX&#;]{0,65536}+")
_START_TAG = re.compile(rb"""[^"'>]*+(?:"[^"]*+"[^"'>]*+|'[^']*+'[^"'>]*+)*+>""")


class Shape(NamedTuple):
    """Of what a kind of file consists: elements that are entered, and those in them that are items known by name.

    A known item never holds another one: where one does, the outer one lost its end, and ends there.
    """

    roots: frozenset[str]
    containers: frozenset[str]
    items: frozenset[str]


class Open(NamedTuple):
    """A container's start tag."""

    name: str
    attributes: dict[str, str]
    start: int
    end: int


class Item(NamedTuple):
    """An element within a container, from `start` to before `end`."""

    name: str
    start: int
    end: int


class Close(NamedTuple):
    """A container's end tag."""

    name: str
    start: int
    end: int


class Broken(NamedTuple):
    """Bytes that are no element; `reason` shows none of them. Empty at the end of a file that lacks its own."""

    start: int
    end: int
    reason: str


Found = Open | Item | Close | Broken


def walk(data: Buffer, shape: Shape, encoding: str, name: str) -> Iterator[Found]:
    """What a file consists of, in order. Raises Unreadable, before anything else, where it is no such file at all."""
    return _Walk(data, shape, encoding, name).run()


class _Break(Exception):
    """The item ends here, being none; the text says why."""


class _Fault(NamedTuple):
    """Where reading failed and why, and how far the bytes had been looked at."""

    at: int
    reason: str
    read: int
    junk: bool = False


class _Walk:
    def __init__(self, data: Buffer, shape: Shape, encoding: str, name: str) -> None:
        self._data, self._shape, self._encoding, self._name = data, shape, encoding, name
        self._containers = shape.roots | shape.containers
        anchors = b"|".join(re.escape(one.encode()) for one in sorted(shape.items | self._containers))
        self._anchor = re.compile(rb"<(/?)(" + anchors + rb")(?=[\s/>])")
        self._patience = 8 * len(data) + (64 << 20)  # bytes that may be looked at again
        self._stack: list[str] = []
        self._out: list[Found] = []
        self._item: tuple[str, int] | None = None
        self._depth = 0
        self._done = 0
        self._begun = False
        self._broke = 0  # where a handler broke off

    def run(self) -> Iterator[Found]:
        at = 0
        while at < len(self._data):
            fault = yield from self._read(at)
            if fault is None:
                return
            if not self._begun:
                raise Unreadable("{name}: {reason}; it is not imported", name=self._name, reason=fault.reason)
            lost, start = self._item or ("", self._first(self._done))
            self._item, self._depth = None, 0
            at = self._resume(start if fault.junk else max(fault.at, start + 1), lost)
            self._patience -= max(0, fault.read - at)
            at = max(at, start)
            if at > start or at == len(self._data):
                yield Broken(start, at, fault.reason)
            self._done = at

    def _first(self, at: int) -> int:
        """Where the first byte that is no white space stands, from `at` on."""
        while at < len(self._data):
            block = self._data[at : at + 4096]
            left = block.lstrip(_SPACE)
            if left:
                return at + len(block) - len(left)
            at += len(block)
        return len(self._data)

    def _resume(self, at: int, lost: str) -> int:
        """The place from which reading can go on: behind the end of the item that is lost, or at the next tag that is known.

        The stack is made what it is there.
        """
        while self._patience > 0 and (found := self._anchor.search(self._data, at)) is not None:
            name = found[2].decode()
            if found[1]:
                if name == lost and self._stack:
                    return self._data.find(b">", found.start()) + 1 or len(self._data)
                if name in self._stack and name in self._containers:
                    del self._stack[self._stack.index(name) + 1 :]
                    return found.start()
            elif name in self._shape.roots:
                self._stack.clear()
                return found.start()
            elif self._stack:
                if name in self._stack:
                    del self._stack[self._stack.index(name) :]
                return found.start()
            at = found.end()
        return len(self._data)

    def _read(self, at: int) -> Generator[Found, None, _Fault | None]:
        """Parse from `at` on, within the containers that are open; returns what failed, None at a good end."""
        data = self._data
        self._begin(at)
        size, moved, fault = _FIRST_CHUNK, at, None
        while at < len(data) and fault is None:
            block = data[at : at + size]
            if at + len(block) < len(data):
                block += _REFERENCES.match(data, at + len(block))[0]  # type: ignore[index] # references come whole
            self._fired = False
            fault = self._parse(blank(block), last=False)
            at += len(block)
            if self._fired:
                moved = at
                size = min(size * 2, _CHUNK)
            else:
                size *= 2  # one long token, which expat reads from its beginning each time
            begun = self._item[1] if self._item else moved
            if fault is None and at - begun > ITEM_LIMIT:
                fault = _Fault(at, f"expected at most {ITEM_LIMIT} bytes in an element, got more", at)
            yield from self._out
            self._out.clear()
        if fault is None:
            fault = self._parse(b"", last=True)
            yield from self._out
            self._out.clear()
        return fault._replace(read=at) if fault is not None else None

    def _begin(self, at: int) -> None:
        parser = self._parser = expat.ParserCreate(self._encoding)
        prefix = b"".join(b"<%s>" % one.encode() for one in self._stack)
        parser.Parse(prefix, False)
        self._offset = at - len(prefix)
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        parser.StartCdataSectionHandler = self._cdata_begins
        parser.StartDoctypeDeclHandler = refuse_doctype
        self._empty, self._cdata = False, at

    def _parse(self, block: bytes, *, last: bool) -> _Fault | None:
        self._broke = 0
        try:
            self._parser.Parse(block, last)
        except (_Break, Malformed) as broken:
            return _Fault(self._broke or self._where(), str(broken), 0)
        except expat.ExpatError as error:
            where, junk = self._where(), error.code == _JUNK and not self._stack
            if not last:
                return _Fault(where, f"expected well-formed XML, got {message_of(error)}", 0, junk)
            cut = self._item is not None or self._first(self._done) < len(self._data)
            what = "within an element" if cut else "before the end of the document"
            reason = f"expected a whole document, got the file's end {what}; export or copy it again"
            # What swallowed the rest may be a quote or a comment that never ended: elements in it are read again.
            again = {_UNCLOSED: where, _UNCLOSED_CDATA: self._cdata}.get(error.code, len(self._data))
            return _Fault(again if cut else len(self._data), reason, 0)
        return None

    def _where(self) -> int:
        at = min(max(self._offset + self._parser.ErrorByteIndex, self._done), len(self._data))
        return at - 2 if at >= 2 and self._data[at - 2 : at] == b"</" else at  # an end tag that fits no beginning

    def _text(self, text: str) -> None:
        self._fired = True
        self._empty = False

    def _cdata_begins(self) -> None:
        self._cdata = self._offset + self._parser.CurrentByteIndex

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._fired = self._empty = True
        at = self._broke = self._offset + self._parser.CurrentByteIndex
        if self._depth + len(self._stack) >= DEPTH:
            raise _Break(f"expected at most {DEPTH} levels of elements, got more")
        if self._depth:
            assert self._item is not None
            if name in self._shape.items and self._item[0] in self._shape.items:
                raise _Break("expected the end of an element, got the beginning of another")
            self._depth += 1
        elif name in (self._containers if self._stack else self._shape.roots):
            self._stack.append(name)
            self._begun = True
            tag = _START_TAG.match(self._data, at)
            self._done = tag.end() if tag else at
            self._out.append(Open(name, attributes, at, self._done))
        elif not self._stack:
            raise _Break(f"expected a document of {' or '.join(sorted(self._shape.roots))}, got another")
        else:
            self._item, self._depth = (name, at), 1
        self._broke = 0

    def _end(self, name: str) -> None:
        self._fired = True
        at = self._offset + self._parser.CurrentByteIndex
        # An empty element ends where this says; the end tag of any other begins there.
        end = at if self._empty and self._data[at - 2 : at] == b"/>" else self._data.find(b">", at) + 1
        self._empty = False
        if self._depth:
            self._depth -= 1
            if not self._depth:
                assert self._item is not None
                self._out.append(Item(self._item[0], self._item[1], end))
                self._item = None
                self._done = end
        else:
            self._stack.pop()
            self._out.append(Close(name, at, end))
            self._done = end


_JUNK = expat.errors.codes[expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]
_UNCLOSED = expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN]
_UNCLOSED_CDATA = expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION]
