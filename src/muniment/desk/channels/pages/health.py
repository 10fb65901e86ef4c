"""How one connection is heard: its condition, what came on each day, the files it owes; and the gaps of all accounts."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from muniment.capture.feeds.gap import Reason
from muniment.capture.wecom.asking import KINDS
from muniment.desk.archive.pages.common import through
from muniment.desk.authority import Capability
from muniment.desk.channels import access, actions
from muniment.desk.channels.access import ConnectionRow, Explanation, GapRow
from muniment.desk.channels.condition import LAG_MINUTES
from muniment.desk.channels.forms import ExplainForm
from muniment.desk.channels.words import setup
from muniment.desk.channels.words.health import ACTS, BESIDE, OUTCOMES, OVER, REASONS, REMEDIES, STATES, code
from muniment.desk.desk import Desk
from muniment.desk.people.access import firm
from muniment.desk.people.door import door
from muniment.desk.people.pages.common import done
from muniment.record.errors import NotFound

SHEET: tuple[tuple[str, Any], ...] = (
    ("received", gettext_lazy("Acknowledged")),
    ("new", gettext_lazy("New")),
    ("duplicate", gettext_lazy("There already")),
    ("undecoded", gettext_lazy("Not readable")),
    ("disposed", gettext_lazy("Disposed of")),
)
FILES: dict[str, Any] = {
    "waiting": gettext_lazy("Files owed"),
    "stored": gettext_lazy("Files that came"),
    "flagged": gettext_lazy("Files that came marked"),
    "lost": gettext_lazy("Files lost"),
}
MARKED = gettext_lazy(
    "They are not what the platform announced, twice. They are kept as they came and marked; compare them with the sender's own."
)
UNKNOWN: dict[str, Any] = {
    "is:partial": gettext_lazy("Understood in part"),
    "is:unsupported": gettext_lazy("Withheld by the platform as unsupported"),
    "type:undecoded": gettext_lazy("Not readable"),
}
PARTS: dict[str, Any] = {
    "message": pgettext_lazy("part of a feed", "message"),
    "attachment": pgettext_lazy("part of a feed", "file"),
    "span": pgettext_lazy("part of a feed", "not a message"),
    "sealed": pgettext_lazy("part of a feed", "not opened"),
    "roster": pgettext_lazy("part of a feed", "members of a group"),
    "consent": pgettext_lazy("part of a feed", "consent"),
    "directory": pgettext_lazy("part of a feed", "directory"),
}
STATUSES: dict[str, Any] = {
    "decoded": pgettext_lazy("a record", "new"),
    "stored": pgettext_lazy("a record", "kept"),
    "duplicate": pgettext_lazy("a record", "there already"),
    "undecoded": pgettext_lazy("a record", "not readable"),
    "disposed": pgettext_lazy("a record", "disposed of"),
}


@door(Capability.ACCOUNTS)
def health(request: HttpRequest, desk: Desk, source: str) -> HttpResponse:
    """Everything that is known of one connection, and its days."""
    found = access.one(desk, source)
    row, feed = found.row, found.row.feed
    kind, word, sentence = STATES[found.condition.state]
    connected = access.day_of(row.made_at, ZoneInfo(firm().zone))
    days = access.daily(desk, source)
    sheets = [each for each in days if each.day >= connected or each.received or each.refused or each.gaps]
    disposed = any(sheet.disposed for sheet in sheets)
    columns = [each for each in SHEET if each[0] != "disposed" or disposed]
    context = {
        "title": row.name,
        "found": found,
        "row": row,
        "feed": feed,
        "kind": kind,
        "word": word,
        "sentence": sentence,
        "connector": setup.name(row.connector),
        "failure": code(row.connector, feed.failure) if feed else "",
        "beside": _beside(desk, row) if row.connector == "wecom" else (),
        "canaries": access.canaries(desk, source),
        "lag": LAG_MINUTES,
        "columns": [label for _, label in columns],
        "days": [_day(each, source, columns) for each in sheets],
        "gaps_url": _gaps(source),
        "unknown": [
            (UNKNOWN[each.term], each.number, through(desk, row.name, also=each.term) if each.number else "")
            for each in access.unknown(desk, row.name)
        ],
        "account": _there("imports:account", source),
    }
    return render(request, "channels/health.html", context)


def _beside(desk: Desk, row: ConnectionRow) -> list[dict[str, Any]]:
    """What is asked beside the messages of WeCom: whether it is, of how much, and what was refused."""
    standing = {each.kind: each for each in access.beside(desk, row.source)}
    found = []
    for secret, what in BESIDE.items():
        some = [standing[kind.name] for kind in KINDS if kind.secret == secret and kind.name in standing]
        refused = next((each.code for each in some if each.code), "")
        found.append(
            {
                "what": what,
                "on": secret in row.secrets,
                "number": sum(each.number for each in some),
                "answered": sum(each.answered for each in some),
                "refused": sum(each.refused for each in some),
                "code": refused,
                "words": code(row.connector, refused),
            }
        )
    return found


@door(Capability.ACCOUNTS)
def records(request: HttpRequest, desk: Desk, source: str, day: str, what: str) -> HttpResponse:
    """The records behind a number of a day."""
    row, when = access.connection(desk, source), _date(day)
    found, more = access.received(desk, source, when, what, _number(request.GET.get("after"), -1))
    reads = desk.authority.holds(Capability.READ)
    context = {
        "title": str(dict(SHEET)[what]),
        "row": row,
        "day": when,
        "rows": [
            (
                each,
                PARTS.get(each.part, each.part),
                STATUSES.get(each.status, each.status),
                _there("archive:proof", each.leaf) if reads else "",
            )
            for each in found
        ],
        "more": more,
    }
    return render(request, "channels/records.html", context)


@door(Capability.ACCOUNTS)
def files(request: HttpRequest, desk: Desk, source: str, state: str) -> HttpResponse:
    """The files of a source that are owed, came, or are lost; of one day where the address says so."""
    row = access.connection(desk, source)
    since, until, when = _span(request)
    found, total = access.files(desk, source, state, since or 0, 2**62 if until is None else until)
    context = {
        "title": str(FILES[state]),
        "row": row,
        "day": when,
        "rows": [(each, code(row.connector, each.code)) for each in found],
        "number": total,
        "state": state,
        "remedy": {"lost": REMEDIES[Reason.MEDIA], "flagged": MARKED}.get(state, ""),
        "act": (ACTS[Reason.MEDIA][0], _reached(desk, ACTS[Reason.MEDIA][1])),
        "gaps_url": _gaps(source) if state == "lost" else "",
    }
    return render(request, "channels/files.html", context)


@door(Capability.ACCOUNTS)
def gaps(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What is missing, newest first: of every account or of one, with what can be done about it and what was said of it."""
    return _listed(request, desk, ExplainForm())


