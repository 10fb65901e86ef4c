"""Bits of log/ and seg/ are flipped, one at a time; each flip is named in the file it was made in."""

import random
from pathlib import Path

import pytest

from muniment.journal.check import Finding
from tests.postgres import on_postgres
from tests.tampering.conftest import Copy

PER_FILE = 10 if on_postgres() else 30  # what is flipped lies in files either way, and each look at a server costs more


def flip(archive: Copy, path: Path, byte: int, bit: int) -> list[Finding]:
    """The findings while one bit of a file is flipped."""
    data = path.read_bytes()
    with path.open("r+b") as file:
        file.seek(byte)
        file.write(bytes([data[byte] ^ 1 << bit]))
    try:
        return archive.sealed_findings()
    finally:
        path.write_bytes(data)


def missed(archive: Copy, path: Path, byte: int, bit: int) -> str | None:
    found = flip(archive, path, byte, bit)
    here = [finding for finding in found if finding.file == archive.name(path)]
    if here and all(finding.bytes is None or finding.bytes[0] <= byte <= finding.bytes[1] for finding in here[:1]):
        return None
    return f"{archive.name(path)} byte {byte} bit {bit}: {[(f.file, f.bytes, str(f)) for f in found]}"


def test_a_flipped_bit_in_any_stretch_of_any_file_is_named_by_file_and_byte(archive: Copy) -> None:
    chance = random.Random(11)
    assert archive.sealed_findings() == []
    escaped = []
    for path in archive.sealed_files():
        size = path.stat().st_size
        # One byte of every stretch, so that no part of a file goes unseen, and the first and last few of each.
        step = max(1, size // PER_FILE)
        places = {min(size - 1, start + chance.randrange(step)) for start in range(0, size, step)} | {
            0,
            1,
            2,
            size - 2,
            size - 1,
        }
        for byte in sorted(places):
            if (problem := missed(archive, path, byte, chance.randrange(8))) is not None:
                escaped.append(problem)
    assert escaped == []
    assert archive.sealed_findings() == []


@pytest.mark.deep
@pytest.mark.timeout(7200)
def test_every_bit_of_every_file_is_guarded(archive: Copy) -> None:
    escaped = [
        problem
        for path in archive.sealed_files()
        for byte in range(path.stat().st_size)
        for bit in range(8)
        if (problem := missed(archive, path, byte, bit)) is not None
    ]
    assert escaped == []
