"""Imports and their balance sheets, as the audit log holds them; what is under way; and the records behind each number."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import msgspec

from muniment.capture.audit import Entry
from muniment.capture.balance import WHAT
from muniment.capture.spool import interrupted
from muniment.desk import jobs
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.imports.models import Upload
from muniment.desk.seat import accounts
from muniment.record.errors import NotFound
from muniment.record.record import split_payload

PAGE = 50
KIND = "import"
Fate = Literal["stored", "duplicate", "rejected"]
FATES: tuple[Fate, ...] = get_args(Fate)


class _File(msgspec.Struct, frozen=True):
    name: str
    size: int


class _Manifest(msgspec.Struct, frozen=True):
    file: _File


_manifest = msgspec.json.Decoder(_Manifest)


@dataclass(frozen=True, slots=True)
class Counts:
    """One line of a balance sheet: how many were seen, and what became of them."""

    what: str
    seen: int
    stored: int
    duplicate: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A finished import: who brought which file into which account when, and its numbers. Sizes in bytes, times in µs UTC."""

    id: str
    at: int
    leaf: int
    """Of its entry in the audit log."""
    actor: str
    source: str
    account: str
    connector: str
    size: int | None
    lines: tuple[Counts, ...]
    balanced: bool
    missing: int
    vanished: int
    unattributed: int
    manifest: int | None
    listed: frozenset[str]
    """The lists that can be opened; an import of an older build has none."""
    whole: bool
    file: str | None = None
    """How the file was called; None where its manifest was disposed of."""

    def number(self, what: str, fate: str) -> int:
        """One number of the sheet."""
        return next((int(getattr(line, fate)) for line in self.lines if line.what == what), 0)


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A file that waits, is being brought in, or could not be."""

    upload: str
    name: str
    size: int
    account: str
    connector: str
    actor: str
    mine: bool
    job: jobs.Seen | None


@dataclass(frozen=True, slots=True)
class Left:
    """An import on this machine that was interrupted, outside of any job: its copy in the spool is readable text."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Imports:
    """The page of imports: those under way, those left unfinished, and a page of the others, newest first."""

    under_way: tuple[UnderWay, ...]
    left: tuple[Left, ...]
    sheets: tuple[Sheet, ...]
    more: int | None
    """Where the next page begins."""


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part of a file: its record, what it is, where it lies in the file, and why it was rejected, if it was."""

    leaf: int
    kind: str
    what: str
    size: int | None
    member: str | None
    offset: int | None
    status: str
    note: str = ""
    """The reason of a rejection, or the name of a file that did not come."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A page of the parts behind one number, in the order of the file."""

    sheet: Sheet
    total: int
    """The number itself; of bytes and lines it is a sum over the parts."""
    parts: int
    """How many parts the list has, where it is that of bytes or lines."""
    rows: tuple[PartRow, ...]
    more: int | None


def overview(desk: Desk, before: int | None = None) -> Imports:
    """A page of imports; raises NotFound."""
    desk.authority.require(Capability.IMPORT)
    rows = desk.catalog.execute(
        "SELECT leaf, received_at, actor, body FROM audit_entry WHERE act = ? AND leaf < ?"
        " ORDER BY received_at DESC, leaf DESC LIMIT ?",
        (KIND, 2**62 if before is None else before, PAGE + 1),
    ).fetchall()
    names = accounts(desk)
    sheets = _named(desk, [_sheet(row, names) for row in rows[:PAGE]])
    desk.audit(Entry(act="imports.read", actor=desk.actor, counts={"shown": len(sheets)}))
    first = before is None
    more = sheets[-1].leaf if len(rows) > PAGE else None
    return Imports(under_way(desk) if first else (), left_over(desk) if first else (), tuple(sheets), more)


def under_way(desk: Desk) -> tuple[UnderWay, ...]:
    """What waits or runs, and what failed and still has its file; asked for again and again while somebody looks."""
    desk.authority.require(Capability.IMPORT)
    uploads = list(Upload.objects.order_by("-made_at")[:PAGE])
    known = jobs.look_at([upload.job for upload in uploads if upload.job is not None])
    return tuple(_under_way(desk, upload, known.get(upload.job or 0)) for upload in uploads)


def upload(desk: Desk, identifier: str) -> UnderWay:
    """One file that waits; raises NotFound."""
    desk.authority.require(Capability.IMPORT)
    found = Upload.objects.filter(pk=identifier).first()
    if found is None:
        raise NotFound("there is no file that waits under this address; it was brought in, or removed")
    known = jobs.look_at([] if found.job is None else [found.job])
    return _under_way(desk, found, known.get(found.job or 0))