@door(Capability.ATTENTION, methods=("POST",))
def explain(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Say what came of the gaps that were chosen."""
    form = ExplainForm(request.POST)
    chosen = [int(each) for each in request.POST.getlist("gap") if each.isascii() and each.isdigit() and len(each) < 19]
    given = form.data
    if done(
        request,
        form,
        lambda: actions.explain_gaps(desk, chosen, given.get("outcome", ""), given.get("reason", "")),
        _("Explained. Each gap stays in the log as it was sealed, with what was said of it."),
    ):
        asked = {name: request.GET[name] for name in ("account", "day", "open") if request.GET.get(name)}
        return redirect(f"{reverse('channels:gaps')}?{urlencode(asked)}" if asked else reverse("channels:gaps"))
    return _listed(request, desk, form, chosen)


def _listed(request: HttpRequest, desk: Desk, form: ExplainForm, chosen: Sequence[int] = ()) -> HttpResponse:
    source = request.GET.get("account", "")[:64]
    since, until, when = _span(request)
    before = _number(request.GET.get("before"), 0) or None
    waiting = request.GET.get("open") == "1"
    found = (access.open_page if waiting else access.gap_page)(desk, before, source, since, until)
    said = access.explanations(desk, (each.leaf for each in found.rows))
    reads = desk.authority.holds(Capability.READ)
    asked = {name: value for name, value in (("account", source), ("day", request.GET.get("day", ""))) if value}
    which = {"open": "1"} if waiting else {}
    names = desk.catalog.execute(
        "SELECT source, name FROM account WHERE source IN (SELECT DISTINCT source FROM gap) ORDER BY name"
    ).fetchall()
    context = {
        "title": _("Gaps"),
        "found": found,
        "rows": [_gap(desk, each, said.get(each.leaf), reads=reads) for each in found.rows],
        "waiting": waiting,
        "all_url": _asking(asked),
        "open_url": _asking({**asked, "open": "1"}),
        "here": urlencode({**asked, **which, **({} if before is None else {"before": before})}),
        "form": form if desk.authority.holds(Capability.ATTENTION) else None,
        "chosen": chosen,
        "accounts": names,
        "source": source,
        "day": when,
        "first": before is None,
        "newest": _asking({**asked, **which}),
        "older": _asking({**asked, **which, "before": found.more}) if found.more else "",
    }
    return render(request, "channels/gaps.html", context, status=422 if form.errors else 200)


def _asking(asked: Mapping[str, object]) -> str:
    return f"?{urlencode(asked)}" if asked else reverse("channels:gaps")


def _gap(desk: Desk, each: GapRow, said: Explanation | None, *, reads: bool) -> dict[str, Any]:
    gap = each.gap
    about = gap.about.get("record")
    health_url = _there("channels:health", each.source)
    label, route = ACTS[gap.reason]
    act = _reached(desk, route, *((each.source,) if route.startswith("channels:") else ()))
    return {
        "row": each,
        "gap": gap,
        "reason": REASONS[gap.reason],
        "remedy": OVER if each.over else REMEDIES[gap.reason],
        "said": said,
        "outcome": "" if said is None else OUTCOMES.get(said.outcome, said.outcome),
        "code": code(each.connector, gap.code),
        "health": health_url,
        "act": (label, act) if act and not each.over else None,
        "proof": _there("archive:proof", each.leaf) if reads else "",
        "names": _there("archive:proof", about) if reads and isinstance(about, int) else "",
    }


def _day(sheet: access.Sheet, source: str, columns: list[tuple[str, Any]]) -> dict[str, Any]:
    day = sheet.day.isoformat()
    numbers = [
        (label, number, reverse("channels:records", args=[source, day, what]) if number else "")
        for what, label in columns
        for number in (getattr(sheet, what),)
    ]
    files = [
        (label, sheet.files[state], f"{reverse('channels:files', args=[source, state])}?day={day}")
        for state, label in FILES.items()
        if sheet.files.get(state)
    ]
    return {"sheet": sheet, "numbers": numbers, "files": files, "gaps": f"{_gaps(source)}&day={day}"}


def _gaps(source: str) -> str:
    return f"{reverse('channels:gaps')}?{urlencode({'account': source})}"


def _span(request: HttpRequest) -> tuple[int | None, int | None, date | None]:
    """The day that the address asks for, as µs UTC from its beginning until the next one's."""
    asked = request.GET.get("day", "")
    if not asked:
        return None, None, None
    day, zone = _date(asked), ZoneInfo(firm().zone)
    return access.start_of(day, zone), access.start_of(day + timedelta(days=1), zone), day


def _date(text: str) -> date:
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        raise NotFound("there is no such {what}", what="day") from None
    if not 2000 <= found.year <= 9000:
        raise NotFound("there is no such {what}", what="day")
    return found


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else otherwise


def _reached(desk: Desk, name: str, *given: object) -> str:
    """The address of a page whose door is open to the reader; empty for another."""
    url = _there(name, *given)
    capability = getattr(resolve(url).func, "door", (None,))[0] if url else None
    return url if capability is None or desk.authority.holds(capability) else ""


def _there(name: str, *given: object) -> str:
    """The address of a page of another app; empty where this build has none."""
    try:
        return reverse(name, args=given)
    except NoReverseMatch:
        return ""
