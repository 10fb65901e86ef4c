"""Exports with media, as zip files: what comes along, what is kept byte for byte, and what a hostile archive gets."""

import struct
import zipfile
import zlib
from hashlib import sha256
from importlib import import_module
from io import BytesIO
from os import urandom
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.capture.connector import Extent, ImportOptions, Part, Snapshot, SourceFile, Unreadable
from muniment.capture.whatsapp.read import read as read_export
from muniment.capture.zips import Limits
from muniment.record.errors import Refused
from muniment.record.event import AttachmentStatus
from tests.capture.whatsapp.conftest import Imported, Read, reassemble, undecodable, zipped

PHOTO = "00000002-PHOTO-2024-05-14-10-01-00.jpg"
CHAT = f"[14/5/24, 10:00:00] Ann: hi\r\n\u200e[14/5/24, 10:01:00] Bob: \u200e<attached: {PHOTO}>\r\n\u200e[14/5/24, 10:02:00] Bob: \u200e<attached: gone.pdf>\r\n".encode()
PICTURE = b"\xff\xd8\xff" + bytes(range(256)) * 50
NAME = "WhatsApp Chat - Desk.zip"


def unzip(read: Read, content: bytes) -> Imported:
    return read(content, name=NAME)


def test_media_come_along_and_are_named_by_their_messages(read: Read) -> None:
    imported = unzip(read, zipped(("_chat.txt", CHAT), (PHOTO, PICTURE)))
    (attachment,) = imported.attachments
    assert (attachment.member, attachment.raw, attachment.at) == (PHOTO, PICTURE, (0, len(PICTURE)))
    digest = sha256(PICTURE).hexdigest()
    assert attachment.key == f"att:{digest}:{PHOTO}"
    _, photo, gone = imported.events
    assert photo.attachments[0].sha256 == digest
    assert photo.attachments[0].status is AttachmentStatus.STORED
    assert gone.attachments[0].status is AttachmentStatus.MISSING
    assert [part.missing for part in imported.messages] == [(), (), ("gone.pdf",)]
    assert photo.conversation == "Desk"


@pytest.mark.parametrize("name", [" report.pdf", "\u200bplan.pdf", "\u200edeal.pdf", "minutes\u00a02.pdf"])
def test_a_file_is_found_whose_name_has_spaces_and_marks_of_its_own(read: Read, name: str) -> None:
    chat = f"[14/5/24, 10:01:00] Bob: \u200e<attached: {name}>\r\n".encode()
    imported = unzip(read, zipped(("_chat.txt", chat), (name, b"%PDF-1.7")))
    assert [part.missing for part in imported.messages] == [()]
    assert imported.events[0].attachments[0].sha256 == sha256(b"%PDF-1.7").hexdigest()
    assert [part.member for part in imported.attachments] == [name]


@pytest.mark.parametrize("level", [0, 1, 6, 9])
def test_a_zip_is_made_again_byte_for_byte(level: int, read: Read) -> None:
    file = BytesIO()
    with zipfile.ZipFile(
        file, "w", zipfile.ZIP_DEFLATED if level else zipfile.ZIP_STORED, compresslevel=level or None
    ) as archive:
        archive.writestr("media/", b"")
        archive.writestr("_chat.txt", CHAT)
        archive.writestr(PHOTO, PICTURE * 40)
        archive.writestr("empty.vcf", b"")
        archive.writestr("音訊.opus", bytes(2000))
        archive.comment = b"made by hand"
    imported = unzip(read, file.getvalue())
    assert reassemble(imported.items) == file.getvalue()
    assert imported.rejected == []


def test_a_member_packed_by_an_unknown_writer_is_kept_itself(read: Read) -> None:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15, 1, zlib.Z_HUFFMAN_ONLY)
    imported = unzip(
        read,
        with_packed(zipped((PHOTO, PICTURE), ("_chat.txt", CHAT)), PHOTO, packer.compress(PICTURE) + packer.flush()),
    )
    assert imported.attachments[0].raw == PICTURE
    assert imported.attachments[0].meta["zip"]["level"] is None
    with pytest.raises(Refused, match="unknown writer"):
        reassemble(imported.items)


def test_data_after_each_member_and_between_them_is_kept(read: Read) -> None:
    class Stream(BytesIO):
        """A file that cannot be sought, so that sizes follow the data, as Android writes them."""

        def seekable(self) -> bool:
            return False

        def seek(self, *_: object) -> int:
            raise OSError

        def tell(self) -> int:
            raise OSError

    file = Stream()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("WhatsApp Chat with Mei.txt", CHAT)
        archive.writestr(PHOTO, PICTURE)
    imported = read(b"" + file.getvalue(), name="whatever.zip")
    assert imported.events[0].conversation == "Mei"
    assert reassemble(imported.items) == file.getvalue()


def test_extents_say_where_each_member_lies_in_the_zip(read: Read) -> None:
    content = zipped(("_chat.txt", CHAT), (PHOTO, PICTURE))
    extents = [item for item in unzip(read, content).items if isinstance(item, Extent)]
    assert [(extent.member, extent.size) for extent in extents] == [("_chat.txt", len(CHAT)), (PHOTO, len(PICTURE))]
    for extent in extents:
        start, length = extent.packed
        assert zlib.decompress(content[start : start + length], -15) in (CHAT, PICTURE)


