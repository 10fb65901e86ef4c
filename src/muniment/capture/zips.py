"""The zip that an export comes in, read without trusting it: nothing is unpacked to disk, nothing nested is opened.

Every byte of the file belongs to exactly one range: a member's compressed data, or what lies between (headers, central
directory, end record, and whatever else). Members that cannot be read safely keep their compressed bytes as a span.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from typing import BinaryIO

from muniment.capture.connector import LARGEST, Unreadable

STORED, DEFLATED = 0, 8
CHUNK = 1 << 18
_LOCAL = struct.Struct("<4s5H3L2H")
_END = 22
"""Length of a zip's end record without its comment."""
_LEVELS = (6, 9, 1, 5, 4, 7, 8, 3, 2)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a zip may unpack to: bytes in all, members, and bytes out for each byte in beyond `free` bytes.

    A member of more than `member` bytes is not unpacked; the others may make the zip a bomb, which is refused.
    """

    member: int = LARGEST
    total: int = 32 << 30
    members: int = 100_000
    ratio: int = 200
    free: int = 64 << 20


@dataclass(slots=True)
class Member:
    """One member: its safe name, where its compressed bytes lie in the file, and what unpacking them showed.

    `rejected` says why it is not unpacked; `level` is the zlib level that makes the same compressed bytes again (0 for
    stored ones), None where none does.
    """

    name: str
    offset: int
    packed: int
    method: int
    size: int
    crc: int
    sha256: str = ""
    level: int | None = None
    head: bytes = b""
    rejected: str | None = None

    def meta(self) -> dict[str, int | None]:
        """What re-creating the zip needs to know of this member."""
        return {
            "method": self.method,
            "offset": self.offset,
            "packed": self.packed,
            "size": self.size,
            "level": self.level,
        }


@dataclass(slots=True)
class Archive:
    """A zip's members in the order of their bytes, and the ranges (offset, length) between them."""

    members: list[Member]
    between: list[tuple[int, int]] = field(default_factory=list)


def survey(file: BinaryIO, size: int, name: str, limits: Limits) -> Archive:
    """Read the directory, unpack every member once into its hash, and return what is there; raises Unreadable for a hostile file."""
    try:
        with zipfile.ZipFile(file) as archive:
            infos = sorted(archive.infolist(), key=lambda info: info.header_offset)
            comment = archive.comment
        _check_end(file, size, comment)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        struct.error,
        UnicodeDecodeError,
        NotImplementedError,
        ValueError,
        EOFError,
        OSError,
    ):
        raise Unreadable(
            "{name} is no whole zip file: it is damaged or cut short; export or copy it again", name=name
        ) from None
    if len(infos) > limits.members:
        raise Unreadable(
            "{name} lists {count} members, more than {limit}; it is not imported",
            name=name,
            count=len(infos),
            limit=limits.members,
        )
    members: list[Member] = []
    seen: set[str] = set()
    end = 0
    for info in infos:
        start = _data_offset(file, info, size, name)
        if info.header_offset < end or start + info.compress_size > size:
            raise Unreadable(
                "members of {name} overlap or lie outside it; it is not a zip that a phone writes, and is not imported",
                name=name,
            )
        end = start + info.compress_size
        clean_name = _name(info)
        member = Member(clean_name, start, info.compress_size, info.compress_type, info.file_size, info.CRC)
        member.rejected = _refusal(info, clean_name, seen, limits)
        seen.add(clean_name.casefold())
        if not (_is_folder(info) and info.file_size == 0):
            members.append(member)
    _check_sizes(members, size, name, limits)
    archive_ = Archive(members)
    at = 0
    for member in members:
        if member.rejected is None:
            _unpack_once(file, member)
        if at < member.offset:
            archive_.between.append((at, member.offset - at))
        at = member.offset + member.packed
    if at < size:
        archive_.between.append((at, size - at))
    return archive_


def _check_end(file: BinaryIO, size: int, comment: bytes) -> None:
    """Raise BadZipFile unless the end record that was found, with its comment, ends the file.

    `zipfile` takes the last one it sees: in an export that was cut short, that of a zip which somebody sent.
    """
    start = size - _END - len(comment)
    file.seek(max(start, 0))
    end = file.read(_END)
    if start < 0 or not end.startswith(b"PK\x05\x06") or int.from_bytes(end[-2:], "little") != len(comment):
        raise zipfile.BadZipFile


def content(file: BinaryIO, member: Member) -> bytes:
    """The member's bytes, unpacked. Only for a member that `survey` did not reject."""
    whole = BytesIO()  # grows in place: pieces and their sum are never there at once
    for chunk in _chunks(file, member):
        whole.write(chunk)
    return whole.getvalue()


