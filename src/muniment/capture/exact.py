"""JSON as it came from a platform: every number exact, no member lost, whatever else is wrong with it.

What a platform has signed is evidence even where it is odd. So nothing is refused here but text that is no JSON at all, or
nests too deep; a name that comes twice, a number that no double holds and half a character are kept and said.
"""

import json
import re
from typing import Any, NamedTuple

from muniment.capture.connector import Undecodable
from muniment.record.codec import SAFE_INTEGER

DEPTH = 64
"""Deepest nesting of objects and lists, the whole being the first."""

AGAIN = "$again"
"""Where an object keeps the members whose name came before: `[[name, value], ...]`; the last one stands under the name."""

NUMBER = "$number"
"""The one member of what stands for a number that is no integer within ±(2^53 - 1): its text (docs/formats/ndjson.md)."""

_OURS = re.compile(r"\$+(number|again)", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED = re.compile(r"\\u[dD][89a-fA-F]")
"""How half a character can be written; UTF-8 holds none."""
_DIGITS = 16  # 2^53 - 1 has as many


class Json(NamedTuple):
    """A value in canonical JSON, and whether it is all that was written: False where bytes or halves of characters were none."""

    value: Any
    whole: bool


def read_json(raw: bytes) -> Json:
    """The JSON value of `raw`, UTF-8 with or without a byte-order mark. Raises Undecodable."""
    whole = True
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text, whole = raw.decode("utf-8-sig", "replace"), False
    try:
        value = json.loads(
            text, object_pairs_hook=_members, parse_int=_integer, parse_float=_number, parse_constant=_number
        )
        # Most texts cannot nest too deep, having too few brackets, and spell out no half: nothing in them is to be cleaned.
        if text.count("{") + text.count("[") <= DEPTH and not _ESCAPED.search(text):
            return Json(value, whole)
        return Json(*_clean(value, whole, 1))
    except json.JSONDecodeError as error:
        raise Undecodable(f"expected JSON, got text that is none at character {error.pos + 1}") from None
    except RecursionError:
        raise Undecodable(_DEEP) from None


def text_of(value: Any) -> str | None:
    """An id or a code as text: text as it is, an integer as its digits, None for anything else (the empty text too)."""
    if type(value) is str:
        return value or None
    if type(value) is int:
        return str(value)
    if type(value) is dict and len(value) == 1 and type(number := value.get(NUMBER)) is str:
        return number
    return None


_DEEP = f"expected at most {DEPTH} levels of nesting, got more"


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = {("$" + name if name[:1] == "$" and _OURS.fullmatch(name) else name): value for name, value in pairs}
    if len(members) != len(pairs):
        last = {name: place for place, (name, _) in enumerate(pairs)}
        members[AGAIN] = [[name, value] for place, (name, value) in enumerate(pairs) if last[name] != place]
    return members


def _integer(text: str) -> Any:
    if len(text) <= _DIGITS + 1 and -SAFE_INTEGER <= int(text) <= SAFE_INTEGER:
        return int(text)
    return _number(text)


def _number(text: str) -> dict[str, str]:
    return {NUMBER: text}


def _clean(value: Any, whole: bool, depth: int) -> tuple[Any, bool]:
    """The value with a mark in place of each half character, and whether it is still all that was written."""
    if isinstance(value, str):
        if value.isascii() or not _SURROGATE.search(value):
            return value, whole
        return _SURROGATE.sub("\ufffd", value), False
    if not isinstance(value, dict | list):
        return value, whole
    if depth > DEPTH:
        raise Undecodable(_DEEP)
    if isinstance(value, list):
        for place, item in enumerate(value):
            value[place], whole = _clean(item, whole, depth + 1)
        return value, whole
    kept: dict[str, Any] = {}
    lost: list[Any] = []
    for name, item in value.items():
        clean, whole = _clean(name, whole, depth)
        item, whole = _clean(item, whole, depth + 1)
        if clean in kept:  # two names that differed in their halves alone
            lost.append([clean, kept[clean]])
        kept[clean] = item
    if lost:
        kept[AGAIN] = [*kept.get(AGAIN, ()), *lost]
    return kept, whole
