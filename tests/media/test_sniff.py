"""What a file is, is said by its bytes; what it was called decides nothing and is compared."""

import random
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.media import olenames, types, zipnames
from muniment.media.reading import Family
from muniment.media.sniff import SHOWABLE, SIGNATURES, showable, sniff, type_of
from tests.media import files


@pytest.mark.parametrize(("at", "mark", "type"), SIGNATURES)
def test_every_signature_is_found_where_it_stands(at: int, mark: bytes, type: str) -> None:
    before = b"RIFF" if mark in {b"WEBP", b"WAVE", b"AVI "} else b""
    raw = before.ljust(at, b"\1") + mark + bytes(64)
    if type not in {types.ZIP, types.OLE}:
        assert type_of(raw) == type
    assert (showable(raw) == type) is (type in SHOWABLE)


@pytest.mark.parametrize(
    ("raw", "type", "family"),
    [
        (b"\x02#!SILK_V3\x10\x00", types.SILK, Family.AUDIO),
        (b"#!AMR\n\x3c", types.AMR, Family.AUDIO),
        (b"#!AMR-WB\n\x3c", types.AMR_WB, Family.AUDIO),
        (b"junk before\n%PDF-1.4\n", types.PDF, Family.DOCUMENT),
        (b"{\\rtf1 x}", types.RTF, Family.DOCUMENT),
        (b"From: a@example.com\r\nSubject: b\r\n\r\nc", types.EML, Family.DOCUMENT),
        (b"Note: this is no mail\nPrice: 10\n", types.TEXT, Family.TEXT),
        (b"<!DOCTYPE html><p>x", types.HTML, Family.TEXT),
        (b"  <!-- a --><!-- b -->\n<html>", types.HTML, Family.TEXT),
        (b"<?xml version='1.0'?><svg xmlns='x'>", "image/svg+xml", Family.IMAGE),
        (b"<?xml version='1.0'?><order/>", "application/xml", Family.TEXT),
        ("买入腾讯2手".encode("gb18030"), types.TEXT, Family.TEXT),
        ("請沽出匯豐五手".encode("big5hkscs"), types.TEXT, Family.TEXT),
        ("plain 文字\r\n".encode("utf-16-le"), types.TEXT, Family.TEXT),
        (bytes(1000), types.UNKNOWN, Family.UNKNOWN),
        (b"", types.UNKNOWN, Family.UNKNOWN),
        (b"\x13\x00\x05\xffrest", types.UNKNOWN, Family.UNKNOWN),
        (files.word(""), types.DOCX, Family.DOCUMENT),
        (files.zipped({"a.txt": "x"}), types.ZIP, Family.ARCHIVE),
        (files.zipped({"mimetype": types.EML}), types.ZIP, Family.ARCHIVE),
        (files.zipped({"mimetype": "application/vnd.oasis.opendocument.text"}, deflate=False), "application/vnd.oasis.opendocument.text", Family.DOCUMENT),
        (files.zipped({"[Content_Types].xml": "x", "xl/workbook.bin": "x"}), types.XLSB, Family.DOCUMENT),
        (files.compound("WordDocument"), types.DOC, Family.DOCUMENT),
        (files.compound("Workbook"), types.XLS, Family.DOCUMENT),
        (files.compound("PowerPoint Document"), types.PPT, Family.DOCUMENT),
        (files.compound("__properties_version1.0"), types.MSG, Family.DOCUMENT),
        (files.compound("a", "b", "c", "d", "e", "EncryptedPackage"), types.LOCKED_OFFICE, Family.DOCUMENT),
        (files.compound("something"), types.OLE, Family.DOCUMENT),
    ],
)  # fmt: skip
def test_types_are_told_apart(raw: bytes, type: str, family: Family) -> None:
    found = sniff(raw)
    assert (found.type, found.family, found.agrees) == (type, family, None)


