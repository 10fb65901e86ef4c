"""Makes seals: one line that an auditor keeps, behind which the archive's history can no longer be rewritten."""

from collections.abc import Sequence

from muniment.proof import note, verifier
from muniment.proof.note import Signer
from muniment.proof.verifier import Checkpoint, Invalid, Seal, encode_base64, seal_text
from muniment.record.errors import Damaged, Refused

__all__ = ["Seal", "make", "open"]


def make(origin: str, records: Checkpoint, audit: Checkpoint, signer: Signer) -> str:
    """The seal of an archive, without a line feed, signed by its records log's key."""
    if (records.origin, audit.origin, signer.name) != (f"{origin}/records", f"{origin}/audit", f"{origin}/records"):
        raise Refused("a seal of {origin} joins its two logs and is signed by its records log's key", origin=origin)
    text = seal_text(origin, (records.size, records.root), (audit.size, audit.root))
    return f"{text} {encode_base64(signer.sign(text.encode()))}"


def open(line: str, vkeys: Sequence[str]) -> Seal:
    """Read a seal and check its signature; raises Damaged, or WrongKey when a key cannot be read."""
    keys = note.parse_vkeys(vkeys)
    try:
        return verifier.open_seal(line, keys, note.verify)
    except Invalid as problem:
        raise Damaged("the seal does not check: {problem}", problem=problem) from None
