"""Teams messages to parts, whichever way they were saved: one object, a list, a page of Graph, or any of these line after line.

A file of lines is one JSON document behind the other, so all forms are read alike: document after document.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from muniment.capture.connector import ImportOptions, Part, SourceFile, Undecodable, Unreadable
from muniment.capture.documents import Made, first_value, mapped, message_parts, pieces, refuse_what_is_no_json, the_end
from muniment.capture.exact import text_of
from muniment.capture.members import inner, read_members
from muniment.capture.spans import Buffer, Path, Pattern, Stop, behind_blanks, walk

_LIST: tuple[Pattern, ...] = (("*",),)
_PAGE: tuple[Pattern, ...] = (("value", "*"),)
_ONE: tuple[Pattern, ...] = ((),)
_OF_A_MESSAGE = {"id", "messageType", "body", "from", "createdDateTime", "chatId"}
_LOOKED_AT = 2000
"""Parts that are looked at to see whether anything here is a message."""


def read(source: SourceFile, options: ImportOptions) -> Iterator[Part]:
    """The parts of the file in order. Raises Unreadable before the first of them where nothing in it is a message."""
    with mapped(source.path) as data:
        refuse_what_is_no_json(data[:4096], source.name)
        if not any(part.kind == "message" for part in islice(_cut(data), _LOOKED_AT)):
            raise Unreadable(
                "{name}: expected messages of Microsoft Graph (chatMessage), got other JSON; check that it is the right file",
                name=source.name,
            )
        yield from _cut(data)


def _cut(data: Buffer) -> Iterator[Part]:
    done = 0
    at = behind_blanks(data, first_value(data))
    while at < len(data):
        for item in walk(data, _form(data, at), at):
            if isinstance(item, Stop):
                at = behind_blanks(data, item.at)
                if item.reason is not None or (at < len(data) and data[at : at + 1] not in (b"{", b"[")):
                    yield from the_end(data, done, item, None)
                    return
            elif item.wanted:
                yield from message_parts(data, done, item, make, None)
                done = item.end
    yield from pieces(data, done, len(data), None)


def _form(data: Buffer, at: int) -> tuple[Pattern, ...]:
    """What of the document at `at` is a message: each element of a list, each `value` of a page, or the whole."""
    if data[at : at + 1] == b"[":
        return _LIST
    names = set()
    for span in walk(data, _PAGE, at):
        if isinstance(span, Stop):
            break
        if span.wanted:
            return _PAGE
        names.add(span.path[0] if span.path else "")
    return _PAGE if not names & _OF_A_MESSAGE and any(str(name).startswith("@odata.") for name in names) else _ONE


def make(path: Path, raw: bytes) -> Made:
    """The key of a message: its chat or channel, and its id. Raises Undecodable."""
    members, _ = read_members(raw)
    number = text_of(members.get("id"))
    if number is None:
        raise Undecodable("expected id, got none")
    if not _OF_A_MESSAGE & members.keys() - {"id"}:
        raise Undecodable("expected a chatMessage of Microsoft Graph, got an object with none of its members")
    return Made(key=f"{conversation_of(members)}/{number}")


def conversation_of(members: dict[str, Any]) -> str:
    """The id of a chat, or of a team and its channel; empty where a message names neither."""
    channel = inner(members, "channelIdentity")
    place = [text_of(channel.get(name)) for name in ("teamId", "channelId")]
    return text_of(members.get("chatId")) or "/".join(filter(None, place))
