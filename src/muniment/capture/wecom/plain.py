"""What the platform writes into JSON, read leniently: ids come as integers or texts, times as numbers or digits."""

from typing import Any

from muniment.capture.connector import Undecodable
from muniment.capture.exact import NUMBER, read_json
from muniment.capture.exact import text_of as id_of

TEXT_LIMIT = 1 << 16
"""Characters of a text that was put together from unknown members."""
_DIGITS = 16


def read_object(raw: bytes) -> tuple[dict[str, Any], bool]:
    """The members of a JSON object, and whether they are all that was written. Raises Undecodable."""
    value, whole = read_json(raw)
    if not isinstance(value, dict) or value.keys() == {NUMBER}:
        raise Undecodable("expected a JSON object, got another value")
    return value, whole


def in_words(value: Any) -> str:
    """The texts and numbers in a value, in order, one a line, up to TEXT_LIMIT characters."""
    found: list[str] = []
    _collect(value, found)
    return "\n".join(found)[:TEXT_LIMIT]


def text_of(value: Any) -> str:
    """A value as text where it is one or a number, else empty."""
    return id_of(value) or ""


def integer_of(value: Any) -> int | None:
    """A value as an integer where it is one, or text of its digits, else None."""
    if type(value) is int:
        return value
    if type(value) is str and value.isascii() and value.isdigit() and len(value) <= _DIGITS:
        return int(value)
    return None


def _collect(value: Any, found: list[str]) -> None:
    if isinstance(value, list):
        for item in value:
            _collect(item, found)
    elif isinstance(value, dict) and value.keys() != {NUMBER}:
        for item in value.values():
            _collect(item, found)
    elif said := text_of(value):
        found.append(said)
