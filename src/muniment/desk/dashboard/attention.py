"""What needs attention: small checks over facts, each pure, each naming what is wrong, since when, whose it is, what to do next.

A check that finds nothing gives nothing; none of them ever says that all is well.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from muniment.desk.dashboard.facts import Facts, LackFacts
from muniment.desk.imports.usual import silent_days
from muniment.desk.times import written
from muniment.record.clock import SECOND

MINUTE = 60 * SECOND
DAY = 86_400 * SECOND
SEALED_WITHIN = 2 * MINUTE
"""How long an entry may wait for the leader; it works every second."""
HEARTBEAT_WITHIN = 125 * MINUTE
"""Two heartbeats of an hour each, and a little."""
HEARTBEAT_LIVE = 5 * MINUTE
"""While an account is connected and on there is one a minute."""
VERIFIED_WITHIN = 7 * DAY
SEAL_WITHIN = 31 * DAY
BACKUP_WITHIN = 31 * DAY
YOUNG = DAY
"""An archive younger than this has not had the time to be checked, sealed outside or backed up."""
ENDING_SOON = timedelta(days=7)
FULL_BELOW = 0.10
VERY_FULL_BELOW = 0.03


class Severity(IntEnum):
    """How bad: what could cost records or the licence today comes first."""

    LOSS = 0
    """Messages may be missing, or the proof is broken."""
    RISK = 1
    """Something stands between the firm and a loss, and it is not there."""
    WORK = 2
    """Somebody has to do something; nothing is lost by tonight."""


@dataclass(frozen=True, slots=True)
class Act:
    """The next act: a button's words, and the page it opens."""

    label: str
    route: str
    arguments: tuple[Any, ...] = ()
    query: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One line. `since` is µs UTC; `owner` is empty where nobody was named, and `give` then says who must be.

    `day` is since when, where only the firm's day is known; where neither is, the line says so.
    """

    severity: Severity
    what: str
    detail: str
    act: Act
    owner: str = ""
    since: int | None = None
    weight: int = 0
    """Orders lines of one severity: the larger the worse."""
    give: str = field(default="")
    day: date | None = None


Look = Callable[[Facts], Iterator[Item]]


@dataclass(frozen=True, slots=True)
class Check:
    """One check: how it looks, what it looks at in words, and whether who runs the machine sees its lines on the system page."""

    look: Look
    words: Any
    system: bool

    def __call__(self, facts: Facts) -> Iterator[Item]:
        """What it finds."""
        return self.look(facts)


CHECKS: list[Check] = []


def check(words: Any, *, system: bool = False) -> Callable[[Look], Check]:
    """Enter a check into the list of those that are asked, with the words that say on a page what it looks at."""
    if callable(words) or not words:
        raise TypeError("a check has words that say what it looks at")

    def enter(look: Look) -> Check:
        CHECKS.append(Check(look, words, system))
        return CHECKS[-1]

    return enter


def attention(facts: Facts, *, system: bool = False) -> list[Item]:
    """Everything that needs attention, worst first, older before younger; with `system` what is for who runs the machine."""
    found = [item for each in CHECKS if each.system or not system for item in each(facts)]
    return sorted(found, key=lambda item: (item.severity, -item.weight, item.since or facts.now, item.what))


def first(*named: tuple[str, ...]) -> str:
    """The first role that somebody has: all who have it."""
    return next((pgettext("between names", ", ").join(names) for names in named if names), "")


# ── Capture ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@check(gettext_lazy("Accounts that are silent for longer than they ever were in the three months before"))
def silent_accounts(facts: Facts) -> Iterator[Item]:
    """An account that is heard daily was silent for longer than it ever was in the three months before."""
    stopped = {feed.source for feed in facts.feeds if feed.alarm}  # said already, and sooner
    for account in facts.accounts:
        if not account.daily or account.newest is None or account.source in stopped:
            continue
        days = silent_days(account.newest, facts.today)
        if days <= max(account.longest, 1):
            continue
        what = ngettext(
            "Nothing captured from {account} for {days} day", "Nothing captured from {account} for {days} days", days
        )
        usual = ngettext("Usually {count} message a day.", "Usually {count} messages a day.", account.usual)
        longest = ngettext(
            "It was never silent for more than {days} day.",
            "It was never silent for more than {days} days.",
            account.longest,
        )
        yield Item(
            Severity.LOSS,
            what.format(account=isolated(account.name), days=days),
            f"{usual.format(count=account.usual)} {longest.format(days=account.longest)}",
            Act(_("Open the account"), "imports:account", (account.source,)),
            owner=first(facts.owners.it, facts.owners.records, facts.owners.compliance),
            since=account.sent_at,
            weight=account.usual * days,
        )


@check(gettext_lazy("Imports that were interrupted"))
def interrupted_imports(facts: Facts) -> Iterator[Item]:
    """An import that was begun and on which nobody works."""
    for each in facts.imports:
        if not each.running:
            yield Item(
                Severity.LOSS,
                _("The import of {name} was interrupted").format(name=isolated(each.name)),
                _(
                    "What it sealed is kept; the rest of the file waits in a readable copy. Start the same import again."
                ),
                Act(_("Open the imports"), "imports:list"),
                owner=first(facts.owners.records, facts.owners.compliance),
                since=each.started_at,
            )


@check(gettext_lazy("Work in the background that failed"), system=True)
def failed_jobs(facts: Facts) -> Iterator[Item]:
    """Work that ended with an error."""
    for kind, ended_at in facts.failed_jobs:
        yield Item(
            Severity.RISK,
            _("Work in the background failed: {kind}").format(kind=kind),
            _("The system page says what was wrong."),
            Act(_("Open the system page"), "dashboard:system"),
            owner=first(facts.owners.it, facts.owners.administrators),
            since=ended_at,
        )


@check(gettext_lazy("Records that cannot be read"))
def undecoded(facts: Facts) -> Iterator[Item]:
    """Records that no decoder can read."""
    if facts.undecoded:
        what = ngettext("{count} record cannot be read", "{count} records cannot be read", facts.undecoded).format(
            count=facts.undecoded
        )
        yield Item(
            Severity.WORK,
            what,
            _("They are kept and found by their raw text; a newer decoder reads them when the catalog is made again."),
            Act(_("See them"), "archive:search", query="q=type:undecoded"),
            owner=first(facts.owners.records, facts.owners.compliance),
            weight=facts.undecoded,
        )


# ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@check(gettext_lazy("Accounts without a holder"))
def accounts_without_holder(facts: Facts) -> Iterator[Item]:
    """An account whose messages are nobody's: they stand in no scope but everybody's."""
    nobody = [account.name for account in facts.accounts if not account.holder]
    if nobody:
        what = ngettext("{count} account has no holder", "{count} accounts have no holder", len(nobody)).format(
            count=len(nobody)
        )
        yield Item(
            Severity.WORK,
            what,
            _("Reviewers with a scope do not see their messages: {names}.").format(names=_some(nobody)),
            Act(_("Say whose they are"), "imports:accounts", query="only=unheld"),
            owner=first(facts.owners.records, facts.owners.compliance),
            weight=len(nobody),
        )


@check(gettext_lazy("Handles without a person"))
def unmatched_handles(facts: Facts) -> Iterator[Item]:
    """Handles in messages that nobody stands behind."""
    if facts.unmatched:
        yield Item(
            Severity.WORK,
            _("Some handles belong to nobody"),
            _("Messages came from or went to them, and no person is named for them."),
            Act(_("Name the people"), "imports:handles"),
            owner=first(facts.owners.compliance, facts.owners.administrators),
            weight=facts.unmatched,
        )


@check(gettext_lazy("Users who may read messages and have no second factor"), system=True)
def second_factor(facts: Facts) -> Iterator[Item]:
    """Users who may read content and have shown one factor only."""
    if facts.no_second_factor:
        number = len(facts.no_second_factor)
        what = ngettext("{count} user has no second factor", "{count} users have no second factor", number).format(
            count=number
        )
        yield Item(
            Severity.WORK,
            what,
            _("They cannot open messages until they add a passkey or an authenticator app: {names}.").format(
                names=_some(facts.no_second_factor)
            ),
            Act(_("Open the users"), "people:access"),
            owner=first(facts.owners.administrators),
            give=_("Give somebody the role of administrator."),
            weight=number,
        )


@check(gettext_lazy("Access from outside that ends soon or has ended"), system=True)
def examiners(facts: Facts) -> Iterator[Item]:
    """Access from outside that ends within a week, or has ended."""
    for examiner in facts.examiners:
        ended = examiner.until <= facts.today
        if not ended and examiner.until - facts.today > ENDING_SOON:
            continue
        text = _("The access of {name} has ended") if ended else _("The access of {name} ends soon")
        yield Item(
            Severity.WORK,
            text.format(name=isolated(examiner.name)),
            _("Until {day}. Give it again with a new day, or tell them.").format(day=written(examiner.until, "day")),
            Act(_("Open the users"), "people:access"),
            owner=first(facts.owners.administrators, facts.owners.compliance),
            day=examiner.until if ended else examiner.until - ENDING_SOON,
        )


# ── The register ─────────────────────────────────────────────────────────────────────────────────────────────────────


@check(gettext_lazy("Accounts that are on and that the register would not let go live"))
def live_without_leave(facts: Facts) -> Iterator[Item]:
    """An account that is on and that the register would not let go live today."""
    for each in facts.lacks:
        what, detail = _lacking(each)
        yield Item(
            Severity.LOSS,
            what.format(account=isolated(each.account), person=isolated(each.person_name)),
            detail.format(channel=isolated(each.channel_name), day=written(each.ended, "day") if each.ended else ""),
            Act(_("Open the register"), "register:list")
            if each.channel is None
            else Act(_("Open the register"), "register:channel", (each.channel,)),
            owner=first(facts.owners.compliance, facts.owners.records),
            day=each.ended,
        )


def _lacking(each: LackFacts) -> tuple[str, str]:
    if each.lack == "registration":
        what = _("{account} is on, and {person} has no live registration")
        if each.ended is None:
            return what, _("They were never registered for {channel}. Register them, or switch the account off.")
        return what, _("It ended on {day} for {channel}. Register them again, or switch the account off.")
    if each.lack == "assessment":
        return _("{account} is on, and its channel was not assessed"), _("Enter the risk assessment of {channel}.")
    if each.lack == "prohibited":
        return (
            _("{account} is on, and its channel is prohibited"),
            _(
                "Switch the account off once people stopped using {channel}; what they still write is captured until then."
            ),
        )
    return (
        _("{account} is on, and its channel is not approved"),
        _("Enter the channel with its connector and its written approval, or switch the account off."),
    )


@check(gettext_lazy("What must be so on devices and accounts, and is not or was not shown in time"), system=True)
def posture(facts: Facts) -> Iterator[Item]:
    """Something that must be so on an account or device and is not, or was not shown in time."""
    for names, severity in ((facts.posture_failed, Severity.RISK), (facts.posture_overdue, Severity.WORK)):
        if names:
            what = (
                ngettext(
                    "{count} thing on devices and accounts is not so",
                    "{count} things on devices and accounts are not so",
                    len(names),
                )
                if severity is Severity.RISK
                else ngettext(
                    "Evidence is due for {count} thing on devices and accounts",
                    "Evidence is due for {count} things on devices and accounts",
                    len(names),
                )
            )
            yield Item(
                severity,
                what.format(count=len(names)),
                _("On {names}.").format(names=_some(sorted(set(names)))),
                Act(_("Open the posture"), "register:postures", query="only=due"),
                owner=first(facts.owners.it, facts.owners.records, facts.owners.compliance),
                weight=len(names),
            )


@check(gettext_lazy("Risk assessments that are overdue"))
def channel_reviews(facts: Facts) -> Iterator[Item]:
    """A risk assessment that should have been looked at again."""
    for number, name, due in facts.reviews:
        yield Item(
            Severity.WORK,
            _("The risk assessment of {channel} is overdue").format(channel=isolated(name)),
            _("Look at it again, and enter what you found."),
            Act(_("Open the register"), "register:channel", (number,), query="#assessment"),
            owner=first(facts.owners.compliance, facts.owners.records),
            day=due,
        )


# ── The logs and the machine ─────────────────────────────────────────────────────────────────────────────────────────


@check(gettext_lazy("Entries that wait to be sealed, and whether the worker runs"), system=True)
def waiting_entries(facts: Facts) -> Iterator[Item]:
    """What was accepted and is not sealed: nobody leads, or the one who leads cannot keep up."""
    log = facts.log
    if log.oldest is not None and facts.now - log.oldest > SEALED_WITHIN:
        what = ngettext("{count} entry waits to be sealed", "{count} entries wait to be sealed", log.waiting)
        yield Item(
            Severity.LOSS,
            what.format(count=log.waiting),
            _("They are kept, but not proven. Start the worker: muniment serve, or muniment worker."),
            Act(_("Open the system page"), "dashboard:system"),
            owner=first(facts.owners.it, facts.owners.administrators),
            since=log.oldest,
            weight=log.waiting,
        )
    elif log.heartbeat_at is None or facts.now - log.heartbeat_at > heartbeat_within(facts):
        yield Item(
            Severity.RISK,
            _("The worker does not run"),
            _("No heartbeat was sealed. Start it: muniment serve, or muniment worker."),
            Act(_("Open the system page"), "dashboard:system"),
            owner=first(facts.owners.it, facts.owners.administrators),
            since=log.heartbeat_at,
        )


@check(gettext_lazy("The last check of the whole archive"), system=True)
def verification(facts: Facts) -> Iterator[Item]:
    """The archive has not been checked for a week, or was found at fault."""
    run = facts.last_run
    owner = first(facts.owners.it, facts.owners.administrators, facts.owners.compliance)
    act = Act(_("Check the archive"), "dashboard:system", query="#verification")
    if run is not None and not run.sound:
        what = ngettext(
            "The last check of the archive found {count} fault",
            "The last check of the archive found {count} faults",
            run.faults,
        )
        yield Item(
            Severity.LOSS,
            what.format(count=run.faults),
            _("Keep the archive as it is, and restore what is named from a backup beside it."),
            act,
            owner=owner,
            since=run.at,
            weight=10**9,
        )
    elif _overdue(facts, run.at if run else None, VERIFIED_WITHIN):
        yield Item(
            Severity.RISK,
            _("The archive was not checked for a week") if run else _("The archive was never checked"),
            _("A check reads every record, key and row, and says what is not as it was sealed."),
            act,
            owner=owner,
            since=run.at if run else facts.archive_since,
        )


@check(gettext_lazy("The last seal that was given out"), system=True)
def seal_outside(facts: Facts) -> Iterator[Item]:
    """Nobody outside holds a seal: a rewrite of everything by the key's holder would not be caught."""
    if _overdue(facts, facts.seal_at, SEAL_WITHIN):
        yield Item(
            Severity.RISK,
            _("The last seal was given out more than a month ago")
            if facts.seal_at
            else _("Nobody outside holds a seal"),
            _("One line, sent to your auditor, proves later that nothing sealed before it was changed."),
            Act(_("Make a seal"), "dashboard:system", query="#seal"),
            owner=first(facts.owners.compliance, facts.owners.it),
            since=facts.seal_at or facts.archive_since,
        )


