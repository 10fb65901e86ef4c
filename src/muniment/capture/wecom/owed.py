"""Which files an archived message leaves with the platform, and until when they can be had there."""

from muniment.capture.connector import Undecodable
from muniment.capture.feeds.captured import MediaDue
from muniment.capture.wecom.nested import read_body, type_of
from muniment.capture.wecom.plain import read_object, text_of
from muniment.capture.wecom.times import read_time
from muniment.record.clock import SECOND

WINDOW = 3 * 86_400 * SECOND
"""How long the platform is believed to give a file out after its message was sent (to verify), µs."""


def sent_at(raw: bytes) -> int | None:
    """When a message was sent (µs UTC); None where it does not say."""
    try:
        members, _ = read_object(raw)
    except Undecodable:
        return None
    found = read_time(members.get("msgtime", members.get("time")))
    return None if found is None else found[0]


def owed_by(raw: bytes, received_at: int) -> tuple[MediaDue, ...]:
    """The files of a message, each once, nested ones too; `received_at` (µs UTC) stands in for a time that the message lacks."""
    try:
        members, _ = read_object(raw)
    except Undecodable:
        return ()
    msgtype = text_of(members.get("msgtype"))
    known = type_of(msgtype)
    body = members.get(known.body) if known is not None else None
    if not isinstance(body, dict):
        return ()
    sent = read_time(members.get("msgtime"))
    until = (received_at if sent is None else sent[0]) + WINDOW
    found: dict[str, MediaDue] = {}
    for file in read_body(msgtype, body).files:
        attachment = file.attachment
        if attachment.media is not None:
            found.setdefault(
                attachment.media,
                MediaDue(
                    media=attachment.media,
                    name=attachment.name,
                    size=attachment.size,
                    digest=f"md5:{file.md5}" if file.md5 else None,
                    content_type=attachment.content_type,
                    until=until,
                ),
            )
    return tuple(found.values())
