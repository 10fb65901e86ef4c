"""Home: what needs attention, worst first, and below it the state of capture and of the log. Each number opens its set."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from muniment.desk.archive.pages.common import through
from muniment.desk.authority import Authority, Capability
from muniment.desk.channels.condition import State
from muniment.desk.channels.words.health import STATES
from muniment.desk.dashboard import access
from muniment.desk.dashboard.access import WEEK
from muniment.desk.dashboard.attention import CHECKS, Act, Item, Severity, attention
from muniment.desk.dashboard.chart import bars, drawn
from muniment.desk.dashboard.facts import AccountFacts, Facts, FeedFacts
from muniment.desk.dashboard.landing import landing
from muniment.desk.dashboard.setup import unfinished
from muniment.desk.desk import Desk
from muniment.desk.imports.usual import silent_days
from muniment.desk.people.access import firm
from muniment.desk.people.door import door
from muniment.desk.times import written

SETTING_UP = (Capability.ACCESS, Capability.SYSTEM, Capability.ATTENTION)
"""Whoever holds one of these sees the steps of the set-up until it is finished."""
MOST = 7
"""Lines on home; the rest is one click away."""
ACCOUNTS = 25
"""Accounts on home: those that are silent first."""


@dataclass(frozen=True, slots=True)
class Line:
    """An item as the page shows it."""

    item: Item
    mark: str
    url: str


@dataclass(frozen=True, slots=True)
class Health:
    """One account's row: `state` is a word with a chip of that kind; without live evidence it is a grey one."""

    account: AccountFacts
    week: SafeString
    """A bar for each of its last seven days."""
    total: int
    url: str
    """The address of exactly those events."""
    kind: str
    state: str
    door: str
    """The account's own page, of its health where it is connected; empty where the reader has none."""
    feed: FeedFacts | None
    """How it is heard; None for one whose messages come as files."""


@door()
def home(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Each role lands on its own page; those who see what needs attention see it here."""
    if unfinished() and any(desk.authority.holds(each) for each in SETTING_UP):
        return redirect("dashboard:setup")
    route = landing(desk.authority)
    if route is None:
        return render(request, "dashboard/nothing.html", {"title": _("Home")})
    if route:
        return redirect(route)
    facts = access.facts(desk)
    found = attention(facts)
    return render(
        request,
        "dashboard/home.html",
        {
            "title": _("What needs attention"),
            "now": facts.now,
            "lines": [line(item, desk.authority) for item in found[:MOST]],
            "more": max(0, len(found) - MOST),
            "health": health(desk, facts, ACCOUNTS),
            "further": max(0, len(facts.accounts) - ACCOUNTS),
            "facts": facts,
            "live": bool(facts.feeds),
            "accounts_url": place(desk, Capability.ACCOUNTS, "imports:accounts"),
            "imports_url": place(desk, Capability.IMPORT, "imports:list"),
            "audit_url": place(desk, Capability.AUDIT, "audit:log"),
            "system_url": place(desk, Capability.SYSTEM, "dashboard:system"),
        },
    )


@door(Capability.ATTENTION)
def everything(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The full list of what needs attention."""
    facts = access.facts(desk)
    lines = [line(item, desk.authority) for item in attention(facts)]
    return render(
        request,
        "dashboard/attention.html",
        {
            "title": _("Everything that needs attention"),
            "lines": lines,
            "now": facts.now,
            "checks": [each.words for each in CHECKS],
        },
    )


def line(item: Item, authority: Authority) -> Line:
    """An item with its link, where the reader may do the next act; its owner is named in any case."""
    mark = {Severity.LOSS: "bad", Severity.RISK: "warn"}.get(item.severity, "")
    return Line(item, mark, address(item.act, authority))


def place(desk: Desk, capability: Capability, route: str) -> str:
    """The address of a page that the reader may open, else nothing."""
    return address(Act("", route), desk.authority) if desk.authority.holds(capability) else ""


def address(act: Act, authority: Authority) -> str:
    """Where the next act is done; empty where the door of that page is closed to the reader."""
    try:
        url = reverse(act.route, args=act.arguments)
    except NoReverseMatch:
        return ""
    capability, _methods = getattr(resolve(url).func, "door", (None, ()))
    if capability is not None and not authority.holds(capability):
        return ""
    return url + (act.query if act.query.startswith("#") else f"?{act.query}" if act.query else "")


def health(desk: Desk, facts: Facts, most: int | None = None) -> list[Health]:
    """The accounts, silent ones first; of many only the first `most`, since a row costs more than to say which come first."""
    zone, feeds = firm().zone, {feed.source: feed for feed in facts.feeds}
    order: dict[str, Any] = {"broken": 0, "pending": 1}
    found = [(account, *_state(account, feeds.get(account.source), facts.today)) for account in facts.accounts]
    found.sort(key=lambda each: (order.get(each[1], 2), each[0].name))
    end = facts.today + timedelta(days=1)
    first = end - timedelta(days=WEEK)

    def own_page(account: AccountFacts) -> str:
        page = "channels:health" if account.source in feeds else "imports:account"
        return address(Act("", page, (account.source,)), desk.authority)

    named = {day: written(day, "day") for day in (first + timedelta(days=number) for number in range(WEEK))}
    return [
        Health(
            account,
            drawn(bars(account.week, facts.today), named),
            sum(account.week),
            through(desk, account.name, first, end, zone=zone),
            kind,
            state,
            own_page(account),
            feeds.get(account.source),
        )
        for account, kind, state in found[:most]
    ]


def _state(account: AccountFacts, feed: FeedFacts | None, today: date) -> tuple[str, str]:
    if feed is not None and (feed.on or account.newest is None):
        kind, word, _sentence = STATES[State(feed.state)]
        return kind, str(word)
    if account.newest is None:
        return "", _("nothing yet")
    days = silent_days(account.newest, today)
    if account.daily and days > max(account.longest, 1):
        return "broken", _("silent")
    if account.week[-1]:
        return "accent", _("heard today")
    # What comes as files says nothing between two files: no light without evidence.
    return "", _("no live sign")
