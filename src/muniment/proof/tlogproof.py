"""Writes portable inclusion proofs (C2SP tlog-proof); verifier.verify_tlog_proof checks them."""

from collections.abc import Sequence

from muniment.proof.verifier import PROOF_HEADER, encode_base64


def write(index: int, path: Sequence[bytes], checkpoint: str, extra: bytes | None = None) -> str:
    """The text of a `.tlog-proof` file: leaf index, inclusion proof and the signed checkpoint it leads to.

    `extra` travels along and is not proven by itself; a leaf put there is what the proof is checked for.
    """
    along = [] if extra is None else [f"extra {encode_base64(extra)}"]
    lines = [PROOF_HEADER, *along, f"index {index}", *map(encode_base64, path)]
    return "\n".join(lines) + "\n\n" + checkpoint
