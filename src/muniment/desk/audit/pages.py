"""The audit log's pages: browse, one entry, a file. What narrows the log is in the address."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from muniment.desk.audit import access
from muniment.desk.audit.files import csv_lines, ndjson_lines
from muniment.desk.audit.forms import FilterForm
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.people.door import door

FIELDS = ("actor", "act", "object", "since", "until")
GREATEST = 2**63 - 1


@door(Capability.AUDIT)
def log(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Who did what: newest first, narrowed by the address."""
    acts, actors = access.names(desk)
    form = FilterForm(request.GET, acts=acts, actors=actors)
    found = access.page(desk, form.filter(), before=_place(request.GET.get("before", "")))
    kept = [(name, value) for name in FIELDS if (value := request.GET.get(name, ""))]
    older = None if found.older is None else [*kept, ("before", f"{found.older.at}-{found.older.leaf}")]
    return render(
        request,
        "audit/log.html",
        {
            "title": _("Audit log"),
            "form": form,
            "page": found,
            "older": None if older is None else urlencode(older),
            "first": "before" not in request.GET,
            "kept": urlencode(kept),
        },
    )


@door(Capability.AUDIT)
def entry(request: HttpRequest, desk: Desk, leaf: int) -> HttpResponse:
    """One entry: its sentence, everything it says, its leaf and the way to its proof."""
    if leaf > GREATEST:
        raise Http404
    row, raw = access.entry(desk, leaf)
    return render(
        request,
        "audit/entry.html",
        {
            "title": _("Entry {leaf} of the audit log").format(leaf=leaf),
            "row": row,
            "raw": raw,
            "size": desk.archive.audit.log.checkpoint().size,
            "proof": _proof(leaf),
        },
    )


@door(Capability.AUDIT)
def export(request: HttpRequest, desk: Desk, kind: str) -> StreamingHttpResponse:
    """The entries that fit, as CSV or NDJSON."""
    rows = access.export(desk, FilterForm(request.GET).filter())
    lines: Iterator[str] = csv_lines(rows) if kind == "csv" else ndjson_lines(rows)
    types = {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson"}
    return StreamingHttpResponse(
        (line.encode() for line in lines),
        content_type=types[kind],
        headers={"Content-Disposition": f'attachment; filename="audit.{kind}"'},
    )


def _place(text: str) -> access.Place | None:
    at, _, leaf = text.partition("-")
    if not (at.isascii() and at.isdigit() and leaf.isascii() and leaf.isdigit()):
        return None
    place = access.Place(int(at[:20]), int(leaf[:20]))
    return place if max(place.at, place.leaf) <= GREATEST else None


def _proof(leaf: int) -> str:
    """The proof page of an audit leaf; empty where there is none."""
    try:
        return reverse("archive:proof", args=("audit", leaf))
    except NoReverseMatch:
        return ""
