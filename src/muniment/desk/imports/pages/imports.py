"""Imports: what is under way, what was brought in, a new file, a balance sheet, and the parts behind each of its numbers."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from muniment.capture.connector import ImportOptions
from muniment.desk import jobs
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.imports import actions, uploads
from muniment.desk.imports.access import accounts, preview, sheets
from muniment.desk.imports.access.vanished import vanished
from muniment.desk.imports.forms import OptionsForm, zones
from muniment.desk.imports.pages.common import attempt, done, there
from muniment.desk.imports.words import FATES, KINDS, WHAT
from muniment.desk.people.access import firm
from muniment.desk.people.door import door
from muniment.record.errors import MunimentError, NotFound, Refused

Page = Callable[..., HttpResponseBase]


@door(Capability.IMPORT)
def listing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Everything that was brought in, newest first, and what is under way."""
    found = sheets.overview(desk, _number(request.GET.get("before")))
    return render(
        request,
        "imports/list.html",
        {
            "title": _("Imports"),
            "found": found,
            "first": "before" not in request.GET,
            "watched": _watched(found.under_way),
            "what": WHAT,
        },
    )


@door(Capability.IMPORT)
def running(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What is under way, asked for again while somebody looks; the whole page is asked for when something ended."""
    now = sheets.under_way(desk)
    response = render(request, "imports/running.html", {"under_way": now, "watched": _watched(now)})
    if set(request.GET.get("jobs", "").split(",")) - {""} != set(_watched(now).split(",")) - {""}:
        response.headers["HX-Refresh"] = "true"
    return response


@csrf_exempt  # what follows looks at the token itself, behind the handler that the file needs
@door(Capability.IMPORT, methods=("GET", "POST"))
def new(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Choose a file; its bytes go to the spool as they come."""
    # Before anything reads the form: a file is never whole in memory, nor in a folder of the system's.
    request.upload_handlers = [uploads.ToSpool(request, desk.archive.home.spool)]
    return _new(request, desk)


@csrf_protect
def _new(request: HttpRequest, desk: Desk) -> HttpResponse:
    problem = ""
    if request.method == "POST":
        received = request.FILES.get(uploads.FIELD)
        if not isinstance(received, uploads.Received):
            problem = _("Choose a file first.")
        else:
            try:
                return redirect("imports:check", actions.keep_upload(desk, received))
            except Refused as refusal:
                problem = jobs.spoken(refusal)
    context = {
        "title": _("Bring in a file"),
        "problem": problem,
        "field": uploads.FIELD,
        "names": ("WhatsApp", "NDJSON"),
    }
    return render(request, "imports/new.html", context, status=422 if problem else 200)


@door(Capability.IMPORT, methods=("GET", "POST"))
def check(request: HttpRequest, desk: Desk, upload: str) -> HttpResponse:
    """What a file is, whose, and what would be read in it; then bring it in."""
    found = sheets.upload(desk, upload)
    if found.job is not None and not found.job.over:
        return redirect("imports:job", found.job.id)
    kept = {"connector": found.connector, "account": found.account}
    fresh = {"connector": preview.guess(desk, upload), "timezone": firm().zone}
    form = OptionsForm(request.POST or None, initial=kept if found.connector else fresh)
    asked: list[int] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        options = _options(given)
        seen = preview.preview(desk, upload, given["connector"], options)
        if seen.refusal is not None:
            form.add_error(_beside(seen.refusal), _here(seen.refusal))
        elif "look" not in request.POST and done(
            request,
            form,
            lambda: asked.append(actions.start(desk, upload, given["connector"], given["account"], options)),
            _("The worker brings it in. You can leave this page."),
            "account",
        ):
            return redirect("imports:job", asked[0])
    else:
        seen = preview.preview(desk, upload, str(form["connector"].value()), _options(form.initial))
    context = {
        "title": _("Check the file"),
        "found": found,
        "form": form,
        "seen": seen,
        "unread": "" if seen.refusal is None else _here(seen.refusal),
        "zones": zones(),
        "accounts": accounts.names(desk),
    }
    return render(request, "imports/check.html", context, status=422 if form.errors else 200)


@door(Capability.IMPORT, methods=("POST",))
def discard(request: HttpRequest, desk: Desk, upload: str) -> HttpResponse:
    """Remove a file that waits."""
    attempt(request, lambda: actions.discard(desk, upload), _("The file was removed. Nothing of it was kept."))
    return redirect("imports:list")


@door(Capability.IMPORT)
def job(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """How far an import has come; its balance sheet once it is done."""
    found = _job(number)
    if found.state == "done" and found.result:
        return redirect("imports:detail", found.result["import_id"])
    context = {"title": _("Bringing in a file"), "job": found, "upload": found.params.get("upload")}
    if found.state == "ended":
        messages.info(request, _("This import was taken back."))
        return redirect("imports:list")
    return render(request, "imports/job.html", context)


@door(Capability.IMPORT)
def progress(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """The progress alone, asked for again while somebody looks."""
    found = _job(number)
    response = render(request, "imports/progress.html", {"job": found})
    if found.over:
        response.headers["HX-Refresh"] = "true"
    return response


@door(Capability.IMPORT)
def detail(request: HttpRequest, desk: Desk, identifier: str) -> HttpResponse:
    """The balance sheet of one import."""
    found = sheets.sheet(desk, str(identifier))
    rows = [
        (
            WHAT[line.what],
            line.seen,
            [(FATES[fate], getattr(line, fate), _list(found, fate, line.what)) for fate in sheets.FATES],
        )
        for line in found.lines
    ]
    context = {
        "title": _("Balance sheet"),
        "sheet": found,
        "rows": rows,
        "missing": _list(found, "missing", "bytes"),
        "vanished": there("imports:vanished", found.id) if found.vanished and found.manifest is not None else "",
        "audit": there("audit:entry", found.leaf) if desk.authority.holds(Capability.AUDIT) else "",
        "account": there("imports:account", found.source) if desk.authority.holds(Capability.ACCOUNTS) else "",
    }
    return render(request, "imports/detail.html", context)


@door(Capability.IMPORT)
def parts(request: HttpRequest, desk: Desk, identifier: str, fate: str, what: str) -> HttpResponse:
    """The records behind one number of a balance sheet, in the order of the file."""
    after = _number(request.GET.get("after")) or 0
    found = sheets.parts(desk, str(identifier), fate, what, after)
    reads = desk.authority.holds(Capability.READ)
    rows = [
        (
            row,
            WHAT[row.what] if row.what in WHAT else KINDS.get(row.kind, row.kind),
            there("archive:proof", row.leaf) if reads else "",
            there("archive:raw", row.leaf) if reads else "",
        )
        for row in found.rows
    ]
    title = _("Files that did not come") if fate == "missing" else f"{WHAT[what]}: {FATES[fate]}"
    context = {"title": title, "sheet": found.sheet, "found": found, "rows": rows, "fate": fate, "after": after}
    context["summed"] = fate != "missing" and what in ("bytes", "lines")
    return render(request, "imports/parts.html", context)


@door(Capability.IMPORT)
def gone(request: HttpRequest, desk: Desk, identifier: str) -> HttpResponse:
    """The messages of an earlier export that this one lacks."""
    after = _number(request.GET.get("after")) or 0
    found = vanished(desk, str(identifier), after)
    reads = desk.authority.holds(Capability.READ)
    rows = [(row, there("archive:event", *map(int, row.event.split("-"))) if reads else "") for row in found.rows]
    context = {"title": _("Messages of an earlier export that this one lacks"), "found": found, "rows": rows}
    return render(request, "imports/vanished.html", {**context, "after": after})


def _list(found: sheets.Sheet, fate: str, what: str) -> str:
    """The address of the list behind a number; empty where there is none to open."""
    number = found.missing if fate == "missing" else found.number(what, fate)
    return there("imports:parts", found.id, fate, what) if number and fate in found.listed else ""


def _job(number: int) -> jobs.Seen:
    found = jobs.look(number)
    if found.kind != sheets.KIND:
        raise NotFound("there is no such {what}", what="import")
    return found


def _watched(under_way: tuple[sheets.UnderWay, ...]) -> str:
    """The jobs that are not over, as the page asks for them again."""
    return ",".join(str(each.job.id) for each in under_way if each.job is not None and not each.job.over)


def _options(given: Mapping[str, Any]) -> ImportOptions:
    return ImportOptions(timezone=given.get("timezone") or None, date_order=given.get("date_order") or None)


def _beside(refusal: MunimentError) -> str | None:
    """The field that a connector's refusal is about."""
    if "zone" in refusal.template:
        return "timezone"
    return "date_order" if "date order" in refusal.template or "dates of" in refusal.template else "connector"


def _here(refusal: MunimentError) -> str:
    """A connector's refusal without the command line's way to answer it: here a field does."""
    said = jobs.spoken(refusal).replace("--timezone ", "")
    return said.replace("--date-order", "“{}”".format(_("Order of dates")))


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


new = cast("Page", new)
