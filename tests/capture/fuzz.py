"""The one fuzzer of the capture room: mutated files and payloads, and what must hold for each of them whatever it contains.

A connector for files is asked through `fuzz_files`, a decoder of single records (a webhook's body, a polled message) through
`fuzz_records`; both take seeds, which are whole well-formed inputs, and a number of rounds. Each round is made from its own
number alone, so a failure names the round that repeats it. None may take a second of processor time (`HANG_SECONDS`).
"""

import json
import random
import signal
import tempfile
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec

from muniment.capture.connector import Connector, Decoder, Extent, ImportOptions, Part, SourceFile, Undecodable
from muniment.record.codec import canonical
from muniment.record.errors import Refused
from muniment.record.event import Event
from muniment.record.record import Header, join_payload, split_payload
from muniment.search.known import FLAGS

Mutate = Callable[[bytes, random.Random], bytes]

HANG_SECONDS = 1.0
"""Processor time of this process after which an input counts as one that hangs a reader; a busy machine adds none to it."""

ANY = (b"\x00", b"\xff", b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n", b"\r\n", b"\xe2\x80\xae", b"\xed\xa0\x80",
       "你好".encode(), "\U0001f600".encode(), "你好".encode("gb18030"), b"\xc3", b"9" * 40, b"-1", b"A" * 3000)  # fmt: skip
JSON = (*ANY, b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"\\ud83d", b"\\u0000", b"\\x41", b"\\xZZ", b"null", b"NaN",
        b"1e999", b"1.5", b"-0", b"true", b'"id":', b"[" * 200, b'{"a":' * 200, b"99999999999999999999")  # fmt: skip
XML = (*ANY, b"<", b">", b"&", b"</", b"/>", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<?xml?>", b'"', b"'", b"&#55357;",
       b"&#0;", b"&#x110000;", b"&amp;", b"&lol;", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"<a>" * 200, b"null", b'=""')  # fmt: skip
TEXT = (
    *ANY,
    b"\t",
    b": ",
    b" - ",
    b"[",
    b"]",
    b"\n\n",
    b"From ",
    b"2024/05/14",
    b"12:00",
    b"\xc2\xa0",
    b"=?utf-8?B?",
    b"--",
)

ODD: tuple[Any, ...] = (None, True, False, 0, -1, 7, 1.5, 2**63, 2**70, -(2**63), "", "0", "null", "你好", "\x00", "\ud800",
                        "9" * 30, "<b>&amp;</b>", "2024-13-45T99:99:99Z", [], {}, [[]], [None], [1, "a", {}], {"": None},
                        {"id": 1}, {"text": {"text": []}}, "A" * 2000, "\u202egpj.exe")  # fmt: skip
"""What a field of JSON may turn out to hold."""


def cut_and_paste(words: Sequence[bytes]) -> Mutate:
    """Mutations of bytes, `words` being what is put in beside noise: pass JSON, XML or TEXT."""

    def mutate(seed: bytes, rnd: random.Random) -> bytes:
        data = bytearray(seed)
        for _ in range(rnd.choice((1, 1, 1, 2, 3, 8))):
            at = rnd.randrange(len(data) + 1)
            end = min(len(data), at + rnd.choice((1, 1, 2, 4, 16, 100, 1000)))
            match rnd.randrange(7):
                case 0:
                    data[at:end] = b""
                case 1:
                    data[at:at] = data[at:end]
                case 2:
                    data[at:at] = rnd.choice(words)
                case 3:
                    data[at:end] = rnd.choice(words)
                case 4 if at < len(data):
                    data[at] ^= 1 << rnd.randrange(8)
                case 5:
                    del data[at:]
                case _:
                    other = rnd.randrange(len(data) + 1)
                    data[at:at] = data[other : other + (end - at)]
        return bytes(data)

    return mutate


