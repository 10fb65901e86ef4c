"""Files of a message: an export holds links to them that expire, never the files."""

from collections.abc import Sequence

from muniment.capture.members import Members, take_objects, take_size, take_text
from muniment.record.event import Attachment, AttachmentStatus


def take_files(members: Members) -> tuple[tuple[Attachment, ...], list[Members]]:
    """The attachments of a message, and of each what has no place in them; files are taken out of the message."""
    given = take_objects(members, "files")
    if isinstance(members.get("file"), dict):
        given.append(members.pop("file"))
    return tuple(_attachment(each) for each in given), _left(given)


def _attachment(file: Members) -> Attachment:
    name = take_text(file, "name")
    title = file.get("title")
    shown = name or (title if isinstance(title, str) else "") or str(file.get("id", "")) or "file"
    # The mode of a file that somebody deleted, or that the plan's limit hides, tells that no link leads to it any more.
    gone = file.get("mode") in ("tombstone", "hidden_by_limit")
    return Attachment(
        name=shown,
        status=AttachmentStatus.MISSING if gone else AttachmentStatus.OMITTED,
        size=take_size(file, "size"),
        content_type=take_text(file, "mimetype"),
    )


def _left(files: Sequence[Members]) -> list[Members]:
    return list(files) if any(files) else []
