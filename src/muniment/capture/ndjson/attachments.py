"""Attachments of a line: bytes inside it in base64, or files beside the imported one, never outside its folder."""

import binascii
import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from muniment.capture.beside import is_inside
from muniment.capture.ndjson.strict import keep_members, what
from muniment.capture.rejected import LineRejected
from muniment.record.event import Attachment, AttachmentStatus, Event

REFUSED = "attachment_path_refused"
"""Flag: an attachment's path leads out of the folder; nothing was read there."""

Files = Mapping[str, Sequence[Any]]


def read_attachments(
    given: Any, files: Files | None
) -> tuple[tuple[Attachment, ...], list[dict[str, Any]], tuple[str, ...]]:
    """Attachments of a line's `attachments`, what of each has no place in them, and flags. Raises LineRejected.

    What is left over is empty, or as long as the list of attachments.
    """
    if type(given) is not list:
        raise LineRejected(f"expected attachments as a list of objects, got {what(given)}")
    attachments: list[Attachment] = []
    left_over: list[dict[str, Any]] = []
    refused = False
    for members in given:
        if type(members) is not dict:
            raise LineRejected(f"expected attachments as a list of objects, got {what(members)} in it")
        left = dict(members)
        name, path = _text(left, "name"), _text(left, "path")
        base64, content_type = _text(left, "base64"), _text(left, "content_type")
        if path is not None and base64 is not None:
            raise LineRejected("expected path or base64 in an attachment, got both")
        if name is None:
            if path is None:
                raise LineRejected("expected name or path in an attachment, got neither")
            name = path.rstrip("/").rpartition("/")[2] or path
        status, size, sha256 = AttachmentStatus.OMITTED, None, None
        if base64 is not None:
            content = decode_base64(base64)
            status, size, sha256 = AttachmentStatus.STORED, len(content), hashlib.sha256(content).hexdigest()
        elif path is not None:
            left["path"] = path
            refused = refused or not is_inside(path)
            status = AttachmentStatus.MISSING
            found = files.get(path) if files else None
            if found is not None:
                status, sha256, size = AttachmentStatus.STORED, str(found[0]), int(found[1])
        attachments.append(Attachment(name=name, status=status, size=size, sha256=sha256, content_type=content_type))
        left_over.append(keep_members(left))
    return tuple(attachments), left_over if any(left_over) else [], (REFUSED,) if refused else ()


def decode_base64(text: str) -> bytes:
    """RFC 4648 §4 with padding and nothing else; the same text comes out again. Raises LineRejected."""
    try:
        content = binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError):
        content = b""
    if b64encode(content) != text.encode("utf-8"):
        raise LineRejected("expected base64 of an attachment as RFC 4648 with padding, got text of another form")
    return content


def embedded_bytes(members: Mapping[str, Any], place: int) -> bytes | None:
    """The bytes that attachment number `place` of a line holds in base64; None without. Raises LineRejected."""
    given = members.get("attachments")
    if type(given) is not list or not 0 <= place < len(given) or type(given[place]) is not dict:
        return None
    base64 = _text(dict(given[place]), "base64")
    return None if base64 is None else decode_base64(base64)


def paths_of(event: Event) -> list[str]:
    """The paths that an event's line names, as `read_attachments` left them in `extra`."""
    return [left["path"] for left in event.extra.get("attachments", ()) if "path" in left]


def _text(members: dict[str, Any], name: str) -> str | None:
    value = members.pop(name, None)
    if value is None:
        return None
    if type(value) is not str or (not value and name in {"name", "path"}):
        raise LineRejected(f"expected {name} of an attachment as text, got {what(value)}")
    return value
