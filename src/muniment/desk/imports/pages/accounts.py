"""Capture accounts and whose they are; handles that nobody is behind yet."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from muniment.desk.archive.pages.common import through
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.imports import actions
from muniment.desk.imports.access import accounts, handles
from muniment.desk.imports.forms import AccountForm, HandleForm, HolderForm, UntilForm
from muniment.desk.imports.pages.common import attempt, done, there
from muniment.desk.people.door import door


@door(Capability.ACCOUNTS)
def listing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All accounts by name, with their holders and how they are heard."""
    unheld = request.GET.get("only") == "unheld"
    found = accounts.accounts(desk, request.GET.get("after", "")[:200], unheld=unheld)
    context = {
        "title": _("Accounts"),
        "found": found,
        "rows": [(row, through(desk, row.name)) for row in found.rows],
        "unheld": unheld,
        "older": "?" + urlencode({"after": found.more, **({"only": "unheld"} if unheld else {})}) if found.more else "",
        "handles": _may_look(desk),
        "imports": desk.authority.holds(Capability.IMPORT),
    }
    return render(request, "imports/accounts.html", context)


@door(Capability.ACCOUNTS, methods=("GET", "POST"))
def add(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Add an account before its first import."""
    form = AccountForm(request.POST or None, initial={"connector": "whatsapp"})
    if request.method == "POST" and done(
        request,
        form,
        lambda: actions.add_account(desk, form.cleaned_data["name"], form.cleaned_data["connector"]),
        _("Added. It is listed as soon as the entry in the audit log is sealed, in a second or two."),
        "name",
    ):
        return redirect("imports:accounts")
    context = {"title": _("Add an account"), "form": form, "back": reverse("imports:accounts")}
    return render(request, "imports/form.html", context, status=422 if form.errors else 200)


@door(Capability.ACCOUNTS)
def account(request: HttpRequest, desk: Desk, source: str) -> HttpResponse:
    """One account: whose it is and was, and what came through it."""
    return _account(request, desk, source, HolderForm())


@door(Capability.ACCOUNTS, methods=("POST",))
def hold(request: HttpRequest, desk: Desk, source: str) -> HttpResponse:
    """Say whose an account is, from a day on."""
    form = HolderForm(request.POST)
    if done(
        request,
        form,
        lambda: actions.hold_account(desk, source, form.cleaned_data["person"], form.cleaned_data["since"]),
        _("The account is theirs from that day on, and so are its messages."),
        "person",
    ):
        return redirect("imports:account", source)
    return _account(request, desk, source, form)


@door(Capability.ACCOUNTS, methods=("POST",))
def release(request: HttpRequest, desk: Desk, source: str, holding: int) -> HttpResponse:
    """Say that an account was somebody's until before a day."""
    form = UntilForm(request.POST)
    if form.is_valid():
        attempt(
            request, lambda: actions.release_account(desk, holding, form.cleaned_data["until"]), _("Ended on that day.")
        )
        return redirect("imports:account", source)
    return _account(request, desk, source, HolderForm(), ending=form)


@door(Capability.PEOPLE)
def unmatched(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Handles that messages bear and that belong to nobody the firm knows."""
    found = handles.unmatched(desk, request.GET.get("after", "")[:500])
    rows = [(row, urlencode({"channel": row.channel, "native": row.native})) for row in found.rows]
    context = {
        "title": _("Unmatched handles"),
        "found": found,
        "rows": rows,
        "older": "?" + urlencode({"after": found.more}) if found.more else "",
        "search": _search(desk),
        "changes": desk.authority.holds(Capability.PEOPLE_CHANGE),
    }
    return render(request, "imports/handles.html", context)


@door(Capability.PEOPLE_CHANGE, methods=("GET", "POST"))
def assign(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Say whose a handle is, from a day on."""
    channel, native = request.GET.get("channel", "")[:40], request.GET.get("native", "")[:500]
    found = handles.one(desk, channel, native)
    form = HandleForm(request.POST or None, initial={"person": request.GET.get("person", "")[:100]})
    if request.method == "POST" and done(
        request,
        form,
        lambda: actions.assign_handle(desk, channel, native, form.cleaned_data["person"], form.cleaned_data["since"]),
        _("The handle is theirs from that day on, and so are its messages."),
        "person",
    ):
        return redirect("imports:handles")
    context = {"title": _("Whose handle is this?"), "row": found, "form": form, "search": _search(desk)}
    return render(request, "imports/assign.html", context, status=422 if form.errors else 200)


@door(Capability.PEOPLE_CHANGE, methods=("POST",))
def disregard(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Say that a handle is nobody's whom the firm knows."""
    channel, native = request.POST.get("channel", "")[:40], request.POST.get("native", "")[:500]
    attempt(request, lambda: actions.disregard(desk, channel, native), _("It is not asked about again."))
    return redirect("imports:handles")


def _account(
    request: HttpRequest, desk: Desk, source: str, form: HolderForm, *, ending: UntilForm | None = None
) -> HttpResponse:
    found = accounts.account(desk, source)
    context = {
        "title": found.name,
        "row": found,
        "form": form,
        "ending": ending or UntilForm(),
        "all": through(desk, found.name),
        "people": desk.authority.holds(Capability.PEOPLE),
    }
    return render(request, "imports/account.html", context, status=422 if form.errors else 200)


def _search(desk: Desk) -> str:
    """The address of the search page, for those who may read."""
    return there("archive:search") if desk.authority.holds(Capability.READ) else ""


def _may_look(desk: Desk) -> bool:
    holds = desk.authority.holds
    return holds(Capability.PEOPLE) and (holds(Capability.PEOPLE_CHANGE) or holds(Capability.IMPORT))
