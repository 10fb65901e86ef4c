import hashlib
from typing import Any

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.proof import merkle, verifier
from muniment.proof.merkle import Frontier, Prover
from muniment.proof.verifier import Invalid
from muniment.record.errors import Damaged, Refused

SMALL = 33


def test_leaves_and_nodes_are_hashed_apart() -> None:
    assert merkle.leaf_hash(b"ab") == hashlib.sha256(b"\x00ab").digest()
    assert merkle.node_hash(b"a" * 32, b"b" * 32) == hashlib.sha256(b"\x01" + b"a" * 32 + b"b" * 32).digest()
    assert merkle.leaf_hashes([b"ab"]) == [merkle.leaf_hash(b"ab")]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert Frontier().root() == merkle.root_of([]) == hashlib.sha256().digest()


def test_every_proof_of_every_small_tree_is_the_naive_one(naive: Any, stored: Any, hashes: list[bytes]) -> None:
    log = stored()
    for size in range(1, SMALL + 1):
        log.append(hashes[size - 1 : size])
        tree = hashes[:size]
        root = log.frontier.root()
        assert root == naive.root(tree)
        prover = Prover(size, log.read)
        assert prover.root() == root
        for index in range(size):
            path = prover.inclusion(index)
            assert path == naive.path(index, tree)
            verifier.verify_inclusion(index, size, tree[index], path, root)
        for old in range(1, size + 1):
            proof = prover.consistency(old)
            assert proof == naive.consistency(old, tree)
            verifier.verify_consistency(old, size, proof, naive.root(tree[:old]), root)


