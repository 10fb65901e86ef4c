"""Files of a message: links, or paths beside the export where its maker fetched them too."""

from collections.abc import Mapping, Sequence
from typing import Any

from muniment.capture.members import Members, inner, objects
from muniment.record.event import Attachment, AttachmentStatus


def paths_of(members: Members) -> list[str]:
    """The paths of files that should lie beside the export: what is no link on the web."""
    found = [each.get("url") for each in _files(members)]
    return list(dict.fromkeys(path for path in found if isinstance(path, str) and "/" in path and "://" not in path))


def attachments_of(members: Members, files: Mapping[str, Sequence[Any]]) -> tuple[Attachment, ...]:
    """The attachments of a message and of what it forwards; what the export says of them stays where it is."""
    return tuple(_attachment(each, files) for each in _files(members))


def _files(members: Members) -> list[Members]:
    forwarded = inner(members, "forwardedMessage")
    found = [*objects(members.get("attachments")), *objects(forwarded.get("attachments"))]
    stickers = [*objects(members.get("stickers")), *objects(forwarded.get("stickers"))]
    return [*found, *({"url": each.get("sourceUrl"), "fileName": each.get("name")} for each in stickers)]


def _attachment(file: Members, files: Mapping[str, Sequence[Any]]) -> Attachment:
    url, given, size = file.get("url"), file.get("fileName"), file.get("fileSizeBytes")
    path = url if isinstance(url, str) else ""
    name = given if isinstance(given, str) and given else path.rpartition("/")[2] or "file"
    found = files.get(path)
    if found is not None:
        return Attachment(name=name, status=AttachmentStatus.STORED, sha256=str(found[0]), size=int(found[1]))
    status = AttachmentStatus.OMITTED if "://" in path or not path else AttachmentStatus.MISSING
    return Attachment(name=name, status=status, size=size if type(size) is int and size >= 0 else None)