@pytest.mark.parametrize(
    "name", ["../evil.jpg", "/etc/passwd", "C:\\evil.jpg", "\\\\host\\share\\x.jpg", "a/../../b.jpg", "..", "..\\x"]
)
def test_a_name_that_leads_out_is_not_unpacked(name: str, read: Read) -> None:
    content = zipped(("_chat.txt", CHAT), (name, PICTURE), (PHOTO, PICTURE))
    imported = unzip(read, content)
    assert imported.rejected == ["a member of the zip is not unpacked: its name leads out of the archive"]
    assert [part.member for part in imported.attachments] == [PHOTO]
    assert reassemble(imported.items) == content
    (span,) = [part for part in imported.parts if part.rejected]
    assert "leads out" in undecodable(span)


@pytest.mark.parametrize("name", [b"good\0name", b"\0oodXname"])
def test_a_name_with_a_zero_byte_is_not_unpacked(name: bytes, read: Read) -> None:
    content = zipped(("_chat.txt", CHAT), ("goodXname.jpg", PICTURE)).replace(b"goodXname", name)
    imported = unzip(read, content)
    assert imported.rejected == ["a member of the zip is not unpacked: its name holds a zero byte"]
    assert reassemble(imported.items) == content


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_second_member_of_a_name_is_not_unpacked(read: Read) -> None:
    content = zipped(("_chat.txt", CHAT), (PHOTO, PICTURE), (PHOTO.lower(), b"other"))
    imported = unzip(read, content)
    assert imported.rejected == ["a member of the zip is not unpacked: another member has the same name"]
    assert reassemble(imported.items) == content


def test_a_symbolic_link_is_not_followed(read: Read) -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("_chat.txt", CHAT)
        link = zipfile.ZipInfo(PHOTO)
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert unzip(read, file.getvalue()).rejected == ["a member of the zip is not unpacked: it is a symbolic link"]


def test_an_encrypted_member_is_kept_as_it_is(read: Read) -> None:
    content = flag_encrypted(zipped(("_chat.txt", CHAT), (PHOTO, PICTURE)), PHOTO)
    imported = unzip(read, content)
    assert imported.rejected == ["a member of the zip is not unpacked: it is encrypted"]
    assert reassemble(imported.items) == content


def test_an_encrypted_chat_is_refused(read: Read) -> None:
    with pytest.raises(Unreadable, match="encrypted"):
        unzip(read, flag_encrypted(zipped(("_chat.txt", CHAT)), "_chat.txt"))


def test_a_damaged_attachment_is_kept_and_the_rest_is_read(read: Read) -> None:
    content = bytearray(zipped(("_chat.txt", CHAT), (PHOTO, PICTURE)))
    content[content.index(PHOTO.encode()) + len(PHOTO) + 20] ^= 0xFF
    imported = unzip(read, bytes(content))
    assert len(imported.rejected) == 1
    assert len(imported.events) == 3
    assert reassemble(imported.items) == bytes(content)


def test_a_damaged_chat_is_refused(read: Read) -> None:
    content = bytearray(zipped(("_chat.txt", CHAT), (PHOTO, PICTURE)))
    content[content.index(b"_chat.txt") + 9 + 20] ^= 0xFF
    with pytest.raises(Unreadable, match="chat text"):
        unzip(read, bytes(content))


@pytest.mark.parametrize("cut", [1, 10, 60, 200, 400])
def test_a_truncated_zip_is_refused(cut: int, read: Read) -> None:
    with pytest.raises(Unreadable, match="cut short"):
        unzip(read, zipped(("_chat.txt", CHAT), (PHOTO, PICTURE))[:-cut])


@pytest.mark.parametrize("comment", [b"", b"a comment", bytes(65_535)])
@pytest.mark.parametrize("cut", [1, 22, 40, 90])
def test_a_truncated_zip_is_not_taken_for_the_zip_that_somebody_sent_in_it(
    comment: bytes, cut: int, read: Read
) -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as inner:
        inner.writestr("_chat.txt", CHAT)
        inner.comment = comment
    with pytest.raises(Unreadable, match="cut short"):
        unzip(read, zipped(("sent.zip", file.getvalue()), ("_chat.txt", CHAT), method=zipfile.ZIP_STORED)[:-cut])


def test_a_zip_without_a_chat_is_refused(read: Read) -> None:
    with pytest.raises(Unreadable, match="no chat text"):
        unzip(read, zipped((PHOTO, PICTURE)))


def test_a_text_among_the_attachments_is_not_taken_for_the_chat(read: Read) -> None:
    imported = unzip(read, zipped(("notes.txt", b"buy milk"), ("_chat.txt", CHAT), ("more.txt", CHAT)))
    assert [part.member for part in imported.attachments] == ["notes.txt", "more.txt"]
    assert {part.member for part in imported.messages} == {"_chat.txt"}


