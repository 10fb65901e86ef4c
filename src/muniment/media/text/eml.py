"""Mails: subject, addresses and date, every body, and the text of what is attached, mails within mails included.

Of alternatives the plain text is read, and the HTML too where it is all there is. Source: RFC 5322, RFC 2045 to 2047.
"""

import re
from email import policy
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from importlib import import_module

from muniment.media.output import Output, Stop
from muniment.media.reading import Note, PlaceKind, Status
from muniment.media.text import encoding, html, nested, package
from muniment.media.text.package import Budget

_TOLD = {"from", "sender", "to", "cc", "bcc", "reply-to", "date", "subject"}
_PARTS = 2_000
_LATER = ("base64", "binascii", "email.charset", "email.encoders", "email.quoprimime", "quopri")
_ENCODED = re.compile(r"=\?[^?\s]+\?[bBqQ]\?[^?\s]*\?=")


def load() -> None:
    """The codecs of text, and the modules that the mail parser imports when it meets what they are for."""
    encoding.load()
    package.load()
    for name in _LATER:
        import_module(name)


def read(raw: bytes, output: Output) -> None:
    """Read a mail."""
    within(raw, output, Budget(output.limits))


def within(raw: bytes, output: Output, budget: Budget) -> None:
    """Read a mail with what budget is left."""
    try:
        mail = BytesParser(policy=policy.compat32).parsebytes(raw)
    except (MessageError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise Stop(Status.DAMAGED) from error
    _mail(mail, output, budget)


def _mail(mail: Message, output: Output, budget: Budget) -> None:
    with output.place(PlaceKind.HEADER):
        for name, value in mail.raw_items():  # as written: raw bytes in a header are text too
            if name.lower() in _TOLD:
                output.write(f"{name}: {_header(value)}\n")
    _part(mail, output, budget, 0)


def _part(part: Message, output: Output, budget: Budget, depth: int) -> None:
    budget.member()
    if depth > budget.limits.depth * 4:
        output.note(Note.DEPTH_LIMIT)
        return
    inner = _inner(part)
    if part.get_content_type() == "message/rfc822" and inner is not None:
        _mail_within(part, inner, output, budget)
    elif inner is not None:
        subparts = inner[:_PARTS]
        if len(inner) > _PARTS:
            output.note(Note.MEMBER_LIMIT)
        if part.get_content_type() == "multipart/alternative":
            subparts = _chosen(subparts)
        for each in subparts:
            _part(each, output, budget, depth + 1)
    else:
        _leaf(part, output, budget)


def _inner(part: Message) -> list[Message] | None:
    """The parts of a part that has some. (Asked for its bytes as text, the library fails on a charset that is none.)"""
    if not part.is_multipart():
        return None
    return [each for each in part.get_payload() if isinstance(each, Message)]


def _mail_within(part: Message, inner: list[Message], output: Output, budget: Budget) -> None:
    if len(output.inside) >= budget.limits.depth:
        output.note(Note.DEPTH_LIMIT)
        return
    outer = output.inside
    output.close()
    output.inside = (*outer, _name(part) or "message/rfc822")
    for mail in inner:
        _mail(mail, output, budget)
    output.close()
    output.inside = outer


def _chosen(parts: list[Message]) -> list[Message]:
    """Of alternatives, plain text stands for the HTML that says the same; anything else stays."""
    if any(part.get_content_type() == "text/plain" and _payload(part).strip() for part in parts):
        return [part for part in parts if part.get_content_type() != "text/html"]
    return parts


def _leaf(part: Message, output: Output, budget: Budget) -> None:
    content = _payload(part)
    budget.expanded(len(content))
    name = _name(part)
    type = part.get_content_type()
    attached = part.get_content_disposition() == "attachment" or (name and not type.startswith("text/"))
    if attached or not type.startswith("text/"):
        if name:
            with output.place(PlaceKind.PROPERTIES):
                output.write(name)
        nested.read(content, name or type, output, budget)
        return
    said = _charset(part) or (encoding.said_in_html(content) if type == "text/html" else "")
    found = encoding.decode(content, said=said, most=4 * output.limits.text_chars)
    if found.faulty:
        output.note(Note.UNDECODABLE)
    with output.place(PlaceKind.BODY):
        if type == "text/html":
            html.write(found.text, output)
        else:
            output.write(found.text)


def _payload(part: Message) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        return b""
    return content if isinstance(content, bytes) else b""


def _charset(part: Message) -> str | None:
    try:
        return part.get_content_charset()
    except (ValueError, LookupError):
        return None


def _name(part: Message) -> str:
    try:
        return _header(part.get_filename() or "")
    except (MessageError, ValueError, LookupError, TypeError):
        return ""


def _header(value: object) -> str:
    """A header's text: encoded words decoded, raw bytes read as text in whatever encoding."""
    text = str(value)
    raw = text.encode("ascii", "surrogateescape") if text.isascii() or _escaped(text) else b""
    if raw and not text.isascii():
        text = encoding.decode(raw).text
    if not _ENCODED.search(text):
        return text
    try:
        words = decode_header(text)
    except (MessageError, ValueError, LookupError):
        return text
    return "".join(
        word if isinstance(word, str) else encoding.decode(word, said=charset or "").text for word, charset in words
    )


def _escaped(text: str) -> bool:
    return all(character.isascii() or "\udc80" <= character <= "\udcff" for character in text)
