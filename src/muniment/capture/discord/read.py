"""A channel's JSON to parts: the channel first, then message after message; and whether they are as many as the file says."""

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec

from muniment.capture.beside import read_file
from muniment.capture.connector import ImportOptions, Part, SourceFile, Undecodable, Unreadable
from muniment.capture.discord.media import paths_of
from muniment.capture.documents import Made, context, json_parts, mapped, refuse_what_is_no_json
from muniment.capture.exact import read_json, text_of
from muniment.capture.members import Members, read_members
from muniment.capture.spans import Path

MESSAGES = (("messages", "*"),)
_ABOUT = (("guild",), ("channel",), ("messageCount",))


def read(source: SourceFile, options: ImportOptions) -> Iterator[Part]:
    """The parts of the file in order. Raises Unreadable before the first of them where it is no such export."""
    with mapped(source.path) as data:
        refuse_what_is_no_json(data[:4096], source.name)
        about = {str(path[0]): _value(raw) for path, raw in context(data, MESSAGES, _ABOUT).items()}
        channel = about.get("channel")
        if not isinstance(channel, dict) or text_of(channel.get("id")) is None:
            raise Unreadable(
                "{name}: expected the JSON of DiscordChatExporter, got no channel in it; export it again as JSON",
                name=source.name,
            )
        maker = _Maker(source, channel, about.get("guild"))
        parts = json_parts(data, MESSAGES, maker.make)
        yield from _counted(parts, about.get("messageCount"))


def _counted(parts: Iterator[Part], claimed: Any) -> Iterator[Part]:
    """The same parts; the last says so where the file holds another number of messages than it claims."""
    seen, last = 0, None
    for part in parts:
        if last is not None:
            yield last
        last = part
        seen += part.member is None and (part.kind == "message" or part.rejected is not None)
    if last is not None and last.kind == "span" and last.rejected is None and claimed != seen:
        said = f"messageCount says {claimed}" if type(claimed) is int else "messageCount says none"
        reason = f"expected as many messages as the file says, got {seen} where {said}; it was cut short or changed"
        last = msgspec.structs.replace(last, rejected=reason, lines=1)
    if last is not None:
        yield last


class _Maker:
    """Names messages, and brings the files that lie beside the export."""

    def __init__(self, source: SourceFile, channel: Members, guild: Any) -> None:
        self._source = source
        name, category = channel.get("name"), channel.get("category")
        self._channel = {
            "id": str(text_of(channel.get("id"))),
            "name": name if isinstance(name, str) else "",
            "type": text_of(channel.get("type")) or "",
            "category": category if isinstance(category, str) else "",
            "guild": (text_of(guild.get("id")) or "") if isinstance(guild, dict) else "",
        }
        self._files: dict[str, tuple[str, int] | None] = {}

    def make(self, path: Path, raw: bytes) -> Made:
        members, _ = read_members(raw)
        number = text_of(members.get("id"))
        if number is None:
            raise Undecodable("expected id, got none")
        files, before = {}, []
        paths = paths_of(members)
        for each in paths:
            if each not in self._files:
                before += self._bring(each)
            if (known := self._files[each]) is not None:
                files[each] = list(known)
        meta: dict[str, Any] = {"channel": self._channel} | ({"files": files} if files else {})
        missing = tuple(each for each in paths if each not in files)
        return Made(key=f"{self._channel['id']}/{number}", meta=meta, missing=missing, before=tuple(before))

    def _bring(self, path: str) -> list[Part]:
        raw = read_file(self._source.beside, path)
        self._files[path] = None
        if raw is None:
            return []
        digest = hashlib.sha256(raw).hexdigest()
        self._files[path] = digest, len(raw)
        name = path.rpartition("/")[2]
        key = f"att:{digest}{path}"
        return [Part(kind="attachment", raw=raw, at=(0, len(raw)), member=path, key=key, meta={"name": name})]


def _value(raw: bytes) -> Any:
    try:
        return read_json(raw).value
    except Undecodable:
        return None
