"""Makes and opens checkpoints (C2SP tlog-checkpoint): the signed size and root of a log."""

from collections.abc import Sequence

from muniment.proof import note, verifier
from muniment.proof.note import Signer
from muniment.proof.verifier import Checkpoint, Invalid, encode_base64
from muniment.record.errors import Damaged, Refused

__all__ = ["Checkpoint", "open", "sign"]


def sign(origin: str, size: int, root: bytes, signer: Signer) -> str:
    """The checkpoint of log `origin` at `size` leaves, as a signed note; the signer bears the log's own name."""
    if signer.name != origin or size < 0 or len(root) != 32:
        raise Refused(
            "a checkpoint of {origin} is signed by its own key over a size and a root of 32 bytes; got key {name}",
            origin=origin,
            name=signer.name,
        )
    return signer.sign_note(f"{origin}\n{size}\n{encode_base64(root)}\n")


def open(text: str, vkeys: Sequence[str]) -> Checkpoint:
    """Read a checkpoint and check the log's signature; raises Damaged, or WrongKey when a key cannot be read."""
    keys = note.parse_vkeys(vkeys)
    try:
        return verifier.open_checkpoint(text.encode(), keys, note.verify)
    except Invalid as problem:
        raise Damaged("the checkpoint does not check: {problem}", problem=problem) from None