def pack(data: bytes, level: int | None, method: int) -> bytes | None:
    """Compress as the zip did, or None where that is not known."""
    if method == STORED:
        return data
    if level is None:
        return None
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def _data_offset(file: BinaryIO, info: zipfile.ZipInfo, size: int, name: str) -> int:
    # A directory of a damaged zip can point anywhere, before the file's beginning too.
    header = b""
    if 0 <= info.header_offset < size:
        file.seek(info.header_offset)
        header = file.read(_LOCAL.size)
    if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
        raise Unreadable("{name} is no whole zip file: it is damaged or cut short; export or copy it again", name=name)
    fields = _LOCAL.unpack(header)
    return int(info.header_offset + _LOCAL.size + fields[9] + fields[10])


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name; one without the UTF-8 flag is read as UTF-8 all the same where it is."""
    name = info.orig_filename
    if info.flag_bits & 0x800 == 0:
        try:
            return name.encode("cp437").decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            return name
    return name


def _is_folder(info: zipfile.ZipInfo) -> bool:
    """Whether a member is a folder. The library's own question fails on a name that is empty, or begins with a zero byte."""
    return info.filename.endswith("/")


def _refusal(info: zipfile.ZipInfo, name: str, seen: set[str], limits: Limits) -> str | None:
    parts = re.split(r"[/\\]", name)
    if "\0" in name:
        return "its name holds a zero byte"
    if not name or name.startswith(("/", "\\")) or re.match(r"^[A-Za-z]:", name) or ".." in parts:
        return "its name leads out of the archive"
    if name.casefold() in seen:
        return "another member has the same name"
    if (info.external_attr >> 16) & 0o170000 == 0o120000:
        return "it is a symbolic link"
    if info.flag_bits & 0x1:
        return "it is encrypted"
    if info.compress_type not in (STORED, DEFLATED):
        return "its compression method is not stored or deflate"
    if _is_folder(info):
        return "it is a folder that holds bytes"
    if info.file_size > limits.member:
        return f"it holds {info.file_size} bytes, more than {limits.member}"
    return None


def _check_sizes(members: list[Member], size: int, name: str, limits: Limits) -> None:
    total = sum(member.size for member in members if member.rejected is None)
    if total > limits.total or (total > limits.free and total > limits.ratio * size):
        raise Unreadable(
            "{name} would unpack from {size} to {total} bytes; it looks like a bomb and is not imported",
            name=name,
            size=size,
            total=total,
        )


def _unpack_once(file: BinaryIO, member: Member) -> None:
    """Unpack into hash, size and check sum; a member that lies about any of them is rejected."""
    digest, crc, size = sha256(), 0, 0
    try:
        for chunk in _chunks(file, member):
            member.head = member.head or chunk[:16]
            digest.update(chunk)
            crc = zlib.crc32(chunk, crc)
            size += len(chunk)
    except (zlib.error, EOFError):
        member.rejected = "its compressed bytes are damaged"
        return
    if size != member.size or crc != member.crc:
        member.rejected = "its bytes do not match the check sum in the zip"
        return
    member.sha256 = digest.hexdigest()
    member.level = (
        0 if member.method == STORED else next((level for level in _LEVELS if _same(file, member, level)), None)
    )


def _chunks(file: BinaryIO, member: Member) -> Iterator[bytes]:
    """The unpacked bytes in pieces; never more than one beyond the size that the directory states."""
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS) if member.method == DEFLATED else None
    left, made = member.packed, 0
    position = member.offset
    tail = b""
    while left or tail:
        if not tail:
            file.seek(position)
            tail = file.read(min(CHUNK, left))
            if not tail:
                raise EOFError
            position += len(tail)
            left -= len(tail)
        if unpacker is None:
            piece, tail = tail, b""
        else:
            piece = unpacker.decompress(tail, CHUNK * 4)
            tail = unpacker.unconsumed_tail
            if unpacker.unused_data or (unpacker.eof and (left or tail)):
                raise EOFError
        made += len(piece)
        if made > member.size:
            raise EOFError
        if piece:
            yield piece
    if unpacker is not None:
        piece = unpacker.flush()
        if not unpacker.eof or made + len(piece) > member.size:
            raise EOFError
        if piece:
            yield piece


def _same(file: BinaryIO, member: Member, level: int) -> bool:
    """Whether packing at `level` gives the member's compressed bytes; stops at the first that differs."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    position, end = member.offset, member.offset + member.packed
    for chunk in _with_end(_chunks(file, member)):
        made = packer.flush() if chunk is None else packer.compress(chunk)
        if made:
            file.seek(position)
            if file.read(len(made)) != made:
                return False
            position += len(made)
    return position == end


def _with_end(chunks: Iterator[bytes]) -> Iterator[bytes | None]:
    yield from chunks
    yield None
