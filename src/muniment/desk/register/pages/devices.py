"""Devices: who has each, what is on it, where it was before."""

from typing import Any

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
from muniment.desk.register.forms import DayForm, DeviceForm, IssueForm
from muniment.desk.register.pages.common import asked, pager
from muniment.desk.register.words import ITEM, KIND
from muniment.desk.seat import accounts


@door(Capability.ACCOUNTS)
def listing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Devices of today, or those that left."""
    gone = request.GET.get("only") == "gone"
    found = access.device_page(desk, gone=gone, page=asked(request))
    context = {
        "title": _("Devices"),
        "tab": "devices",
        "found": found,
        "rows": [(row, KIND[row.kind]) for row in found.rows],
        "gone": gone,
        **pager(request, found.page, found.pages),
    }
    return render(request, "register/devices.html", context)


@door(Capability.ACCOUNTS, methods=("GET", "POST"))
def add(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Enter a device."""
    form = DeviceForm(request.POST or None)
    made: list[int] = []
    if request.method == "POST" and done(
        request,
        form,
        lambda: made.append(actions.add_device(desk, actions.About(**form.cleaned_data))),
        _("Entered. Say next who has it."),
    ):
        return redirect("register:device", made[0])
    context = {"title": _("Enter a device"), "form": form, "back": reverse("register:devices")}
    return render(request, "register/form.html", context, status=422 if form.errors else 200)


@door(Capability.ACCOUNTS)
def device(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """One device."""
    return _device(request, desk, number)


@door(Capability.ACCOUNTS, methods=("GET", "POST"))
def change(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Correct what it is."""
    row = access.device(desk, number).row
    now = {
        "label": row.label,
        "kind": row.kind,
        "native": row.native,
        "system": row.system,
        "managed": row.managed,
    }
    form = DeviceForm(request.POST or None, initial=now)
    if request.method == "POST" and done(
        request,
        form,
        lambda: actions.change_device(desk, number, actions.About(**form.cleaned_data)),
        _("Changed. What it was before is in the audit log."),
    ):
        return redirect("register:device", number)
    context = {"title": _("Correct the device"), "form": form, "back": reverse("register:device", args=[number])}
    return render(request, "register/form.html", context, status=422 if form.errors else 200)


@door(Capability.ACCOUNTS, methods=("POST",))
def issue(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Give it to somebody, put an account on it, keep it somewhere."""
    form = IssueForm(request.POST, prefix="issue", accounts=_accounts(desk))
    if done(
        request, form, lambda: actions.issue(desk, number, **form.cleaned_data), _("Issued. What was before is kept.")
    ):
        return redirect("register:device", number)
    return _device(request, desk, number, issue=form)


@door(Capability.ACCOUNTS, methods=("POST",))
def take_back(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Say that it was returned."""
    form = EndForm(request.POST)
    if done(request, form, lambda: actions.take_back(desk, number, form.cleaned_data["until"]), _("Returned.")):
        return redirect("register:device", number)
    return _device(request, desk, number, ending=form)


@door(Capability.ACCOUNTS, methods=("POST",))
def see(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Say that it was seen."""
    form = DayForm(request.POST)
    if done(request, form, lambda: actions.see(desk, number, form.cleaned_data["on"]), _("Seen.")):
        return redirect("register:device", number)
    return _device(request, desk, number, ending=form)


@door(Capability.ACCOUNTS, methods=("POST",))
def remove(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Let it leave the register."""
    form = EndForm(request.POST)
    said = _("It left the register. It stays on record.")
    if done(request, form, lambda: actions.remove_device(desk, number, form.cleaned_data["until"]), said):
        return redirect("register:device", number)
    return _device(request, desk, number, ending=form)


def _device(request: HttpRequest, desk: Desk, number: int, **refused: Any) -> HttpResponse:
    page = access.device(desk, number)
    context = {
        "title": page.row.label,
        "page": page,
        "kind": KIND[page.row.kind],
        "items": [(row, ITEM[row.item]) for row in page.postures],
        "issue": refused.get("issue") or IssueForm(prefix="issue", accounts=_accounts(desk)),
        "refused": refused.get("ending"),
        "ending": EndForm(auto_id=False),
        "seen": DayForm(auto_id=False),
        "opens": desk.authority.holds(Capability.PEOPLE),
    }
    return render(request, "register/device.html", context, status=422 if refused else 200)


def _accounts(desk: Desk) -> list[tuple[str, str]]:
    return sorted(accounts(desk).items(), key=lambda each: each[1])
