"""What passes between a live connector and the archive: what was captured, what media it owes, why a caller was refused.

A connector's room makes these and knows no database; who keeps them is handed in. The platform gets its answer, and a
cursor moves, only when `Sink.accept` has returned: then the records are durable.
"""

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from muniment.record.record import Assurance


class Captured(msgspec.Struct, frozen=True, kw_only=True):
    """One record to be: its bytes as received, and what its decoder must know besides.

    `key` makes the record unique within its account; None where every delivery is a record and the events in it bear
    keys of their own. `seq` is the source's own number, where it counts. `part` is `message` or `attachment`; the key of an
    attachment is the platform's media id. `assurance` is given where it differs from the connector's.
    """

    raw: bytes
    key: str | None = None
    seq: int | None = None
    part: str = "message"
    meta: dict[str, Any] = {}
    assurance: Assurance | None = None


class Refusal(msgspec.Struct, frozen=True):
    """A caller that was not let in: the HTTP status to answer, and what was expected (never what was sent)."""

    status: int
    reason: str


class Sink(Protocol):
    """Who makes captured records durable."""

    def accept(self, items: Sequence[Captured], cursor: str | None) -> None:
        """Keep `items` and, in the same transaction, where to go on from. When this returns they are acknowledged."""
        ...


class MediaDue(msgspec.Struct, frozen=True, kw_only=True):
    """A file that a message speaks of and that must be fetched before the platform forgets it.

    `sha256` is the hash that the platform declared, as written (hex or base64). `expires_at` is µs UTC, None where the message
    tells no time from which to count.
    """

    native_id: str
    mime: str | None = None
    sha256: str | None = None
    filename: str | None = None
    expires_at: int | None = None


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """A file that came. `checked` says whether it equals a hash that the platform declared, or there was none to compare."""

    content: bytes
    mime: str | None = None
    filename: str | None = None
    checked: bool = False


class HashMismatch(msgspec.Struct, frozen=True, kw_only=True):
    """A file that came and is not the one declared: to be fetched once more, then kept with a flag."""

    content: bytes
    mime: str | None = None
    filename: str | None = None


class Expired(msgspec.Struct, frozen=True):
    """The platform no longer has the file: a gap. `code` is the platform's error or HTTP status."""

    code: str


class TooLarge(msgspec.Struct, frozen=True):
    """The file is larger than `limit` bytes, which is the most that one record holds: a gap until the limit is raised."""

    limit: int


class RetryAt(msgspec.Struct, frozen=True):
    """Not now: try again at `at` (µs UTC). `reason` is in plain words and shows neither address nor secret."""

    at: int
    reason: str


Outcome = Fetched | HashMismatch | Expired | TooLarge | RetryAt
"""What came of one attempt to fetch a file."""
