"""Setting a new archive up in ten minutes: each step says why, and keeps what was done. The first two ask for the terminal's code.

Trust: until somebody can sign in, whoever types the code is the firm; after that these pages have the same door as all others.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from muniment.desk.authority import Capability
from muniment.desk.dashboard import opening, setup
from muniment.desk.dashboard.forms import CodeForm, FirmForm, TwoForm
from muniment.desk.desk import Desk
from muniment.desk.jobs import spoken
from muniment.desk.people import actions as people
from muniment.desk.people.access import firm
from muniment.desk.people.door import door
from muniment.desk.people.roles import NAMES
from muniment.desk.seat import nobody
from muniment.record.errors import NotFound, Refused
from muniment.vault.home import Home

P = ParamSpec("P")
TYPED = "setup"
"""In the session of a browser in which the code was typed: its fingerprint."""


def first_visit(page: Callable[Concatenate[HttpRequest, P], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Send whoever comes before anybody can sign in to the set-up; the page's own door stays."""

    @wraps(page)
    def enter(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated and opening.is_open(nobody().archive.home):
            return redirect("dashboard:begin")
        return page(request, *args, **kwargs)

    return enter


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Ask for the code that the terminal shows."""
    home = _open()
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if opening.is_code(home, form.cleaned_data["code"]):
            request.session.cycle_key()
            request.session[TYPED] = opening.fingerprint(home)
            return redirect("dashboard:begin_firm")
        form.add_error("code", _("That is not the code. Look again where Muniment was started."))
    return _show(request, "dashboard/begin.html", _("Set this archive up"), form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def begin_firm(request: HttpRequest) -> HttpResponse:
    """Which firm this is, before anybody can sign in."""
    _typed(request)
    form = FirmForm(request.POST or None, initial=_said())
    if request.method == "POST" and form.is_valid() and _set_firm(setup.first_desk(), form):
        return redirect("dashboard:begin_people")
    return _show(request, "dashboard/begin_firm.html", _("Which firm is this?"), form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("made")
def begin_people(request: HttpRequest) -> HttpResponse:
    """The administrator and a second person; their codes are shown once."""
    _typed(request)
    if not firm().name:
        return redirect("dashboard:begin_firm")
    form = TwoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = setup.add_first_two(
                (given["administrator"], given["administrator_shown"]),
                (given["second"], given["second_shown"]),
                given["role"],
            )
        except Refused as refusal:
            form.add_error(None, spoken(refusal))
        else:
            request.session.flush()
            rows = [(each.name, _(NAMES[each.role]), each.code) for each in made]
            return render(request, "dashboard/begun.html", {"title": _("Two people can sign in now"), "rows": rows})
    return _show(request, "dashboard/begin_people.html", _("Who are the first two?"), form)


@door()
def steps(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What is done and what is next; each step says why."""
    return render(
        request,
        "dashboard/setup.html",
        {
            "title": _("Set this archive up"),
            "state": setup.state(desk),
            "may": {
                "firm": desk.authority.holds(Capability.ACCESS),
                "people": desk.authority.holds(Capability.ACCESS),
                "keys": desk.authority.holds(Capability.SYSTEM),
                "feed": desk.authority.holds(Capability.PEOPLE_CHANGE),
                "account": desk.authority.holds(Capability.ACCOUNTS),
                "imported": desk.authority.holds(Capability.IMPORT),
                "finish": desk.authority.holds(Capability.ACCESS),
            },
        },
    )


@door(Capability.ACCESS, methods=("GET", "POST"))
def change_firm(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Which firm this is, its zone and its regimes, for whoever gives access."""
    form = FirmForm(request.POST or None, initial=_said())
    if request.method == "POST" and form.is_valid() and _set_firm(desk, form):
        return redirect("dashboard:setup" if setup.unfinished() else "dashboard:firm")
    return render(request, "dashboard/firm.html", {"title": _("The firm"), "form": form})


@door(Capability.ACCESS, methods=("POST",))
def finish(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Say that the set-up is finished."""
    setup.finish(desk)
    return redirect("dashboard:home")


def _said() -> dict[str, object]:
    found = firm()
    return {"name": found.name, "number": found.number, "zone": found.zone, "regimes": found.regimes}


def _set_firm(desk: Desk, form: FirmForm) -> bool:
    given = form.cleaned_data
    try:
        people.set_firm(desk, given["name"], given["zone"], given["regimes"], number=given["number"])
    except Refused as refusal:
        form.add_error(None, spoken(refusal))
        return False
    return True


def _open() -> Home:
    home = nobody().archive.home
    if not opening.is_open(home):
        raise NotFound("this archive is set up; sign in")
    return home


def _typed(request: HttpRequest) -> None:
    """Raise NotFound unless the code was typed in this browser, and still counts."""
    home = _open()
    if not opening.fingerprint(home) or request.session.get(TYPED) != opening.fingerprint(home):
        raise NotFound("the code of the terminal comes first; begin at /setup/begin/")


def _show(request: HttpRequest, template: str, title: str, form: CodeForm | FirmForm | TwoForm) -> HttpResponse:
    return render(request, template, {"title": title, "form": form}, status=422 if form.errors else 200)
