"""The check of a log with tiles on three levels, whole and partial: the file at fault is the one named."""

import random
import shutil
from pathlib import Path

import pytest

from muniment.journal.check_finding import Finding
from muniment.journal.check_tree import Tree
from muniment.journal.log import LogWriter
from muniment.proof.merkle import leaf_hashes
from muniment.proof.note import Signer
from muniment.vault.durable import Disk

SIZE = 256 * 256 + 2 * 256 + 77


class Quick(Disk):
    """A disk that does not wait: nothing here survives a crash or has to."""

    def sys_fsync(self, fd: int, path: Path) -> None:
        """Already there."""


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    folder = tmp_path_factory.mktemp("log") / "records"
    writer = LogWriter(folder, Signer.generate("example.com/test/records"), Quick())
    writer.create()
    leaves = [b"leaf %d" % number for number in range(SIZE)]
    writer.append(leaves, leaf_hashes(leaves))
    root = writer.seal().root
    writer.close()
    return folder, root


@pytest.fixture
def folder(log: tuple[Path, bytes], tmp_path: Path) -> Path:
    """The log with its files linked, not copied; an attack replaces a link."""
    shutil.copytree(log[0], tmp_path / "log", copy_function=lambda source, target: Path(target).hardlink_to(source))
    return tmp_path / "log"


def check(folder: Path, root: bytes) -> tuple[list[Finding], int]:
    found: list[Finding] = []
    good = sum(
        leaf is not None for block in Tree(folder, "log", SIZE, root, found.append).blocks() for leaf in block.leaves
    )
    return found, good


def replace(path: Path, data: bytes | None) -> None:
    path.unlink()
    if data is not None:
        path.write_bytes(data)


def test_a_sound_log_gives_every_leaf_in_order(log: tuple[Path, bytes]) -> None:
    found: list[Finding] = []
    leaves = [leaf for block in Tree(log[0], "log", SIZE, log[1], found.append).blocks() for leaf in block.leaves]
    assert found == []
    assert leaves == [b"leaf %d" % number for number in range(SIZE)]


TILES = ["tile/0/000", "tile/0/255", "tile/0/257", "tile/0/258.p/77", "tile/1/000", "tile/1/001.p/2", "tile/2/000.p/1"]
BUNDLES = ["tile/entries/000", "tile/entries/257", "tile/entries/258.p/77"]


@pytest.mark.parametrize("name", TILES)
def test_a_damaged_tile_is_named_and_costs_no_leaf(log: tuple[Path, bytes], folder: Path, name: str) -> None:
    path, chance = folder / name, random.Random(name)
    data = path.read_bytes()
    byte = chance.randrange(len(data))
    for wrong in (data[:byte] + bytes([data[byte] ^ 1]) + data[byte + 1 :], data + b"\0", None):
        replace(path, wrong) if path.exists() else path.write_bytes(wrong or b"")
        found, good = check(folder, log[1])
        assert [finding.file for finding in found] == [f"log/{name}"]
        assert good == SIZE
        if wrong is not None and len(wrong) == len(data):
            assert found[0].bytes is not None
            assert found[0].bytes[0] <= byte <= found[0].bytes[1]


@pytest.mark.parametrize("name", BUNDLES)
def test_a_changed_leaf_is_named_by_index_and_byte(log: tuple[Path, bytes], folder: Path, name: str) -> None:
    path = folder / name
    data = path.read_bytes()
    byte = len(data) - 1
    replace(path, data[:byte] + bytes([data[byte] ^ 1]))
    found, good = check(folder, log[1])
    first = int(name.split("/")[2][:3]) * 256
    (finding,) = found
    assert (finding.file, finding.leaf) == (f"log/{name}", min(first + 255, SIZE - 1))
    assert finding.bytes is not None
    assert finding.bytes[1] == byte
    assert good == SIZE - 1


@pytest.mark.parametrize("name", BUNDLES)
def test_a_bundle_that_is_cut_or_gone_is_named(log: tuple[Path, bytes], folder: Path, name: str) -> None:
    path = folder / name
    data = path.read_bytes()
    for wrong in (data[:-3], data + b"\0\1x", None):
        replace(path, wrong) if path.exists() else path.write_bytes(wrong or b"")
        assert {finding.file for finding in check(folder, log[1])[0]} == {f"log/{name}"}


def test_a_leaf_rewritten_together_with_all_tiles_above_but_the_signature_is_named(
    log: tuple[Path, bytes], tmp_path: Path
) -> None:
    forged = tmp_path / "forged"
    writer = LogWriter(forged, Signer.generate("example.com/test/records"), Quick())
    writer.create()
    leaves = [b"leaf %d" % number for number in range(SIZE)]
    leaves[40_000] = b"another"
    writer.append(leaves, leaf_hashes(leaves))
    writer.close()
    assert check(forged, log[1])[0] != []


def test_a_leaf_and_its_tile_rewritten_together_are_both_named(log: tuple[Path, bytes], folder: Path) -> None:
    bundle, tile = folder / "tile/entries/003", folder / "tile/0/003"
    data, hashes = bundle.read_bytes(), tile.read_bytes()
    replace(bundle, data[:2] + b"L" + data[3:])
    changed = b"L" + data[3 : 2 + int.from_bytes(data[:2], "big")]
    replace(tile, leaf_hashes([changed])[0] + hashes[32:])
    assert {finding.file for finding in check(folder, log[1])[0]} == {"log/tile/0/003", "log/tile/entries/003"}
