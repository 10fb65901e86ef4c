"""JSON as the platform writes it to values that `extra` can hold: every number exact, every text whole, nothing refused but what is no object.

The platform is lenient with itself (ids come as integers or texts, times as numbers or digits), and so is this reader; the raw
bytes stay beside whatever it makes of them.
"""

import json
import re
from typing import Any

from muniment.record.codec import SAFE_INTEGER

DEPTH_LIMIT = 64
"""Deepest nesting of objects and lists that is read, the message's own object being the first."""

TEXT_LIMIT = 1 << 16
"""Characters of a text that was put together from unknown members."""

_NUMBER_NAME = re.compile(r"\$+number", re.ASCII)
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_DIGITS = 16  # 2^53 - 1 has as many


class NotPlain(ValueError):
    """Not a JSON object that can be read; the reason says what was expected."""


def read_object(raw: bytes | str) -> tuple[dict[str, Any], bool]:
    """The members of a JSON object, and whether half a surrogate pair in it was replaced by U+FFFD. Raises NotPlain.

    A number that no 53-bit integer holds is `{"$number": "…"}`, as the source wrote it; a member's own name of that look
    gets one more `$`. Of a name that comes twice the values come as one list, in `{"$twice": […]}`.
    """
    try:
        text = raw.decode("utf-8-sig") if isinstance(raw, bytes) else raw
        value = json.loads(
            text, object_pairs_hook=_members, parse_int=_integer, parse_float=_number, parse_constant=_number
        )
    except UnicodeDecodeError:
        raise NotPlain("expected UTF-8, got other bytes") from None
    except RecursionError:
        raise NotPlain("expected at most 64 levels of nesting, got more") from None
    except ValueError:
        raise NotPlain("expected one JSON object, got text that is not JSON") from None
    if not isinstance(value, dict) or "$number" in value:
        raise NotPlain("expected one JSON object, got another value")
    whole = _Whole()
    return whole.members(value, 1), whole.replaced


def leaves(value: Any) -> list[str]:
    """The texts and numbers in a value, in order, as somebody would read them."""
    found: list[str] = []
    _collect(value, found)
    return found


def in_words(value: Any) -> str:
    """The texts and numbers in a value, one a line, up to TEXT_LIMIT characters."""
    return "\n".join(leaves(value))[:TEXT_LIMIT]


def text_of(value: Any) -> str:
    """A value as text where it is one or a number, else empty."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict) and value.keys() == {"$number"}:
        return str(value["$number"])
    return ""


def integer_of(value: Any) -> int | None:
    """A value as an integer where it is one, or text of its digits, else None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _DIGITS:
        return int(value)
    return None


class _Whole:
    """Makes texts whole, and counts depth."""

    replaced = False

    def members(self, value: dict[str, Any], depth: int) -> dict[str, Any]:
        return {self.any(name, depth): self.any(item, depth) for name, item in value.items()}

    def any(self, value: Any, depth: int) -> Any:
        if isinstance(value, str):
            if not value.isascii() and _SURROGATE.search(value):
                self.replaced = True
                return _SURROGATE.sub("\ufffd", value)
            return value
        if isinstance(value, dict | list):
            if depth >= DEPTH_LIMIT:
                raise NotPlain("expected at most 64 levels of nesting, got more")
            if isinstance(value, dict):
                return self.members(value, depth + 1)
            return [self.any(item, depth + 1) for item in value]
        return value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = [("$" + name if name[:1] == "$" and _NUMBER_NAME.fullmatch(name) else name, item) for name, item in pairs]
    members = dict(named)
    if len(members) != len(named):
        for name in members:
            values = [item for other, item in named if other == name]
            if len(values) > 1:
                members[name] = {"$twice": values}
    return members


def _integer(text: str) -> Any:
    if len(text) <= _DIGITS + 1:
        value = int(text)
        if -SAFE_INTEGER <= value <= SAFE_INTEGER:
            return value
    return _number(text)


def _number(text: str) -> dict[str, str]:
    return {"$number": text}


def _collect(value: Any, found: list[str]) -> None:
    if isinstance(value, list):
        for item in value:
            _collect(item, found)
    elif isinstance(value, dict) and value.keys() != {"$number"}:
        for item in value.values():
            _collect(item, found)
    elif said := text_of(value):
        found.append(said)
