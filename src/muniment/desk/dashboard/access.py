"""Everything that the dashboard reads: the facts behind what needs attention, and the numbers of each account. No content.

Trust: who may see it is asked first; the numbers come from the catalog and the desk's own tables, never from a scan.
"""

import os
import shutil
import socket
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

import msgspec
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db.models import Count, Max

from muniment.capture.audit import Entry
from muniment.catalog.read import unsearchable
from muniment.desk import jobs, seat
from muniment.desk.archive.access import withdrawn
from muniment.desk.audit.access import pending
from muniment.desk.authority import Capability
from muniment.desk.channels import access as channels
from muniment.desk.channels.access import looked_at, switched_on
from muniment.desk.dashboard.facts import (
    AccountFacts,
    DivergenceFacts,
    ExaminerFacts,
    Facts,
    FeedFacts,
    ImportFacts,
    LackFacts,
    LogFacts,
    Owners,
    RunFacts,
    WithdrawnFacts,
)
from muniment.desk.desk import Desk
from muniment.desk.imports.access.handles import TYPED
from muniment.desk.imports.models import Disregarded, Heard
from muniment.desk.imports.tally import Counts, counts
from muniment.desk.people import access as people
from muniment.desk.people.models import Grant, Handle, Holding, User, current
from muniment.desk.people.roles import CAPABILITIES, CONTENT, Role
from muniment.desk.people.version import version
from muniment.desk.register import access as register
from muniment.record.clock import SECOND
from muniment.record.event import Kind
from muniment.search.ast import And, Field, Query
from muniment.search.database import open_index
from muniment.vault.home import LOGS

WEEK = 7
DIVERGENCES = 500
"""Of the newest so many messages that differ it is worked out when they came."""
RECENT = 10_000
"""Leaves among which the newest heartbeat is looked for: more in an hour are an import, which seals as well."""
BACKUP, KEYS_PROVEN, SEAL, VERIFY = "archive.backup", "keys.prove", "seal.give", "verify"
"""Acts of the audit log that say when something was last done."""

LOOKED_AT = 50
"""Jobs among which the newest of each kind is looked for."""
HANDLES, TRIED = 20_000, 10
"""Handles that are looked at, and of those that seem to be nobody's, how many are looked for in messages."""

decode = msgspec.json.Decoder(Entry).decode


def facts(desk: Desk) -> Facts:
    """What the checks look at, now; raises NotFound for whoever may not see what needs attention."""
    desk.authority.require(Capability.ATTENTION)
    firm = people.firm()
    zone = ZoneInfo(firm.zone)
    now = desk.archive.clock()
    today = datetime.fromtimestamp(now / SECOND, UTC).astimezone(zone).date()
    counted = counts(desk, zone, (today - timedelta(days=WEEK - 1), today))
    holders = _holders(today)
    total, _, free = shutil.disk_usage(desk.archive.home.path)
    run, sound = runs(desk)
    due = register.due(desk)
    waiting = channels.unexplained(desk, capability=Capability.ATTENTION)
    return Facts(
        now=now,
        today=today,
        owners=owners(today),
        log=log_facts(desk),
        accounts=tuple(accounts(desk, zone, today, counted, holders)),
        feeds=tuple(feeds(desk, Capability.ATTENTION, waiting.of)),
        gaps=waiting.number,
        gaps_since=waiting.since,
        looked_at=looked_at(),
        divergences=divergences(desk),
        withdrawn=tuple(withdrawals(desk, holders)),
        uncounted=counted.left,
        imports=tuple(interrupted(desk)),
        failed_jobs=tuple(failed(now)),
        unmatched=int(unmatched(desk)),
        undecoded=unsearchable(desk.catalog).undecoded,
        last_run=run,
        last_sound=sound,
        seal_at=last(desk, SEAL),
        backup_at=last(desk, BACKUP),
        keys_proven_at=last(desk, KEYS_PROVEN),
        no_second_factor=() if firm.demonstration else tuple(without_second_factor(today)),
        examiners=tuple(examiners(today)),
        lacks=tuple(lacks(desk)),
        posture_failed=due.failed,
        posture_overdue=due.overdue,
        reviews=due.reviews,
        disk_free=free,
        disk_total=total,
        archive_since=first(desk),
    )


