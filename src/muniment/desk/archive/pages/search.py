"""The search workspace: one line, how it was read, what it found, and by what it can be narrowed. The address is the state."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.vary import vary_on_headers

from muniment.desk.archive import keep, sayings
from muniment.desk.archive.access import Group, Narrowing, Workspace, narrowing, suggest, withdrawn, workspace
from muniment.desk.archive.access.finding import named_zone
from muniment.desk.archive.access.saved import Saved, count_again, run_again, saved_search, saved_searches
from muniment.desk.archive.forms import SaveSearch
from muniment.desk.archive.hits import hits
from muniment.desk.archive.narrow import add, without
from muniment.desk.archive.pages.common import ONESELF, READER, Ground, address, asked, number, other_zone, zone
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.jobs import spoken
from muniment.desk.people.door import door
from muniment.desk.platforms import channel
from muniment.desk.times import city
from muniment.record.clock import from_rfc3339
from muniment.record.errors import Refused

EXAMPLES = ('保本 OR "principal protected"', "type:message after:7d", "has:attachment NOT is:reply")
GRAMMAR = (
    (("OR", "NOT", "( )"), gettext_lazy("either of two, none of these, in this order")),
    (('"…"', "guarant*"), gettext_lazy("these words in a row, words that begin so")),
    (("from:", "to:", "with:", "in:"), gettext_lazy("who wrote, who received, either, in which conversation")),
    (("account:",), gettext_lazy("through which account it came, by the account's name")),
    (("after:", "before:", "on:"), gettext_lazy("a day, a month, a year, or 7d for a week ago")),
    (
        ("type:", "is:", "has:", "channel:"),
        gettext_lazy("the kind of message, how it is marked, what it comes with, where it was captured"),
    ),
)
SUGGESTED = ("from", "to", "with", "in")
UNREADABLE = 422


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that narrows the query, or is taken out of it again."""

    name: str
    hint: str
    count: int
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of one field."""

    field: str
    name: str
    people: bool
    whole: bool
    newest: bool
    choices: tuple[Choice, ...]


@vary_on_headers("HX-Request")
@door(Capability.READ)
def search(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The workspace."""
    text = asked(request)
    context = {"title": text or _("Search"), "saved": saved_searches(desk), "examples": _examples(), "grammar": GRAMMAR}
    if not text:
        return render(request, "archive/search.html", {**context, **_line(request, READER)})
    return _answer(request, desk, READER, "archive/search.html", context)


