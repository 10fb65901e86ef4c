"""A record's payload: a one-line transport header, a line feed, then the raw bytes exactly as received."""

from enum import StrEnum
from typing import Any

import msgspec

from muniment.record.codec import canonical, is_plain_ascii_named
from muniment.record.errors import Damaged


class Assurance(StrEnum):
    """How strongly the channel by which a record came vouches for it, strongest first."""

    API_SIGNED = "api_signed"
    API_TLS = "api_tls"
    VENDOR_EXPORT = "vendor_export"
    EXPORT_TEXT = "export_text"
    DEVICE_IMAGE = "device_image"
    SELF_REPORTED = "self_reported"
    INTERNAL = "internal"  # made by the archive itself: heartbeats, audit entries


class Header(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a record's raw bytes came from and what its decoder must know to read them without looking elsewhere.

    `by` is the connector, `v` the version of its reader, `part` what the record is within its source (`message`,
    `attachment`, `span`, `manifest`, ...). `imp` is the import's id, `key` the native or content key that makes
    the record unique within its account, `member` the zip member, `at` the byte offset and
    length within the file or member. `meta` is the connector's own (canonical JSON values only).
    """

    by: str
    v: int
    part: str
    assurance: Assurance
    imp: str | None = None
    key: str | None = None
    member: str | None = None
    at: tuple[int, int] | None = None
    meta: dict[str, Any] = {}


_decoder = msgspec.json.Decoder(Header)
_encoder = msgspec.json.Encoder(order="sorted")


def join_payload(header: Header, raw: bytes) -> bytes:
    """The payload that is sealed: canonical header, LF, raw."""
    # The encoder's form is the canonical one as long as all names are ASCII; what `meta` holds is checked by itself.
    if header.meta and not is_plain_ascii_named(header.meta):
        return canonical(msgspec.to_builtins(header)) + b"\n" + raw
    return _encoder.encode(header) + b"\n" + raw


def split_payload(payload: bytes) -> tuple[Header, bytes]:
    """Undo `join_payload`; raises Damaged when the header is not one."""
    line, separator, raw = payload.partition(b"\n")
    try:
        if not separator:
            raise ValueError
        return _decoder.decode(line), raw
    except (ValueError, msgspec.DecodeError):
        raise Damaged(
            "the record's payload does not begin with a header line; expected canonical JSON and a line feed"
        ) from None