@pytest.mark.parametrize(
    ("raw", "claimed", "name", "agrees"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpg", "", True),
        (b"\xff\xd8\xff\xe0", "IMAGE/JPEG; name=x", "", True),
        (b"\xff\xd8\xff\xe0", "image/png", "", False),
        (b"\xff\xd8\xff\xe0", None, "photo.JPG", True),
        (b"\xff\xd8\xff\xe0", None, "photo.pdf", False),
        (b"\xff\xd8\xff\xe0", "application/octet-stream", "photo.jpeg", True),  # claims nothing, so the name counts
        (b"\xff\xd8\xff\xe0", "image/jpeg", "photo.exe", True),  # the claim goes before the name
        (b"MZ\x90\x00", "application/pdf", "invoice.pdf", False),
        (b"#!AMR\n", "audio/amr", "", True),
        (b"\x02#!SILK_V3", "audio/amr", "", False),
        (b"\x00\x00\x00\x18ftypmp42", "audio/mp4", "", True),
        (b"a,b\n1,2\n", "text/csv", "", True),
        (b"{}", "application/json", "", True),
        (b"a,b\n1,2\n", "image/png", "", False),
        (b"hello there", "application/vnd.made-up", "", False),
        (b"\x13\x00\x05\xff", "application/vnd.made-up", "", None),  # neither we nor they can say
        (b"\x13\x00\x05\xff", "application/pdf", "", False),
        (bytes(100), None, "letter.docx", False),
        (files.compound("EncryptedPackage"), None, "letter.docx", True),
        (files.word(""), None, "letter.docm", True),
        (files.word(""), "application/zip", "", False),
        (b"x", None, "no ending", None),
        (b"x", "", "", None),
    ],
)
def test_a_claim_is_compared(raw: bytes, claimed: str | None, name: str, agrees: bool | None) -> None:
    assert sniff(raw, claimed, name).agrees is agrees


def test_what_can_carry_a_program_is_never_shown() -> None:
    for raw in (
        b"<svg xmlns=",
        b"<html>",
        b"%PDF-1.7",
        b"RIFF1234AVI ",
        b"MZ",
        b"\0\0\0\x18ftypisom",
        b"",
        b"RIFF1234WEBX",
    ):
        assert showable(raw) == ""


def test_comments_without_end_cost_no_time() -> None:
    """One way through, whatever stands there: a second way for each comment would take until the end of days."""
    assert type_of(b"<!---->" * 580 + b"<p") == types.TEXT
    assert type_of(b"a: b\r\n" * 600 + b"\xff") == types.TEXT


@given(st.binary(max_size=2_000), st.text(max_size=30), st.text(max_size=30))
def test_nothing_breaks_it(raw: bytes, claimed: str, name: str) -> None:
    found = sniff(raw, claimed, name)
    assert found.family == types.family(found.type)


@given(st.integers(0, 2**32), st.sampled_from(["zip", "ole"]))
def test_a_directory_that_lies_is_followed_nowhere(seed: int, kind: str) -> None:
    chance = random.Random(seed)
    raw = bytearray(
        files.zipped({f"{n}/x": "y" for n in range(9)}) if kind == "zip" else files.compound(*"abcdefghijk")
    )
    for _ in range(chance.randrange(1, 12)):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    sniff(bytes(raw[: chance.randrange(len(raw))]))
    sniff(bytes(raw))


def test_a_directory_that_turns_in_a_circle_ends() -> None:
    raw = bytearray(files.compound("a", "b", "c", "d", "e"))
    struct.pack_into("<I", raw, 512 + 4 * 2, 1)  # the second sector leads back to the first
    assert len(olenames.names(bytes(raw))) == 6


def test_a_zip_of_many_members_is_looked_at_in_part() -> None:
    raw = files.zipped({f"m{n}": "" for n in range(zipnames.LOOKED_AT + 10)})
    assert len(zipnames.names(raw)) == zipnames.LOOKED_AT


def test_every_type_that_an_ending_claims_is_in_some_family_or_a_program() -> None:
    strange = {type for type in types.ENDINGS.values() if types.family(type) is Family.UNKNOWN}
    assert strange == {"application/vnd.microsoft.portable-executable"}