def left_over(desk: Desk) -> tuple[Left, ...]:
    """Interrupted imports that no job goes on with: the command line's."""
    desk.authority.require(Capability.IMPORT)
    mine = {each.name for each in Upload.objects.filter(job__isnull=False)}
    return tuple(Left(each.name, each.started_at) for each in interrupted(desk.archive) if each.name not in mine)


def import_of_upload(desk: Desk, identifier: str) -> str | None:
    """The import that brought in an upload, if one has."""
    for body, name in desk.catalog.execute(
        "SELECT body, object FROM audit_entry WHERE act = ? ORDER BY received_at DESC, leaf DESC LIMIT 200", (KIND,)
    ):
        if msgspec.json.decode(body).get("detail", {}).get("upload") == identifier:
            return str(name)
    return None


def sheet(desk: Desk, identifier: str) -> Sheet:
    """The balance sheet of one import; raises NotFound."""
    desk.authority.require(Capability.IMPORT)
    found = _named(desk, [_sheet(_entry(desk, identifier), accounts(desk))])[0]
    desk.audit(Entry(act="import.read", actor=desk.actor, object=identifier))
    return found


def parts(desk: Desk, identifier: str, fate: str, what: str, after: int = 0) -> Parts:
    """The parts behind the number of `what` with this fate, from the position `after` on; raises NotFound."""
    desk.authority.require(Capability.IMPORT)
    row = _entry(desk, identifier)
    lists = msgspec.json.decode(row[3])["detail"].get("lists", {})
    if not _is_list(fate, what) or after < 0:
        raise NotFound("there is no such {what}", what="list")
    found = _named(desk, [_sheet(row, accounts(desk))])[0]
    runs = [(first, count, kind[0] if kind else "") for first, count, *kind in lists.get(fate, {}).get("runs", ())]
    picked, more = _pick(desk, runs, what if fate != "missing" else "bytes", after)
    rows = _rows(desk, picked)
    if fate == "missing":
        rows = _absent(desk, rows, runs, after)
    desk.audit(Entry(act="import.parts", actor=desk.actor, object=identifier, counts={"shown": len(rows)}))
    total = found.missing if fate == "missing" else found.number(what, fate)
    return Parts(found, total, sum(count for _, count, _ in runs), tuple(rows), more)


def _is_list(fate: str, what: str) -> bool:
    return fate == "missing" or (fate in FATES and what in WHAT)


def _under_way(desk: Desk, found: Upload, job: jobs.Seen | None) -> UnderWay:
    return UnderWay(
        found.pk, found.name, found.size, found.account, found.connector, found.actor, found.user == desk.user, job
    )


def _entry(desk: Desk, identifier: str) -> tuple[int, int, str, str]:
    row = desk.catalog.execute(
        "SELECT leaf, received_at, actor, body FROM audit_entry WHERE object = ? AND act = ?"
        " ORDER BY received_at DESC, leaf DESC LIMIT 1",
        (identifier, KIND),
    ).fetchone()
    if row is None:
        raise NotFound("there is no such {what}", what="import")
    return row[0], row[1], row[2], row[3]


def _sheet(row: tuple[int, int, str, str], names: Any) -> Sheet:
    leaf, at, actor, body = row
    entry = msgspec.json.decode(body)
    counts, detail = entry.get("counts", {}), entry.get("detail", {})
    lines = tuple(
        Counts(what, *(int(counts.get(f"{what}.{fate}", 0)) for fate in ("seen", *FATES)))
        for what in WHAT
        if what != "unread_files" or counts.get("unread_files.seen")
    )
    lists = detail.get("lists", {})
    return Sheet(
        id=entry["object"],
        at=at,
        leaf=leaf,
        actor=actor,
        source=detail["account"],
        account=names.get(detail["account"], detail["account"]),
        connector=detail["connector"],
        size=detail.get("size"),
        lines=lines,
        balanced=detail.get(
            "balanced", all(line.seen == line.stored + line.duplicate + line.rejected for line in lines)
        ),
        missing=detail.get("missing", 0),
        vanished=detail.get("vanished", 0),
        unattributed=detail.get("unattributed", 0),
        manifest=detail.get("manifest"),
        listed=frozenset(lists),
        whole=all(each["whole"] for each in lists.values()),
    )


