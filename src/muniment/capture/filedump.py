"""`FileDump` files: conversations of participants, messages and files, as Bloomberg defined them and other vendors write them.

Here is what they share: how a file is cut, what a record needs to know of its conversation, and files that lie beside it.
"""

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

from muniment.capture.beside import read_file
from muniment.capture.connector import Part, SourceFile, Undecodable
from muniment.capture.documents import Made, mapped
from muniment.capture.element_members import members
from muniment.capture.element_parts import Repeated, element_parts
from muniment.capture.element_spans import Shape
from muniment.capture.elements import Malformed, element, encoding_of
from muniment.capture.item import Item
from muniment.capture.memberships import by_sender
from muniment.record.event import Event
from muniment.record.membership import Membership

CONVERSATION = "Conversation"
ENTERED, LEFT, MESSAGE, ATTACHMENT, INVITE = (
    "ParticipantEntered",
    "ParticipantLeft",
    "Message",
    "Attachment",
    "Invite",
)
TRANSFER_STARTED, TRANSFER_ENDED = "FileTransferStarted", "FileTransferEnded"
RECORDS = frozenset(
    (ENTERED, LEFT, MESSAGE, ATTACHMENT, INVITE, TRANSFER_STARTED, TRANSFER_ENDED, "History", "SystemMessage")
)

# An attachment may lie within a message; the others lie side by side.
SHAPE = Shape(
    frozenset(("FileDump", CONVERSATION)),
    frozenset((CONVERSATION,)),
    frozenset((ENTERED, LEFT, MESSAGE, INVITE, TRANSFER_STARTED, TRANSFER_ENDED, "SystemMessage")),
)

MOST_MEMBERS = 100
"""Participants that a message bears as its recipients. In a larger room the events of membership alone say who was there."""

ROOM, TITLE, MEMBERS, FILES, LOOSE = "room", "title", "members", "files", "loose"
"""Names in a part's `meta`: the conversation's id and title, who was in it just then, files found beside the dump as
path → [SHA-256, size], and that the part is what stands in a conversation beside its records."""

Identify = Callable[[str, Item, str], str | Repeated]
"""The key of a record, from its element's name, its members and its conversation's id; Repeated where it is no new one."""


def dump_parts(
    source: SourceFile, identify: Identify, who: Callable[[Item], str | None], file: Callable[[str, Item], str | None]
) -> Iterator[Part]:
    """The parts of a dump in order. Raises Unreadable before the first part.

    `who` takes the native id of a participant out of an entrance or exit; `file` names the path of a file that came along.
    """
    with mapped(source.path) as data:
        encoding = encoding_of(data, source.name)
        reader = _Reader(source, encoding, identify, who, file)
        yield from element_parts(data, SHAPE, encoding, source.name, reader)


def read_record(raw: bytes, meta: dict[str, Any]) -> tuple[str, Item, tuple[str, ...]]:
    """A record's element: its name, its members, and what in it was no character. Raises Undecodable."""
    try:
        if meta.get(LOOSE) and not raw.lstrip().startswith(b"<Conversation"):
            found, lost = element(b"<Conversation>" + raw + b"</Conversation>", str(meta.get("enc", "utf-8")))
        else:
            found, lost = element(raw, str(meta.get("enc", "utf-8")), whole=not meta.get(LOOSE))
    except (Malformed, LookupError) as reason:
        raise Undecodable(str(reason)) from None
    return found.name, Item(members(found)), lost


def membership(event: Event) -> Membership | None:
    """Whoever entered or left is the sender; whom an invitation names has not entered yet."""
    return by_sender(event, event.extra.get("$op"))


class _Reader:
    def __init__(
        self,
        source: SourceFile,
        encoding: str,
        identify: Identify,
        who: Callable[[Item], str | None],
        file: Callable[[str, Item], str | None],
    ) -> None:
        self._source, self._identify, self._who, self._file = source, identify, who, file
        self._common: dict[str, Any] = {} if encoding == "utf-8" else {"enc": encoding}
        self._encoding = encoding
        self._inside = False
        self._room, self._title = "", ""
        self._members: dict[str, None] = {}
        self._found: dict[str, list[Any]] = {}

    def opened(self, name: str, attributes: dict[str, str]) -> bool:
        if name != CONVERSATION:
            return False
        self._inside = True
        self._room, self._title = "", attributes.get("Perspective", "")
        self._members = {}
        return True

    def closed(self, name: str) -> None:
        self._inside = self._inside and name != CONVERSATION
        if not self._inside:
            self._room, self._title, self._members = "", "", {}

    def item(self, name: str, raw: bytes) -> Made | Repeated | None:
        try:
            found, _ = element(raw, self._encoding)
        except Malformed as reason:
            raise Undecodable(str(reason)) from None
        if name not in RECORDS and not found.children:
            if name == "RoomID":
                self._room = found.text.strip()
            return None
        fields = Item(members(found))
        key = self._identify(name, fields, self._room or self._title)
        if isinstance(key, Repeated):
            return key
        if name in {ENTERED, LEFT} and (person := self._who(Item(members(found)))):
            if name == ENTERED:
                self._members[person] = None
            else:
                self._members.pop(person, None)
        meta = self._meta()
        before, missing = self._beside(self._file(name, Item(members(found))), meta)
        return Made(key=key, meta=meta, before=before, missing=missing)

    def loose(self, raw: bytes) -> Made | None:
        if not self._inside:
            return None
        digest = sha256(f"{self._room}\0{self._title}\0".encode("utf-8", "surrogatepass") + raw).hexdigest()
        return Made(key=f"loose:{digest}", meta={**self._meta(), LOOSE: True})

    def _meta(self) -> dict[str, Any]:
        meta = dict(self._common)
        if self._room:
            meta[ROOM] = self._room
        if self._title:
            meta[TITLE] = self._title
        if 0 < len(self._members) <= MOST_MEMBERS:
            meta[MEMBERS] = list(self._members)
        return meta

    def _beside(self, path: str | None, meta: dict[str, Any]) -> tuple[tuple[Part, ...], tuple[str, ...]]:
        """The part of a file that lies beside the dump, where this names it first, and its name where there is none."""
        if not path:
            return (), ()
        before: tuple[Part, ...] = ()
        if path not in self._found:
            raw = read_file(self._source.beside, path)
            if raw is None:
                return (), (path,)
            digest = sha256(raw).hexdigest()
            self._found[path] = [digest, len(raw)]
            name = path.rpartition("/")[2]
            key = f"att:{digest}:{path}"
            before = (Part(kind="attachment", raw=raw, at=(0, len(raw)), member=path, key=key, meta={"name": name}),)
        meta[FILES] = {path: self._found[path]}
        return before, ()