@vary_on_headers("HX-Request")
@door(Capability.OWN)
def own(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What is captured about oneself; without a query, all of it, newest first."""
    refused = [(each, ONESELF.url("conversation", each.conversation)) for each in withdrawn(desk, Capability.OWN)]
    return _answer(request, desk, ONESELF, "archive/own.html", {"title": _("My records"), "refused": refused})


@door(Capability.READ)
def narrow(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The exact count and the facets, as a part of the workspace."""
    try:
        return render(request, "archive/facets.html", _narrowed(request, desk))
    except Refused as refusal:
        return render(request, "archive/refused.html", {"error": spoken(refusal)}, status=UNREADABLE)


@door(Capability.READ)
def offer(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Names that the last word of the line may become, as options of a list."""
    head, _colon, begins = asked(request).rpartition(":")
    field = head.rpartition(" ")[2].lstrip("(").lower()
    begins = begins.lstrip('"')
    options: tuple[str, ...] = ()
    if field in SUGGESTED and 0 < len(begins) <= 100 and '"' not in begins:
        found = suggest(desk, "in" if field == "in" else "from", begins)
        options = tuple(f'{head}:"{each.replace(chr(34), " ")}"' for each in found)
    return render(request, "archive/names.html", {"options": options})


@vary_on_headers("HX-Request")
@door(Capability.READ)
def saved(request: HttpRequest, desk: Desk, search: int) -> HttpResponse:
    """A saved search, run again: the same set."""
    kept, found = run_again(desk, search, before=number(request, "before"))
    context = {**_line(request, READER), **_found(request, desk, found, READER, kept)}
    context |= {"title": kept.name, "text": kept.text, "kept": kept, "saved": saved_searches(desk)}
    if request.headers.get("HX-Request") and "before" in request.GET:
        return render(request, "archive/hits.html", context)
    context["total"], context["newer"] = count_again(desk, search)
    return render(request, "archive/search.html", context)


@door(Capability.READ, methods=("POST",))
def save(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Keep a search under a name."""
    form = SaveSearch(request.POST)
    text = request.POST.get("q", "")[:10_000]
    if not form.is_valid():
        messages.error(request, _("Give the search a name of 1 to 100 characters."))
        return HttpResponseRedirect(READER.found(q=text))
    try:
        kept = keep.save_search(desk, form.cleaned_data["name"], text, form.cleaned_data["zone"])
    except Refused as refusal:
        messages.error(request, spoken(refusal))
        return HttpResponseRedirect(READER.found(q=text))
    messages.success(request, _("The search is saved. Its set stays as it is now, whatever is captured later."))
    return HttpResponseRedirect(address("archive:saved", kept))


@door(Capability.READ, methods=("GET", "POST"))
def forget(request: HttpRequest, desk: Desk, search: int) -> HttpResponse:
    """Ask whether a saved search shall be forgotten, and forget it."""
    if request.method == "POST":
        keep.forget_search(desk, search)
        messages.success(request, _("The saved search is forgotten. The messages are as they were."))
        return HttpResponseRedirect(READER.found())
    return render(
        request, "archive/forget.html", {"kept": saved_search(desk, search), "title": _("Forget a saved search")}
    )


def _answer(request: HttpRequest, desk: Desk, ground: Ground, template: str, context: dict[str, Any]) -> HttpResponse:
    before = number(request, "before")
    context |= _line(request, ground)
    try:
        found = workspace(desk, asked(request), zone=zone(request), before=before, capability=ground.capability)
        context |= _found(request, desk, found, ground)
        if request.headers.get("HX-Request") and before is not None:
            return render(request, "archive/hits.html", context)
        if request.GET.get("narrow") and not ground.own:
            context |= _narrowed(request, desk)
    except Refused as refusal:
        return render(request, template, {**context, "error": spoken(refusal)}, status=UNREADABLE)
    return render(request, template, context)


def _line(request: HttpRequest, ground: Ground) -> dict[str, Any]:
    """What the search line itself needs."""
    text = asked(request)
    form = SaveSearch(initial={"q": text, "zone": zone(request)}, auto_id="save_%s")
    return {
        "text": text,
        "own": ground.own,
        "zone": other_zone(request),
        "form": form,
        "first": "before" not in request.GET,
    }


def _found(
    request: HttpRequest, desk: Desk, found: Workspace, ground: Ground, kept: Saved | None = None
) -> dict[str, Any]:
    """What the list of hits needs."""
    named = kept.zone if kept else zone(request)
    given = {"q": kept.text if kept else asked(request), "zone": "" if named == _here() else named}
    older = found.hits[-1].id if found.more else None
    more = ""
    if older is not None:
        more = address("archive:saved", kept.number, before=older) if kept else ground.found(**given, before=older)
    return {
        "hits": tuple(hits(desk, found, ground.links(**given))),
        "more": more,
        "parsed": sayings.plainly(found.query.node, named_zone(named)),
        "parsed_zone": city(named),
        "complete": from_rfc3339(found.complete_up_to),
        "total": found.found,
        "whole": ground.found(**given),
        "narrowing": address("archive:narrow", **given),
        "narrowed_page": ground.found(**given, narrow=1),
    }


def _narrowed(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    """The exact count, what a search does not see, and the facets."""
    text, named = asked(request), other_zone(request)
    found: Narrowing = narrowing(desk, text, zone=zone(request))
    return {
        "total": found.found,
        "whole": READER.found(q=text, zone=named),
        "blind": found.blind,
        "undecoded": READER.found(q="type:undecoded"),
        "attachments": READER.found(q="has:attachment"),
        "facets": tuple(_facet(group, text, named) for group in found.groups),
    }


def _facet(group: Group, text: str, named: str) -> Facet:
    choices = [
        Choice(
            sayings.label(group.field, value.name),
            channel(value.hint) if value.hint else "",
            value.count,
            READER.found(q=without(text, value.term) if value.chosen else add(text, value.term), zone=named, narrow=1),
            value.chosen,
        )
        for value in group.values
    ]
    return Facet(
        group.field,
        str(sayings.GROUPS[group.field]),
        group.field in ("from", "in"),
        group.whole,
        group.newest,
        tuple(choices),
    )


def _examples() -> tuple[tuple[str, str], ...]:
    return tuple((text, READER.found(q=text)) for text in EXAMPLES)


def _here() -> str:
    return str(timezone.get_current_timezone())
