"""The audit log's entries: who did what to which object, why and with what result. One is durable before content leaves."""

from typing import Any

import msgspec

from muniment.capture.archive import Archive
from muniment.capture.leader import SYSTEM
from muniment.record.codec import canonical
from muniment.record.errors import Damaged
from muniment.record.leaf import LeafType
from muniment.record.record import Assurance, Header, join_payload, split_payload

HEADER = Header(by="muniment", v=1, part="audit", assurance=Assurance.INTERNAL)


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One act. `actor` is `system:<user name>` or the name given by --as; `object` names what was acted upon, never its content.

    `bundle` is what the entry of a production claims of it (docs/formats/bundle.md).
    """

    act: str
    actor: str
    object: str | None = None
    purpose: str | None = None
    query: str | None = None
    counts: dict[str, int] = {}
    detail: dict[str, Any] = {}
    bundle: dict[str, Any] = {}


_decoder = msgspec.json.Decoder(Entry)


def write_entry(archive: Archive, entry: Entry, *, type: LeafType = "act", ref: int | None = None) -> str:
    """Make an audit entry durable in intake; returns the id of the leaf that it becomes."""
    item = archive.sealer.seal(encode_entry(entry), log="audit", type=type, source=SYSTEM, ref=ref)
    archive.intake.accept([item])
    return item.id


def encode_entry(entry: Entry) -> bytes:
    """The payload of an audit leaf: a header line and canonical JSON."""
    return join_payload(HEADER, canonical(msgspec.to_builtins(entry)))


def decode_entry(payload: bytes) -> tuple[Entry, bytes]:
    """An audit entry and its canonical JSON; raises Damaged when the payload is none."""
    _, raw = split_payload(payload)
    try:
        return _decoder.decode(raw), raw
    except msgspec.DecodeError:
        raise Damaged("the payload of an audit leaf is not an audit entry") from None
