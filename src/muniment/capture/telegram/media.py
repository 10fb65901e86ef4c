"""The files that a message names: where they lie beside the export, or that the export left them out."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from muniment.capture.members import Members
from muniment.record.event import Attachment, AttachmentStatus

FIELDS = ("photo", "file", "thumbnail", "contact_vcard", "sticker", "animation", "media")
_SIZES = {"photo": "photo_file_size", "file": "file_size", "thumbnail": "thumbnail_file_size"}
_LEFT_OUT = re.compile(r"(?:(?P<name>.*) )?\((?:File|Photo) (?:not included|unavailable|exceeds).*\)", re.DOTALL)


def paths_of(members: Members) -> list[str]:
    """The paths of files that came, or should have come, with the export: always within a folder of it."""
    found = [members.get(field) for field in FIELDS]
    return list(dict.fromkeys(path for path in found if isinstance(path, str) and _is_path(path)))


def attachments_of(members: Members, files: Mapping[str, Sequence[Any]]) -> tuple[Attachment, ...]:
    """The attachments of a message; what it says of them stays where it is, but for sizes and types that have a place."""
    return tuple(
        _attachment(members, field, value, files)
        for field in FIELDS
        if isinstance(value := members.get(field), str) and value
    )


def _attachment(members: Members, field: str, value: str, files: Mapping[str, Sequence[Any]]) -> Attachment:
    given = members.get("file_name") if field == "file" else None
    kind = members.get("mime_type") if field == "file" else None
    content_type = kind if isinstance(kind, str) else None
    size = members.get(_SIZES.get(field, ""))
    said = size if type(size) is int and size >= 0 else None
    left_out = _LEFT_OUT.fullmatch(value)
    if left_out is not None:
        name = given if isinstance(given, str) and given else left_out["name"] or field
        return Attachment(name=name, status=AttachmentStatus.OMITTED, size=said, content_type=content_type)
    name = given if isinstance(given, str) and given else value.rpartition("/")[2] or field
    found = files.get(value)
    if found is None:
        return Attachment(name=name, status=AttachmentStatus.MISSING, size=said, content_type=content_type)
    return Attachment(
        name=name,
        status=AttachmentStatus.STORED,
        sha256=str(found[0]),
        size=int(found[1]),
        content_type=content_type,
    )


def _is_path(value: str) -> bool:
    return "/" in value and _LEFT_OUT.fullmatch(value) is None
