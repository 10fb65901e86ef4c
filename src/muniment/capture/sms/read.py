"""A backup to parts: each message and call, with the key by which the next, longer backup is known to hold it again."""

from collections.abc import Iterator

from muniment.capture.connector import Part, SourceFile, Undecodable
from muniment.capture.content_keys import ContentKeys
from muniment.capture.documents import Made, mapped
from muniment.capture.element_parts import element_parts
from muniment.capture.element_spans import Shape
from muniment.capture.elements import Element, Malformed, element, encoding_of
from muniment.capture.sms.fields import NULL, handle
from muniment.capture.sms.mms import read_mms
from muniment.record.event import AttachmentStatus

SHAPE = Shape(frozenset(("smses", "calls")), frozenset(), frozenset(("sms", "mms", "call")))


def read_parts(source: SourceFile) -> Iterator[Part]:
    """See SmsConnector.read."""
    with mapped(source.path) as data:
        encoding = encoding_of(data, source.name)
        yield from element_parts(data, SHAPE, encoding, source.name, _Reader(encoding))


class _Reader:
    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        self._meta = {} if encoding == "utf-8" else {"enc": encoding}
        self._keys = ContentKeys()

    def opened(self, name: str, attributes: dict[str, str]) -> bool:
        return False

    def closed(self, name: str) -> None:
        pass

    def item(self, name: str, raw: bytes) -> Made | None:
        try:
            found, _ = element(raw, self._encoding)
        except Malformed as reason:
            raise Undecodable(str(reason)) from None
        missing: tuple[str, ...] = ()
        if name == "mms":
            attachments = read_mms(found, None, ()).attachments
            missing = tuple(one.name for one in attachments if one.status is AttachmentStatus.MISSING)
        return Made(key=self._keys.key(name, *_identity(found)), meta=self._meta, missing=missing)

    def loose(self, raw: bytes) -> Made | None:
        return None


def _identity(found: Element) -> list[str]:
    """What makes a message that message, the phone's own ids left out: they change when a backup is restored."""
    said = found.attributes.get
    if found.name == "sms":
        return [handle(said("address", "")), *(said(name, "") for name in ("date", "type", "subject", "body"))]
    if found.name == "call":
        return [handle(said("number", "")), *(said(name, "") for name in ("date", "type", "duration"))]
    if found.name == "mms":
        if said("m_id", NULL) not in {NULL, ""}:
            return [said("m_id", ""), said("msg_box", "")]
        words = [
            part.attributes.get("text", "")
            for group in found.children
            if group.name == "parts"
            for part in group.children
        ]
        return ["", said("msg_box", ""), said("address", ""), said("date", ""), said("sub", ""), *words]
    return [f"{name}={value}" for name, value in sorted(found.attributes.items())]
