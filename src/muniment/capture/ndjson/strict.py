"""A line to its members, strictly: no name twice, no number rounded, no half surrogate, no depth that breaks a reader.

Two readers share the work. msgspec is fast, and silent where a name comes twice or a number does not fit a double; so
its answer is taken only when a count proves that neither happened. Everything else goes to the careful reader, whose
word is final.
"""

import json
import re
from typing import Any, NoReturn

import msgspec

from muniment.capture.ndjson.plain import spaced_colon
from muniment.capture.rejected import LineRejected
from muniment.record.codec import SAFE_INTEGER

DEPTH_LIMIT = 64
"""Deepest nesting of objects and lists, the line's own object being the first."""

_decode = msgspec.json.Decoder(dict[str, Any]).decode
_NUMBER_NAME = re.compile(r"\$+number", re.ASCII)
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_INTEGER_DIGITS = 16  # 2^53 - 1 has as many


class Number(msgspec.Struct, frozen=True):
    """A number that no 53-bit integer holds, as the source wrote it."""

    text: str


def read_members(raw: bytes) -> dict[str, Any]:
    """The members of the object on a line, in order. Raises LineRejected.

    Values are None, bool, int, str, list and dict; a number other than an integer within ±(2^53 - 1) is a `Number`.
    """
    try:
        members = _decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _careful(raw)
    if not spaced_colon(raw):
        try:
            if raw.count(b'":') == _count_names(members, 1):  # see plain.py: no name came twice
                return members
        except _AskAgain:
            pass
    return _careful(raw)


def keep(value: Any) -> Any:
    """A value as `extra` holds it: canonical, and with every number exact (docs/formats/ndjson.md, "Numbers")."""
    if isinstance(value, Number):
        return {"$number": value.text}
    if isinstance(value, list):
        return [keep(item) for item in value]
    if isinstance(value, dict):
        return keep_members(value)
    return value


def keep_members(members: dict[str, Any]) -> dict[str, Any]:
    """`keep` for an object; a name that looks like our own `$number` gets one more `$`, so that neither is mistaken."""
    return {
        ("$" + name if name[:1] == "$" and _NUMBER_NAME.fullmatch(name) else name): keep(value)
        for name, value in members.items()
    }


class _AskAgain(Exception):
    """The fast reader's answer is not exact."""


def _count_names(value: Any, depth: int) -> int:
    """The number of member names in an object or list and below; raises _AskAgain at what the fast reader may round."""
    if depth > DEPTH_LIMIT:
        raise _AskAgain
    names, items = (len(value), value.values()) if type(value) is dict else (0, value)
    for item in items:
        kind = type(item)
        if kind is str or item is None or kind is bool:
            continue
        if kind is dict or kind is list:
            names += _count_names(item, depth + 1)
        elif kind is not int or not -SAFE_INTEGER <= item <= SAFE_INTEGER:
            raise _AskAgain
    return names


def _careful(raw: bytes) -> dict[str, Any]:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise LineRejected(f"expected UTF-8, got a byte that is not at byte {error.start + 1} of the line") from None
    try:
        value = json.loads(
            text, object_pairs_hook=_once, parse_int=_integer, parse_float=Number, parse_constant=_no_constant
        )
    except json.JSONDecodeError as error:
        raise LineRejected(
            f"expected one JSON object, got text that is not JSON at character {error.pos + 1}"
        ) from None
    except RecursionError:
        raise LineRejected(_TOO_DEEP) from None
    if not isinstance(value, dict):
        raise LineRejected(f"expected one JSON object, got {what(value)}")
    _check(value, 1)
    return value


_TOO_DEEP = f"expected at most {DEPTH_LIMIT} levels of nesting, got more"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise LineRejected("expected each member name once in an object, got one twice")
    return members


def _integer(text: str) -> int | Number:
    if len(text) <= _INTEGER_DIGITS + 1:
        value = int(text)
        if -SAFE_INTEGER <= value <= SAFE_INTEGER:
            return value
    return Number(text)


def _no_constant(name: str) -> NoReturn:
    raise LineRejected(f"expected JSON, got {name}, which JSON has not")


def _check(value: Any, depth: int) -> None:
    """Raise LineRejected at a half surrogate or beyond DEPTH_LIMIT."""
    if isinstance(value, str):
        if not value.isascii() and _SURROGATE.search(value):
            raise LineRejected("expected Unicode text, got half of a surrogate pair")
    elif isinstance(value, list | dict):
        if depth > DEPTH_LIMIT:
            raise LineRejected(_TOO_DEEP)
        if isinstance(value, dict):
            for name in value:
                _check(name, depth)
            value = value.values()
        for item in value:
            _check(item, depth + 1)


def what(value: Any) -> str:
    """The kind of a JSON value in plain words, for a reason that shows no content."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "text" if value else "empty text"
    if isinstance(value, int):
        return "an integer"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "an object"
    return "a number"
