"""What of an event goes into the search index."""

import posixpath

from muniment.record.clock import SECOND
from muniment.record.event import Attachment, Event
from muniment.search.document import Document, Name, outside

_FAMILIES = {
    "image": ("png", "jpg", "jpeg", "gif", "webp", "heic", "bmp", "tif", "tiff"),
    "video": ("mp4", "mov", "3gp", "mkv", "avi", "webm"),
    "audio": ("opus", "ogg", "mp3", "m4a", "amr", "wav", "aac", "silk"),
    "contact": ("vcf",),
    "document": ("pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "txt", "csv", "rtf", "odt", "html", "eml"),
}
_FAMILY = {extension: family for family, extensions in _FAMILIES.items() for extension in extensions}


def document(identifier: int, event: Event, connector: str, account: str = "") -> tuple[str, Document]:
    """The text of an event that is searched (its own, and the names of its attachments), and what its fields can be asked for.

    The document bears no text; who indexes it hands the tokens over beside it, and fills in the account.
    """
    text = event.text
    has: tuple[str, ...] = ()
    if event.attachments:
        text = "\n".join([text, *(attachment.name for attachment in event.attachments)])
        has = tuple(
            sorted({"attachment", *(family for attachment in event.attachments if (family := _family(attachment)))})
        )
    if "://" in event.text or "www." in event.text:
        has = (*has, "link")
    return text, Document(
        id=identifier,
        text="",
        conversation=Name(event.conversation, event.conversation_display or ""),
        account=account,
        channel=connector,
        kind=event.kind.value,
        sender=None if event.sender is None else Name(event.sender, event.sender_display or ""),
        recipients=tuple([Name(recipient) for recipient in event.recipients]),
        flags=event.flags,
        has=has,
        outside=None if event.sent_at is None else outside(event.sent_at // SECOND),
    )


def _family(attachment: Attachment) -> str | None:
    if attachment.content_type:
        family = attachment.content_type.partition("/")[0]
        if family in _FAMILIES:
            return family
    return _FAMILY.get(posixpath.splitext(attachment.name)[1].lstrip(".").lower())
