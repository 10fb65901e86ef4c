"""Puts live capture into the archive that MUNIMENT_HOME names: connections, many accounts, gaps, files, and a filled register.

A process of its own, after desk_people has added the people. Everything goes through the desk's own actions and the ledger,
as when people and platforms do it; nothing here asks a platform for anything. A second run finds what the first has made.
"""

import json
import sys
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from bench.desk_people import PATIENCE_SECONDS
from muniment.capture.feeds.captured import MediaDue
from muniment.capture.feeds.gap import Gap, Reason
from muniment.capture.feeds.ledger import Ledger
from muniment.capture.leader import Leader
from muniment.capture.ndjson.push import live, read_push
from muniment.desk.archive.actions import settle
from muniment.desk.archive.ready import make_ready
from muniment.desk.desk import Desk, open_desk
from muniment.record.clock import SECOND, rfc3339
from muniment.vault.home import locate

T = TypeVar("T")
CONNECTIONS, SILENT = 12, 3
"""How many accounts are connected, and how many of them are alarms on home: nothing ever came."""
DAYS = 14
"""Days over which the messages of the accounts were sent."""
MESSAGES = 10
"""Of each account; a connected one has twenty times as many."""
AT_ONCE = 50
"""Changes that are one transaction here: a person makes one at a time."""
DAY = 86_400 * SECOND
CONNECTOR, CHANNEL = "ndjson", "Bench chat"


def main(number: int) -> None:
    """Add connections, half as many accounts as `number`, so many devices, registrations and items, twice the gaps, five times the files."""
    make_ready(*locate())
    from muniment.desk.channels.models import Connection

    with open_desk(*locate(), actor="system:bench") as desk:
        if not Connection.objects.filter(on=True).exists():
            channel = _channel(desk)
            connected = _connect(desk)
            others = _accounts(desk, number // 2)
            _settle(desk)  # the accounts are in the catalog from here on
            _messages(desk, connected, others)
            _gaps(desk, connected, 2 * number)
            _files(desk, connected, 5 * number)
            _register(desk, channel, [*connected, *others], number)
            _settle(desk)
        last = Connection.objects.filter(on=True).order_by("made_at").last()  # the first ones are silent
        print(json.dumps({"source": "" if last is None else last.pk}))


def _settle(desk: Desk) -> None:
    settle(desk, lambda archive: Leader(archive, wait=PATIENCE_SECONDS))


def _channel(desk: Desk) -> int:
    from muniment.desk.people.access import firm_day
    from muniment.desk.register import actions

    today = firm_day()
    made = actions.add_channel(desk, CHANNEL, (CONNECTOR,))
    actions.decide(desk, made, "approved", actions.Approval("Bench", today, "B-1"))
    found = actions.Findings("as measured", "none", "in transit", "none")
    actions.assess(desk, made, found, "Bench", today, today + timedelta(days=365))
    return made


def _connect(desk: Desk) -> list[str]:
    from muniment.desk.channels import actions
    from muniment.desk.channels.models import Connection

    made = []
    for number in range(CONNECTIONS):
        source = actions.connect(desk, f"connected {number:02d}", CONNECTOR, {})
        actions.switch_on(desk, source)
        # At all hours, so that every run meets the same; half as the wizard proposes it, which has to count hours.
        if number % 2 or number < SILENT:
            quiet = actions.Quiet(minutes=60, first=0, end=0, weekdays=False)
            actions.change(desk, source, {}, quiet=quiet)
        actions.send_canary(desk, source)
        made.append(source)
    # They were switched on a month ago; no action says so of the past.
    Connection.objects.update(on_since=datetime.now().astimezone() - timedelta(days=30))
    return made


def _accounts(desk: Desk, number: int) -> list[str]:
    from muniment.desk.imports.actions.accounts import add_account

    return _many(add_account(desk, f"account {each:04d}", CONNECTOR) for each in range(number))


def _messages(desk: Desk, connected: list[str], others: list[str]) -> None:
    """Of the connected accounts and of all others, over the last days; the silent ones have none."""
    ledger, now = Ledger(desk.archive), desk.archive.clock()
    for source in [*connected[SILENT:], *others]:
        wanted = MESSAGES * (20 if source in connected else 1)
        lines = (
            {
                "id": f"{source}-{each}",
                "conversation": f"{source}-room",
                "sender": f"{source}-client",
                "sent_at": rfc3339(now - DAYS * DAY + each * DAYS * DAY // wanted),
                "text": f"routine note {each}",
            }
            for each in range(wanted)
        )
        taken = read_push("".join(json.dumps(line) + "\n" for line in lines).encode())
        sealed = ledger.seal(source, live.name, live.version, live.assurance, taken.items)
        ledger.accept(source, sealed)


def _gaps(desk: Desk, connected: list[str], number: int) -> None:
    ledger, now, reasons = Ledger(desk.archive), desk.archive.clock(), list(Reason)
    for place, source in enumerate(connected):
        gaps = [
            (CONNECTOR, Gap(reason=reasons[each % len(reasons)], since=now - DAY, until=now, count=1 + each % 9))
            for each in range(place, number, len(connected))
        ]
        for start in range(0, len(gaps), AT_ONCE):
            ledger.accept(source, [], gaps=gaps[start : start + AT_ONCE], contact=False)


def _files(desk: Desk, connected: list[str], number: int) -> None:
    """Files that messages named: one in fifty is lost, the others came."""
    ledger = Ledger(desk.archive)
    for place, source in enumerate(connected[SILENT:]):
        due = [MediaDue(media=f"file-{each}") for each in range(place, number, len(connected) - SILENT)]
        ledger.accept(source, [], due=due)
    for each, owed in enumerate(ledger.owed(number)):
        ledger.fetched(owed, [], "stored" if each % 50 else "lost", None if each % 50 else "404")


def _register(desk: Desk, channel: int, sources: list[str], number: int) -> None:
    """Everybody is registered, has a device with an item on it that was shown twice, and holds an account while there are some."""
    from muniment.desk.people import actions as people
    from muniment.desk.people.access import firm_day
    from muniment.desk.people.models import Person
    from muniment.desk.register import actions

    persons = list(Person.objects.order_by("pk").values_list("pk", flat=True)[:number])
    today = firm_day()
    approval = actions.Approval("Bench", today, "B-2")

    def enter(place: int, person: int) -> int:
        actions.register_person(desk, channel, person, approval)
        device = actions.add_device(desk, actions.About(f"Phone {place:04d}", "phone", f"+852{place:08d}"))
        source = sources[place] if place < len(sources) else ""
        actions.issue(desk, device, person=person, source=source)
        if source:
            people.begin_holding(desk, person, source)
        item = actions.ask_for(desk, "two_step", device=device, every=90)
        for days in (200, 5 if place % 20 else 120):
            actions.show(desk, item, "looked at", today - timedelta(days=days), met=bool(place % 50))
        return device

    _many(enter(place, person) for place, person in enumerate(persons))


def _many(made: Iterable[T]) -> list[T]:
    """All of them, so many at a time in one transaction."""
    from django.db import transaction

    found: list[T] = []
    waiting = iter(made)
    while True:
        with transaction.atomic():
            some = list(islice(waiting, AT_ONCE))
        found += some
        if len(some) < AT_ONCE:
            return found


if __name__ == "__main__":
    main(int(sys.argv[1]))
