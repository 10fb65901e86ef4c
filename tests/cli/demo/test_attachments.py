import struct
import zlib
from random import Random

import pytest

from muniment.cli.demo import attachments


@pytest.mark.parametrize("kind", sorted(attachments.CONTENT_TYPES))
def test_each_kind_is_the_same_for_the_same_choice_and_another_for_another(kind: str) -> None:
    made = attachments.make(kind, "Statement 2026-10", Random(1))
    assert made == attachments.make(kind, "Statement 2026-10", Random(1))
    assert 50 < len(made) < 12_000
    if kind != "vcf":
        assert made != attachments.make(kind, "Statement 2026-10", Random(2))


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="exe"):
        attachments.make("exe", "", Random(1))


def test_the_png_unpacks_to_its_rows() -> None:
    image = attachments.png(Random(1))
    at, packed = 8, b""
    while at < len(image):
        length, name = struct.unpack_from(">I4s", image, at)
        body = image[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", image, at + 8 + length)[0] == zlib.crc32(name + body)
        packed += body if name == b"IDAT" else b""
        at += length + 12
    assert len(zlib.decompress(packed)) == 120 * (1 + 240 // 4)


def test_the_jpeg_holds_one_code_for_every_block() -> None:
    image = attachments.jpeg(Random(1), columns=10, rows=8)
    assert image[:2] == b"\xff\xd8"
    assert image[-2:] == b"\xff\xd9"
    scan = image[image.index(b"\xff\xda") + 10 : -2].replace(b"\xff\x00", b"\xff")
    bits = "".join(f"{byte:08b}" for byte in scan)
    at = blocks = level = 0
    while at + 5 <= len(bits) and blocks < 80:
        size = int(bits[at : at + 4], 2)
        step = int(bits[at + 4 : at + 4 + size] or "0", 2)
        level += step if size == 0 or bits[at + 4] == "1" else step - (1 << size) + 1
        assert -128 <= level <= 127
        assert bits[at + 4 + size] == "0"
        at, blocks = at + size + 5, blocks + 1
    assert blocks == 80
    assert set(bits[at:]) <= {"1"}


def test_the_pdf_says_where_its_objects_are() -> None:
    page = attachments.pdf(("Statement (October)", "結單"))
    start = int(page.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    rows = page[start:].split(b"\n")[3:8]
    for number, row in enumerate(rows, start=1):
        assert page[int(row[:10]) :].startswith(b"%d 0 obj" % number)


def test_the_voice_note_is_a_stream_of_pages() -> None:
    note = attachments.opus(100)
    assert note.count(b"OggS") == 3
    assert b"OpusHead" in note
    assert note.endswith(b"\xf8\xff\xfe" * 100)
