"""From a chat's bytes to its parts: byte spans that tile the text, each with the meta its decoder needs and its content key."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import Any

from muniment.capture.connector import Part, Snapshot
from muniment.capture.whatsapp.body import read_body
from muniment.capture.whatsapp.clock import calendar_day, instant, steady
from muniment.capture.whatsapp.detect import BOUNDARY, Reading
from muniment.capture.whatsapp.keys import MessageKeys
from muniment.capture.whatsapp.scan import Columns, Encoding
from muniment.capture.zipped import span_key

_BLANK = b"\0\r\n\t "


def parts(
    data: bytes,
    encoding: Encoding,
    columns: Columns,
    reading: Reading,
    *,
    chat: Mapping[str, Any],
    zone: str,
    files: Mapping[str, dict[str, Any]],
    member: str | None = None,
    first: Mapping[str, Any] | None = None,
) -> Iterator[Part | Snapshot]:
    """Yield the parts of a chat text in order, then its Snapshot.

    `chat` is the common meta (conversation, kind of chat), `files` what came along by name, `member` the zip member
    that `data` is, `first` meta for the first part alone. The spans tile `data` exactly.
    """
    form = reading.format
    common: dict[str, Any] = {
        **chat,
        "fmt": form.shape,
        "order": form.order,
        "order_by": form.order_by,
        "tz": zone,
        "tz_by": "declared",
    }
    if encoding.codec != "utf-8":
        common["enc"] = encoding.codec
    conversation = str(chat["conversation"])
    starts = [columns.offset[row] for row in reading.headers]
    lines = [columns.line[row] for row in reading.headers]
    extra = dict(first or {})
    for start, end, number in ((0, encoding.mark, 0), (encoding.mark, starts[0], lines[0] - 1)):
        if start < end:
            raw = data[start:end]
            reason = "text before the first message" if start == encoding.mark and raw.strip(_BLANK) else None
            yield _span(raw, start, member, number, extra, reason)
            extra = {}
    ends = [*starts[1:], len(data)]
    lines.append(columns.lines + 1)
    days = [calendar_day(text, form.order) for text in columns.dates]
    keys, folds = MessageKeys(conversation), _Folds(zone)
    first_read: tuple[int, int, int] | None = None
    last = (0, 0, 0)
    for place, row in enumerate(reading.headers):
        start, end = starts[place], ends[place]
        raw, count = data[start:end], lines[place + 1] - lines[place]
        if columns.bad and _touches(columns.bad, start, end):
            yield _span(raw, start, member, count, {**extra, "conversation": conversation}, "a line is no UTF-8 text")
            extra = {}
            continue
        day, time = days[columns.date[row]], columns.times[columns.time[row]]
        assert day is not None and time.seconds is not None  # detect accepts no other row
        body = raw.decode(encoding.codec)[columns.body[row] :]
        author = columns.authors[columns.author[row]]
        key, occ = keys.key(day, time.seconds, time.precise, author, body)
        meta = {**common, "line": lines[place], "occ": occ}
        if extra:
            meta |= extra
            extra = {}
        if row in reading.flagged:
            meta["flags"] = [BOUNDARY]
        fold = 0 if steady(zone, day) is not None else folds.fold(day, time.seconds)
        if fold:
            meta["fold"] = fold
        missing: tuple[str, ...] = ()
        if author is not None and ("<" in body or "(" in body or "（" in body):
            named = read_body(body.rstrip("\r\n")).named
            if named:
                meta["files"] = {name: files[name] for name in named if name in files}
                missing = tuple(name for name in named if name not in files)
        last = (day, time.seconds, fold)
        first_read = first_read or last
        yield Part(
            kind="message",
            raw=raw,
            at=(start, end - start),
            member=member,
            key=key,
            lines=count,
            meta=meta,
            missing=missing,
        )
    if first_read is not None:
        ends_at = sorted(instant(zone, *read)[0] for read in (first_read, last))
        yield Snapshot(conversation=conversation, first_at=ends_at[0], last_at=ends_at[1])


def named_files(data: bytes, encoding: Encoding, columns: Columns, reading: Reading) -> set[str]:
    """The files that the messages name as their attachments."""
    named: set[str] = set()
    starts = [columns.offset[row] for row in reading.headers]
    for row, start, end in zip(reading.headers, starts, [*starts[1:], len(data)], strict=True):
        raw = data[start:end]
        if b"<" in raw or b"(" in raw or b"\xef\xbc\x88" in raw:
            body = raw.decode(encoding.codec, "replace")[columns.body[row] :]
            named.update(read_body(body.rstrip("\r\n")).named)
    return named


def _touches(offsets: Any, start: int, end: int) -> bool:
    """Whether one of the sorted `offsets` lies from `start` to before `end`."""
    at = bisect_left(offsets, start)
    return at < len(offsets) and offsets[at] < end


class _Folds:
    """Tells the second pass through an hour that a clock change repeats: the times go back within it."""

    def __init__(self, zone: str) -> None:
        self._zone = zone
        self._last: tuple[int, int, int] | None = None

    def fold(self, day: int, seconds: int) -> int:
        """1 where this local time is the later of two, as far as the order of the file tells."""
        if instant(self._zone, day, seconds)[1] != "time_ambiguous":
            self._last = None
            return 0
        fold = 0
        if self._last is not None and self._last[0] == day:
            fold = 1 if self._last[2] or seconds < self._last[1] else 0
        self._last = (day, seconds, fold)
        return fold


def _span(raw: bytes, start: int, member: str | None, lines: int, meta: Mapping[str, Any], reason: str | None) -> Part:
    return Part(
        kind="span",
        raw=raw,
        at=(start, len(raw)),
        member=member,
        key=span_key(raw, start),
        lines=lines,
        meta=dict(meta),
        rejected=reason,
    )


def chat_kind(columns: Columns, reading: Reading, title: str) -> str | None:
    """`group` or `direct` where the lines show it: by notices about a group, or by how many people speak."""
    if columns.group:
        return "group"
    speakers = {columns.authors[columns.author[row]] for row in reading.headers if not columns.app[row]} - {None}
    if len(speakers) > 2:
        return "group"
    return "direct" if title in speakers else None
