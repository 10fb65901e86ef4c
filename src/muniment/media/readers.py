"""Which reader reads which type. Names of modules only: a reader's code is loaded in the child, never in the parent."""

from importlib import import_module
from typing import Protocol, cast

import msgspec

from muniment.media import types
from muniment.media.limits import Limits
from muniment.media.output import Output
from muniment.media.reading import Family

VERSION = "media/1"
"""Recorded with each reading; it changes when the same file would read differently."""

_TEXT = "muniment.media.text"
_AUDIO = "muniment.media.audio"
_MODULES = {
    types.PDF: f"{_TEXT}.pdf",
    types.DOCX: f"{_TEXT}.docx",
    types.XLSX: f"{_TEXT}.xlsx",
    types.PPTX: f"{_TEXT}.pptx",
    types.EML: f"{_TEXT}.eml",
    types.HTML: f"{_TEXT}.html",
    types.RTF: f"{_TEXT}.rtf",
    types.ZIP: f"{_TEXT}.zipped",
    types.SILK: f"{_AUDIO}.silk",
    types.AMR: f"{_AUDIO}.amr",
    types.AMR_WB: f"{_AUDIO}.amr",
}
_PLAIN = f"{_TEXT}.plain"
_HOLDS_FILES = {types.EML, types.ZIP}
_HOLDS_OFFICE = {types.DOCX, types.XLSX, types.PPTX}


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What the parent asks of a child: the type that the bytes showed, the module that reads it, the bounds. No name, no path."""

    type: str
    reader: str
    limits: Limits


class Reader(Protocol):
    """A module that reads one type."""

    def load(self) -> None:
        """Bring in everything that reading will need: afterwards no file can be opened."""

    def read(self, raw: bytes, output: Output) -> None:
        """Write the text or sound of `raw` into `output`. Raises `Stop` where it can go no further."""


def module_for(type: str) -> str:
    """The module that reads a type; empty where none does."""
    if module := _MODULES.get(type):
        return module
    return _PLAIN if types.family(type) is Family.TEXT else ""


def load(request: Request) -> None:
    """Load what reading a file of this type may need; in the child, before the walls."""
    modules = {request.reader}
    if request.type in _HOLDS_FILES:
        modules |= {name for name in _MODULES.values() if name.startswith(_TEXT)} | {_PLAIN}
    elif request.type in _HOLDS_OFFICE:
        modules |= {_MODULES[kind] for kind in _HOLDS_OFFICE}
    for module in sorted(modules):
        _reader(module).load()


def read(request: Request, raw: bytes, output: Output) -> None:
    """Read a file whose type is known; in the child, behind the walls."""
    _reader(request.reader).read(raw, output)


def _reader(module: str) -> Reader:
    return cast("Reader", import_module(module))
