"""The list of connected accounts, and the steps in which one is connected: name, settings, platform, test message."""

import secrets
import shlex
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from muniment.capture.feeds.live import Live
from muniment.capture.registry import live as find_live
from muniment.capture.registry import live_connectors
from muniment.capture.registry import relay as find_relay
from muniment.desk.authority import Capability
from muniment.desk.channels import access, actions
from muniment.desk.channels.access import ConnectionRow
from muniment.desk.channels.forms import OwnerForm, QuietForm, SettingsForm, StartForm
from muniment.desk.channels.words import setup
from muniment.desk.channels.words.health import STATES
from muniment.desk.desk import Desk
from muniment.desk.people.door import door
from muniment.desk.people.pages.common import done, said_of
from muniment.record.errors import NotFound, Refused

EXAMPLE = (
    '{"id":"1","conversation":"test","sender":"test","sent_at":"2026-01-01T09:00:00+08:00","text":"canary <the words>"}'
)


@door(Capability.ACCOUNTS)
def listing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every connected account with its condition, alarms first."""
    waiting = access.unexplained(desk).of
    rows = [
        (each, *STATES[each.condition.state][:2], setup.name(each.row.connector), waiting.get(each.row.source, 0))
        for each in access.health(desk)
    ]
    return render(request, "channels/list.html", {"title": _("Capture"), "rows": rows})


@door(Capability.ACCOUNTS)
def choose(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Which connector."""
    offered = [(name, setup.name(name), setup.guide(name).what) for name in live_connectors()]
    return render(request, "channels/choose.html", {"title": _("Connect an account"), "offered": offered})


@door(Capability.ACCOUNTS, methods=("GET", "POST"))
def start(request: HttpRequest, desk: Desk, connector: str) -> HttpResponse:
    """Step 1: the account's name and its owner."""
    live = _live(connector)
    form = StartForm(request.POST or None, initial={"name": request.GET.get("account", "")[:200]})
    if request.method == "POST" and form.is_valid():
        said = {"account": form.cleaned_data["name"], "owner": form.data["owner"].strip()}
        return redirect(f"{reverse('channels:settings_of', args=[connector])}?{urlencode(said)}")
    known = [
        name
        for name, by in desk.catalog.execute("SELECT name, connector FROM account ORDER BY name")
        if by == live.name
    ]
    context = {
        "title": setup.name(connector),
        "guide": setup.guide(connector),
        "form": form,
        "accounts": known,
        "step": 1,
    }
    return render(request, "channels/start.html", context, status=422 if form.errors else 200)


@door(Capability.ACCOUNTS, methods=("GET", "POST"))
def settings_of(request: HttpRequest, desk: Desk, connector: str) -> HttpResponse:
    """Step 2: what was copied at the platform. What we make ourselves is shown on the page that answers, and on no other."""
    live = _live(connector)
    about = StartForm({"name": request.GET.get("account", ""), "owner": request.GET.get("owner", "")})
    if not about.is_valid():
        return redirect("channels:start", connector)
    form = SettingsForm(live, *_sent(request))
    context = {
        "title": setup.name(connector),
        "guide": setup.guide(connector),
        "form": form,
        "about": about.cleaned_data["name"],
        "step": 2,
        "back": f"{reverse('channels:start', args=[connector])}?{urlencode({'account': about.cleaned_data['name']})}",
    }
    if request.method == "POST":
        made = _made(live)
        asked: list[str] = []
        given = about.cleaned_data
        if done(
            request,
            form,
            lambda: asked.append(
                actions.connect(desk, given["name"], connector, {**form.settings, **made}, owner=given["owner"])
            ),
            "",
        ):
            return _platform(request, desk, asked[0], made, name=given["name"])
    return render(request, "channels/settings_of.html", context, status=422 if form.errors else 200)


@door(Capability.ACCOUNTS)
def platform(request: HttpRequest, desk: Desk, source: str) -> HttpResponse:
    """Step 3: what is entered at the platform, and the switch. Secrets that we made are not shown here again."""
    return _platform(request, desk, source, {})