def change_values(seed: bytes, rnd: random.Random) -> bytes:
    """A mutation of JSON that stays JSON: members lost, renamed or doubled, and values of any other kind in their place."""
    try:
        document = json.loads(seed)
    except ValueError:
        return cut_and_paste(JSON)(seed, rnd)
    places: list[tuple[Any, Any]] = []

    def walk(value: Any) -> None:
        for name, item in (
            value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        ):
            places.append((value, name))
            walk(item)

    walk(document)
    for _ in range(rnd.choice((1, 1, 2, 5))):
        if not places:
            break
        holder, name = rnd.choice(places)
        if isinstance(holder, list) and not (isinstance(name, int) and name < len(holder)):
            continue
        if isinstance(holder, dict) and name not in holder:
            continue
        match rnd.randrange(6):
            case 0:
                del holder[name]
            case 1 if isinstance(holder, dict):
                holder[rnd.choice(("", "id", "text", "日期", "type", str(name) * 2))] = holder[name]
            case 2:
                source, key = rnd.choice(places)
                if (isinstance(source, dict) and key in source) or (isinstance(source, list) and key < len(source)):
                    holder[name] = json.loads(json.dumps(source[key]))
            case _:
                holder[name] = rnd.choice(ODD)
    text = json.dumps(document, ensure_ascii=rnd.random() < 0.5, indent=rnd.choice((None, 1)))
    return text.encode("utf-8", "replace")


def within_zip(mutate: Mutate) -> Mutate:
    """Mutations of one member of a zip, and now and then of the zip's own bytes."""
    around = cut_and_paste(ANY)

    def mutated(seed: bytes, rnd: random.Random) -> bytes:
        if rnd.randrange(8) == 0:
            return around(seed, rnd)
        members = _members(seed)
        chosen = rnd.randrange(len(members))
        made = BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for place, (name, content) in enumerate(members):
                if place == chosen and rnd.randrange(10) == 0:
                    continue
                archive.writestr(
                    zipfile.ZipInfo(name, (2024, 5, 4, 12, 0, 0)), mutate(content, rnd) if place == chosen else content
                )
        return made.getvalue()

    return mutated


@lru_cache(maxsize=8)
def _members(seed: bytes) -> Sequence[tuple[str, bytes]]:
    with zipfile.ZipFile(BytesIO(seed)) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]


def fuzz_files(
    connector: Connector,
    seeds: Iterable[tuple[str, bytes]],
    rounds: int,
    mutates: Sequence[Mutate],
    *,
    options: ImportOptions | None = None,
) -> None:
    """Mutate (name, content) seeds `rounds` times, and check of every file, and first of each seed, what `check_file` says.

    A message that came so in an earlier round, byte for byte, decodes as it did then: it is not decoded again.
    """
    given, known = list(seeds), set[bytes]()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "source"
        for name, content in given:
            check_file(connector, path, name, content, options or ImportOptions(), known)
        for number in range(rounds):
            rnd = random.Random(number)
            name, content = rnd.choice(given)
            changed = rnd.choice(mutates)(content, rnd)
            with _named(number, changed):
                check_file(connector, path, name, changed, options or ImportOptions(), known)


def check_file(
    connector: Connector,
    path: Path,
    name: str,
    content: bytes,
    options: ImportOptions,
    known: set[bytes] | None = None,
) -> list[Part | Extent]:
    """Assert of one file: read, or refused before the first part; each byte in one part, as it was; every message decodes.

    Returns the parts and extents; empty where it was refused, and the importer keeps it whole. Messages that are `known` to
    decode, by the digest of all that a decoder reads (where they stand in the file is nothing of it), are not decoded again.
    """
    path.unlink(missing_ok=True)  # a new file: one that is emptied and written over waits for the disk
    path.write_bytes(content)
    source = SourceFile(path=path, name=name, size=len(content), sha256=sha256(content).hexdigest())
    items: list[Part | Extent] = []
    refusal: str | None = None
    try:
        for item in connector.read(source, options):
            if isinstance(item, Part | Extent):
                items.append(item)
    except Refused as caught:
        refusal = str(caught)
    if refusal is not None:
        assert refusal
        assert not items, f"refused after {len(items)} parts: {refusal}"
        return []
    check_tiling(content, items)
    for item in items:
        if isinstance(item, Part):
            if item.kind == "message" and item.rejected is None:
                assert item.key, "a message without a key"
                header = header_of(connector, item)
                digest = sha256(join_payload(msgspec.structs.replace(header, at=None), item.raw)).digest()
                if known is None or digest not in known:
                    check_decoded(connector, header, item.raw)
                    if known is not None:
                        known.add(digest)
            else:
                join_payload(header_of(connector, item), item.raw)
    return items


