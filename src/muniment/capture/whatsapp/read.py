"""From an export file (`.txt`, or `.zip` with its media) to parts; and back from parts to the file, to prove that nothing is lost."""

import os
import re
import stat
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from muniment.capture.connector import LARGEST, Extent, ImportOptions, Part, Snapshot, SourceFile, Unreadable
from muniment.capture.whatsapp.clock import zone
from muniment.capture.whatsapp.detect import Reading, detect
from muniment.capture.whatsapp.locales import clean
from muniment.capture.whatsapp.names import chat_name, conversation_id, plain_name
from muniment.capture.whatsapp.scan import Columns, Encoding, encoding_of, scan
from muniment.capture.whatsapp.split import chat_kind, named_files, parts
from muniment.capture.zipped import (
    about,
    attachment_key,
    base_name,
    extent_of,
    in_order,
    media_part,
    packed_span,
    spans,
)
from muniment.capture.zips import Archive, Limits, Member, content, pack, survey
from muniment.record.errors import Refused

DEFAULT_LIMITS = Limits()
MAX_TEXT = LARGEST
"""Bytes of chat text that are read into memory."""


def read(
    source: SourceFile, options: ImportOptions, limits: Limits = DEFAULT_LIMITS
) -> Iterator[Part | Extent | Snapshot]:
    """Cut an export into parts. Raises Refused before the first of them; see the README for what each part holds."""
    if options.timezone is None:
        raise Refused(
            "{name} does not say in which time zone the phone was; give one, for example --timezone Asia/Hong_Kong",
            name=source.name,
        )
    zone(options.timezone)
    with source.path.open("rb") as file:
        if file.read(4).startswith((b"PK\x03\x04", b"PK\x05\x06")):
            yield from _read_zip(file, source, options, limits)
        else:
            yield from _read_text(file, source, options)


class _Chat:
    """A chat text that was understood: what `split.parts` needs."""

    def __init__(self, data: bytes, name: str, options: ImportOptions, titles: Iterable[str]) -> None:
        self.data = data
        self.encoding: Encoding = encoding_of(data, name)
        self.columns: Columns = scan(data, self.encoding, name)
        self.reading: Reading = detect(self.columns, options.date_order, name)
        title = next((title for title in map(chat_name, titles) if title), None)
        fallback = plain_name(name)
        if title is None and fallback.strip("_").casefold() == "chat":
            title = self.columns.title
        self.title = conversation_id(title or fallback)

    def meta(self) -> dict[str, Any]:
        """What all messages share: the chat's native id, its name, and what kind of chat it is where known."""
        kind = chat_kind(self.columns, self.reading, self.title)
        return {"conversation": self.title} | ({"chat": kind} if kind else {})


def _read_text(file: BinaryIO, source: SourceFile, options: ImportOptions) -> Iterator[Part | Extent | Snapshot]:
    if source.size > MAX_TEXT:
        raise Unreadable(
            "{name} holds {size} bytes; a chat text of more than {limit} is not read",
            name=source.name,
            size=source.size,
            limit=MAX_TEXT,
        )
    file.seek(0)
    chat = _Chat(file.read(), source.name, options, [source.name])
    files: dict[str, dict[str, Any]] = {}
    if source.beside is not None:
        for name in sorted(named_files(chat.data, chat.encoding, chat.columns, chat.reading)):
            part = _beside(source.beside, name) if _MEDIA.fullmatch(name) else None
            if part is not None:
                files[name] = part.meta
                yield part
    yield from parts(
        chat.data, chat.encoding, chat.columns, chat.reading, chat=chat.meta(), zone=str(options.timezone), files=files
    )


_MEDIA = re.compile(r"(?:(?:IMG|VID|AUD|PTT|STK|DOC)-\d{8}-WA\d+|\d{8}-[A-Z]{3,8}-[\d-]{10,24})\.[A-Za-z0-9]{2,5}")
"""Names that the app gives to media. Files of other names that happen to lie beside an export are not touched: a stranger
may have written `keys.txt (file attached)` into the chat."""


