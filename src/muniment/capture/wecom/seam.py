"""What passes between this room and whoever keeps what it brings: a place to put records, and what came of each attempt."""

from collections.abc import Sequence
from typing import Literal, Protocol

import msgspec

from muniment.capture.feeds.captured import Captured, MediaDue
from muniment.capture.feeds.gap import Gap


class Sink(Protocol):
    """Who makes durable what was pulled."""

    def accept(self, items: Sequence[Captured], cursor: str, due: Sequence[MediaDue], gaps: Sequence[Gap]) -> None:
        """Keep records, files owed, gaps and the new cursor in one transaction. When this returns they are acknowledged."""
        ...

    def gap_once(self, name: str, gap: Gap) -> None:
        """Record a gap, unless the one called `name` is open already."""
        ...

    def gap_over(self, name: str) -> None:
        """What the gap called `name` spoke of has ended."""
        ...


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one look at the archive.

    `retry` is temporary, `alarm` asks for a person, `gap` says that something is lost; after any of them the next look is
    at `next_at` (µs UTC). `captured` counts records accepted, `sealed` those of them that no key opened. `more` says that
    the platform holds more by now, `newest` when the last message of the page was sent (µs UTC), where it says so. `code` is the
    platform's number or our word, `failures` how often in a row.
    """

    state: Literal["ok", "retry", "alarm", "gap"]
    cursor: str
    next_at: int
    captured: int = 0
    sealed: int = 0
    more: bool = False
    newest: int | None = None
    code: str | None = None
    failures: int = 0


class MediaOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one attempt to fetch a file.

    `stored`: `item` is the file as declared. `flagged`: `item` is what could be had, and `flags` say what is wrong with it
    (`hash_mismatch`, `truncated`, `size_mismatch`, `expired`). `retry`: at `next_at` (µs UTC). `lost`: `gap` says so.
    `asked` is False where the platform was not asked for the file, or spoke of the firm's own affairs alone.
    """

    state: Literal["stored", "flagged", "retry", "lost"]
    item: Captured | None = None
    flags: tuple[str, ...] = ()
    code: str | None = None
    next_at: int | None = None
    gap: Gap | None = None
    asked: bool = True
