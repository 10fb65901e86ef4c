"""The copy of the keys: taken out as a file that a passphrase opens, and shown to open again. That is the proof of a backup."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from muniment.desk.authority import Capability
from muniment.desk.dashboard import access, actions
from muniment.desk.dashboard.forms import CopyForm, ProofForm
from muniment.desk.desk import Desk
from muniment.desk.jobs import spoken
from muniment.desk.people.door import door
from muniment.record.errors import Refused, WrongKey


@door(Capability.SYSTEM, fresh=True)
def keys(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What the keys are, when a copy was last shown to open, and the two forms."""
    return _page(request, desk, CopyForm(), ProofForm())


@door(Capability.SYSTEM, methods=("POST",), fresh=True)
def download(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The keys as a file."""
    form = CopyForm(request.POST)
    if not form.is_valid():
        return _page(request, desk, form, ProofForm(), status=422)
    data = actions.copy_keys(desk, form.cleaned_data["passphrase"])
    name = desk.archive.home.origin.replace("/", "-")
    return HttpResponse(
        data,
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{name}.muniment-keys"'},
    )


@door(Capability.SYSTEM, methods=("POST",))
def prove(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show that a copy opens and holds the keys in use."""
    form = ProofForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, desk, CopyForm(), form, status=422)
    try:
        actions.prove_keys(desk, form.data_of_file(), form.cleaned_data["secret"])
    except (Refused, WrongKey) as error:
        form.add_error(None, spoken(error))
        return _page(request, desk, CopyForm(), form, status=422)
    messages.success(request, _("The copy opens, and it holds the keys in use: the backup of the keys is proven."))
    return redirect("dashboard:keys")


def _page(request: HttpRequest, desk: Desk, copy: CopyForm, proof: ProofForm, status: int = 200) -> HttpResponse:
    context = {
        "title": _("Backup of the keys"),
        "copy": copy,
        "proof": proof,
        "proven_at": access.last(desk, access.KEYS_PROVEN),
        "holds_keys": actions.may_hold_keys(desk),
        "kek": desk.archive.kek.id,
    }
    return render(request, "dashboard/keys.html", context, status=status)
