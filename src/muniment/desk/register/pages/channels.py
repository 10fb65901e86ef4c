"""Channels of the firm: what was decided about each, why, and who may use it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from muniment.capture.registry import connectors, live_connectors
from muniment.desk import platforms
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.people.door import door
from muniment.desk.people.forms import EndForm
from muniment.desk.people.pages.common import done
from muniment.desk.register import access, actions
from muniment.desk.register.forms import (
    ApprovalForm,
    AssessmentForm,
    ChannelForm,
    ConnectorsForm,
    RegistrationForm,
    StandingForm,
)
from muniment.desk.register.pages.common import asked, pager
from muniment.desk.register.words import CHIPS, STATUS


@door(Capability.ACCOUNTS)
def listing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All channels with what was decided."""
    rows = [(row, *_said(row.standing), _names(row.connectors)) for row in access.channels(desk)]
    return render(request, "register/channels.html", {"title": _("Register"), "tab": "channels", "rows": rows})


@door(Capability.ACCOUNTS)
def people(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Who may use which channel."""
    every = request.GET.get("only") != "today"
    found = access.registration_page(desk, live=not every, page=asked(request))
    context = {
        "title": _("Registered people"),
        "tab": "people",
        "rows": found.rows,
        "every": every,
        "total": found.total,
        "live": found.live,
        "opens": desk.authority.holds(Capability.PEOPLE),
        **pager(request, found.page, found.pages),
    }
    return render(request, "register/people.html", context)


@door(Capability.ACCOUNTS, methods=("GET", "POST"))
def add(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Enter a channel."""
    form = ChannelForm(request.POST or None, known=_known())
    made: list[int] = []

    def act() -> None:
        made.append(actions.add_channel(desk, form.cleaned_data["name"], form.cleaned_data["connectors"]))

    if request.method == "POST" and done(request, form, act, _("Entered. Say next what the firm decided about it.")):
        return redirect("register:channel", made[0])
    context = {"title": _("Enter a channel"), "form": form, "back": reverse("register:list")}
    return render(request, "register/form.html", context, status=422 if form.errors else 200)


@door(Capability.ACCOUNTS)
def channel(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """One channel."""
    return _channel(request, desk, number)


@door(Capability.ACCOUNTS, methods=("POST",))
def decide(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Approve of it, or prohibit it."""
    form = StandingForm(request.POST, prefix="standing")

    def act() -> None:
        given = form.cleaned_data
        actions.decide(
            desk, number, given["status"], _approval(form), conditions=given["conditions"], since=given["since"]
        )

    if done(request, form, act, _("Decided. What was so before stays on record.")):
        return redirect("register:channel", number)
    return _channel(request, desk, number, standing=form)


@door(Capability.ACCOUNTS, methods=("POST",))
def assess(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Enter a risk assessment."""
    form = AssessmentForm(request.POST, prefix="assessment")

    def act() -> None:
        given = form.cleaned_data
        findings = actions.Findings(given["features"], given["deletion"], given["encryption"], given["outage"])
        actions.assess(desk, number, findings, given["assessed_by"], given["assessed_on"], given["review_by"])

    if done(request, form, act, _("Entered. The one before stays on record.")):
        return redirect("register:channel", number)
    return _channel(request, desk, number, assessment=form)


@door(Capability.ACCOUNTS, methods=("POST",))
def cover(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Say which connectors are on it."""
    form = ConnectorsForm(request.POST, prefix="connectors", known=_known())
    said = _("Changed. What it was before is in the audit log.")
    if done(request, form, lambda: actions.cover(desk, number, form.cleaned_data["connectors"]), said):
        return redirect("register:channel", number)
    return _channel(request, desk, number, connectors=form)


@door(Capability.ACCOUNTS, methods=("POST",))
def register(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Let somebody use it."""
    form = RegistrationForm(request.POST, prefix="registration")

    def act() -> None:
        given = form.cleaned_data
        actions.register_person(
            desk, number, given["person"], _approval(form), since=given["since"], until=given["until"]
        )

    if done(request, form, act, _("Registered.")):
        return redirect("register:channel", number)
    return _channel(request, desk, number, registration=form)


@door(Capability.ACCOUNTS, methods=("POST",))
def end(request: HttpRequest, desk: Desk, number: int, row: int) -> HttpResponse:
    """End somebody's registration on a day."""
    form = EndForm(request.POST)
    said = _("Ended. It stays on record. An account of theirs that is on stays on, and home says so.")
    if done(request, form, lambda: actions.end_registration(desk, row, form.cleaned_data["until"]), said):
        return redirect("register:channel", number)
    return _channel(request, desk, number, ending=form)


def _channel(request: HttpRequest, desk: Desk, number: int, **refused: Any) -> HttpResponse:
    page = access.channel(desk, number, asked(request))
    known = {"connectors": list(page.row.connectors)}
    forms = {
        "standing": StandingForm(prefix="standing"),
        "assessment": AssessmentForm(prefix="assessment"),
        "connectors": ConnectorsForm(prefix="connectors", known=_known(), initial=known),
        "registration": RegistrationForm(prefix="registration"),
    }
    context = {
        "title": page.row.name,
        "page": page,
        "said": _said(page.row.standing),
        "standings": [(each, *_said(each)) for each in page.standings],
        "covered": _names(page.row.connectors),
        "forms": forms | refused,
        "refused": refused.get("ending"),
        "ending": EndForm(auto_id=False),
        "opens": desk.authority.holds(Capability.PEOPLE),
        **pager(request, page.registrations.page, page.registrations.pages),
    }
    return render(request, "register/channel.html", context, status=422 if refused else 200)


def _approval(form: ApprovalForm) -> actions.Approval:
    given = form.cleaned_data
    return actions.Approval(given["approved_by"], given["approved_on"], given["reference"])


def _said(standing: access.StandingRow | None) -> tuple[str, Any]:
    """The colour and the words of a state."""
    return ("", _("not decided")) if standing is None else (CHIPS[standing.status], STATUS[standing.status])


def _names(covered: tuple[str, ...]) -> list[str]:
    return [str(platforms.channel(each)) for each in covered]


def _known() -> list[tuple[str, str]]:
    return [(each, str(platforms.channel(each))) for each in sorted({*connectors(), *live_connectors()})]
