"""Files that were real and then changed at random: every reader answers, and says why; none fails by a fault of its own."""

import random
import sys
from collections.abc import Sequence

import pytest

from muniment.media import types
from muniment.media.attachment import read
from muniment.media.limits import MIB, Limits
from muniment.media.reading import Note, Status
from tests.capture.fuzz import no_hang
from tests.media.files import here, zipped
from tests.media.test_late import CONTENT, SAMPLES

SMALL = Limits(text_chars=1_000_000, expanded_bytes=32 * MIB, member_bytes=16 * MIB, play_seconds=30)
# PDFium is in C: it is given changed files in the child alone.
PACKED = zipped({name: raw for name, raw in CONTENT.items() if not name.endswith(".pdf")})
STANDARD = [(type, PACKED if type == types.ZIP else raw) for type, raw in SAMPLES if type != types.PDF]


def changed(raw: bytes, chance: random.Random) -> bytes:
    """Flip, cut out, repeat or put in: a few times over."""
    new = bytearray(raw)
    for _ in range(chance.randrange(1, 8)):
        at = chance.randrange(len(new) + 1)
        match chance.randrange(5):
            case 0 if at < len(new):
                new[at] ^= 1 << chance.randrange(8)
            case 1:
                del new[at : at + chance.randrange(1, 40)]
            case 2:
                new[at:at] = new[at : at + chance.randrange(1, 40)] * chance.randrange(1, 5)
            case 3:
                new[at:at] = chance.choice(
                    [
                        b"<",
                        b"{",
                        b"\\u-99999",
                        b"&#x110000;",
                        b"\0",
                        b"\xff\xff\xff\xff",
                        b"=?gb2312?b?xx?=",
                        b"\\bin999999999 ",
                    ]
                )
            case _:
                del new[at:]
    return bytes(new)


def unpacked(type: str, raw: bytes, chance: random.Random) -> bytes:
    """Office files are changed within their parts, which a checksum would else keep from ever being read."""
    import io
    import zipfile

    if not raw.startswith(b"PK") or chance.random() < 0.2:
        return changed(raw, chance)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    victim = chance.choice(sorted(members))
    return zipped({**members, victim: changed(members[victim], chance)})


def fuzz(rounds: int, seed: int, samples: Sequence[tuple[str, bytes]] = STANDARD) -> None:
    chance = random.Random(seed)
    for number in range(rounds):
        type, raw = samples[number % len(samples)]
        file = unpacked(type, raw, chance)
        with no_hang():
            answer = here(type, file, SMALL)
        assert Note.READER_ERROR not in answer.notes, (type, seed, number)
        assert answer.status is not Status.CRASHED, (type, seed, number)
        assert "\n".join(answer.text[place.start : place.end] for place in answer.places) == answer.text
        answer.text.encode("utf-8")


def test_changed_files_are_answered() -> None:
    fuzz(600, 7)


def test_changed_files_are_answered_in_the_child() -> None:
    chance = random.Random(11)
    for number in range(8):
        type, raw = SAMPLES[number * 5 % len(SAMPLES)]
        reading = read(unpacked(type, raw, chance))
        assert Note.READER_ERROR not in reading.notes, (type, number)


@pytest.mark.deep
@pytest.mark.parametrize("type", sorted({type for type, _ in STANDARD}))
def test_100000_changed_files_of_each_type_are_answered(type: str) -> None:
    fuzz(100_000, 8, [sample for sample in STANDARD if sample[0] == type])


@pytest.mark.deep
def test_many_changed_pdfs_are_answered_in_the_child() -> None:
    """PDFium may die of one; its parent says so and goes on."""
    chance = random.Random(sys.maxsize)
    (raw,) = [raw for type, raw in SAMPLES if type == types.PDF]
    for _ in range(300):
        file = b"%PDF-1.7" + changed(raw, chance)[8:]
        assert read(file).type == types.PDF


def test_the_files_are_read_before_they_are_changed() -> None:
    for type, raw in SAMPLES:
        assert here(type, raw).status in {Status.OK, Status.EMPTY, Status.PARTIAL}, type
