"""An archive to parts: the account first, then every file in the order of the zip; or one file of it alone."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from muniment.capture.connector import Extent, ImportOptions, Part, SourceFile, Undecodable, Unreadable
from muniment.capture.documents import Made, context, first_bears, mapped, message_parts, pieces, the_end
from muniment.capture.exact import read_json, text_of
from muniment.capture.members import Members, inner, objects, read_members
from muniment.capture.spans import Buffer, Path, Stop, walk
from muniment.capture.x.files import TALK_IDS, TALKS, Opening, opening
from muniment.capture.zipped import about, base_name, extent_of, in_order, media_part, packed_span, spans
from muniment.capture.zips import Archive, Limits, Member, content, survey

DEFAULT_LIMITS = Limits()
_HEAD = 4096
Files = Mapping[str, list[list[Any]]]
"""Number of a post or message → name, SHA-256 and size of each file that came with it."""


def read(source: SourceFile, options: ImportOptions, limits: Limits = DEFAULT_LIMITS) -> Iterator[Part | Extent]:
    """The parts of the file in order. Raises Unreadable before the first of them where nothing in it is a message."""
    with source.path.open("rb") as file:
        if file.read(4).startswith((b"PK\x03\x04", b"PK\x05\x06")):
            yield from _zip(file, source, limits)
            return
    with mapped(source.path) as data:
        begins = opening(data)
        if begins is None or not begins.patterns:
            raise Unreadable(
                "{name}: expected the archive of X as a zip, or a file of it such as tweets.js, got another file; import the "
                "zip as it came",
                name=source.name,
            )
        yield from _cut(data, None, {}, {})


def _zip(file: BinaryIO, source: SourceFile, limits: Limits) -> Iterator[Part | Extent]:
    archive = survey(file, source.size, source.name, limits)
    scripts = {id(member): begins for member in archive.members if (begins := _begins(file, member)) is not None}
    if not any(begins.patterns for begins in scripts.values()):
        raise Unreadable(
            "{name} holds no posts and no direct messages; expected the zip that X gives out, with data/tweets.js in it",
            name=source.name,
        )
    account = _account(file, archive, scripts)
    files = _files(archive)
    for item in in_order(archive):
        if isinstance(item, tuple):
            yield from spans(file, *item)
            continue
        if item.rejected is not None:
            yield from packed_span(file, item)
            continue
        yield extent_of(item)
        begins = scripts.get(id(item))
        if begins is not None and begins.patterns:
            cut = _cut(content(file, item), item.name, account, files)
            yield from first_bears(cut, {"zip": item.meta()})
        elif begins is not None:
            raw = content(file, item)
            yield Part(kind="span", raw=raw, at=(0, len(raw)), member=item.name, meta={"zip": item.meta()})
        else:
            yield media_part(file, item)


def _begins(file: BinaryIO, member: Member) -> Opening | None:
    if member.rejected is not None or not member.name.endswith(".js"):
        return None
    return opening(content(file, member)[:_HEAD])


def _cut(data: Buffer, member: str | None, account: Members, files: Files) -> Iterator[Part]:
    """The parts of a file, whose assignments may come one behind the other."""
    done = at = 0
    while (begins := opening(data, at)) is not None:
        maker = _Maker(data, begins, account, files)
        for item in walk(data, begins.patterns, begins.start):
            if isinstance(item, Stop):
                semicolon = data[item.at : item.at + 1] == b";"
                stop = Stop(item.at + semicolon, item.reason)
                at = stop.at
                if stop.reason is not None or opening(data, at) is None:
                    yield from the_end(data, done, stop, member)
                    return
            elif item.wanted:
                yield from message_parts(data, done, item, maker.make, member)
                done = item.end
    yield from pieces(data, done, len(data), member)


class _Maker:
    """Names the messages of one file."""

    def __init__(self, data: Buffer, begins: Opening, account: Members, files: Files) -> None:
        self._what, self._account, self._files = begins.what, account, files
        self._talks: dict[Path, str] = {}
        if begins.patterns is TALKS:
            for path, raw in context(data, TALKS, TALK_IDS, begins.start).items():
                self._talks[path[:-1]] = _text(raw) or ""

    def make(self, path: Path, raw: bytes) -> Made:
        members, _ = read_members(raw)
        if len(path) == 1:
            return self._post(members)
        talk = self._talks.get(path[:-2], "")
        name, event = next(((n, e) for n, e in members.items() if isinstance(e, dict)), ("", {}))
        if not name:
            raise Undecodable("expected an event of a conversation, got an object without one")
        number = text_of(event.get("id"))
        meta: dict[str, Any] = {"talk": talk, "account": self._account}
        if number is not None and number in self._files:
            meta["files"] = self._files[number]
        key = number or f"{name[:40]}/{hashlib.sha256(raw.strip(b' ,' + bytes((9, 10, 13)))).hexdigest()}"
        return Made(key=f"{talk}/{key}", meta=meta)

    def _post(self, members: Members) -> Made:
        meta: dict[str, Any] = {"of": self._what, "account": self._account}
        note = members.get("noteTweet")
        if isinstance(note, dict):
            number = text_of(note.get("noteTweetId"))
            kind = "note"
        else:
            tweet = inner(members, "tweet") or members
            number = text_of(tweet.get("id_str")) or text_of(tweet.get("id"))
            kind = "tweet"
        if number is None:
            raise Undecodable("expected a post with an id, got none")
        if number in self._files:
            meta["files"] = self._files[number]
        return Made(key=f"{kind}/{number}", meta=meta)


def _account(file: BinaryIO, archive: Archive, scripts: Mapping[int, Opening]) -> Members:
    """Whose archive it is, where it says so."""
    for member in archive.members:
        begins = scripts.get(id(member))
        if begins is None or begins.what != "account":
            continue
        try:
            value = read_json(content(file, member)[begins.start :].rstrip(b" \t\r\n;")).value
        except Undecodable:
            return {}
        account = next((inner(each, "account") for each in objects(value)), {})
        names = (("id", "accountId"), ("username", "username"), ("name", "accountDisplayName"))
        return {name: text for name, given in names if (text := text_of(account.get(given)))}
    return {}


def _files(archive: Archive) -> Files:
    """The media of posts and messages, which are named for them: `<number>-<name>` in a folder of media."""
    found: dict[str, list[list[Any]]] = {}
    for member in archive.members:
        folder, _, name = member.name.rpartition("/")
        number, dash, _ = name.partition("-")
        if (
            member.rejected is None
            and base_name(folder).endswith("_media")
            and dash
            and number.isascii()
            and number.isdigit()
        ):
            kind = about(name, member.size, member.sha256).get("type", "")
            found.setdefault(number, []).append([name, member.sha256, member.size, kind])
    return found


def _text(raw: bytes) -> str | None:
    try:
        return text_of(read_json(raw).value)
    except Undecodable:
        return None
