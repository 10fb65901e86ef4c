"""Desks and groups: who is in them, and who supervises them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.people import access, actions
from muniment.desk.people.door import door
from muniment.desk.people.forms import EndForm, GroupForm, MemberForm
from muniment.desk.people.pages.common import done
from muniment.record.errors import NotFound


@door(Capability.PEOPLE)
def listing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All desks and groups."""
    context = {
        "title": _("Desks and groups"),
        "rows": access.groups(desk),
        "changes": desk.authority.holds(Capability.PEOPLE_CHANGE),
    }
    return render(request, "people/groups.html", context)


@door(Capability.PEOPLE)
def group(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """One desk or group."""
    return _group(request, desk, number, MemberForm(prefix="member"), MemberForm(prefix="above"))


@door(Capability.PEOPLE_CHANGE, methods=("GET", "POST"))
def add(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Add a desk or group."""
    form = GroupForm(request.POST or None)
    made: list[int] = []

    def act() -> None:
        given = form.cleaned_data
        made.append(actions.add_group(desk, given["key"], given["name"], given["kind"]))

    if request.method == "POST" and done(request, form, act, _("Added. Say next who is in it.")):
        return redirect("people:group", made[0])
    context = {"title": _("Add a desk or group"), "form": form, "back": reverse("people:groups")}
    return render(request, "people/form.html", context)


@door(Capability.PEOPLE_CHANGE, methods=("POST",))
def add_member(request: HttpRequest, desk: Desk, number: int, what: str) -> HttpResponse:
    """Put somebody into it, or above it."""
    _known(what)
    member, above = MemberForm(prefix="member"), MemberForm(prefix="above")
    form = MemberForm(request.POST, prefix=what)
    begin = actions.begin_membership if what == "member" else actions.begin_supervision

    def act() -> None:
        given = form.cleaned_data
        begin(desk, number, given["person"], since=given["since"], until=given["until"])

    if done(request, form, act, _("Done.")):
        return redirect("people:group", number)
    member, above = (form, above) if what == "member" else (member, form)
    return _group(request, desk, number, member, above, status=422)


@door(Capability.PEOPLE_CHANGE, methods=("POST",))
def end_member(request: HttpRequest, desk: Desk, number: int, what: str, row: int) -> HttpResponse:
    """End somebody's time in it, or above it, on a day."""
    _known(what)
    form = EndForm(request.POST)
    verb = actions.end_membership if what == "member" else actions.end_supervision
    if done(request, form, lambda: verb(desk, row, form.cleaned_data["until"]), _("Ended. It stays on record.")):
        return redirect("people:group", number)
    return _group(
        request, desk, number, MemberForm(prefix="member"), MemberForm(prefix="above"), ending=form, status=422
    )


def _known(what: str) -> None:
    if what not in ("member", "above"):
        raise NotFound("there is no such {what}", what=repr(what))


def _group(
    request: HttpRequest,
    desk: Desk,
    number: int,
    member: MemberForm,
    above: MemberForm,
    *,
    ending: EndForm | None = None,
    status: int = 200,
) -> HttpResponse:
    page = access.group_page(desk, number)
    parts = (
        ("member", _("Who is in it"), page.members, member, _("Nobody is in it yet.")),
        ("above", _("Designated supervisors"), page.supervisors, above, _("Nobody supervises it yet.")),
    )
    context = {
        "title": page.row.name,
        "page": page,
        "parts": parts,
        "refused": ending,
        "ending": EndForm(auto_id=False),
        "changes": desk.authority.holds(Capability.PEOPLE_CHANGE),
    }
    return render(request, "people/group.html", context, status=status)
