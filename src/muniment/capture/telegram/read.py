"""`result.json` to parts: the chats first, so that each message knows its own, then message after message."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from muniment.capture.beside import read_file
from muniment.capture.connector import ImportOptions, Part, SourceFile, Undecodable, Unreadable
from muniment.capture.documents import Made, context, first_value, json_parts, mapped, refuse_what_is_no_json
from muniment.capture.exact import read_json, text_of
from muniment.capture.members import read_members
from muniment.capture.spans import Buffer, Path, Stop, walk
from muniment.capture.telegram.media import paths_of
from muniment.capture.telegram.repair import repair
from muniment.capture.times import zone_of
from muniment.record.errors import Refused

MESSAGES = (("messages", "*"), ("chats", "list", "*", "messages", "*"), ("left_chats", "list", "*", "messages", "*"))
_ABOUT = ("name", "type", "id")
_CHATS = tuple((*pattern[:-2], name) for pattern in MESSAGES for name in _ABOUT)
_LOOKED_AT = 50
"""Messages that are looked at to see whether times say their zone."""

_KINDS = {
    "personal_chat": "user",
    "bot_chat": "user",
    "saved_messages": "user",
    "replies": "user",
    "private_group": "chat",
}


def read(source: SourceFile, options: ImportOptions) -> Iterator[Part]:
    """The parts of the file in order; a media file comes just before the message that names it.

    Raises, before the first part, Unreadable where this is no such export, and Refused where its times need a zone.
    """
    if options.timezone is not None:
        zone_of(options.timezone)
    with mapped(source.path) as data:
        refuse_what_is_no_json(data[:4096], source.name)
        chats = _chats(data, source.name)
        _check_times(data, source, options)
        yield from json_parts(data, MESSAGES, _Maker(source, options, chats).make)


def _chats(data: Buffer, name: str) -> dict[Path, dict[str, str]]:
    """What the export says of each chat, by the chat's place in the document."""
    found: dict[Path, dict[str, str]] = {}
    for path, raw in context(data, MESSAGES, _CHATS).items():
        try:
            value = text_of(read_json(repair(raw)).value)
        except Undecodable:
            continue
        if value is not None:
            found.setdefault(path[:-1], {})[str(path[-1])] = value
    if not found and not any(
        span.wanted for span in walk(data, MESSAGES, first_value(data)) if not isinstance(span, Stop)
    ):
        raise Unreadable(
            "{name}: expected result.json of Telegram Desktop, got another JSON file; check that it is the right file",
            name=name,
        )
    return found


def _check_times(data: Buffer, source: SourceFile, options: ImportOptions) -> None:
    """Exports before 2021 hold local times only."""
    if options.timezone is not None:
        return
    looked = 0
    for span in walk(data, MESSAGES, first_value(data)):
        if isinstance(span, Stop) or looked == _LOOKED_AT:
            return
        if not span.wanted:
            continue
        looked += 1
        head = data[span.start : min(span.end, span.start + 4096)]
        if b'"date"' in head and b'"date_unixtime"' not in data[span.start : span.end]:
            raise Refused(
                "{name} holds local times without a zone, as Telegram wrote them before 2021; say where the computer was, "
                "for example --timezone Asia/Hong_Kong",
                name=source.name,
            )


class _Maker:
    """Names messages, and brings the files that they name."""

    def __init__(self, source: SourceFile, options: ImportOptions, chats: dict[Path, dict[str, str]]) -> None:
        self._source, self._zone, self._chats = source, options.timezone, chats
        self._files: dict[str, tuple[str, int] | None] = {}
        self._seen: Counter[str] = Counter()

    def make(self, path: Path, raw: bytes) -> Made:
        members, _ = read_members(repair(raw))
        chat = self._chat(path[:-2])
        meta: dict[str, Any] = {"chat": chat}
        if self._zone is not None and "date_unixtime" not in members:
            meta["zone"] = self._zone
        files, before = {}, []
        paths = paths_of(members)
        for each in paths:
            if each not in self._files:
                before += self._bring(each)
            if (known := self._files[each]) is not None:
                files[each] = list(known)
        if files:
            meta["files"] = files
        return Made(
            key=self._key(chat["id"], members, raw),
            meta=meta,
            missing=tuple(each for each in paths if each not in files),
            before=tuple(before),
        )

    def _chat(self, place: Path) -> dict[str, str]:
        """The chat's native id as Telegram writes those of senders, its name and type."""
        said = self._chats.get(place, {})
        kind, name = said.get("type", ""), said.get("name", "")
        native = f"{_KINDS.get(kind, 'channel' if kind else 'chat')}{said['id']}" if "id" in said else name
        return {"id": native or self._source.name, "name": name, "type": kind}

    def _key(self, chat: str, members: dict[str, Any], raw: bytes) -> str:
        number = text_of(members.get("id"))
        if number is not None:
            return f"{chat}/{number}"
        digest = hashlib.sha256(raw.strip(b" \t\r\n,")).hexdigest()
        self._seen[chat + digest] += 1
        return f"{chat}/sha256:{digest}:{self._seen[chat + digest]}"

    def _bring(self, path: str) -> list[Part]:
        raw = read_file(self._source.beside, path)
        self._files[path] = None
        if raw is None:
            return []
        digest = hashlib.sha256(raw).hexdigest()
        self._files[path] = digest, len(raw)
        name = path.rpartition("/")[2]
        key = f"att:{digest}{path}"
        return [
            Part(kind="attachment", raw=raw, at=(0, len(raw)), member=path, key=key, meta={"name": name}),
        ]
