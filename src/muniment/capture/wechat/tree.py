"""The platform's XML to plain values: an element is its text, or its children by name; no declarations, no entities, no network."""

from typing import Any
from xml.parsers import expat

LARGEST = 4 * 2**20
"""Bytes that are read."""
DEPTH = 32
"""Deepest nesting, the outermost element being the first."""
TEXT = "#text"
"""Where an element with children, or attributes, keeps words of its own."""


class NotXml(Exception):
    """These bytes are no XML that we read; says why without what they hold."""


def read_xml(raw: bytes) -> tuple[str, dict[str, Any]]:
    """The outermost element's name and its children; one that comes more than once is a list. Raises NotXml."""
    if len(raw) > LARGEST:
        raise NotXml(f"expected at most {LARGEST} bytes of XML, got more")
    builder = _Builder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.SkippedEntityHandler = _refuse
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    try:
        parser.Parse(raw, True)
    except expat.ExpatError as error:
        raise NotXml(f"expected XML, got something else at line {error.lineno}") from None
    except (LookupError, ValueError):  # a declared encoding that is none, or that expat does not take
        raise NotXml("expected XML in UTF-8, got an encoding that is not read") from None
    value = builder.whole
    return builder.name, value if type(value) is dict else {TEXT: value} if value else {}


def _refuse(*_: Any) -> None:
    raise NotXml("expected XML without declarations of types or entities, got one")


class _Builder:
    """Puts elements together as they end."""

    def __init__(self) -> None:
        self.name = ""
        self.whole: Any = {}
        self._open: list[tuple[str, dict[str, Any], list[str]]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= DEPTH:
            raise NotXml(f"expected at most {DEPTH} levels of nesting, got more")
        self._open.append((name, {f"@{one}": value for one, value in attributes.items()}, []))

    def text(self, text: str) -> None:
        self._open[-1][2].append(text)

    def end(self, name: str) -> None:
        _, children, pieces = self._open.pop()
        text = "".join(pieces)
        value: Any = text
        if children:
            if text.strip():
                _add(children, TEXT, text)
            value = children
        if self._open:
            _add(self._open[-1][1], name, value)
        else:
            self.name, self.whole = name, value


def _add(children: dict[str, Any], name: str, value: Any) -> None:
    if name not in children:
        children[name] = value
    elif type(children[name]) is list:
        children[name].append(value)
    else:
        children[name] = [children[name], value]
