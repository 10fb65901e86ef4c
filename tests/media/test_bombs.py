"""Files made to swell, to nest or to take for ever: each is refused by a limit, said in a note, and harms nothing."""

import io
import zipfile

import pytest

from muniment.media import types
from muniment.media.attachment import read
from muniment.media.limits import MIB, Limits
from muniment.media.reading import Note, Status
from tests.media.files import WORD, here, office, paragraph, word, zipped

KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def test_a_document_that_swells_is_refused() -> None:
    raw = word(paragraph("A" * (12 * MIB)))
    assert len(raw) < MIB
    reading = read(raw, None, "bomb.docx", limits=Limits(text_chars=100 * MIB))
    assert reading.extract_status in {Status.TOO_LARGE, Status.PARTIAL}
    assert set(reading.notes) <= {Note.RATIO_LIMIT, Note.EXPANDED_LIMIT}
    assert reading.notes


def test_an_archive_that_swells_is_refused_in_all() -> None:
    raw = zipped({f"{n}.jpg": b"\xff\xd8\xff" + bytes(12 * MIB) for n in range(6)})
    answer = here(types.ZIP, raw, Limits(ratio=100_000, expanded_bytes=30 * MIB))
    assert (answer.status, answer.notes) == (Status.PARTIAL, (Note.EXPANDED_LIMIT,))
    assert here(types.ZIP, raw).notes == (Note.RATIO_LIMIT,)
    assert here(types.ZIP, raw, Limits(ratio=100_000)).status is Status.OK


def test_a_directory_that_lies_about_sizes_does_not_help() -> None:
    raw = bytearray(zipped({"a.txt": b"A" * (20 * MIB)}))
    entry = raw.index(b"PK\1\2")
    raw[entry + 24 : entry + 28] = (10).to_bytes(4, "little")  # ten bytes, it says
    answer = here(types.ZIP, bytes(raw))
    assert answer.text.startswith("a.txt")
    assert len(answer.text) < 100
    assert answer.notes == (Note.PART_DAMAGED,)


def test_archives_in_archives_end_at_a_depth() -> None:
    raw = zipped({"end.txt": "the end"})
    for level in range(9):
        raw = zipped({f"{level}.zip": raw})
    answer = here(types.ZIP, raw)
    assert (answer.status, answer.notes) == (Status.PARTIAL, (Note.DEPTH_LIMIT,))
    assert max(len(place.inside) for place in answer.places) == Limits().depth


def test_an_archive_of_too_many_members_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(120):
            archive.writestr(f"{number}.txt", "x")
    assert here(types.ZIP, out.getvalue(), Limits(members=100)).notes == (Note.MEMBER_LIMIT,)


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        "<!DOCTYPE x>",
    ],
)
def test_xml_that_declares_anything_is_refused(prolog: str) -> None:
    raw = office({"word/document.xml": (KIND, f"{prolog}<w:document {WORD}>{paragraph('&b;')}</w:document>")})
    answer = here(types.DOCX, raw)
    assert (answer.status, answer.notes, answer.text) == (Status.DAMAGED, (Note.ENTITIES,), "")


def test_elements_in_elements_end_at_a_depth() -> None:
    answer = here(types.DOCX, word("<w:p>" * 100_000))
    assert (answer.status, answer.notes) == (Status.TOO_LARGE, (Note.DEPTH_LIMIT,))


def test_groups_in_groups_end_at_a_depth() -> None:
    answer = here(types.RTF, b"{\\rtf1 said" + b"{" * 1_000_000)
    assert (answer.status, answer.text) == (Status.PARTIAL, "said")
    assert Note.DEPTH_LIMIT in answer.notes


def test_mails_in_mails_end_at_a_depth() -> None:
    raw = b"Subject: innermost\r\nFrom: a@example.com\r\n\r\nbody\r\n"
    for _ in range(20):
        raw = b"Subject: outer\r\nFrom: a@example.com\r\nContent-Type: message/rfc822\r\n\r\n" + raw
    answer = here(types.EML, raw)
    assert Note.DEPTH_LIMIT in answer.notes
    assert answer.status is Status.PARTIAL


def test_a_reader_that_takes_long_keeps_what_it_had() -> None:
    """A real file that needs more time than it is given: its first pages are there, and it says why the others are not."""
    row = b"<row>" + b"<c><v>1</v></c>" * 40 + b"</row>"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
    sheets = {
        f"xl/worksheets/sheet{n}.xml": (kind, b"<worksheet><sheetData>" + row * 3_000 + b"</sheetData></worksheet>")
        for n in range(25)
    }
    reading = read(office(sheets), limits=Limits(cpu_seconds=1, ratio=100_000))
    assert reading.extract_status is Status.TIMED_OUT
    assert 0 < len(reading.places) < 40
    assert reading.text.startswith("1\t1\t1")
