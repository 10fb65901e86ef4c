"""An element as members of an object, out of which a decoder takes what has a place in an event (item.py)."""

from typing import Any

from muniment.capture.elements import Element
from muniment.record.event import Precision

_SECONDS = 100_000_000_000
"""From here on a number of seconds would lie beyond the year 5138: it is milliseconds."""
_LAST = 253_402_300_799_999


def members(found: Element) -> dict[str, Any]:
    """Attributes under `@name`, children under their names (a list where there are several), text beside them under `$text`.

    A child that holds nothing but text is that text. What is empty is left out.
    """
    made: dict[str, Any] = {f"@{name}": value for name, value in found.attributes.items() if value}
    grouped: dict[str, list[Any]] = {}
    for child in found.children:
        value: Any = members(child) if child.attributes or child.children else child.text
        if value not in ("", {}):
            grouped.setdefault(child.name, []).append(value)
    made |= {name: values[0] if len(values) == 1 else values for name, values in grouped.items()}
    if found.text.strip():
        made["$text"] = found.text
    return made


def epoch(text: str) -> tuple[int | None, Precision]:
    """Seconds or milliseconds since 1970, which writers of one format mix, as microseconds UTC; None for what is neither."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 15) or int(digits) > _LAST:
        return None, Precision.SECOND
    value = int(digits)
    if value < _SECONDS:
        return value * 1_000_000, Precision.SECOND
    return value * 1000, Precision.MILLISECOND
