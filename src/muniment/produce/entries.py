"""What goes into a bundle, one struct each, and the line of the bundle that it becomes."""

import msgspec

from muniment.proof.verifier import encode_base64

INLINE_LIMIT = 2**20
"""Raw bytes of a record up to this size stand in its line; larger ones in a file of their own."""


class ProducedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A record to hand out: leaf index, the leaf's exact bytes, the payload and the record's 32-byte MAC key.

    Without `payload` and `mac_key` it is withheld: only some of its events are produced, with its leaf and proof.
    """

    index: int
    leaf: bytes
    payload: bytes | None = None
    mac_key: bytes | None = None


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of a source in which something is known to be missing; times are RFC 3339, UTC.

    `record` is the `gap` leaf that recorded it, which then is a record of the bundle; `what` is its reason. None where a
    decoder noticed it.
    """

    source: str
    what: str
    first_at: str | None = None
    last_at: str | None = None
    record: int | None = None


class NotSeen(msgspec.Struct, frozen=True, kw_only=True):
    """How many things the query could not see in the whole archive, and (`missing_media`) how many the produced events lack."""

    undecoded: int = 0
    unsearchable: int = 0
    missing_media: int = 0
    disposed: int = 0


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What a production says of itself: the archive's origin, what was asked and how it was understood, why, when, by whom.

    `decoders` gives the version of each connector's decoder, `tokeniser` the version of the search tokens.
    """

    origin: str
    query: str
    query_parsed: str
    reason: str
    produced_at: str
    produced_by: str
    decoders: dict[str, int]
    tokeniser: str


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What the audit log must say of a bundle before it is handed out.

    The audit entry's raw bytes are canonical JSON with `"act": "produce"` and `"bundle": claim.members()`; whatever else
    the entry says (actor, purpose) stands beside these two.
    """

    manifest: str
    query: str
    records: int
    events: int
    size: int
    root: str
    format: str

    def members(self) -> dict[str, object]:
        """The value of the entry's member `bundle`."""
        position = {"root": self.root, "size": self.size}
        return {
            "events": self.events,
            "format": self.format,
            "manifest": self.manifest,
            "position": position,
            "query": self.query,
            "records": self.records,
        }


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """The sealed audit entry of a production, as the audit log holds it."""

    index: int
    leaf: bytes
    payload: bytes
    mac_key: bytes


def record_line(record: ProducedRecord, inline: bytes | None, file: str | None, proof: list[bytes]) -> bytes:
    """One line of records.jsonl. No value but the leaf needs an escape, so that it is written out by hand: fast."""
    withheld = "true" if inline is None else "false"
    payload = "null" if inline is None else f'"{encode_base64(inline)}"'
    mac = "null" if inline is None or record.mac_key is None else f'"{record.mac_key.hex()}"'
    file_name = "null" if file is None else f'"{file}"'
    path = ",".join([f'"{encode_base64(node)}"' for node in proof])
    leaf = record.leaf.decode("ascii").replace("\\", "\\\\").replace('"', '\\"')
    return (
        f'{{"index":{record.index},"leaf":"{leaf}","mac":{mac},"payload":{payload},"payload_file":{file_name},'
        f'"proof":[{path}],"withheld":{withheld}}}\n'
    ).encode()