@check(gettext_lazy("The last backup"), system=True)
def backups(facts: Facts) -> Iterator[Item]:
    """No backup is on record, or it is old."""
    if _overdue(facts, facts.backup_at, BACKUP_WITHIN):
        yield Item(
            Severity.RISK,
            _("The last backup is more than a month old") if facts.backup_at else _("No backup is on record"),
            _("A lost disk would lose the archive. Back it up, and the keys apart from it."),
            Act(_("How to back up"), "dashboard:system", query="#backups"),
            owner=first(facts.owners.it, facts.owners.administrators),
            since=facts.backup_at or facts.archive_since,
        )


@check(gettext_lazy("Whether the backup of the keys was shown to open"), system=True)
def key_backup(facts: Facts) -> Iterator[Item]:
    """Whether the keys could be restored has not been shown: without them no record opens."""
    if facts.keys_proven_at is None:
        yield Item(
            Severity.RISK,
            _("The backup of the keys is not proven"),
            _("Without the keys no record can be opened. Download them once, and show that they open again."),
            Act(_("Prove it"), "dashboard:keys"),
            owner=first(facts.owners.it, facts.owners.administrators),
            since=facts.archive_since,
            weight=1,
        )


@check(gettext_lazy("How full the disk of the archive is"), system=True)
def disk(facts: Facts) -> Iterator[Item]:
    """The disk is nearly full: what cannot be written is not acknowledged."""
    if facts.disk_total and facts.disk_free < facts.disk_total * FULL_BELOW:
        share = round(100 * facts.disk_free / facts.disk_total)
        yield Item(
            Severity.LOSS if facts.disk_free < facts.disk_total * VERY_FULL_BELOW else Severity.RISK,
            _("The disk of the archive is nearly full: {share} % free").format(share=share),
            _("When it is full nothing more is accepted. Make room, or move the archive to a larger disk."),
            Act(_("Open the system page"), "dashboard:system", query="#disk"),
            owner=first(facts.owners.it, facts.owners.administrators),
        )


def _overdue(facts: Facts, at: int | None, within: int) -> bool:
    """Whether something that should happen every so often has not; a new archive is given a day."""
    if at is None:
        return facts.archive_since is None or facts.now - facts.archive_since > YOUNG
    return facts.now - at > within


def _some(names: tuple[str, ...] | list[str], most: int = 3) -> str:
    shown = pgettext("between names", ", ").join(isolated(name) for name in sorted(names)[:most])
    more = len(names) - most
    return shown if more <= 0 else f"{shown} +{more}"


def isolated(name: str) -> str:
    """A name within a sentence, its direction kept to itself (U+2068, U+2069)."""
    return f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}"


def heartbeat_within(facts: Facts) -> int:
    """How old the newest heartbeat may be (µs)."""
    return HEARTBEAT_LIVE if any(feed.on for feed in facts.feeds) else HEARTBEAT_WITHIN


from muniment.desk.dashboard import attention_live  # noqa: E402, F401  # its checks stand behind these
