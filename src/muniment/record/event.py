"""What a decoder reads in a record: one Event for each thing that happened (DESIGN.md §11 names the kinds)."""

from enum import StrEnum
from typing import Any

import msgspec


class Kind(StrEnum):
    """What happened. Nothing outside this list is ever produced by a decoder."""

    MESSAGE = "message"
    EDIT = "edit"
    RECALL = "recall"
    REACTION = "reaction"
    RECEIPT = "receipt"
    MEMBERSHIP = "membership"
    CONVERSATION_UPDATE = "conversation_update"
    CONSENT = "consent"
    CALL = "call"
    IDENTITY_CHANGE = "identity_change"
    DELIVERY_FAILURE = "delivery_failure"
    SYSTEM = "system"
    SOURCE_DIVERGENCE = "source_divergence"
    UNDECODED = "undecoded"


class Precision(StrEnum):
    """How exactly the source told the time."""

    MICROSECOND = "us"
    MILLISECOND = "ms"
    SECOND = "s"
    MINUTE = "min"
    DAY = "day"


class AttachmentStatus(StrEnum):
    """Whether the bytes of an attachment are in the archive."""

    STORED = "stored"
    OMITTED = "omitted"  # the source says that it left the bytes out
    MISSING = "missing"  # the source names a file that did not come with it


class Attachment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file that a message carries: its name, size in bytes, lower-case hex SHA-256 and whether we hold its bytes.

    `media` is the platform's id of bytes that are fetched later: the attachment record with that key holds them, once it came.
    """

    name: str
    status: AttachmentStatus
    size: int | None = None
    sha256: str | None = None
    content_type: str | None = None
    media: str | None = None


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that happened, as read from one record; made anew by every rebuild, never edited.

    `sent_at` is microseconds since 1970-01-01T00:00:00Z, None when the source gives no time; `sent_at_raw` is the
    time as written. `key` is the native or content key within the account (stored only as an HMAC); None where a
    record cannot come twice. `target` is the native key of the event this one edits, recalls or answers. `extra` holds every
    field of the source that has no place here: nothing is dropped.
    """

    kind: Kind
    conversation: str
    conversation_display: str | None = None
    sender: str | None = None
    sender_display: str | None = None
    recipients: tuple[str, ...] = ()
    sent_at: int | None = None
    sent_at_precision: Precision = Precision.SECOND
    sent_at_raw: str | None = None
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    key: str | None = None
    target: str | None = None
    flags: tuple[str, ...] = ()
    extra: dict[str, Any] = {}
