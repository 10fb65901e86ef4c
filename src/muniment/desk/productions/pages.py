"""Productions: the list, a new one with its preview, one with its checks and receivers, and the way to its file."""

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.imports.forms import zones
from muniment.desk.imports.pages.common import attempt, done, there
from muniment.desk.jobs import spoken
from muniment.desk.people.door import door
from muniment.desk.productions import access, ordering
from muniment.desk.productions.findings import read
from muniment.desk.productions.forms import ProductionForm
from muniment.record.errors import Refused


@door(Capability.PRODUCE)
def listing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What was produced, newest first: all of it, or one's own."""
    before = request.GET.get("before", "")
    found = access.listing(desk, int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None)
    context = {"title": _("Productions"), "found": found, "first": not before}
    return render(request, "productions/list.html", context)


@door(Capability.PRODUCE, methods=("GET", "POST"))
def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Say what and why; see exactly what it would be; then ask the worker for it."""
    started = {"query": request.GET.get("q", "")[:4000], "zone": timezone.get_current_timezone_name()}
    form = ProductionForm(request.POST or None, initial=started)
    seen, asked = None, list[int]()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if "look" not in request.POST and done(
            request,
            form,
            lambda: asked.append(
                ordering.ask(
                    desk, given["query"], given["zone"], given["reason"], given["since"], get_language() or "en"
                )
            ),
            _("The worker makes the bundle and checks it. You can leave this page."),
        ):
            return redirect("productions:detail", asked[0])
        seen = _preview(desk, form, given["query"], given["zone"])
    elif request.method == "GET" and "q" in request.GET:
        seen = _preview(desk, form, started["query"], started["zone"])
    context = {"title": _("New production"), "form": form, "seen": seen, "zones": zones(), "narrowed": _narrowed(desk)}
    return render(request, "productions/new.html", context, status=422 if form.errors else 200)


@door(Capability.PRODUCE)
def detail(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """One production: what is in it, what could not be seen, how a stranger checks it, who took it."""
    found = access.one(desk, number)
    keys = [signer.vkey for signer in desk.archive.signers.values()]
    context = {
        "title": _("Production {number}").format(number=number),
        "command": " ".join(
            ["python3 verifier.py verify-bundle", f"production-{number}.zip", *(f"--key {key}" for key in keys)]
        ),
        "row": found,
        "checks": [(read(check.name), read(check.found)) for check in found.checks],
        "not_proven": [read(sentence) for sentence in found.not_proven],
        "search": there("archive:search") if desk.authority.holds(Capability.READ) else "",
        "keys": keys,
        "origin": desk.archive.home.origin,
    }
    return render(request, "productions/detail.html", context)


@door(Capability.PRODUCE)
def progress(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """How far it is, asked for again while somebody looks."""
    found = access.watched(desk, number)
    response = render(request, "productions/progress.html", {"row": found})
    if found.state not in ("waiting", "running"):
        response.headers["HX-Refresh"] = "true"
    return response


@door(Capability.PRODUCE, methods=("POST",))
def download(request: HttpRequest, desk: Desk, number: int) -> HttpResponseBase:
    """Hand the file out: to somebody who has just shown again who they are, and after the entry that says so."""
    if not did_recently_reauthenticate(request):
        messages.info(request, _("Show once more that it is you, then download again."))
        back = reverse("productions:detail", args=[number])
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}")
    bundle = ordering.download(desk, number)
    response = StreamingHttpResponse(bundle.chunks(), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{bundle.name}"'
    response.headers["Content-Length"] = str(bundle.size)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@door(Capability.PRODUCE, methods=("POST",))
def remove(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Remove the file; the row and the audit log stay."""
    attempt(
        request, lambda: ordering.remove(desk, number), _("The file was removed. What it was, and who took it, stays.")
    )
    return redirect("productions:detail", number)


@door(Capability.PRODUCE, methods=("POST",))
def take_back(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Take it back before the worker begins it."""
    attempt(request, lambda: ordering.take_back(desk, number), _("Taken back. Nothing was produced."))
    return redirect("productions:list")


def _preview(desk: Desk, form: ProductionForm, query: str, zone: str) -> access.Preview | None:
    try:
        return access.preview(desk, query, zone)
    except Refused as refusal:
        if form.is_bound and not form.errors.get("query"):
            form.add_error("query", spoken(refusal))
        return None


def _narrowed(desk: Desk) -> bool:
    return desk.authority.require(Capability.PRODUCE) is not None
