"""A gap: something that happened at a source and is not in the archive, or may not be. It is a leaf of its own, sealed like a record.

Trust: a gap is what we noticed. What no source counts, and nobody answers, leaves no gap that could be noticed.
"""

from enum import StrEnum
from typing import Any

import msgspec

from muniment.capture.intake import Sealed, Sealer
from muniment.record.codec import canonical
from muniment.record.errors import Damaged
from muniment.record.record import Assurance, Header, join_payload

PART = "gap"


OF_KEY = "key "
"""How the names begin of gaps that another key may end (`Ledger.gap_once`)."""


class Reason(StrEnum):
    """Why something is missing, or may be."""

    SEQUENCE = "sequence"  # the source's numbers jump
    EXPIRED = "expired"  # the source no longer gives out what it had
    UNKNOWN_TARGET = "unknown_target"  # a reply, status or recall names a message that never came
    REFUSED = "refused"  # deliveries came that could not be authenticated
    LAG = "lag"  # the connector falls behind the source's hard window
    SILENCE = "silence"  # nothing came where something was expected
    MEDIA = "media"  # a file of a message could not be fetched
    UNREADABLE = "unreadable"  # it came, and no key that we hold opens it


class Gap(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is missing: between which times (µs UTC), between which of the source's own numbers (both not included), how many.

    `code` is the source's error code; `about` names what it concerns by native ids alone, never by content.
    """

    reason: Reason
    since: int | None = None
    until: int | None = None
    after: int | None = None
    before: int | None = None
    count: int | None = None
    code: str | None = None
    about: dict[str, Any] = {}


_decoder = msgspec.json.Decoder(Gap)


def encode_gap(gap: Gap) -> bytes:
    """Canonical JSON."""
    return canonical(msgspec.to_builtins(gap))


def decode_gap(raw: bytes) -> Gap:
    """Undo `encode_gap`; raises Damaged."""
    try:
        return _decoder.decode(raw)
    except msgspec.DecodeError:
        raise Damaged("a gap leaf does not hold a gap; run `muniment verify`") from None


def seal_gap(sealer: Sealer, source: str, connector: str, gap: Gap) -> Sealed:
    """The gap, ready for intake."""
    header = Header(by=connector, v=1, part=PART, assurance=Assurance.INTERNAL)
    return sealer.seal(join_payload(header, encode_gap(gap)), log="records", type="gap", source=source)
