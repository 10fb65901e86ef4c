"""People: the list, one person, and what changes about them."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.people import access, actions
from muniment.desk.people.door import door
from muniment.desk.people.forms import KINDS, EndForm, HandleForm, NamingForm, PersonForm
from muniment.desk.people.pages.common import done
from muniment.record.errors import NotFound


@door(Capability.PEOPLE)
def listing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Everybody the firm knows, by name; a search box and a filter by kind, both in the address."""
    search, kind = request.GET.get("q", "").strip()[:200], request.GET.get("kind", "")
    kind = kind if kind in dict(KINDS) else ""
    wanted = request.GET.get("page", "1")
    found = access.list_people(desk, search, kind, int(wanted) if wanted.isascii() and wanted.isdigit() else 1)

    def here(**more: object) -> str:
        said = {"q": search, "kind": kind, **more}
        return "?" + urlencode({name: str(value) for name, value in said.items() if value})

    tabs = [("", _("everybody"), sum(found.kinds.values()), here(kind=""))]
    tabs += [(name, str(label), found.kinds.get(name, 0), here(kind=name)) for name, label in KINDS]
    context = {
        "title": _("People"),
        "found": found,
        "search": search,
        "kind": kind,
        "tabs": tabs,
        "earlier": here(page=found.page - 1) if found.page > 1 else "",
        "later": here(page=found.page + 1) if found.page < found.pages else "",
        "changes": desk.authority.holds(Capability.PEOPLE_CHANGE),
    }
    return render(request, "people/list.html", context)


@door(Capability.PEOPLE)
def person(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Everything the firm says about one person, with first and last days."""
    return _person(request, desk, number, HandleForm())


@door(Capability.PEOPLE_CHANGE, methods=("GET", "POST"))
def add(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Add somebody."""
    form = PersonForm(request.POST or None)
    made: list[int] = []

    def act() -> None:
        given = form.cleaned_data
        made.append(
            actions.add_person(
                desk,
                given["key"],
                given["name"],
                given["kind"],
                other_name=given["other_name"],
                email=given["email"],
            )
        )

    if request.method == "POST" and done(request, form, act, _("Added. Say next which handles are theirs.")):
        return redirect("people:person", made[0])
    return render(
        request, "people/form.html", {"title": _("Add a person"), "form": form, "back": reverse("people:list")}
    )


@door(Capability.PEOPLE_CHANGE, methods=("GET", "POST"))
def change(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Correct how somebody is named."""
    row = access.person_page(desk, number).row
    now = {"name": row.name, "other_name": row.other_name, "kind": row.kind, "email": row.email}
    form = NamingForm(request.POST or None, initial=now)

    def act() -> None:
        given = form.cleaned_data
        actions.change_person(
            desk, number, given["name"], given["kind"], other_name=given["other_name"], email=given["email"]
        )

    if request.method == "POST" and done(request, form, act, _("Changed. What it was before is in the audit log.")):
        return redirect("people:person", number)
    context = {"title": _("Correct how they are named"), "form": form, "back": reverse("people:person", args=[number])}
    return render(request, "people/form.html", context)


@door(Capability.PEOPLE_CHANGE, methods=("POST",))
def add_handle(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Say that a handle is theirs."""
    form = HandleForm(request.POST)

    def act() -> None:
        given = form.cleaned_data
        actions.begin_handle(
            desk, number, given["channel"], given["native"], since=given["since"], until=given["until"]
        )

    if done(request, form, act, _("The handle is theirs now, and so are its messages.")):
        return redirect("people:person", number)
    return _person(request, desk, number, form, status=422)


@door(Capability.PEOPLE_CHANGE, methods=("POST",))
def end(request: HttpRequest, desk: Desk, number: int, what: str, row: int) -> HttpResponse:
    """End one thing about a person on a day: a handle, a membership, a supervision, an account, or that they are here."""
    form = EndForm(request.POST)
    verbs = {
        "handle": partial(actions.end_handle, desk, row),
        "membership": partial(actions.end_membership, desk, row),
        "supervision": partial(actions.end_supervision, desk, row),
        "account": partial(actions.end_holding, desk, row),
        "person": partial(actions.end_person, desk, number),
    }
    if what not in verbs:
        raise NotFound("there is no such {what}", what=repr(what))
    if done(request, form, lambda: verbs[what](until=form.cleaned_data["until"]), _("Ended. It stays on record.")):
        return redirect("people:person", number)
    return _person(request, desk, number, HandleForm(), ending=form, status=422)


def _person(
    request: HttpRequest,
    desk: Desk,
    number: int,
    form: HandleForm,
    *,
    ending: EndForm | None = None,
    status: int = 200,
) -> HttpResponse:
    page = access.person_page(desk, number)
    context = {
        "title": page.row.name,
        "page": page,
        "form": form,
        "ending": ending or EndForm(auto_id=False),
        "refused": ending,
        "changes": desk.authority.holds(Capability.PEOPLE_CHANGE),
        "accounts": desk.authority.holds(Capability.ACCOUNTS),
        "messages_url": _search(desk, page.query),
    }
    return render(request, "people/person.html", context, status=status)


def _search(desk: Desk, query: str) -> str:
    """The address that finds somebody's messages, for readers who may search."""
    if not query or not desk.authority.holds(Capability.READ):
        return ""
    try:
        return f"{reverse('archive:search')}?{urlencode({'q': query})}"
    except NoReverseMatch:
        return ""
