"""Bundles of past releases, which every later one must verify; `tests/golden/bundle/README.md` says how they were made."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from muniment.proof.verifier import verify_bundle

GOLDEN = Path(__file__).parents[1] / "golden" / "bundle"
FIRST = GOLDEN / "bundle-1"


def read(folder: Path) -> tuple[str, list[str], str]:
    return (
        str(folder / "bundle.zip"),
        (folder / "vkeys.txt").read_text().split(),
        (folder / "seal.txt").read_text().strip(),
    )


@pytest.mark.parametrize(
    "folder", sorted(path for path in GOLDEN.iterdir() if path.is_dir()), ids=lambda path: path.name
)
def test_a_golden_bundle_still_verifies(folder: Path) -> None:
    path, vkeys, seal = read(folder)
    report = verify_bundle(path, vkeys, seal)
    assert report.refused is None
    expected = json.loads((folder / "report.json").read_text())
    assert report.facts == expected["facts"]
    assert [check.name for check in report.checks] == [check["check"] for check in expected["checks"]]


def test_the_first_golden_bundle_is_what_is_written_today(firm: Any, tmp_path: Path) -> None:
    archive = firm()
    seal = archive.seal()
    archive.records.add("rec", "phone-0", b"later")
    assert (archive.vkeys, seal) == read(FIRST)[1:]
    written = archive.produce(tmp_path / "b.zip", seals=[seal])
    with zipfile.ZipFile(written) as today, zipfile.ZipFile(FIRST / "bundle.zip") as golden:
        assert today.namelist() == golden.namelist()
        for name in golden.namelist():
            assert today.read(name) == golden.read(name), name