def test_a_zip_inside_is_an_attachment_and_not_opened(read: Read) -> None:
    inner = zipped(("_chat.txt", CHAT))
    imported = unzip(read, zipped(("_chat.txt", CHAT), ("inner.zip", inner)))
    assert [part.raw for part in imported.attachments] == [inner]
    assert len(imported.messages) == 3


def bounded(path: Path, content: bytes, limits: Limits) -> list[Part | Extent | Snapshot]:
    path.write_bytes(content)
    source = SourceFile(path=path, name=NAME, size=len(content), sha256=sha256(content).hexdigest())
    return list(read_export(source, ImportOptions(timezone="UTC"), limits))


@pytest.mark.parametrize(
    "limits",
    [Limits(free=10_000, ratio=50), Limits(total=50_000), Limits(members=1)],
    ids=["ratio", "total", "count"],
)
def test_a_bomb_is_refused_before_it_is_unpacked(limits: Limits, tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        bounded(tmp_path / "bomb", zipped(("_chat.txt", CHAT), ("zeros", bytes(1_000_000))), limits)


def test_a_member_that_is_too_large_is_kept_packed_in_pieces_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("muniment.capture.zipped"), "PIECE", 4_000)
    content = zipped(("_chat.txt", CHAT), ("film.mp4", urandom(20_000)), (PHOTO, PICTURE))
    items = bounded(tmp_path / "zip", content, Limits(member=20_000))
    assert not any(isinstance(item, Part) and item.rejected for item in items)
    items = bounded(tmp_path / "zip", content, Limits(member=19_999))
    parts = [part for part in items if isinstance(part, Part)]
    assert [part.rejected for part in parts if part.rejected] == [
        "a member of the zip is not unpacked: it holds 20000 bytes, more than 19999"
    ]
    assert sum(part.kind == "message" for part in parts) == 3
    assert max(len(part.raw) for part in parts if part.kind == "span") == 4_000
    assert reassemble(items) == content


def test_a_member_that_is_larger_than_it_says_is_not_unpacked(read: Read) -> None:
    bomb = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = bomb.compress(bytes(50_000_000)) + bomb.flush()
    imported = unzip(read, with_packed(zipped(("_chat.txt", CHAT), (PHOTO, PICTURE)), PHOTO, packed))
    assert len(imported.rejected) == 1


def test_members_that_overlap_are_refused(read: Read) -> None:
    content = bytearray(zipped(("_chat.txt", CHAT), (PHOTO, PICTURE)))
    second = content.rindex(b"PK\x01\x02")
    struct.pack_into("<L", content, second + 42, 0)
    with pytest.raises(Unreadable, match="overlap"):
        unzip(read, bytes(content))


@given(at=st.integers(0, 10_000), value=st.integers(1, 255))
def test_any_changed_byte_is_survived(at: int, value: int, read: Read) -> None:
    content = bytearray(zipped(("_chat.txt", CHAT), (PHOTO, PICTURE)))
    content[at % len(content)] ^= value
    try:
        imported = unzip(read, bytes(content))
    except Refused:
        return
    if all(part.meta.get("zip", {}).get("level", 0) is not None for part in imported.parts):
        assert reassemble(imported.items) == bytes(content)
    else:  # bits that unpacking ignores, such as the last byte's, differ from what any writer leaves there
        members = {item.member for item in imported.items if isinstance(item, Extent)}
        kept = [b"".join(part.raw for part in imported.parts if part.member == name) for name in members]
        assert set(kept) <= {CHAT, PICTURE}


def with_packed(content: bytes, name: str, packed: bytes) -> bytes:
    """The zip with a member's compressed bytes replaced, and its directory set right for that."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        info = archive.getinfo(name)
    start = info.header_offset + 30 + len(name)
    grown = len(packed) - info.compress_size
    out = bytearray(content[:start] + packed + content[start + info.compress_size :])
    struct.pack_into("<L", out, info.header_offset + 18, len(packed))
    directory = content.index(b"PK\x01\x02") + grown
    end = out.rindex(b"PK\x05\x06")
    struct.pack_into("<L", out, end + 16, directory)
    at = directory
    while out[at : at + 4] == b"PK\x01\x02":
        size, extra, comment = struct.unpack_from("<3H", out, at + 28)
        (offset,) = struct.unpack_from("<L", out, at + 42)
        if out[at + 46 : at + 46 + size] == name.encode():
            struct.pack_into("<L", out, at + 20, len(packed))
        elif offset > info.header_offset:
            struct.pack_into("<L", out, at + 42, offset + grown)
        at += 46 + size + extra + comment
    return bytes(out)


def flag_encrypted(content: bytes, name: str) -> bytes:
    """The zip with the encryption bit of a member set, in its header and in the directory."""
    out = bytearray(content)
    for signature, flags, names in ((b"PK\x03\x04", 6, 30), (b"PK\x01\x02", 8, 46)):
        at = out.find(signature)
        while at >= 0:
            if out[at + names : at + names + len(name)] == name.encode():
                out[at + flags] |= 1
            at = out.find(signature, at + 4)
    return bytes(out)
