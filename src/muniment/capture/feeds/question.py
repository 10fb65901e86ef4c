"""What is asked of a source beside its feed: who is in a group, who agreed to be archived, what somebody is called."""

import msgspec


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A thing to ask, again and again: its kind, and the native ids that it is about.

    `soon` (µs): where the feed speaks of it again, it is asked again so long after the last time; None: in its own time only.
    """

    kind: str
    about: tuple[str, ...]
    soon: int | None = None


class Open(msgspec.Struct, frozen=True, kw_only=True):
    """A question whose turn has come."""

    id: bytes
    kind: str
    about: tuple[str, ...]


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What came of asking: what was `said` of it, or the `code` of why nothing was; when to ask again (µs UTC).

    What was said is kept where it is not what was kept last, and where nothing was kept for `every` µs (None: never for that).
    """

    open: Open
    next_at: int
    said: bytes | None = None
    every: int | None = None
    code: str | None = None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How the questions of one kind stand: how many there are, how many were answered, how many were refused, and with what code."""

    kind: str
    number: int
    answered: int
    refused: int
    code: str | None
    asked_at: int | None
