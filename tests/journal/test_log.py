"""One tile log on disk: its root against pymerkle, its proofs against the verifier, its files against the specification."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from muniment.journal.log import LogReader, LogWriter
from muniment.proof import verifier
from muniment.proof.merkle import leaf_hash
from muniment.proof.note import Signer
from muniment.record.errors import Damaged
from muniment.vault.durable import Disk
from tests.archives import expected_files
from tests.faults import WatchedDisk

ORIGIN = "example.com/test/records"
SIGNER = Signer.from_private(ORIGIN, bytes(range(32)))


def leaves(count: int, start: int = 0) -> list[bytes]:
    return [f"leaf {number}".encode() for number in range(start, start + count)]


def grow(writer: LogWriter, count: int) -> None:
    batch = leaves(count, writer.size)
    writer.append(batch, [leaf_hash(leaf) for leaf in batch])
    writer.seal()


def new_log(folder: Path, disk: Disk | None = None) -> LogWriter:
    writer = LogWriter(folder, SIGNER, disk or Disk())
    writer.create()
    return writer


def taken_up(folder: Path, disk: Disk | None = None) -> LogWriter:
    writer = LogWriter(folder, SIGNER, disk or Disk())
    writer.resume()
    return writer


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def wanted_files(size: int) -> set[str]:
    return {
        (f"{folder}/" if folder != "." else "") + name
        for folder, names in expected_files(size).items()
        for name in names
    }


@settings(max_examples=25)
@given(st.lists(st.one_of(st.integers(1, 9), st.integers(200, 300)), min_size=1, max_size=7), st.data())
def test_whatever_the_batches_the_tree_is_the_same_and_every_proof_checks(
    fast_folders: Callable[[], Path], batches: list[int], data: st.DataObject
) -> None:
    folder = fast_folders()
    other, writer = InmemoryTree(algorithm="sha256"), new_log(folder)
    roots = {}
    for batch in batches:
        for leaf in leaves(batch, writer.size):
            other.append_entry(leaf)
        grow(writer, batch)
        roots[writer.size] = writer.root
        assert writer.root == other.get_root()
        if data.draw(st.booleans()):
            writer.close()
            writer = taken_up(folder)
    writer.close()
    assert files(folder) == wanted_files(writer.size)
    reader = LogReader(folder, ORIGIN, SIGNER.vkey)
    sealed = reader.checkpoint()
    assert (sealed.size, sealed.root) == (sum(batches), other.get_root())
    assert reader.leaves(0, sealed.size, sealed.size) == leaves(sealed.size)
    prover = reader.prover(sealed.size)
    for index in data.draw(st.lists(st.integers(0, sealed.size - 1), max_size=10)):
        verifier.verify_inclusion(
            index, sealed.size, leaf_hash(f"leaf {index}".encode()), prover.inclusion(index), sealed.root
        )
    for size, root in roots.items():
        verifier.verify_consistency(size, sealed.size, prover.consistency(size), root, sealed.root)
        assert reader.prover(size).root() == root, "an older tree is drawn from the tiles of the newest"
        assert reader.leaves(size // 2, size, size) == leaves(size - size // 2, size // 2)


def test_an_empty_log_has_a_signed_checkpoint(tmp_path: Path) -> None:
    new_log(tmp_path).close()
    sealed = LogReader(tmp_path, ORIGIN, SIGNER.vkey).checkpoint()
    assert (sealed.origin, sealed.size, sealed.root) == (ORIGIN, 0, hashlib.sha256().digest())
    assert files(tmp_path) == wanted_files(0)
    grow(taken_up(tmp_path), 3)
    assert files(tmp_path) == wanted_files(3)


def test_leaves_without_a_seal_are_written_over(tmp_path: Path) -> None:
    writer = new_log(tmp_path)
    grow(writer, 250)
    root = writer.root
    lost = [b"never sealed %d" % number for number in range(800)]
    writer.append(lost, [leaf_hash(leaf) for leaf in lost])
    writer.close()
    again = taken_up(tmp_path)
    assert (again.size, again.root) == (250, root)
    assert files(tmp_path) == wanted_files(250)
    grow(again, 10)
    again.close()
    assert LogReader(tmp_path, ORIGIN, SIGNER.vkey).leaves(0, 260, 260) == leaves(260)


def test_the_checkpoint_that_outsiders_read_is_brought_up(tmp_path: Path) -> None:
    writer = new_log(tmp_path)
    grow(writer, 3)
    before = (tmp_path / "checkpoint").read_bytes()
    grow(writer, 3)
    newest = (tmp_path / "checkpoint").read_bytes()
    writer.close()
    for shown in (before, b"", None):
        (tmp_path / "checkpoint").unlink(missing_ok=True)
        if shown is not None:
            (tmp_path / "checkpoint").write_bytes(shown)
        taken_up(tmp_path).close()
        assert (tmp_path / "checkpoint").read_bytes() == newest


@pytest.mark.parametrize("torn", [b"{", b'{"n":3,"note":"half', b"\0" * 100])
def test_a_line_that_was_torn_is_cut_off(tmp_path: Path, torn: bytes) -> None:
    writer = new_log(tmp_path)
    grow(writer, 3)
    writer.close()
    whole = (tmp_path / "checkpoints.log").read_bytes()
    (tmp_path / "checkpoints.log").write_bytes(whole + torn)
    again = taken_up(tmp_path)
    assert (tmp_path / "checkpoints.log").read_bytes() == whole
    grow(again, 1)
    assert [again.open_checkpoint(note).size for _, note in again.checkpoints().notes()] == [0, 3, 4]


def test_the_last_line_is_made_kept_before_it_is_believed(tmp_path: Path) -> None:
    writer = new_log(tmp_path)
    grow(writer, 3)
    writer.close()
    disk = WatchedDisk()
    taken_up(tmp_path, disk).close()
    assert [str(call) for call in disk.calls] == [
        f"write {tmp_path.name}/checkpoints.log",
        f"fsync {tmp_path.name}/checkpoints.log",
    ]


def test_a_reader_finds_a_tile_that_a_wider_one_has_overtaken(tmp_path: Path) -> None:
    writer = new_log(tmp_path)
    grow(writer, 3)
    reader = LogReader(tmp_path, ORIGIN, SIGNER.vkey)
    old = reader.checkpoint()
    for batch in (4, 5, 300):
        grow(writer, batch)
        assert reader.prover(old.size).root() == old.root
        assert reader.leaves(0, 3, 3) == leaves(3)


def test_a_tile_of_the_wrong_size_is_damage_and_not_cut_to_fit(tmp_path: Path) -> None:
    writer = new_log(tmp_path)
    grow(writer, 3)
    writer.close()
    tile = tmp_path / "tile" / "0" / "000.p" / "3"
    tile.write_bytes(tile.read_bytes() + bytes(32))
    with pytest.raises(Damaged):
        taken_up(tmp_path)


@pytest.mark.parametrize("name", ["tile/0/000.p/3", "tile/entries/000.p/3", "checkpoints.log"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    writer = new_log(tmp_path)
    grow(writer, 3)
    writer.close()
    (tmp_path / name).unlink()
    with pytest.raises(Damaged, match=name):
        taken_up(tmp_path)


def test_tiles_that_do_not_add_up_are_damage(tmp_path: Path) -> None:
    writer = new_log(tmp_path)
    grow(writer, 3)
    writer.close()
    (tmp_path / "tile/0/000.p/3").write_bytes(bytes(96))
    with pytest.raises(Damaged, match="do not add up"):
        taken_up(tmp_path)


def test_a_checkpoint_by_another_key_or_of_another_log_is_damage(tmp_path: Path) -> None:
    grow(new_log(tmp_path), 3)
    with pytest.raises(Damaged):
        LogReader(tmp_path, ORIGIN, Signer.generate(ORIGIN).vkey).checkpoint()
    other = Signer.from_private("example.com/test/audit", bytes(range(32)))
    with pytest.raises(Damaged):
        LogReader(tmp_path, "example.com/test/audit", other.vkey).checkpoint()
    os.truncate(tmp_path / "checkpoint", 10)
    with pytest.raises(Damaged):
        LogReader(tmp_path, ORIGIN, SIGNER.vkey).checkpoint()