def accounts(
    desk: Desk, zone: ZoneInfo, today: date, counted: Counts, holders: Mapping[str, str]
) -> Iterable[AccountFacts]:
    """Every capture account with what it brought, by name."""
    since = today - timedelta(days=WEEK - 1)
    weeks: dict[str, list[int]] = defaultdict(lambda: [0] * WEEK)
    for (source, day), events in counted.days.items():
        weeks[source][(day - since).days] = events
    nothing = Heard()
    for source, name, connector in desk.catalog.execute("SELECT source, name, connector FROM account ORDER BY name"):
        row = counted.heard.get(source, nothing)
        yield AccountFacts(
            source=source,
            name=name,
            connector=connector,
            records=row.records,
            events=row.events,
            received_at=row.received_at,
            sent_at=row.sent_at,
            newest=_day(row.sent_at, zone),
            daily=row.daily,
            usual=row.usual,
            longest=row.longest,
            week=tuple(weeks[source]) if source in weeks else (0,) * WEEK,
            holder=holders.get(source, ""),
        )


def feeds(desk: Desk, capability: Capability, gaps: Mapping[str, int] = MappingProxyType({})) -> Iterable[FeedFacts]:
    """Every connected account and how it is heard, alarms first; `gaps` are those that nobody has explained, by source."""
    for each in channels.health(desk, capability=capability):
        row, feed = each.row, each.row.feed
        yield FeedFacts(
            source=row.source,
            name=row.name,
            on=row.on,
            state=each.condition.state.value,
            alarm=each.condition.alarm,
            since=each.condition.since,
            owner=row.owner_name,
            contacted_at=row.reached_at,
            received_at=feed.received_at if feed else None,
            lost=row.owing.lost,
            owed=row.owing.waiting,
            owed_since=row.owing.oldest,
            refused=feed.refused if feed else 0,
            refused_at=feed.refused_at if feed else None,
            proven=row.proven_at is not None,
            proven_at=row.proven_at,
            pulls=row.pulls,
            gaps=gaps.get(row.source, 0),
            made_at=row.made_at,
        )


def divergences(desk: Desk) -> DivergenceFacts | None:
    """Messages that came again and were not the same."""
    index, asked = open_index(desk.catalog), Query(Field("type", Kind.SOURCE_DIVERGENCE.value))
    count = index.count(asked)
    if not count:
        return None
    ids = index.search(asked, limit=DIVERGENCES)
    since, newest = desk.catalog.execute(
        "SELECT min(record.received_at), max(record.received_at) FROM event JOIN record ON record.leaf = event.leaf"
        f" WHERE event.id IN ({', '.join('?' * len(ids))})",
        ids,
    ).fetchone()
    return None if since is None else DivergenceFacts(count, int(since), int(newest))


def withdrawals(desk: Desk, holders: Mapping[str, str]) -> Iterable[WithdrawnFacts]:
    """The conversations whose client refuses to be archived, with whoever holds the account."""
    found = withdrawn(desk, Capability.ATTENTION)
    names = seat.accounts(desk) if found else {}
    for each in found:
        yield WithdrawnFacts(
            names.get(each.source, each.source), each.conversation, each.at, holders.get(each.source, "")
        )