def _beside(folder: Path, name: str) -> Part | None:
    """The attachment part of a plain file of that name in `folder`; None when there is none. Links are not followed."""
    try:
        handle = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except (OSError, ValueError):
        return None
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
            return None
        raw = file.read()
    if len(raw) > LARGEST:
        return None
    digest = sha256(raw).hexdigest()
    return Part(
        kind="attachment",
        raw=raw,
        at=(0, len(raw)),
        member=name,
        key=attachment_key(digest, name),
        meta=about(name, len(raw), digest),
    )


def _read_zip(
    file: BinaryIO, source: SourceFile, options: ImportOptions, limits: Limits
) -> Iterator[Part | Extent | Snapshot]:
    archive = survey(file, source.size, source.name, limits)
    text, chat = _chat_text(file, archive, source, options)
    given = {
        base_name(m.name): about(m.name, m.size, m.sha256)
        for m in archive.members
        if m.rejected is None and m is not text
    }
    # The chat names a file between marks of the app's own, so that a name's own marks at its ends cannot be told from those.
    files = {clean(name).strip(): meta for name, meta in given.items()} | given
    snapshot: list[Snapshot] = []
    for item in in_order(archive):
        if isinstance(item, tuple):
            yield from spans(file, *item)
            continue
        if item.rejected is None:
            yield extent_of(item)
        if item is text:
            for part in parts(
                chat.data,
                chat.encoding,
                chat.columns,
                chat.reading,
                chat=chat.meta(),
                zone=str(options.timezone),
                files=files,
                member=item.name,
                first={"zip": item.meta()},
            ):
                if isinstance(part, Snapshot):
                    snapshot.append(part)
                else:
                    yield part
        elif item.rejected is not None:
            yield from packed_span(file, item)
        else:
            yield media_part(file, item)
    yield from snapshot


def _chat_text(file: BinaryIO, archive: Archive, source: SourceFile, options: ImportOptions) -> tuple[Member, _Chat]:
    """The member that is the chat, and the chat: by its name, else the one text that reads as one."""
    texts = [member for member in archive.members if member.name.casefold().endswith(".txt")]
    named = [
        m
        for m in texts
        if base_name(m.name) == "_chat.txt" or chat_name(m.name) or plain_name(m.name) == plain_name(source.name)
    ]
    candidates = sorted(
        named or texts, key=lambda member: (member.name.count("/"), base_name(member.name) != "_chat.txt")
    )
    whole = [member for member in candidates if member.rejected is None and member.size <= MAX_TEXT]
    if not whole:
        reason = candidates[0].rejected if candidates else None
        if reason is not None:
            raise Unreadable("the chat text in {name} cannot be read: {reason}", name=source.name, reason=reason)
        raise Unreadable(
            "{name} holds no chat text; expected _chat.txt or WhatsApp Chat with ….txt in it", name=source.name
        )
    refusal: Refused | None = None
    for member in whole:
        try:
            return member, _Chat(content(file, member), member.name, options, [source.name, member.name])
        except Refused as error:
            refusal = refusal or error
    raise refusal or AssertionError


def reassemble(stored: Iterable[Part | Extent | Snapshot]) -> bytes:
    """The file from its parts, byte for byte. Raises Refused when a member was packed in a way that cannot be repeated."""
    members: dict[str | None, list[Part]] = {}
    for part in stored:
        if isinstance(part, Part):
            members.setdefault(part.member, []).append(part)
    outer = {part.at[0]: part.raw for part in members.pop(None, [])}
    for name, pieces in members.items():
        pieces.sort(key=lambda part: part.at[0])
        about = next((part.meta["zip"] for part in pieces if "zip" in part.meta), None)
        if about is None:
            continue
        packed = pack(b"".join(part.raw for part in pieces), about["level"], about["method"])
        if packed is None:
            raise Refused(
                "the zip cannot be made again byte for byte: member {name} was packed by an unknown writer",
                name=str(name),
            )
        if packed:
            outer[about["offset"]] = packed
    return b"".join(outer[start] for start in sorted(outer))
