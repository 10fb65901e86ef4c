"""Productions as their pages show them, and the preview of one: counted by the same code that then makes it."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from muniment.capture.audit import Entry
from muniment.desk import jobs
from muniment.desk.archive.access import earlier_seals, parse_query, positions_of
from muniment.desk.authority import Capability, Scope
from muniment.desk.desk import Desk
from muniment.desk.productions.models import Download, Production
from muniment.record.errors import NotFound
from muniment.search.ast import Query, to_json
from muniment.search.database import open_index
from muniment.search.explain import explain

PAGE = 50
COUNTED = 20_000
"""Events up to which a preview looks into every record; more are only counted."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a query would produce now: events, the records behind them, and those whose raw bytes would be withheld.

    Records are None where there are too many to look into for a page.
    """

    parsed: str
    events: int
    records: int | None
    withheld: int | None
    seals: int
    """Earlier seals that the bundle will prove it extends."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Who took a bundle, and when."""

    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Check:
    """One check of the verifier that passed: what was checked, and what it found."""

    name: str
    found: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One production. Its `state`: that of its job, or `made`, `refused` (it did not verify), `removed`."""

    id: int
    actor: str
    mine: bool
    query: str
    zone: str
    reason: str
    made_at: datetime
    finished_at: datetime | None
    job: jobs.Seen | None
    state: str
    records: int | None
    withheld: int | None
    events: int | None
    attachments: int | None
    size: int | None
    sha256: str
    manifest_sha256: str
    seal: str
    narrowed: bool
    checks: tuple[Check, ...]
    not_proven: tuple[str, ...]
    refused: str
    removed_at: datetime | None
    removed_by: str
    downloads: tuple[Taken, ...]


@dataclass(frozen=True, slots=True)
class Productions:
    """A page of productions, newest first."""

    rows: tuple[Shown, ...]
    more: int | None


def folder_of(desk: Desk) -> Path:
    """Where bundles lie until they are removed."""
    return desk.archive.home.path / "productions"


def file_of(desk: Desk, number: int) -> Path:
    """Where one bundle lies."""
    return folder_of(desk) / f"{number}.zip"


def scope_digest(scope: Scope) -> str:
    """A scope as a production remembers it; empty for everybody's messages."""
    return "" if scope is None else hashlib.sha256(to_json(Query(scope))).hexdigest()


def preview(desk: Desk, text: str, zone: str) -> Preview:
    """What `text` would produce now, within what the reader may produce; raises Refused and NotFound."""
    scope = desk.authority.require(Capability.PRODUCE)
    query = parse_query(desk, text, zone)
    index = open_index(desk.catalog)
    events = index.count(query, scope=scope)
    desk.audit(Entry(act="production.preview", actor=desk.actor, query=text, counts={"found": events}))
    records = withheld = None
    if events <= COUNTED:
        chosen, total = Counter[int](), dict[int, int]()
        for _, leaf, of_record, _ in positions_of(desk, list(index.matches(query, scope=scope))):
            chosen[leaf] += 1
            total[leaf] = of_record
        records = len(chosen)
        withheld = sum(count < total[leaf] for leaf, count in chosen.items())
    return Preview(explain(query), events, records, withheld, len(earlier_seals(desk)))


def listing(desk: Desk, before: int | None = None) -> Productions:
    """A page of productions: all of them for whoever may produce everybody's messages, else one's own. Raises NotFound."""
    scope = desk.authority.require(Capability.PRODUCE)
    rows = Production.objects.order_by("-id")
    if scope is not None:
        rows = rows.filter(user=desk.user or 0)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    desk.audit(Entry(act="productions.read", actor=desk.actor, counts={"shown": len(found[:PAGE])}))
    return Productions(tuple(_shown(desk, found[:PAGE])), found[PAGE - 1].pk if len(found) > PAGE else None)


def one(desk: Desk, number: int) -> Shown:
    """One production; raises NotFound for whoever it is not for."""
    found = find(desk, number)
    desk.audit(Entry(act="production.read", actor=desk.actor, object=f"production:{number}"))
    return next(_shown(desk, [found]))


def watched(desk: Desk, number: int) -> Shown:
    """One production, for a page that asks again and again how far it is; nothing of its content. Raises NotFound."""
    return next(_shown(desk, [find(desk, number)]))


def find(desk: Desk, number: int) -> Production:
    """The row of a production that the actor may see; raises NotFound."""
    scope = desk.authority.require(Capability.PRODUCE)
    found = Production.objects.filter(pk=number).first()
    if found is None or (scope is not None and found.user != desk.user):
        raise NotFound("there is no such {what}", what="production")
    return found


def _shown(desk: Desk, rows: Sequence[Production]) -> Iterator[Shown]:
    known = jobs.look_at([row.job for row in rows if row.job is not None])
    taken: dict[int, list[Taken]] = {}
    for download in Download.objects.filter(production__in=[row.pk for row in rows]).order_by("at", "id"):
        taken.setdefault(download.production_id, []).append(Taken(download.actor, download.at))
    for row in rows:
        job = known.get(row.job or 0)
        report: dict[str, Any] = row.report or {}
        yield Shown(
            id=row.pk,
            actor=row.actor,
            mine=row.user == desk.user,
            query=row.query,
            zone=row.zone,
            reason=row.reason,
            made_at=row.made_at,
            finished_at=row.finished_at,
            job=job,
            state=_state(row, job),
            records=row.records,
            withheld=row.withheld,
            events=row.events,
            attachments=row.attachments,
            size=row.size,
            sha256=row.sha256,
            manifest_sha256=row.manifest_sha256,
            seal=row.seal,
            narrowed=bool(row.scope),
            checks=tuple(Check(each["check"], each["found"]) for each in report.get("checks", ())),
            not_proven=tuple(report.get("not_proven", ())),
            refused=report.get("reason") or "",
            removed_at=row.removed_at,
            removed_by=row.removed_by,
            downloads=tuple(taken.get(row.pk, ())),
        )


def _state(row: Production, job: jobs.Seen | None) -> str:
    if row.removed_at is not None:
        return "removed"
    if row.finished_at is not None:
        return "made" if row.report and row.report["verdict"] == "verified" else "refused"
    return "failed" if job is None else job.state
