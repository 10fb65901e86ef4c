"""The leaf: what the log says of one record, without saying anything of its content (docs/formats/log.md)."""

from typing import Literal

import msgspec

from muniment.record.errors import Damaged, Refused

LEAF_LIMIT = 4096
"""A leaf is shorter than this, in bytes."""

RECORDS_TYPES = ("rec", "gap", "hb", "del")
AUDIT_TYPES = ("act", "cfg", "key", "hold", "sys")
TYPES = {"records": RECORDS_TYPES, "audit": AUDIT_TYPES}

LeafType = Literal["rec", "gap", "hb", "del", "act", "cfg", "key", "hold", "sys"]


class Leaf(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry of a log. Hashes and MACs are lower-case hex; `rx` is UTC with microseconds.

    `id` UUIDv7 · `src` opaque id of the account · `sseq` the source's own sequence number · `pseq` our dense counter per
    `src` · `ph` leaf hash of the previous leaf of that `src` · `env` SHA-256 of the envelope · `raw` HMAC-SHA256 of the
    payload · `n` payload bytes · `kg` key group · `ref` the leaf that a `gap`, `del` or `hold` speaks of, or the record that a `rec` opens.
    """

    env: str
    id: str
    kg: str
    n: int
    ph: str | None
    pseq: int
    raw: str
    ref: int | None
    rx: str
    src: str
    sseq: int | None
    t: LeafType
    v: Literal[1]


_decoder = msgspec.json.Decoder(Leaf)
_encoder = msgspec.json.Encoder()


def encode_leaf(leaf: Leaf) -> bytes:
    """Canonical JSON of a leaf: the members are declared in sorted order, and every value is ASCII; raises Refused."""
    data = _encoder.encode(leaf)
    if len(data) >= LEAF_LIMIT or not data.isascii():
        raise Refused(
            "a leaf is ASCII of less than {limit} bytes; this one has {size}", limit=LEAF_LIMIT, size=len(data)
        )
    return data


def parse_leaf(data: bytes) -> Leaf:
    """Read a leaf strictly: only the canonical form is accepted; raises Damaged."""
    try:
        leaf = _decoder.decode(data)
    except msgspec.DecodeError:
        raise Damaged("a log entry is not a leaf of version 1") from None
    if _encoder.encode(leaf) != data:
        raise Damaged("a log entry is not in canonical form")
    return leaf
