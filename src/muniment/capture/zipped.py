"""A zip to parts: what lies between its members, and members of which nobody reads messages; shared by all that come in zips."""

import mimetypes
import posixpath
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, BinaryIO

from muniment.capture.connector import PIECE, Extent, Part
from muniment.capture.zips import Archive, Member, content


def in_order(archive: Archive) -> Iterator[tuple[int, int] | Member]:
    """The ranges between members and the members, in the order of the file's bytes."""
    ranges: list[tuple[int, tuple[int, int] | Member]] = [(start, (start, length)) for start, length in archive.between]
    ranges += [(member.offset, member) for member in archive.members]
    # An empty member lies where the next range begins: it comes first.
    for _, item in sorted(ranges, key=lambda one: (one[0], isinstance(one[1], tuple))):
        yield item


def extent_of(member: Member) -> Extent:
    """What the importer must know of a member that is unpacked."""
    return Extent(member=member.name, size=member.size, packed=(member.offset, member.packed))


def spans(file: BinaryIO, start: int, length: int, rejected: str | None = None) -> Iterator[Part]:
    """A stretch of the file that is no message and no media, in pieces; the first says why, where it should have been."""
    for offset in range(start, start + max(length, 1), PIECE):
        file.seek(offset)
        raw = file.read(min(PIECE, start + length - offset))
        yield Part(
            kind="span",
            raw=raw,
            at=(offset, len(raw)),
            key=span_key(raw, offset),
            rejected=rejected if offset == start else None,
        )


def packed_span(file: BinaryIO, member: Member) -> Iterator[Part]:
    """The packed bytes of a member that was not unpacked, with the reason."""
    yield from spans(
        file, member.offset, member.packed, f"a member of the zip is not unpacked: {member.rejected or 'unknown'}"
    )


def media_part(file: BinaryIO, member: Member) -> Part:
    """A member as an attachment."""
    raw = content(file, member)
    return Part(
        kind="attachment",
        raw=raw,
        at=(0, len(raw)),
        member=member.name,
        key=attachment_key(member.sha256, base_name(member.name)),
        meta={**about(member.name, member.size, member.sha256), "zip": member.meta()},
    )


def span_key(raw: bytes, start: int) -> str:
    """The content key of bytes that are no message: equal bytes at an equal place are the same span."""
    return f"span:{sha256(raw).hexdigest()}:{start}"


def attachment_key(digest: str, name: str) -> str:
    """The content key of an attachment: its SHA-256 and name."""
    return f"att:{digest}:{name}"


def about(name: str, size: int, digest: str) -> dict[str, Any]:
    """Size, SHA-256 and, by its name, the kind of a file."""
    kind = mimetypes.guess_type(name)[0]
    return {"size": size, "sha256": digest} | ({"type": kind} if kind else {})


def base_name(path: str) -> str:
    """The last part of a path, whichever way its slashes lean."""
    return posixpath.basename(path.replace("\\", "/"))
