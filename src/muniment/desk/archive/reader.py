"""Reads the files of new records in the background: lists them, and reads one after the other, newest first.

What was found is recorded (models.Reading); the text is not kept. Every file has its row before it is read, so that a stop
loses nothing, and a file that was read by the readers of this version is not read again. One process reads at a time, at
most half of the time. Trust: nobody reads here, so there is no entry; what is recorded is type, status and length.
"""

import threading
import time
from collections.abc import Sequence

from django.db import DatabaseError, close_old_connections, transaction
from django.utils import timezone

from muniment.catalog.placed import of_blob, of_record, placed
from muniment.desk.archive.access.files import content_of, open_record
from muniment.desk.archive.access.readings import UNOPENED, key_of
from muniment.desk.archive.models import Listed, Reading
from muniment.desk.desk import Desk
from muniment.desk.seat import leave, nobody
from muniment.media import attachment
from muniment.media.readers import VERSION
from muniment.record.errors import Busy, MunimentError
from muniment.record.event import AttachmentStatus
from muniment.record.record import split_payload
from muniment.vault.pseudonym import Pseudonyms

STEP = 2_000
"""Leaves that are looked through at a time."""
PAUSE_SECONDS = 2.0
_AT_ONCE = 500


def read_on(stop: threading.Event) -> None:
    """List and read until `stop` is set; the file that is being read then is waited for."""
    try:
        while not stop.is_set():
            close_old_connections()
            began = time.monotonic()
            try:
                busy = step(nobody())
            except (DatabaseError, Busy):  # of the desk's database or of processes there is none to be had: later
                busy = False
            stop.wait(time.monotonic() - began if busy else PAUSE_SECONDS)
    finally:
        leave()
        close_old_connections()


def step(desk: Desk) -> bool:
    """Look through some new records, then read one file; whether there was something to do. Raises Busy."""
    listed = _list(desk)
    row = Reading.objects.exclude(reader=VERSION).order_by("-leaf", "key").first()
    if row is not None:
        _read(desk, row)
    return listed or row is not None


def _list(desk: Desk) -> bool:
    """Give the files of the next records their rows, and take away those of records that were disposed of."""
    cursor = desk.catalog.execute("SELECT position FROM cursor WHERE log = 'records'").fetchone()
    there = 0 if cursor is None else int(cursor[0])
    state = Listed.objects.first() or Listed(leaf=0)
    first = 0 if state.leaf > there else state.leaf  # an older archive was restored
    stop = min(there, first + STEP)
    if first == stop:
        return False
    disposals = desk.catalog.execute(
        "SELECT 1 FROM record WHERE leaf >= ? AND leaf < ? AND type = 'del' LIMIT 1", (first, stop)
    ).fetchone()
    rows = _files(desk, first, stop)
    with transaction.atomic():
        Reading.objects.bulk_create(rows, batch_size=_AT_ONCE, ignore_conflicts=True)
        state.leaf = stop
        if disposals and _forget(desk):
            state.leaf = 0  # another record may hold the same bytes: it gets its row on the next round
        state.save()
    return True


def _files(desk: Desk, first: int, stop: int) -> list[Reading]:
    """The files of some records: those that a message names, and those that stand in records of their own."""
    names = Pseudonyms(desk.archive.kek)
    ids = desk.catalog.execute(
        "SELECT id FROM event WHERE leaf >= ? AND leaf < ? AND body LIKE ?", (first, stop, '%"attachments":[{%')
    ).fetchall()
    rows: dict[str, Reading] = {}
    for event in placed(desk.catalog, [identifier for (identifier,) in ids]):
        for place, each in enumerate(event.decoded.event.attachments):
            if each.status is AttachmentStatus.STORED and each.sha256:
                blob = of_blob(desk.catalog, each.sha256)
                row = Reading(
                    key=key_of(names, each.sha256),
                    leaf=event.decoded.record if blob is None else blob,
                    named=event.decoded.record,
                    ordinal=event.decoded.ordinal,
                    place=place,
                )
                rows.setdefault(row.key, row)
    for leaf, sha256 in desk.catalog.execute(
        "SELECT leaf, sha256 FROM record WHERE leaf >= ? AND leaf < ? AND sha256 IS NOT NULL", (first, stop)
    ).fetchall():
        key = key_of(names, sha256)
        rows.setdefault(key, Reading(key=key, leaf=leaf))
    return list(rows.values())


def _forget(desk: Desk) -> int:
    """Take away the rows of records that are no more; how many."""
    gone = [leaf for (leaf,) in desk.catalog.execute("SELECT leaf FROM record WHERE status = 'disposed'").fetchall()]
    removed = 0
    for at in range(0, len(gone), _AT_ONCE):
        removed += Reading.objects.filter(leaf__in=gone[at : at + _AT_ONCE]).delete()[0]
        Reading.objects.filter(named__in=gone[at : at + _AT_ONCE]).update(named=None)
    return removed


def _read(desk: Desk, row: Reading) -> None:
    row.reader, row.made_at = VERSION, timezone.now()
    row.status, row.type, row.agrees, row.playable, row.duration, row.notes = UNOPENED, "", None, False, None, []
    try:
        found = _opened(desk, row)
    except MunimentError:
        found = None  # the check of the whole archive names what is wrong with a record
    if found is not None:
        content, declared, name = found
        read = attachment.read(content, declared, name)
        row.status, row.type, row.agrees = read.extract_status.value, read.type[:200], read.agrees
        row.playable, row.duration, row.notes = read.playable is not None, read.duration, _values(read.notes)
    # A row that was taken away meanwhile stays away.
    Reading.objects.filter(key=row.key).update(
        **{name: getattr(row, name) for name in ("reader", "made_at", "status", "type", "agrees", "playable")},
        duration=row.duration,
        notes=row.notes,
    )


def _opened(desk: Desk, row: Reading) -> tuple[bytes, str | None, str] | None:
    """A file's bytes, and the type and name that were claimed for it; raises Damaged or WrongKey."""
    if row.named is not None:
        for event in of_record(desk.catalog, row.named):
            if event.decoded.ordinal == row.ordinal and row.place < len(event.decoded.event.attachments):
                each = event.decoded.event.attachments[row.place]
                content = content_of(desk, event, row.place, each.sha256) if each.sha256 else None
                return None if content is None else (content, each.content_type, each.name)
    opened = open_record(desk, row.leaf)
    return None if opened.payload is None else (split_payload(opened.payload)[1], None, "")


def _values(notes: Sequence[str]) -> list[str]:
    return [str(note) for note in notes]