@door(Capability.ACCOUNTS, methods=("POST",))
def make_secrets(request: HttpRequest, desk: Desk, source: str) -> HttpResponse:
    """Make new secrets in place of those that we made before, or the one that is named, and show them once."""
    only = request.POST.get("only", "")
    made = _made(_live(access.connection(desk, source).connector))
    made = {name: value for name, value in made.items() if only in ("", name)}
    if not made:
        raise NotFound("there is no such {what}", what="secret")
    actions.change(desk, source, made)
    return _platform(request, desk, source, made)


@door(Capability.ACCOUNTS, methods=("POST",))
def switch_on(request: HttpRequest, desk: Desk, source: str) -> HttpResponse:
    """Let it capture."""
    try:
        actions.switch_on(desk, source)
    except Refused as refusal:
        messages.error(request, said_of(refusal))
        return redirect("channels:platform", source)
    messages.success(request, _("It is switched on. Now send a test message, and see it come back."))
    return redirect("channels:test", source)


@door(Capability.ACCOUNTS, methods=("POST",))
def switch_off(request: HttpRequest, desk: Desk, source: str) -> HttpResponse:
    """Capture no more from it."""
    actions.disconnect(desk, source)
    messages.success(request, _("It is switched off. What it brought stays; nothing more is captured."))
    return redirect("channels:health", source)


@door(Capability.ACCOUNTS, methods=("GET", "POST"))
def change(request: HttpRequest, desk: Desk, source: str) -> HttpResponse:
    """Change what was entered for it."""
    row = access.connection(desk, source)
    form = SettingsForm(_live(row.connector), *_sent(request), plain=row.settings, kept=row.secrets)
    if request.method == "POST" and done(
        request,
        form,
        lambda: actions.change(desk, source, form.settings, remove=form.removed),
        _("Changed. It works with the new settings within seconds."),
    ):
        return redirect("channels:change", source)
    return _change(request, row, form=form)


@door(Capability.ACCOUNTS, methods=("POST",))
def quiet(request: HttpRequest, desk: Desk, source: str) -> HttpResponse:
    """Change how long nothing may come, and in which hours."""
    row = access.connection(desk, source)
    form = QuietForm(request.POST)
    if done(
        request,
        form,
        lambda: actions.change(desk, source, {}, quiet=actions.Quiet(**form.cleaned_data)),
        _("Changed. Home turns red by the new times."),
    ):
        return redirect("channels:change", source)
    return _change(request, row, times=form)


@door(Capability.ACCOUNTS, methods=("POST",))
def owner(request: HttpRequest, desk: Desk, source: str) -> HttpResponse:
    """Say who answers for it."""
    row = access.connection(desk, source)
    form = OwnerForm(request.POST)
    if done(
        request,
        form,
        lambda: actions.give_owner(desk, source, form.cleaned_data["owner"]),
        _("Changed. Home names the owner when the account falls silent."),
    ):
        return redirect("channels:change", source)
    return _change(request, row, whose=form)


@door(Capability.ACCOUNTS, methods=("POST",))
def address(request: HttpRequest, desk: Desk, source: str) -> HttpResponse:
    """Give it another address."""
    actions.new_hook(desk, source)
    messages.success(request, _("It has a new address. Enter it at the platform: the old one takes nothing any more."))
    return redirect("channels:platform", source)


@door(Capability.ACCOUNTS)
def test(request: HttpRequest, desk: Desk, source: str) -> HttpResponse:
    """Step 4: a test message, and whether it came back."""
    context = _test(desk, source)
    return render(request, "channels/test.html", {"step": 4, **context})


@door(Capability.ACCOUNTS)
def test_state(request: HttpRequest, desk: Desk, source: str) -> HttpResponse:
    """The same without the page around it, asked for again while somebody looks."""
    return render(request, "channels/test_state.html", _test(desk, source))


@door(Capability.ACCOUNTS, methods=("POST",))
def canary(request: HttpRequest, desk: Desk, source: str) -> HttpResponse:
    """Words for a new test message."""
    actions.send_canary(desk, source)
    return redirect("channels:test", source)


