"""The people feed: a file is read, what it would change is shown, and one more click brings it in."""

from base64 import b64decode, b64encode
from zlib import compress, decompress

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.people import actions
from muniment.desk.people.door import door
from muniment.desk.people.forms import FeedForm
from muniment.desk.people.pages.common import said_of
from muniment.desk.people.sheet import COLUMNS, MOST_BYTES
from muniment.record.errors import Refused

KEPT_SECONDS = 30 * 60
"""How long a file that was looked at waits to be brought in."""
EXAMPLE = (
    "1001,Leung Ka-yan,梁嘉欣,employee,k.leung@example.com,private,1000,whatsapp:+85255550101; wecom:kleung,2024-03-01,"
)
SHOWN = 200
"""Lines of each list that the page shows; the file itself has them all."""


@door(Capability.PEOPLE_CHANGE, methods=("GET", "POST"))
def feed(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Choose a file; see its balance sheet; bring it in."""
    form = FeedForm(request.POST or None, request.FILES or None)
    balance, applied = None, False
    try:
        if request.method == "POST" and "apply" in request.POST:
            content, encoding = _kept(desk, request.POST["apply"])
            balance, applied, form = actions.apply_feed(desk, content, encoding), True, FeedForm()
            cache.delete(_name(desk, request.POST["apply"]))
        elif request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            content = file.read(MOST_BYTES + 1)
            encoding = form.cleaned_data["encoding"]
            balance = actions.preview_feed(desk, content, encoding)
            _keep(desk, balance.sha256, content, encoding)
    except Refused as refusal:
        form = FeedForm(request.POST, request.FILES)
        form.is_valid()
        form.add_error(None, said_of(refusal))
    context = {
        "title": _("People feed"),
        "form": form,
        "balance": balance,
        "applied": applied,
        "parts": _parts(balance),
        "columns": COLUMNS,
        "example": EXAMPLE,
    }
    return render(request, "people/feed.html", context, status=422 if form.errors else 200)


def _parts(balance: actions.Balance | None) -> list[dict[str, object]]:
    if balance is None:
        return []
    rejected = [
        {"number": each.number, "key": each.key, "name": "", "reason": said_of(each.reason)}
        for each in balance.rejected
    ]
    lists: list[tuple[str, str, str, list[object]]] = [
        ("rejected", _("Rejected"), _("These rows are not brought in. Correct them in the file."), list(rejected)),
        ("added", _("Added"), _("New people."), list(balance.added)),
        ("changed", _("Changed"), _("What was so until now ends; what is new begins."), list(balance.changed)),
        ("unchanged", _("Unchanged"), _("As known already."), list(balance.unchanged)),
        (
            "missing",
            _("Not in the feed"),
            _("Known here and not named by the feed. Nobody is ended by that."),
            list(balance.missing),
        ),
        ("unlisted", _("Handles that the feed leaves out"), _("They stay as they are."), list(balance.unlisted)),
    ]
    return [
        {
            "id": name,
            "title": title,
            "hint": hint,
            "count": len(rows),
            "rows": rows[:SHOWN],
            "more": max(0, len(rows) - SHOWN),
        }
        for name, title, hint, rows in lists
    ]


def _keep(desk: Desk, sha256: str, content: bytes, encoding: str) -> None:
    cache.set(_name(desk, sha256), (encoding, b64encode(compress(content)).decode()), KEPT_SECONDS)


def _kept(desk: Desk, sha256: str) -> tuple[bytes, str]:
    held = cache.get(_name(desk, sha256))
    if held is None:
        raise Refused("the file waited for too long; choose it once more")
    encoding, content = held
    return decompress(b64decode(content)), encoding


def _name(desk: Desk, sha256: str) -> str:
    return f"people.feed:{desk.user}:{''.join(each for each in sha256 if each.isalnum())[:64]}"