@pytest.mark.parametrize("size", [255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 70_000])
def test_trees_beside_the_edges_of_tiles_agree_with_the_naive_tree(
    size: int, naive: Any, stored: Any, hashes: list[bytes]
) -> None:
    log = stored()
    log.append(hashes[:size])
    root = log.frontier.root()
    assert root == naive.root(hashes[:size])
    prover = Prover(size, log.read, keep=2)
    for index in {0, 1, 254, 255, 256, size // 2, size - 2, size - 1} & set(range(size)):
        verifier.verify_inclusion(index, size, hashes[index], prover.inclusion(index), root)
    for old in {1, 2, 255, 256, 257, 65_536, size // 2, size - 1, size} & set(range(1, size + 1)):
        verifier.verify_consistency(old, size, prover.consistency(old), naive.root(hashes[:old]), root)


def test_a_tree_of_70000_has_the_tiles_that_the_specification_counts(stored: Any, hashes: list[bytes]) -> None:
    log = stored()
    log.append(hashes[:70_000])
    kinds: dict[tuple[int, int], int] = {}
    for level, _, width in log.tiles:
        kinds[level, width] = kinds.get((level, width), 0) + 1
    assert kinds == {(0, 256): 273, (0, 112): 1, (1, 256): 1, (1, 17): 1, (2, 1): 1}
    assert all(len(data) == width * 32 for (_, _, width), data in log.tiles.items())


def test_a_tree_of_256_has_one_full_tile_and_one_of_width_one(stored: Any, hashes: list[bytes]) -> None:
    log = stored()
    log.append(hashes[:256])
    assert sorted(log.tiles) == [(0, 0, 256), (1, 0, 1)]


@given(cuts=st.lists(st.integers(0, 700), max_size=8))
def test_it_does_not_matter_how_leaves_are_dealt_out(cuts: list[int]) -> None:
    hashes = [hashlib.sha256(bytes([n % 256, n // 256])).digest() for n in range(sum(cuts))]
    whole, parts = Frontier(), Frontier()
    whole.append(hashes)
    tiles: dict[tuple[int, int, int], bytes] = {}
    for cut in cuts:
        parts.append(hashes[parts.size : parts.size + cut])
        for tile in parts.take_tiles():
            tiles[tile.level, tile.index, tile.width] = tile.data
        resumed = Frontier.resume(parts.size, lambda level, index, width: tiles[level, index, width])
        assert resumed.root() == parts.root()
        assert resumed.take_tiles() == []
        parts = resumed
    assert whole.root() == parts.root()
    assert {(t.level, t.index, t.width): t.data for t in whole.take_tiles()}.items() <= tiles.items()


def test_taking_tiles_twice_gives_each_once(hashes: list[bytes]) -> None:
    frontier = Frontier()
    frontier.append(hashes[:300])
    assert [(t.level, t.index, t.width) for t in frontier.take_tiles()] == [(0, 0, 256), (0, 1, 44), (1, 0, 1)]
    assert frontier.take_tiles() == []
    frontier.append(hashes[300:301])
    assert [(t.level, t.index, t.width) for t in frontier.take_tiles()] == [(0, 1, 45)]


def test_proofs_are_drawn_from_full_tiles_where_partial_ones_are_gone(stored: Any, hashes: list[bytes]) -> None:
    log = stored()
    log.append(hashes[:100])
    root = log.frontier.root()
    log.append(hashes[100:256])
    full = log.tiles[0, 0, 256]
    path = merkle.inclusion_proof(7, 100, lambda *_: full)
    verifier.verify_inclusion(7, 100, hashes[7], path, root)
    proof = merkle.consistency_proof(100, 256, lambda level, index, width: log.tiles[level, index, width])
    verifier.verify_consistency(100, 256, proof, root, log.frontier.root())


def test_a_tile_of_the_wrong_length_is_damage() -> None:
    with pytest.raises(Damaged, match="tile 0/0 holds 31 bytes"):
        merkle.inclusion_proof(0, 2, lambda *_: b"x" * 31)


@pytest.mark.parametrize("index", [-1, 5, 6])
def test_it_draws_no_proof_of_a_leaf_outside_the_tree(index: int) -> None:
    with pytest.raises(Refused, match="below the tree size 5"):
        merkle.inclusion_proof(index, 5, lambda *_: b"")


@pytest.mark.parametrize("old", [-1, 0, 6])
def test_it_draws_no_consistency_proof_from_a_size_outside_the_tree(old: int) -> None:
    with pytest.raises(Refused, match="from 1 to 5"):
        merkle.consistency_proof(old, 5, lambda *_: b"")


def test_a_tree_by_other_hands_has_the_same_roots_and_proofs(stored: Any) -> None:
    theirs = pymerkle.InmemoryTree("sha256")
    entries = [f"entry {n}".encode() for n in range(70)]
    ours = stored()
    for size, entry in enumerate(entries, 1):
        theirs.append_entry(entry)
        ours.append([merkle.leaf_hash(entry)])
        assert theirs.get_root(size) == ours.frontier.root()
        prover = Prover(size, ours.read)
        for index in range(0, size, 3):
            proof = theirs.prove_inclusion(index + 1, size)  # counts leaves from one
            assert proof.path == [merkle.leaf_hash(entries[index]), *prover.inclusion(index)]
            verifier.verify_inclusion(index, size, proof.path[0], proof.path[1:], theirs.get_root(size))


def test_it_refuses_every_proof_with_a_changed_missing_or_added_hash(stored: Any, hashes: list[bytes]) -> None:
    log = stored()
    log.append(hashes[:23])
    old_root = merkle.root_of(hashes[:11])
    root, prover = log.frontier.root(), Prover(23, log.read)

    def check_inclusion(path: list[bytes]) -> None:
        verifier.verify_inclusion(9, 23, hashes[9], path, root)

    def check_consistency(proof: list[bytes]) -> None:
        verifier.verify_consistency(11, 23, proof, old_root, root)

    for check, good in ((check_inclusion, prover.inclusion(9)), (check_consistency, prover.consistency(11))):
        check(good)
        bad = [good[:-1], good[1:], [*good, good[0]], [good[0], *good], [], good[::-1]]
        bad += [[*good[:n], bytes(32), *good[n + 1 :]] for n in range(len(good))]
        for proof in bad:
            with pytest.raises(Invalid):
                check(proof)


def test_it_refuses_a_proof_of_another_size_or_index(stored: Any, hashes: list[bytes]) -> None:
    log = stored()
    log.append(hashes[:23])
    path, root = Prover(23, log.read).inclusion(9), log.frontier.root()
    verifier.verify_inclusion(9, 23, hashes[9], path, root)
    for index in range(23):
        if index != 9:
            with pytest.raises(Invalid):
                verifier.verify_inclusion(index, 23, hashes[9], path, root)
    # A size that gives leaf 9 a path of other turns, or another length, is noticed; the size itself is signed.
    for size in (9, 10, 16, 33, 2**40):
        with pytest.raises(Invalid):
            verifier.verify_inclusion(9, size, hashes[9], path, root)


def test_consistency_from_nothing_is_an_error() -> None:
    with pytest.raises(Invalid, match="from 1 to 5, got 0"):
        verifier.verify_consistency(0, 5, [], merkle.EMPTY_ROOT, bytes(32))


def test_two_roots_of_one_size_are_a_rewrite() -> None:
    verifier.verify_consistency(5, 5, [], bytes(32), bytes(32))
    with pytest.raises(Invalid, match="rewritten"):
        verifier.verify_consistency(5, 5, [], bytes(32), b"x" * 32)


@pytest.mark.deep
def test_every_proof_of_every_tree_up_to_300_is_the_naive_one(naive: Any, stored: Any, hashes: list[bytes]) -> None:
    log = stored()
    for size in range(1, 301):
        log.append(hashes[size - 1 : size])
        root, prover = log.frontier.root(), Prover(size, log.read)
        for index in range(size):
            verifier.verify_inclusion(index, size, hashes[index], prover.inclusion(index), root)
        for old in range(1, size + 1):
            proof = prover.consistency(old)
            assert proof == naive.consistency(old, hashes[:size])
