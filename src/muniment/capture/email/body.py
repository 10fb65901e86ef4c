"""The parts of a message: which are its words, which are attachments."""

import re
from email.generator import BytesGenerator
from email.message import Message
from hashlib import sha256
from io import BytesIO
from typing import NamedTuple

from muniment.capture.email.charsets import decode_text
from muniment.capture.email.headers import decoded, headers_of, raw_header, shown
from muniment.capture.plaintext import html_to_text
from muniment.record.event import Attachment, AttachmentStatus

DIFFER = "alternatives_differ"
"""Flag: the message has its words twice, as text and as HTML, and they are not the same words. Both are read."""
GUESSED = "charset_guessed"
"""Flag: no charset was declared, or bytes do not fit the one that was."""

_DEPTH = 60
_WORDS = re.compile(r"\w+")
_QUOTED_FROM = re.compile(r"^>(>*From )", re.MULTILINE)
_ENCODED = frozenset(("base64", "quoted-printable", "x-uuencode", "uuencode", "uue", "x-uue"))
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
_NESTED = frozenset(("from", "to", "cc", "subject", "date", "message-id"))
_FAILED = re.compile(rb"^action:[ \t]*failed", re.IGNORECASE | re.MULTILINE)
_EXTENSIONS = {"message/rfc822": ".eml", "text/html": ".html", "text/plain": ".txt", "text/calendar": ".ics"}


class Body(NamedTuple):
    """What a message consists of: words, attachments and their bytes, flags, defects of its form, the headers of messages in it.

    `outside` is what stands before, between and behind parts, which no mail program shows; where a message has no other words it is
    its words. `failed` says that it reports a message which could not be delivered.
    """

    text: str
    attachments: tuple[Attachment, ...]
    contents: tuple[bytes, ...]
    flags: tuple[str, ...]
    defects: tuple[str, ...]
    nested: tuple[dict[str, str], ...]
    outside: tuple[str, ...]
    failed: bool


def read_body(message: Message, *, unquote: bool) -> Body:
    """The words and attachments of a message; `unquote` undoes an mbox's `>From `."""
    reader = _Reader(unquote)
    texts = reader.words(message, 0)
    text = "\n\n".join(filter(None, (one.strip("\r\n") for one in texts)))
    return Body(
        text if text.strip() else "\n\n".join(reader.outside),
        tuple(reader.attachments),
        tuple(reader.contents),
        tuple(dict.fromkeys(reader.flags)),
        tuple(dict.fromkeys(reader.defects)),
        tuple(reader.nested),
        tuple(reader.outside),
        reader.failed,
    )


class _Reader:
    def __init__(self, unquote: bool) -> None:
        self._unquote = unquote
        self.attachments: list[Attachment] = []
        self.contents: list[bytes] = []
        self.flags: list[str] = []
        self.defects: list[str] = []
        self.nested: list[dict[str, str]] = []
        self.outside: list[str] = []
        self.failed = False

    def words(self, part: Message, depth: int) -> list[str]:
        """The words of a part and of those in it; what is no words becomes an attachment."""
        self.defects += [type(defect).__name__ for defect in part.defects]
        kind = part.get_content_type()
        children = inner_of(part)
        if kind == "message/rfc822" or (kind.startswith("message/") and children is not None):
            self._attach(part, kind)
            return []
        if children is not None:
            around = (shown(text).strip() for text in (part.preamble, part.epilogue) if text)
            self.outside += [text for text in around if text]
            if depth >= _DEPTH:
                self._attach(part, kind)
                return []
            if kind == "multipart/alternative":
                return self._alternative(children, depth)
            return [text for child in children for text in self.words(child, depth + 1)]
        if kind.startswith("multipart/"):
            kind = "text/plain"  # parts that nothing parts: they are read as they stand
        if kind in {"text/plain", "text/html"} and not _is_file(part):
            return [self._text(part, kind)]
        self._attach(part, kind)
        return []

    def _alternative(self, parts: list[Message], depth: int) -> list[str]:
        plain: list[str] = []
        html: list[str] = []
        for part in parts:
            kind = part.get_content_type()
            found = self.words(part, depth + 1)
            (plain if kind == "text/plain" else html).extend(found)
        one, other = "\n".join(plain), "\n".join(html)
        if not one.strip():
            return [other]
        said = set(_WORDS.findall(one.casefold()))
        more = [word for word in _WORDS.findall(other.casefold()) if word not in said]
        if len(more) * 5 > max(5, len(_WORDS.findall(other))):
            self.flags.append(DIFFER)
            return [one, other]
        return [one]

    def _text(self, part: Message, kind: str) -> str:
        data = content_of(part)
        text, certain = decode_text(data, _charset(part))
        if not certain:
            self.flags.append(GUESSED)
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if self._unquote and _transfer(part) not in _ENCODED:
            text = _QUOTED_FROM.sub(r"\1", text)
        return html_to_text(text) if kind == "text/html" else text

    def _attach(self, part: Message, kind: str) -> None:
        content = content_of(part)
        inner = inner_of(part)
        if kind == "message/rfc822" and inner:
            self.nested.append({name: value for name, value in headers_of(inner[0]) if name.lower() in _NESTED})
        self.failed = self.failed or (kind == "message/delivery-status" and _FAILED.search(content) is not None)
        name = filename(part) or f"part-{len(self.contents) + 1}{_EXTENSIONS.get(kind, '')}"
        digest = sha256(content).hexdigest()
        self.contents.append(content)
        self.attachments.append(
            Attachment(name=name, status=AttachmentStatus.STORED, size=len(content), sha256=digest, content_type=kind)
        )


def inner_of(part: Message) -> list[Message] | None:
    """The parts of a part; None where it has bytes. (Asked for its bytes as text, the library trusts any codec that it names.)"""
    if not part.is_multipart():
        return None
    return [child for child in part.get_payload() if isinstance(child, Message)]


def content_of(part: Message) -> bytes:
    """The bytes of a part, its transfer encoding undone; a message within it, or parts, as one."""
    inner = inner_of(part)
    if inner is not None:
        return _flat(inner[0] if len(inner) == 1 and part.get_content_maintype() == "message" else part)
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, UnicodeError):
        return _flat(part)
    return content if isinstance(content, bytes) else b""


def filename(part: Message) -> str:
    """The name that a part's headers give it, on one line; empty without one."""
    try:
        name = part.get_filename()
    except (ValueError, LookupError, UnicodeError, TypeError):
        name = None
    if not isinstance(name, str):
        return ""
    return _CONTROLS.sub(" ", decoded(name)).strip()[:500]


def _flat(message: Message) -> bytes:
    file = BytesIO()
    try:
        BytesGenerator(file, mangle_from_=False, maxheaderlen=0).flatten(message)
    except (ValueError, LookupError, UnicodeError, TypeError, AttributeError, KeyError, RecursionError):
        return file.getvalue()
    return file.getvalue()


def _charset(part: Message) -> str | None:
    try:
        return part.get_content_charset()
    except (ValueError, LookupError, UnicodeError, TypeError):
        return None


def _transfer(part: Message) -> str:
    return raw_header(part, "content-transfer-encoding").lower()


def _is_file(part: Message) -> bool:
    """Whether words came as a file: under a name, or to be attached."""
    disposition = raw_header(part, "content-disposition").partition(";")[0].strip().lower()
    return disposition == "attachment" or bool(filename(part))
