"""One element of an XML export read into a tree.

Trust: nothing is fetched or expanded. A document type declaration, and with it every entity that could grow, is refused, and
depth is bounded.
"""

import re
from xml.parsers import expat

import msgspec

from muniment.capture.connector import Unreadable
from muniment.capture.references import blank, repair
from muniment.capture.spans import Buffer

DEPTH = 64
"""Deepest nesting of elements that is read."""
HEAD = 64 * 1024
"""Bytes that are looked at to see what a file is."""

_SPACE = b" \t\r\n"
_SPACE = b" \t\r\n"
_DECLARATION = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<", b"\x00\x00")
_EIGHT_BIT = re.compile(r"(?:iso-?8859-\d{1,2}|windows-125\d|cp125\d|latin-?1|koi8-[ru])", re.IGNORECASE)


class Element(msgspec.Struct, frozen=True):
    """An element: its name, attributes, the elements in it and the text that stands in it directly."""

    name: str
    attributes: dict[str, str]
    children: tuple["Element", ...]
    text: str

    def child(self, name: str) -> "Element | None":
        """The first child of that name."""
        return next((child for child in self.children if child.name == name), None)


class Malformed(ValueError):
    """Bytes that are no element; the text says why, and shows none of them."""


def encoding_of(data: Buffer, name: str) -> str:
    """The encoding in which expat shall read the file; raises Unreadable for one that it cannot, and for what is no XML."""
    head = data[:HEAD]
    if head.startswith(_WIDE):
        raise Unreadable("{name}: expected UTF-8, got UTF-16 or UTF-32; convert the file to UTF-8 first", name=name)
    text = head.removeprefix(b"\xef\xbb\xbf")
    if not text.lstrip(_SPACE).startswith(b"<"):
        raise Unreadable("{name}: expected XML, got bytes that are none; check that it is the right file", name=name)
    found = _DECLARATION.match(text)
    said = found[1].decode().lower() if found else "utf-8"
    if said in {"utf-8", "utf8", "us-ascii", "ascii"} or said.startswith(("utf-16", "ucs-2", "unicode")):
        return "utf-8"  # a writer of UTF-8 that says UTF-16 is common; real UTF-16 was refused above
    if _EIGHT_BIT.fullmatch(said):
        return said
    raise Unreadable(
        "{name}: expected UTF-8, got XML in {encoding}; convert the file to UTF-8 first, with its declaration",
        name=name,
        encoding=said,
    )


def element(raw: bytes, encoding: str = "utf-8", *, whole: bool = True) -> tuple[Element, tuple[str, ...]]:
    """The element that `raw` holds, white space around it, and the references and control characters that are no text.

    With `whole` false its end may be missing: what is open at the end of the bytes is taken as it is. Raises Malformed.
    """
    repaired, lost = repair(raw)
    try:
        return _tree(repaired, encoding, whole=whole), lost
    except Malformed:
        if not lost:
            raise
        # A control character within a tag: it parts names there, as the walk reads it (element_spans.py).
        return _tree(blank(raw), encoding, whole=whole), lost


def _tree(raw: bytes, encoding: str, *, whole: bool) -> Element:
    tree = _Tree()
    parser = expat.ParserCreate(encoding)
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = tree.start, tree.end
    parser.CharacterDataHandler = tree.text
    parser.StartDoctypeDeclHandler = refuse_doctype
    try:
        parser.Parse(raw, whole)
    except expat.ExpatError as error:
        raise Malformed(f"expected well-formed XML, got {message_of(error)}") from None
    return tree.finish()


class _Tree:
    """Builds the one element of a document."""

    def __init__(self) -> None:
        self._open: list[tuple[str, dict[str, str], list[Element], list[str]]] = []
        self._root: Element | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= DEPTH:
            raise Malformed(f"expected at most {DEPTH} levels of elements, got more")
        self._open.append((name, attributes, [], []))

    def text(self, text: str) -> None:
        if self._open:
            self._open[-1][3].append(text)

    def end(self, name: str) -> None:
        made, attributes, children, text = self._open.pop()
        found = Element(made, attributes, tuple(children), "".join(text))
        if self._open:
            self._open[-1][2].append(found)
        else:
            self._root = found

    def finish(self) -> Element:
        """The element; raises Malformed without one."""
        while self._open:
            self.end("")
        if self._root is None:
            raise Malformed("expected an element, got none")
        return self._root


def refuse_doctype(*_: object) -> None:
    """What a parser calls at a document type declaration: raises Malformed."""
    raise Malformed("expected XML without a document type declaration, got one")


def message_of(error: expat.ExpatError) -> str:
    """What is wrong, in the parser's own words, which show nothing of the document."""
    return expat.ErrorString(error.code)