def _named(desk: Desk, sheets: Sequence[Sheet]) -> list[Sheet]:
    """The sheets with the names of their files, which the manifests hold."""
    wanted = sorted({each.manifest for each in sheets if each.manifest is not None})
    size = desk.archive.records.log.checkpoint().size
    names: dict[int, str] = {}
    for opened in desk.archive.records.pick(wanted, size):
        if opened.payload is not None:
            names[opened.index] = _manifest.decode(split_payload(opened.payload)[1]).file.name
    return [replace(each, file=None if each.manifest is None else names.get(each.manifest)) for each in sheets]


def _pick(
    desk: Desk, runs: Sequence[tuple[int, int, str]], what: str, after: int
) -> tuple[list[tuple[int, str]], int | None]:
    """Up to a page of (leaf, what) from the position `after` on, and the position behind it while there are more."""
    found: list[tuple[int, int, str]] = []
    start = 0
    for first, count, kind in runs:
        begin, start = max(0, after - start), start + count
        if begin >= count:
            continue
        room = PAGE + 1 - len(found)
        base = start - count
        leaves: Sequence[int]
        if kind:
            leaves = range(first + begin, first + min(count, begin + room)) if what in ("bytes", "lines", kind) else ()
        elif what in ("bytes", "lines"):
            leaves = range(first + begin, first + min(count, begin + room))
        else:
            leaves = _of_kind(desk, first + begin, first + count, what, room)
        found += [(base + leaf - first, leaf, kind) for leaf in leaves]
        if len(found) > PAGE:
            break
    more = found[PAGE][0] if len(found) > PAGE else None
    return [(leaf, kind) for _, leaf, kind in found[:PAGE]], more


def _of_kind(desk: Desk, first: int, end: int, what: str, limit: int) -> list[int]:
    """Leaves from `first` up to `end` whose records are messages or attachments, as their headers say."""
    part = {"messages": "message", "attachments": "attachment"}.get(what)
    if part is None:
        return []
    rows = desk.catalog.execute(
        "SELECT leaf FROM record WHERE leaf >= ? AND leaf < ? AND part = ? ORDER BY leaf LIMIT ?",
        (first, end, part, limit),
    )
    return [leaf for (leaf,) in rows]


def _rows(desk: Desk, picked: Sequence[tuple[int, str]]) -> list[PartRow]:
    leaves = sorted({leaf for leaf, _ in picked})
    if not leaves:
        return []
    states = dict(
        desk.catalog.execute(f"SELECT leaf, status FROM record WHERE leaf IN ({','.join('?' * len(leaves))})", leaves)
    )
    size = desk.archive.records.log.checkpoint().size
    opened = {each.index: each for each in desk.archive.records.pick(leaves, size)}
    rows = []
    for leaf, kind in picked:
        payload = opened[leaf].payload
        if payload is None:
            rows.append(PartRow(leaf, "", kind, None, None, None, "disposed"))
            continue
        header, raw = split_payload(payload)
        rows.append(
            PartRow(
                leaf,
                header.part,
                kind,
                len(raw),
                header.member,
                None if header.at is None else header.at[0],
                states.get(leaf, "stored"),
                str(header.meta.get("rejected", "")),
            )
        )
    return rows


def _absent(desk: Desk, rows: Sequence[PartRow], runs: Sequence[tuple[int, int, str]], after: int) -> list[PartRow]:
    """Rows of messages with the names of the files that did not come with them, one row a name."""
    names: dict[int, list[str]] = {}
    for leaf in {row.leaf for row in rows}:
        for (body,) in desk.catalog.execute("SELECT body FROM event WHERE leaf = ? ORDER BY ordinal", (leaf,)):
            event = msgspec.json.decode(body)
            names.setdefault(leaf, []).extend(
                each["name"] for each in event.get("attachments", ()) if each["status"] != "stored"
            )
    seen: dict[int, int] = {}
    for position, leaf in enumerate(_flat(runs, after)):
        if position >= after:
            break
        seen[leaf] = seen.get(leaf, 0) + 1
    named = []
    for row in rows:
        place = seen.get(row.leaf, 0)
        seen[row.leaf] = place + 1
        here = names.get(row.leaf, [])
        named.append(replace(row, note=here[place] if place < len(here) else ""))
    return named


def _flat(runs: Sequence[tuple[int, int, str]], until: int) -> Sequence[int]:
    flat: list[int] = []
    for first, count, _ in runs:
        flat.extend(range(first, first + count))
        if len(flat) >= until:
            break
    return flat
