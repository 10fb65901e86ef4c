"""What comes in by a webhook, what is taken of it, and the files that a live source still owes."""

from collections.abc import Mapping
from typing import Any

import msgspec

from muniment.capture.live import Captured


class Debt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file that a message names and that has to be fetched.

    `media` is the platform's id for it, `until` when the platform stops giving it out (µs UTC); `spec` is the connector's own:
    what the message claims of the file, JSON values only.
    """

    media: str
    until: int | None = None
    spec: dict[str, Any] = {}


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """An HTTP request to a webhook: header names in lower case, the body's raw bytes, our clock (µs UTC)."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    received_at: int


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """An authentic delivery: what is kept of it, and what its sender is answered once that is durable.

    `ring` asks the connector's puller to look now: the delivery was a doorbell.
    """

    items: tuple[Captured, ...] = ()
    debts: tuple[Debt, ...] = ()
    status: int = 200
    answer: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    ring: bool = False
