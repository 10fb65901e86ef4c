"""The system page: logs, leader, databases, keys, versions, jobs, checks, backups, disk. Nothing of it is content."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from muniment.desk import jobs
from muniment.desk.archive import filewords
from muniment.desk.authority import Capability
from muniment.desk.channels.condition import State
from muniment.desk.channels.words.health import STATES
from muniment.desk.dashboard import actions
from muniment.desk.dashboard.attention import HEARTBEAT_WITHIN, SEALED_WITHIN, attention
from muniment.desk.dashboard.machine import Machine, machine, needs
from muniment.desk.dashboard.pages.home import MOST, line, place
from muniment.desk.desk import Desk
from muniment.desk.people.door import door


@door(Capability.SYSTEM)
def system(request: HttpRequest, desk: Desk) -> HttpResponse:
    """How the archive runs."""
    found = machine(desk)
    lines = [line(item, desk.authority) for item in attention(needs(desk, found), system=True)]
    return render(
        request,
        "dashboard/system.html",
        {
            "title": _("System"),
            "m": found,
            "lines": lines[:MOST],
            "others": lines[MOST:],
            **_work(desk, found.jobs),
            **_states(found),
        },
    )


@door(Capability.SYSTEM)
def work(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The list of jobs alone, which the page asks for again while one is not over."""
    return render(request, "dashboard/jobs.html", _work(desk, tuple(jobs.latest(20))))


@door(Capability.SYSTEM, methods=("POST",))
def check(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Ask for a check of the whole archive."""
    actions.ask_check(desk)
    messages.success(request, _("The check was asked for. It begins when nothing else writes the archive."))
    return redirect("dashboard:system")


@door(Capability.SYSTEM, methods=("POST",))
def seal(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Ask for a seal."""
    actions.ask_seal(desk)
    messages.success(request, _("The seal was asked for. It stands below in a moment: copy the whole line."))
    return redirect("dashboard:system")


def _work(desk: Desk, found: tuple[jobs.Seen, ...]) -> dict[str, Any]:
    given = next((job for job in found if job.kind == actions.SEAL and job.state == "done"), None)
    return {
        "jobs": [(job, "" if job.error is None else jobs.spoken(job.error)) for job in found],
        "busy": any(not job.over for job in found),
        "seal": given,
        "line": (given.result or {}).get("seal", "") if given else "",
        "audit_url": place(desk, Capability.AUDIT, "audit:log"),
        "holds_keys": actions.may_hold_keys(desk),
    }


def _states(found: Machine) -> dict[str, Any]:
    log = found.log
    return {
        "verify_hour": settings.VERIFY_HOUR,
        "late": log.oldest is not None and found.now - log.oldest > SEALED_WITHIN,
        "beats": log.heartbeat_at is not None and found.now - log.heartbeat_at <= HEARTBEAT_WITHIN,
        "feeds": [(feed, *STATES[State(feed.state)][:2]) for feed in found.feeds],
        "files_by_status": [(filewords.status(code), number) for code, number in found.files.by_status],
        "free": round(100 * found.disk_free / found.disk_total) if found.disk_total else 0,
    }
