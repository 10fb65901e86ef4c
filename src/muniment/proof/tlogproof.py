"""Writes portable inclusion proofs (C2SP tlog-proof); verifier.verify_tlog_proof checks them."""

from collections.abc import Sequence

from muniment.proof.verifier import PROOF_HEADER, encode_base64


def write(index: int, path: Sequence[bytes], checkpoint: str) -> str:
    """The text of a `.tlog-proof` file: leaf index, inclusion proof and the signed checkpoint it leads to."""
    lines = [PROOF_HEADER, f"index {index}", *map(encode_base64, path)]
    return "\n".join(lines) + "\n\n" + checkpoint
