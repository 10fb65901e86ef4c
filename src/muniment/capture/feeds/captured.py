"""What a live connector hands over, whichever way it came: items to keep, files to fetch, or a refusal."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from muniment.record.record import Assurance

SEALED = "sealed"
"""The part that something is which no key opened: it is kept as it came."""


class Captured(msgspec.Struct, frozen=True, kw_only=True):
    """One item exactly as it came, to become one record.

    `key` is the native key within the account, None where the item holds many events with keys of their own; `seq` the
    source's own dense number; `part` what it is (`message`, `attachment`, `roster`, ...); `meta` what its decoder must know.
    The key of an attachment is the platform's id of it. `assurance` is given where it differs from the connector's. `ref` is the
    leaf of the record that this one opens: the same thing, which nobody could read when it came (docs/adr/0011).
    """

    raw: bytes
    key: str | None = None
    seq: int | None = None
    part: str = "message"
    meta: dict[str, Any] = {}
    assurance: Assurance | None = None
    ref: int | None = None


def heard(items: Iterable[Captured]) -> bool:
    """Whether items show that an account is heard: what nobody could open does not, nor what we asked for ourselves (rosters)."""
    return any(item.part == "message" for item in items)


def unopened(items: Iterable[Captured]) -> bool:
    """Whether some of them came and nobody could open them."""
    return any(item.part == SEALED for item in items)


class MediaDue(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file that a message names and that has to be fetched: the platform's id for it, and what the message claims of it.

    `digest` is `kind:value` (`md5:` or `sha256:`, lower-case hex); `until` is when the platform stops giving it out (µs UTC).
    """

    media: str
    name: str = ""
    size: int | None = None
    digest: str | None = None
    content_type: str | None = None
    until: int | None = None
    meta: dict[str, Any] = {}


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """An HTTP request to a webhook: header names in lower case, the body's raw bytes, our clock (µs UTC)."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    received_at: int


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """An authentic delivery: what is kept of it, and what its sender is answered once that is durable.

    `ring` asks the connector's puller to look now: the delivery was a doorbell. `bell` is what it says to whoever answers it.
    """

    items: tuple[Captured, ...] = ()
    due: tuple[MediaDue, ...] = ()
    status: int = 200
    answer: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    ring: bool = False
    bell: str = ""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that is not authentic: nothing of it is kept, and it is counted. `reason` is a word without content."""

    status: int
    reason: str
