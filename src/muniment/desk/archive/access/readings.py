"""What is read in attachments: the sound of a voice, the text of a document, and what the worker recorded of each file.

Trust: a file is read in a confined process, anew for each look, and its text is kept nowhere; the audit entry is durable
before anything of it leaves. What was read is derived from the record, and never the record itself.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Count

from muniment.catalog.placed import Placed
from muniment.desk.archive.access.files import File, file
from muniment.desk.archive.access.reading import absent
from muniment.desk.archive.models import Listed, Reading
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.media import attachment, types
from muniment.media.readers import VERSION, module_for
from muniment.media.reading import Family, Note, PlaceKind, Status
from muniment.media.reading import Reading as Read
from muniment.media.sniff import sniff
from muniment.record.errors import Busy, Refused
from muniment.record.event import AttachmentStatus
from muniment.vault.pseudonym import Pseudonyms

VOICES = frozenset({types.SILK, types.AMR, types.AMR_WB})
"""Sound that no browser plays before it is decoded."""
LENGTH = 20_000
"""Characters of a document on one page."""
PATIENCE = 20.0
"""Seconds that a page waits for the one reader of its process."""
UNOPENED = "unopened"
"""The status of a file whose bytes could not be had: the check of the whole archive says why."""

_one = threading.Semaphore(1)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Known:
    """What the worker recorded of a file."""

    type: str
    status: str
    agrees: bool | None
    playable: bool
    duration: int | None
    """Milliseconds."""
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sound:
    """A voice in a form that every browser plays."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a document's text, and where in it that stands."""

    kind: PlaceKind
    number: int
    label: str
    inside: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """What was read in a file: characters `first` to `end` of its text, of `size`."""

    name: str
    declared: str | None
    type: str
    family: Family
    agrees: bool | None
    status: Status
    notes: tuple[Note, ...]
    reader: str
    duration: int | None
    voice: bool
    playable: bool
    parts: tuple[Part, ...]
    first: int
    end: int
    size: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How many files were read, by status, how many wait, and how many records were not looked through for files yet."""

    read: int
    waiting: int
    unlisted: int
    differing: int
    """Files that are not what was claimed."""
    by_status: tuple[tuple[str, int], ...]


def key_of(names: Pseudonyms, sha256: str) -> str:
    """By what a file's row is found."""
    return names.key("", "reading", sha256).hex()


def known(desk: Desk, events: Iterable[Placed]) -> Mapping[str, Known]:
    """What is recorded of the files of these events, which the reader was shown, by SHA-256."""
    digests = {
        each.sha256
        for event in events
        for each in event.decoded.event.attachments
        if each.status is AttachmentStatus.STORED and each.sha256
    }
    if not digests:
        return {}
    names = Pseudonyms(desk.archive.kek)
    keys = {key_of(names, digest): digest for digest in digests}
    wanted = list(keys)
    found = {}
    for at in range(0, len(wanted), _AT_ONCE):
        for row in Reading.objects.filter(key__in=wanted[at : at + _AT_ONCE], reader=VERSION):
            found[keys[row.key]] = Known(
                row.type, row.status, row.agrees, row.playable, row.duration, tuple(str(note) for note in row.notes)
            )
    return found


def sound(
    desk: Desk, leaf: int, ordinal: int, place: int, *, capability: Capability = Capability.READ
) -> tuple[Sound | None, Status]:
    """The voice that is attachment `place` of an event, to be played; without it, why it cannot be.

    Raises NotFound, Damaged, WrongKey, and Busy where others are read for too long.
    """
    found = file(desk, leaf, ordinal, place, capability=capability, act="attachment.play")
    if sniff(found.content, found.declared, found.name).type not in VOICES:
        raise absent()
    read = _read(found)
    if read.playable is None:
        return None, read.extract_status
    return Sound(found.name, read.playable.content_type, read.playable.content), read.extract_status


def document(
    desk: Desk, leaf: int, ordinal: int, place: int, *, first: int = 0, capability: Capability = Capability.READ
) -> Document:
    """What is read in attachment `place` of an event, from character `first` on; raises as `sound` does, and Refused."""
    found = file(desk, leaf, ordinal, place, capability=capability, act="attachment.text")
    read = _read(found)
    if first > len(read.text):
        raise Refused("the text of this file ends before character {first}; begin at 0", first=first)
    end = min(first + LENGTH, len(read.text))
    return Document(
        name=found.name,
        declared=found.declared,
        type=read.type,
        family=read.family,
        agrees=read.agrees,
        status=read.extract_status,
        notes=read.notes,
        reader=read.reader,
        duration=read.duration,
        voice=read.type in VOICES,
        playable=read.playable is not None,
        parts=tuple(_parts(read, first, end)),
        first=first,
        end=end,
        size=len(read.text),
    )


def tally(desk: Desk) -> Tally:
    """How far the reading of files has come; no content. Raises NotFound for whoever may not see how the archive runs."""
    desk.authority.require(Capability.SYSTEM)
    done = Reading.objects.filter(reader=VERSION)
    by_status = tuple(done.values_list("status").annotate(Count("key")).order_by("status"))
    read = sum(number for _, number in by_status)
    listed = Listed.objects.values_list("leaf", flat=True).first() or 0
    row = desk.catalog.execute("SELECT position FROM cursor WHERE log = 'records'").fetchone()
    return Tally(
        read=read,
        waiting=Reading.objects.count() - read,
        unlisted=max(0, (0 if row is None else int(row[0])) - listed),
        differing=done.filter(agrees=False).count(),
        by_status=by_status,
    )


def claimed(name: str, declared: str | None) -> str:
    """The type that a sender claims by content type or by name; empty where nothing is claimed."""
    return types.one_name(declared or "") or types.by_ending(name)


def readable(type: str) -> bool:
    """Whether there is a reader for files of a type."""
    return bool(type) and bool(module_for(type))


def _read(found: File) -> Read:
    if not _one.acquire(timeout=PATIENCE):
        raise Busy("another file is being read; try again in a moment")
    try:
        return attachment.read(found.content, found.declared, found.name)
    finally:
        _one.release()


def _parts(read: Read, first: int, end: int) -> Iterator[Part]:
    for place in read.places:
        if place.start < end and place.end > first:
            text = read.text[max(place.start, first) : min(place.end, end)]
            yield Part(place.kind, place.number, place.label, place.inside, text)
