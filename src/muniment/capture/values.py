"""JSON as exports hold it, to values that can be kept: numbers exact, half characters mended, no depth that breaks a reader.

What an export holds is read as far as it can be: of two members with one name both stay, bytes that are no text are shown
as such, and flags say so. The raw bytes stay what they are.
"""

import json
import re
from collections.abc import Callable
from typing import Any

import msgspec

from muniment.record.codec import SAFE_INTEGER

DEPTH_LIMIT = 64
"""Deepest nesting of objects and lists that is read."""

PARTIAL = "partial"
"""Flag: not everything in the record could be read as what it should be; what could not is in `extra`, or raw."""

_NUMBER_NAME = re.compile(r"\$+number", re.ASCII)
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_INTEGER_DIGITS = 16  # 2^53 - 1 has as many
_EDGES = b" \t\r\n,"


class Number(msgspec.Struct, frozen=True):
    """A number that no 53-bit integer holds, as the source wrote it."""

    text: str


class Malformed(ValueError):
    """Bytes that are no such JSON; `reason` says what was expected and what came, without content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_value(raw: bytes, repair: Callable[[str], str] | None = None) -> tuple[Any, bool]:
    """The JSON value in `raw` (a comma behind it does no harm), and whether all of it was well formed. Raises Malformed.

    Values are None, bool, int, str, list and dict; any other number is a `Number`. `repair` may mend the text first.
    """
    data = raw.strip(_EDGES)
    whole = True
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text, whole = data.decode("utf-8", "replace"), False
    if repair is not None:
        text = repair(text)
    doubled: list[str] = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        found = {}
        for name, value in pairs:
            given, number = name, 1
            while name in found:
                number += 1
                name = f"{given}${number}"
            found[name] = value
        doubled.append("")
        return found

    try:
        value = json.loads(
            text,
            object_pairs_hook=members,
            parse_int=_integer,
            parse_float=Number,
            parse_constant=Number,
            strict=False,
        )
    except json.JSONDecodeError as error:
        raise Malformed(f"expected JSON, got text that is none at character {error.pos + 1} of it") from None
    except RecursionError:
        raise Malformed(_TOO_DEEP) from None
    if _check(value, 1):
        value, whole = mend(value), False
    return value, whole and not doubled


def read_object(raw: bytes, repair: Callable[[str], str] | None = None) -> tuple[dict[str, Any], bool]:
    """`read_value` where an object is expected."""
    value, whole = read_value(raw, repair)
    if not isinstance(value, dict):
        raise Malformed(f"expected an object, got {what(value)}")
    return value, whole


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


def take_text(members: dict[str, Any], name: str) -> str | None:
    """The member `name` where it is text, taken out; anything else stays."""
    value = members.get(name)
    return members.pop(name) if isinstance(value, str) else None


def take_id(members: dict[str, Any], name: str) -> str | None:
    """An id that is text or an integer, as text, taken out; anything else stays."""
    found = as_id(members.get(name))
    if found is not None:
        members.pop(name)
    return found


def as_id(value: Any) -> str | None:
    """Text that is not empty as it is, an integer by its digits; None for anything else."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Number) and value.text.lstrip("-").isdigit():
        return value.text
    return None


def mend(value: Any) -> Any:
    """The value with halves of characters made whole where both are there, and shown as U+FFFD where not."""
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, list):
        return [mend(item) for item in value]
    if isinstance(value, dict):
        return {mend(name): mend(item) for name, item in value.items()}
    return value


_TOO_DEEP = f"expected at most {DEPTH_LIMIT} levels of nesting, got more"


def _integer(text: str) -> int | Number:
    if len(text) <= _INTEGER_DIGITS + 1 and text != "-0":
        value = int(text)
        if -SAFE_INTEGER <= value <= SAFE_INTEGER:
            return value
    return Number(text)


def _check(value: Any, depth: int) -> bool:
    """Whether half a character is in a value; raises Malformed beyond DEPTH_LIMIT."""
    if isinstance(value, str):
        return not value.isascii() and _SURROGATE.search(value) is not None
    found = False
    if isinstance(value, list | dict):
        if depth > DEPTH_LIMIT:
            raise Malformed(_TOO_DEEP)
        if isinstance(value, dict):
            found = any(_check(name, depth) for name in value)
            value = value.values()
        for item in value:
            found = _check(item, depth + 1) or found
    return found
