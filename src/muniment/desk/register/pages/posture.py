"""What must be so on accounts and devices, and what was shown of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.people.door import door
from muniment.desk.people.forms import EndForm
from muniment.desk.people.pages.common import done
from muniment.desk.register import access, actions
from muniment.desk.register.forms import EvidenceForm, PostureForm
from muniment.desk.register.pages.common import asked, pager
from muniment.desk.register.words import ITEM
from muniment.desk.seat import accounts


@door(Capability.ACCOUNTS)
def listing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All items, what is wrong first; or those alone that are due or not so."""
    due = request.GET.get("only") == "due"
    found = access.posture_page(desk, open_only=due, page=asked(request))
    context = {
        "title": _("Posture"),
        "tab": "posture",
        "rows": [(row, ITEM[row.item]) for row in found.rows],
        "due": due,
        "total": found.total,
        "late": found.late,
        **pager(request, found.page, found.pages),
    }
    return render(request, "register/postures.html", context)


@door(Capability.ACCOUNTS, methods=("GET", "POST"))
def add(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Ask that something be so."""
    form = PostureForm(request.POST or None, things=_things(desk), initial={"thing": request.GET.get("thing", "")[:80]})
    made: list[int] = []

    def act() -> None:
        given = form.cleaned_data
        what, _colon, which = given["thing"].partition(":")
        device = int(which) if what == "device" else None
        source = which if what == "account" else ""
        made.append(actions.ask_for(desk, given["item"], device=device, source=source, every=given["every"]))

    if request.method == "POST" and done(request, form, act, _("Asked for. Say next what was seen.")):
        return redirect("register:posture", made[0])
    context = {"title": _("Ask that something be so"), "form": form, "back": reverse("register:postures")}
    return render(request, "register/form.html", context, status=422 if form.errors else 200)


@door(Capability.ACCOUNTS)
def posture(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """One item with what was shown of it."""
    return _posture(request, desk, number, EvidenceForm())


@door(Capability.ACCOUNTS, methods=("POST",))
def show(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Keep what was seen."""
    form = EvidenceForm(request.POST)

    def act() -> None:
        given = form.cleaned_data
        actions.show(desk, number, given["text"], given["on"], met=given["met"] == "yes")

    if done(request, form, act, _("Kept.")):
        return redirect("register:posture", number)
    return _posture(request, desk, number, form)


@door(Capability.ACCOUNTS, methods=("POST",))
def drop(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Ask for it no longer."""
    form = EndForm(request.POST)
    said = _("Ended. It stays on record.")
    if done(request, form, lambda: actions.drop(desk, number, form.cleaned_data["until"]), said):
        return redirect("register:posture", number)
    return _posture(request, desk, number, EvidenceForm(), ending=form)


def _posture(
    request: HttpRequest, desk: Desk, number: int, form: EvidenceForm, *, ending: EndForm | None = None
) -> HttpResponse:
    page = access.posture(desk, number)
    context = {
        "title": ITEM[page.row.item],
        "page": page,
        "form": form,
        "refused": ending,
        "ending": EndForm(auto_id=False),
    }
    return render(request, "register/posture.html", context, status=422 if form.errors or ending else 200)


def _things(desk: Desk) -> list[tuple[str, str]]:
    devices = [(f"device:{number}", label) for number, label in access.choices()]
    return [
        *devices,
        *sorted(((f"account:{source}", name) for source, name in accounts(desk).items()), key=lambda each: each[1]),
    ]
