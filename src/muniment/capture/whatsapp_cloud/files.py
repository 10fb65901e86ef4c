"""Files that a message speaks of: as attachments of its event, and as what has to be fetched."""

from typing import Any

from muniment.capture.exact import text_of
from muniment.capture.item import Item
from muniment.record.event import Attachment, AttachmentStatus

_ENDING = {
    "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif",
    "video/mp4": "mp4", "video/3gpp": "3gp",
    "audio/ogg": "ogg", "audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/aac": "aac", "audio/amr": "amr",
    "application/pdf": "pdf", "text/plain": "txt",
}  # fmt: skip


def name_for(media: str, content_type: str | None) -> str:
    """The name of a file that the platform gives none: its media id, with the ending of its type where we know it."""
    ending = _ENDING.get((content_type or "").partition(";")[0].strip().lower())
    return f"{media}.{ending}" if ending else media


def take_file(body: Item) -> Attachment | None:
    """The attachment of a media body, out of which id, name and type are taken; None where it has no id."""
    media = body.ident("id")
    if media is None:
        return None
    content_type = body.words("mime_type") or None
    name = body.words("filename") or name_for(media, content_type)
    return Attachment(name=name, status=AttachmentStatus.MISSING, content_type=content_type, media=media)


def find_media(value: Any) -> list[dict[str, Any]]:
    """Every object below `value` that has the form of a media body: an `id` beside a `mime_type`."""
    if type(value) is list:
        return [found for entry in value for found in find_media(entry)]
    if type(value) is not dict:
        return []
    own = [value] if text_of(value.get("id")) and type(value.get("mime_type")) is str else []
    return own + [found for entry in value.values() for found in find_media(entry)]


def found_files(value: Any) -> tuple[Attachment, ...]:
    """Attachments of a message of unknown form: nothing is taken out of it."""
    files = (take_file(Item(body)) for body in find_media(value))
    return tuple(file for file in files if file is not None)
