"""Asks for a check of the whole archive by itself, once a night, where the firm set an hour for it.

It is an ordinary job of the machine's own: its result is an audit entry, stands on the system page, and a fault is red on the home
page. It begins when nothing else is asked for, waits for whoever writes the archive, and gives way when somebody asks the worker for
anything; then it is tried again. Trust: nobody reads here, and nobody is asked; the check itself shows no content.
"""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError, transaction

from muniment.capture.audit import Entry
from muniment.desk import jobs
from muniment.desk.dashboard import access, tasks
from muniment.desk.desk import Desk
from muniment.desk.models import Job
from muniment.desk.outbox import enter
from muniment.desk.people.access import firm
from muniment.record.clock import SECOND

VERIFY = "verify"
LATE = timedelta(hours=4)
"""How long after its hour a check may still begin: later, people are at work, and the next night comes."""
AGAIN = timedelta(minutes=15)
"""After a check gave way."""
LOOK_SECONDS = 60.0
"""Between two looks of the worker; the hour is no finer."""


class Schedule:
    """The worker's hand on it: `keep` is called every second or so, and looks once a minute."""

    def __init__(self) -> None:
        self._looked = float("-inf")

    def keep(self, desk: Desk) -> int | None:
        """Ask for the check of this night if it is time; the job's id, None where it is not or the database cannot be had."""
        if settings.VERIFY_HOUR is None or time.monotonic() - self._looked < LOOK_SECONDS:
            return None
        self._looked = time.monotonic()
        try:
            now = datetime.fromtimestamp(desk.archive.clock() / SECOND, UTC)
            return ask_if_due(desk, settings.VERIFY_HOUR, now)
        except DatabaseError:
            return None


def ask_if_due(desk: Desk, hour: int, now: datetime) -> int | None:
    """Ask for a check if the last `hour` (of the firm's day) has passed, and since then there was none; the job's id."""
    begins = last(hour, now)
    if now - begins > LATE or jobs.unfinished():
        return None
    if any(run.at >= int(begins.timestamp()) * SECOND for run in access.last_runs(desk, 1)):
        return None
    if access.waiting(desk, VERIFY):
        return None
    tried = Job.objects.filter(kind=VERIFY, params__scheduled=int(begins.timestamp())).order_by("-id").first()
    if tried is not None and not ((tried.result or {}).get("gave_way") and _rested(tried, now)):
        return None
    with transaction.atomic():
        job = jobs.ask(desk, tasks.verify, VERIFY, {"scheduled": int(begins.timestamp())}, unit="leaves")
        enter(desk, Entry(act="verify.ask", actor=desk.actor, object=f"job:{job}"))
    return job


def last(hour: int, now: datetime) -> datetime:
    """When it was `hour` in the firm's zone, the last time before `now`."""
    here = now.astimezone(ZoneInfo(firm().zone))
    begins = here.replace(hour=hour, minute=0, second=0, microsecond=0)
    return (begins if begins <= here else begins - timedelta(days=1)).astimezone(UTC)


def _rested(tried: Job, now: datetime) -> bool:
    return tried.finished_at is not None and now - tried.finished_at >= AGAIN