def _live(connector: str) -> Live:
    if connector not in live_connectors():
        raise NotFound("there is no such {what}", what="connector")
    return find_live(connector)


def _sent(request: HttpRequest) -> tuple[QueryDict, ...]:
    """What a form was sent with: a connector without settings sends none, and its form is sent all the same."""
    return (request.POST,) if request.method == "POST" else ()


def _made(live: Live) -> dict[str, str]:
    return {each.name: secrets.token_urlsafe(32) for each in live.settings if each.made}


def _makes(live: Live) -> list[tuple[str, object]]:
    """The secrets that are made here: their names and labels."""
    return [(each.name, setup.asked(live.name, each.name).label) for each in live.settings if each.made]


def _platform(request: HttpRequest, desk: Desk, source: str, made: dict[str, str], *, name: str = "") -> HttpResponse:
    row = access.connection(desk, source)
    live = _live(row.connector)
    push = row.connector == "ndjson"
    path = (
        reverse("channels:push")
        if push
        else reverse("channels:deliver", args=[row.connector.replace("_", "-"), row.hook])
    )
    url = settings.HOOKS_URL + path  # as whoever delivers reaches it, which is not how this reader came here
    shown = [
        (setup.asked(row.connector, each).label, f"{row.hook}.{value}" if push else value)
        for each, value in made.items()
    ]
    relays = find_relay(row.connector) is not None
    context = {
        "title": name or row.name,
        "row": row,
        "guide": setup.guide(row.connector),
        "url": url if live.deliveries else "",
        "sends": f"{settings.URL}{path}send" if relays else "",
        "told": f"{settings.URL}{path}sent" if relays else "",
        "made": shown,
        "makes": _makes(live),
        "curl": _curl(url, shown[0][1]) if push and shown else "",
        "insecure": live.deliveries and not url.startswith("https:"),
        "inside": settings.URL + path if push and settings.HOOKS_URL != settings.URL else "",
        "step": 3,
    }
    return render(request, "channels/platform.html", context)


def _curl(url: str, key: str) -> str:
    return (
        f"curl {url} -H {shlex.quote(f'Authorization: Bearer {key}')} -H 'Content-Type: application/x-ndjson'"
        f" --data-binary {shlex.quote(EXAMPLE)}"
    )


def _change(
    request: HttpRequest,
    row: ConnectionRow,
    *,
    form: SettingsForm | None = None,
    times: QuietForm | None = None,
    whose: OwnerForm | None = None,
) -> HttpResponse:
    live = _live(row.connector)
    context = {
        "title": _("Settings"),
        "row": row,
        "connector": setup.name(row.connector),
        "form": form or SettingsForm(live, plain=row.settings, kept=row.secrets),
        "times": times
        or QuietForm(
            initial={
                "minutes": row.quiet_minutes,
                "first": row.from_hour,
                "end": row.until_hour,
                "weekdays": row.weekdays,
            }
        ),
        "whose": whose or OwnerForm(),
        "deliveries": live.deliveries,
        "makes": _makes(live),
    }
    wrong = any(each is not None and each.errors for each in (form, times, whose))
    return render(request, "channels/change.html", context, status=422 if wrong else 200)


def _test(desk: Desk, source: str) -> dict[str, object]:
    found = access.one(desk, source)
    canaries = access.canaries(desk, source)
    open_one = next((each for each in canaries if each.seen_at is None), None)
    back = next((each for each in canaries if each.seen_at is not None), None)
    newest = canaries[0] if canaries else None
    arrived = newest is not None and newest.seen_at is not None
    waits = open_one is not None and not arrived and desk.archive.clock() - open_one.given_at < access.TEST_PATIENCE
    return {
        "title": found.row.name,
        "row": found.row,
        "guide": setup.guide(found.row.connector),
        "newest": newest,
        "words": f"canary {newest.words}" if newest is not None and not arrived else "",
        "back": back if arrived else None,
        "waits": waits and found.row.on,
    }
