"""Public vectors, read in place: transparency-dev/merkle, the golden log of Tessera, the Ed25519 edges of C2SP/CCTV."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from muniment.proof import checkpoint, merkle, note, tiles, verifier
from muniment.proof.verifier import Invalid

pytestmark = pytest.mark.shared

TESSERA_KEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"


def accepts(check: Callable[..., object], *arguments: Any) -> bool:
    try:
        check(*arguments)
    except (Invalid, InvalidSignature, ValueError):
        return False
    return True


def _bytes(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def test_the_196_merkle_vectors_agree(shared_data: Callable[[str], Path]) -> None:
    folder = shared_data("tlog-vectors") / "transparency-dev-merkle" / "testdata"
    seen, accepted, wrong = 0, 0, []
    for path in sorted(folder.rglob("*.json")):
        vector = json.loads(path.read_text())
        proof = [_bytes(item) for item in vector["proof"] or []]
        if path.relative_to(folder).parts[0] == "inclusion":
            leaf, root = _bytes(vector["leafHash"]), _bytes(vector["root"])
            good = accepts(verifier.verify_inclusion, vector["leafIdx"], vector["treeSize"], leaf, proof, root)
        else:
            roots = _bytes(vector["root1"]), _bytes(vector["root2"])
            good = accepts(verifier.verify_consistency, vector["size1"], vector["size2"], proof, *roots)
        seen += 1
        accepted += good
        if good == vector["wantErr"]:
            wrong.append(str(path.relative_to(folder)))
    assert wrong == []
    assert seen == 196
    assert 0 < accepted < seen


def test_the_golden_log_reads_and_proves(shared_data: Callable[[str], Path]) -> None:
    log = shared_data("tlog-vectors") / "tessera" / "testdata" / "log"
    frontier, roots = merkle.Frontier(), {}
    entries = tiles.parse_entries((log / tiles.entries_path(0, 15)).read_bytes())
    for size in range(16):
        opened = checkpoint.open((log / f"checkpoint.{size}").read_text(), [TESSERA_KEY])
        assert opened == checkpoint.Checkpoint("example.com/log/testdata", size, frontier.root())
        roots[size] = opened.root
        if size:
            path = log / tiles.entries_path(0, size)
            if path.exists():
                assert tiles.parse_entries(path.read_bytes()) == entries[:size]
                assert tiles.encode_entries(entries[:size]) == path.read_bytes()
                assert frontier.take_tiles()[-1].data == (log / tiles.tile_path(0, 0, size)).read_bytes()
        if size < 15:
            frontier.append([merkle.leaf_hash(entries[size])])

    def read(level: int, index: int, width: int) -> bytes:
        return (log / tiles.tile_path(level, index, width)).read_bytes()

    for size in range(2, 16):
        prover = merkle.Prover(size, read)
        for index in range(size):
            leaf = merkle.leaf_hash(entries[index])
            verifier.verify_inclusion(index, size, leaf, prover.inclusion(index), roots[size])
        for old in range(1, size + 1):
            verifier.verify_consistency(old, size, prover.consistency(old), roots[old], roots[size])


def test_the_golden_log_has_each_of_its_files(shared_data: Callable[[str], Path]) -> None:
    log = shared_data("tlog-vectors") / "tessera" / "testdata" / "log"
    names = [str(path.relative_to(log)) for path in log.rglob("*") if path.is_file() and path.parts[-3] != "log"]
    parsed = [tiles.parse_path(name) for name in names if name.startswith("tile/")]
    assert len(parsed) == len(set(parsed)) == 30
    assert len(list(log.glob("checkpoint.*"))) == 16


NARROW = {"low_order_A", "low_order_R", "non_canonical_A", "non_canonical_R", "low_order_residue", "reencoded_k"}
"""Edges that we refuse; what remains is a mixed-order point in a signature whose equation holds."""


def test_the_914_ed25519_edges_are_decided_as_documented(shared_data: Callable[[str], Path]) -> None:
    vectors = json.loads((shared_data("tlog-vectors") / "cctv/ed25519/ed25519vectors.json").read_text())
    accepted = 0
    for vector in vectors:
        public, signature = bytes.fromhex(vector["key"]), bytes.fromhex(vector["sig"])
        message, flags = vector["msg"].encode(), set(vector["flags"] or [])
        ours = accepts(verifier.verify_ed25519, public, message, signature)
        assert ours == (not flags & NARROW), vector["number"]
        assert accepts(note.verify, public, message, signature) == ours, vector["number"]
        accepted += ours
    assert len(vectors) == 914
    assert 0 < accepted < len(vectors)


def test_we_differ_from_the_library_only_in_refusing_small_order_and_uncanonical_points(
    shared_data: Callable[[str], Path],
) -> None:
    vectors = json.loads((shared_data("tlog-vectors") / "cctv/ed25519/ed25519vectors.json").read_text())
    different = 0
    for vector in vectors:
        public, signature = bytes.fromhex(vector["key"]), bytes.fromhex(vector["sig"])
        message, flags = vector["msg"].encode(), set(vector["flags"] or [])
        ours = accepts(verifier.verify_ed25519, public, message, signature)
        theirs = accepts(lambda p, m, s: Ed25519PublicKey.from_public_bytes(p).verify(s, m), public, message, signature)
        if ours != theirs:
            different += 1
            assert theirs
            assert flags & {"low_order_A", "low_order_R", "non_canonical_A"}
    assert different > 0