def check_tiling(content: bytes, items: Iterable[object]) -> None:
    """Assert that the parts of a file, and of each member, lie one behind the other without gap or overlap, and are its bytes."""
    spans: dict[str | None, list[tuple[int, int]]] = {None: []}
    sizes: dict[str | None, int] = {None: len(content)}
    for item in items:
        if isinstance(item, Extent):
            assert item.member not in sizes, "two extents of one member"
            sizes[item.member] = item.size
            spans[None].append(item.packed)
        elif isinstance(item, Part):
            offset, length = item.at
            assert length == len(item.raw)
            if item.member is None:
                assert item.raw == content[offset : offset + length], "a part holds other bytes than its span"
            spans.setdefault(item.member, []).append(item.at)
    for member, size in sizes.items():
        at = 0
        for start, length in sorted(spans.get(member, [])):
            assert start == at, f"bytes {at} to {start} of {member or 'the file'} are in no part, or in two"
            at = start + length
        assert at == size, f"bytes {at} to {size} of {member or 'the file'} are in no part"


def fuzz_records(
    decoder: Decoder,
    seeds: Iterable[tuple[dict[str, Any], bytes]],
    rounds: int,
    mutates: Sequence[Mutate],
    *,
    part: str = "message",
) -> None:
    """Mutate (meta, raw) seeds `rounds` times, and check of every record, and first of each seed, what `check_decoded` says."""
    given = list(seeds)

    def header(number: int, meta: dict[str, Any]) -> Header:
        key = f"k{number}"
        return Header(by=decoder.name, v=decoder.version, part=part, assurance=decoder.assurance, key=key, meta=meta)

    for number, (meta, raw) in enumerate(given):
        check_decoded(decoder, header(number, meta), raw)
    for number in range(rounds):
        rnd = random.Random(number)
        meta, raw = rnd.choice(given)
        changed = rnd.choice(mutates)(raw, rnd)
        with _named(number, changed):
            check_decoded(decoder, header(number, meta), changed)


def check_decoded(decoder: Decoder, header: Header, raw: bytes) -> Sequence[Event]:
    """Assert that a record decodes twice to the same events, each of which can be written down, or is Undecodable; the events."""
    sealed = join_payload(header, raw)
    reason: str | None = None
    events: Sequence[Event] = ()
    try:
        events = decoder.decode(*split_payload(sealed))
    except Undecodable as caught:
        reason = str(caught)
    if reason is not None:
        assert reason
        return ()
    assert list(decoder.decode(*split_payload(sealed))) == list(events), "two readings differ"
    for event in events:
        assert set(event.flags) <= set(FLAGS), f"flags that no query knows: {event.flags}"
        body = msgspec.json.encode(event)
        assert msgspec.json.decode(body, type=Event) == event
        canonical(event.extra)
        canonical([event.text, event.conversation, event.sender, event.key, event.target, list(event.flags)])
    return events


def header_of(decoder: Decoder, part: Part) -> Header:
    """The header that the importer gives a part."""
    meta = part.meta if part.rejected is None else {**part.meta, "rejected": part.rejected}
    return Header(
        by=decoder.name,
        v=decoder.version,
        part=part.kind,
        assurance=decoder.assurance,
        key=part.key,
        member=part.member,
        at=part.at,
        meta=meta,
    )


class Hung(Exception):
    """An input kept its reader for longer than HANG_SECONDS."""


@contextmanager
def no_hang() -> Iterator[None]:
    """Raise Hung where the block is at work for longer than HANG_SECONDS, in the midst of what it does."""
    before = signal.signal(signal.SIGPROF, _hung)
    signal.setitimer(signal.ITIMER_PROF, HANG_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _hung(number: int, frame: FrameType | None) -> None:
    raise Hung(f"still at work after {HANG_SECONDS} s")


@contextmanager
def _named(number: int, content: bytes) -> Iterator[None]:
    try:
        with no_hang():
            yield
    except Exception as error:
        shown = b64encode(content[:4000]).decode()
        raise AssertionError(f"round {number} ({len(content)} bytes, base64 {shown}): {error!r}") from error