def _day(at: int | None, zone: ZoneInfo) -> date | None:
    return None if at is None else datetime.fromtimestamp(at // SECOND, UTC).astimezone(zone).date()


def _holders(today: date) -> Mapping[str, str]:
    """The people who hold each account today."""
    found: dict[str, list[str]] = defaultdict(list)
    for source, name in (
        Holding.objects.filter(current(today)).order_by("person__name").values_list("source", "person__name")
    ):
        found[source].append(name)
    return {source: ", ".join(names) for source, names in found.items()}


def owners(today: date) -> Owners:
    """Who has which role today."""
    named: dict[str, list[str]] = defaultdict(list)
    for grant in (
        Grant.objects.filter(current(today), user__is_active=True).select_related("user").order_by("user__name")
    ):
        if grant.user.shown not in named[grant.role]:
            named[grant.role].append(grant.user.shown)
    return Owners(
        compliance=tuple(named[Role.COMPLIANCE]),
        records=tuple(named[Role.RECORDS]),
        administrators=tuple(named[Role.ADMINISTRATOR]),
        it=tuple(named[Role.IT]),
    )


def without_second_factor(today: date) -> list[str]:
    """The users who may read content, once they have a second factor, and have none."""
    reading = [role.value for role, held in CAPABILITIES.items() if held & CONTENT]
    users = User.objects.filter(
        is_active=True, pk__in=Grant.objects.filter(current(today), role__in=reading).values("user")
    )
    strong = Authenticator.objects.filter(type__in=(Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)).values(
        "user"
    )
    outside = SocialAccount.objects.values("user")
    return [user.shown for user in users.exclude(pk__in=strong).exclude(pk__in=outside).order_by("name")]


def lacks(desk: Desk) -> Iterable[LackFacts]:
    """What the register lacks for accounts that are connected and on."""
    found = register.breaches_of(switched_on())
    names = seat.accounts(desk) if found else {}
    for each in found:
        name = names.get(each.source, each.source)
        yield LackFacts(name, each.lack.value, each.channel, each.channel_name, each.person_name, each.ended)


def examiners(today: date) -> list[ExaminerFacts]:
    """Examiners, with the day on which their access ends; those whose access ended more than a month ago are left out."""
    found: dict[int, ExaminerFacts] = {}
    grants = Grant.objects.filter(role=Role.EXAMINER, until__gte=today - timedelta(days=31)).select_related("user")
    for grant in grants.order_by("until"):
        if grant.until is not None and (grant.user.is_active or grant.until > today):
            found[grant.user_id] = ExaminerFacts(grant.user_id, grant.user.shown, grant.until)
    return list(found.values())


def interrupted(desk: Desk) -> Iterable[ImportFacts]:
    """The imports that were begun and are not finished."""
    lease = desk.archive.intake.database.execute("SELECT holder, since FROM lease").fetchone()
    for identifier, name, started_at in desk.archive.intake.imports():
        # An import holds the lease from before it begins until it ends: a later holder says that it is over.
        running = lease is not None and lease[1] <= started_at and _alive(lease[0])
        yield ImportFacts(identifier, name, started_at, running)


def failed(now: int) -> Iterable[tuple[str, int]]:
    """The newest work of each kind, where that failed within a month."""
    seen: set[str] = set()
    for job in jobs.latest(LOOKED_AT):
        if job.over and job.kind not in seen:
            seen.add(job.kind)
            if job.state == "failed" and job.finished_at is not None and now - job.finished_at < 31 * 86_400 * SECOND:
                yield job.kind, job.finished_at


def unmatched(desk: Desk) -> bool:
    """Whether one of the first few handles that look like nobody's is in a message."""
    (*channels,) = (
        name for (name,) in desk.catalog.execute("SELECT DISTINCT connector FROM account") if name not in TYPED
    )
    index = open_index(desk.catalog)
    return any(
        index.search(Query(And((Field("with", native, exact=True), Field("channel", channel)))), limit=1)
        for native in _nobodys(desk)
        for channel in channels
    )


_looked: dict[Path, tuple[tuple[object, ...], tuple[str, ...]]] = {}
"""By archive: the first few handles that look like nobody's, and from what that was worked out."""


def _nobodys(desk: Desk) -> tuple[str, ...]:
    """The first few handles that look like nobody's. Worked out anew when a name, a person's handle or a refusal came or went."""
    newest = desk.catalog.execute("SELECT max(id) FROM search_name").fetchone()
    refused = Disregarded.objects.aggregate(Count("pk"), Max("pk"))
    stand = (version(), newest[0], *refused.values())
    known = _looked.get(desk.archive.home.path)
    if known is None or known[0] != stand:
        rows = desk.catalog.execute(
            "SELECT DISTINCT native FROM search_name WHERE role = 'person' AND native <> '' ORDER BY native LIMIT ?",
            (HANDLES,),
        )
        settled = set(Handle.objects.values_list("native", flat=True))
        settled |= set(Disregarded.objects.values_list("native", flat=True))
        known = (stand, tuple(islice((native for (native,) in rows if native not in settled), TRIED)))
        _looked[desk.archive.home.path] = known
    return known[1]


def _alive(holder: str) -> bool:
    """Whether the process that wrote `host pid N` into the lease lives; one on another machine is believed."""
    host, _, pid = holder.rpartition(" pid ")
    if host != socket.gethostname() or not pid.isdigit():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def log_facts(desk: Desk) -> LogFacts:
    """The logs: how long, when sealed, what waits, who leads."""
    archive = desk.archive
    sizes = {name: archive.reader(name).log.checkpoint().size for name in LOGS}
    positions = dict(desk.catalog.execute("SELECT log, position FROM cursor").fetchall())
    waiting, oldest = archive.backlog()
    beat = desk.catalog.execute(
        "SELECT max(received_at) FROM record WHERE type = 'hb' AND leaf > (SELECT coalesce(max(leaf), 0) FROM record) - ?",
        (RECENT,),
    ).fetchone()
    lease = archive.intake.database.execute("SELECT holder, since FROM lease").fetchone()
    return LogFacts(
        records=sizes["records"],
        audit=sizes["audit"],
        checkpoint_at=_written(archive.home.log("records") / "checkpoint"),
        waiting=waiting,
        oldest=oldest,
        behind=sum(max(0, sizes[name] - int(positions.get(name, 0))) for name in LOGS),
        heartbeat_at=None if beat is None else beat[0],
        holder="" if lease is None else lease[0],
        held_since=None if lease is None else lease[1],
    )


def _written(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns // 1000
    except OSError:
        return None


def last(desk: Desk, act: str) -> int | None:
    """When an act was last entered in the audit log (µs UTC)."""
    row = desk.catalog.execute("SELECT max(received_at) FROM audit_entry WHERE act = ?", (act,)).fetchone()
    return None if row is None else row[0]


def waiting(desk: Desk, act: str) -> bool:
    """Whether an entry of this act is durable and not sealed yet."""
    return any(row.entry.act == act for row in pending(desk))


def first(desk: Desk) -> int | None:
    """When the archive was made (µs UTC): its first audit entry."""
    row = desk.catalog.execute("SELECT received_at FROM audit_entry ORDER BY leaf LIMIT 1").fetchone()
    return None if row is None else row[0]


def runs(desk: Desk) -> tuple[RunFacts | None, int | None]:
    """The last check of the archive, and when one last found nothing."""
    found = last_runs(desk, 50)
    return (found[0] if found else None), next((run.at for run in found if run.sound), None)


def last_runs(desk: Desk, limit: int) -> list[RunFacts]:
    """The newest checks of the archive, newest first."""
    rows = desk.catalog.execute(
        "SELECT leaf, received_at, body FROM audit_entry WHERE act = ? ORDER BY received_at DESC, leaf DESC LIMIT ?",
        (VERIFY, limit),
    )
    found = []
    for leaf, at, body in rows:
        entry = decode(body)
        found.append(
            RunFacts(
                at=at,
                leaf=leaf,
                sound=entry.detail.get("result") == "sound",
                faults=entry.counts.get("faults", 0) + entry.counts.get("leavings", 0),
            )
        )
    return found
