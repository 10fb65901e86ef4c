"""What one `membership` event says: who came, who went, or who was there, in the one shape that every source is read into."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from muniment.record.clock import SECOND

NAMED = "\0"
"""Begins the key of somebody of whom the source gives a name and no id: never an id, and never merged with one."""


class Op(StrEnum):
    """What is said of the members."""

    JOIN = "join"  # they came by themselves
    ADD = "add"  # somebody put them in
    LEAVE = "leave"  # they went by themselves
    REMOVE = "remove"  # somebody took them out
    SNAPSHOT = "snapshot"  # they were there


CAME = frozenset({Op.JOIN, Op.ADD})
WENT = frozenset({Op.LEAVE, Op.REMOVE})


class Member(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Somebody of whom an event speaks: the id on the platform, the name shown, and since when a roster says they are there (µs UTC)."""

    id: str | None = None
    name: str | None = None
    joined_at: int | None = None

    @property
    def key(self) -> str:
        """By whom they are told apart: the id; without one, the name, marked as being one."""
        return f"{NAMED}{self.name or ''}" if self.id is None else self.id


class Membership(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One change of members, or one look at them. `by` is the id of whoever did it; a snapshot that is `whole` names everybody."""

    op: Op
    members: tuple[Member, ...]
    by: str | None = None
    whole: bool = False


def read_key(key: str) -> tuple[str | None, str | None]:
    """The id, or the name, in a member's key."""
    return (None, key[len(NAMED) :]) if key.startswith(NAMED) else (key, None)


def people(ids: Iterable[str | None]) -> tuple[Member, ...]:
    """Members by their ids alone, each once; what is no id is left out."""
    return tuple(Member(one) for one in dict.fromkeys(ids) if one)


class Instant(msgspec.Struct, frozen=True, order=True, gc=False):
    """A place in time: µs UTC as the source gives them, then the place in the log, which tells apart what bears one time.

    A minute of a text export holds many lines, and their order is that of the file.
    """

    at: int
    leaf: int = -1
    ordinal: int = -1

    @property
    def second(self) -> int:
        """Whole seconds since 1970."""
        return self.at // SECOND
