"""Whether every leaf of what came is in what was read: the leaf is replaced by a mark of its own, and the mark must come out."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from muniment.record.event import Event

MARK = "m4rk-{}-k4"


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every leaf."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from places(item, (*at, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from places(item, (*at, number))
    else:
        yield at


def leaf_at(value: Any, way: tuple[Any, ...]) -> Any:
    for step in way:
        value = value[step]
    return value


def with_leaf(value: Any, way: tuple[Any, ...], leaf: Any) -> Any:
    """The value with another leaf."""
    changed = json.loads(json.dumps(value))
    holder = changed
    for step in way[:-1]:
        holder = holder[step]
    holder[way[-1]] = leaf
    return changed


def texts(value: Any) -> Iterator[str]:
    """Every text and number within a value, as text."""
    if isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif value is not None:
        yield json.dumps(value) if isinstance(value, bool) else str(value)


def said(events: Sequence[Event]) -> str:
    """All that the events say, keys aside: a key is a digest or a sum of parts, not a place to keep anything."""
    return "\n".join(
        text for event in events for text in texts(msgspec.to_builtins(msgspec.structs.replace(event, key=None)))
    )


def keys(events: Sequence[Event]) -> str:
    return "\n".join(event.key or "" for event in events)


def check_leaves(payload: Any, decode: Callable[[bytes], Sequence[Event]], *, constants: Sequence[Any] = ()) -> int:
    """Assert it of every leaf, as it is and replaced by a text and by a number that occur nowhere else; how many leaves."""
    plain = decode(json.dumps(payload).encode())
    whole = said(plain) + "\n" + keys(plain)
    count = 0
    for number, way in enumerate(places(payload)):
        count += 1
        leaf = leaf_at(payload, way)
        if leaf not in constants and leaf not in ("", None):
            shown = json.dumps(leaf) if isinstance(leaf, bool) else str(leaf)
            assert shown in whole, f"{way} is lost"
        for mark in (MARK.format(number), 7_000_000_000_001 + number):
            read = decode(json.dumps(with_leaf(payload, way, mark)).encode())
            assert str(mark) in said(read) or any(str(mark) in (event.key or "") for event in read), (
                f"{mark} at {way} is lost"
            )
    return count
