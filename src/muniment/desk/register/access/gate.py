"""What stands between an account and going live: the state of its channel, and the registrations of its people.

Trust: this is the firm's own rule, kept by Muniment where the firm says that it answers to one of the regimes named here;
it is not the wording of any rule. An account that nobody holds, such as a whole corporation's, is asked about its channel alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from muniment.desk.people.access import firm, firm_day
from muniment.desk.people.models import Holding, current
from muniment.desk.register.models import Assessment, Channel, Registration, Standing
from muniment.desk.register.words import PROHIBITED

REGISTERING = frozenset({"us-bd", "us-ia", "hk-lc", "sg-cms"})
"""Regimes under which the people who deal or advise are registered or licensed one by one."""
ASSESSING = frozenset({"hk-lc"})
"""Regimes under which a channel is assessed before it is used (SFC circular on order messages, 4 May 2018)."""


class Lack(StrEnum):
    """What is not there."""

    PROHIBITED = "prohibited"
    CHANNEL = "channel"  # nobody approved of a channel with this connector
    ASSESSMENT = "assessment"
    REGISTRATION = "registration"


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing for which an account may not be live. `ended` is when the last registration did, None where there was none."""

    source: str
    lack: Lack
    channel: int | None = None
    channel_name: str = ""
    person: int | None = None
    person_name: str = ""
    ended: date | None = None


def breaches(source: str, connector: str) -> list[Breach]:
    """All of them for an account today, the gravest first; none means that it may go live. Whoever calls asks for the permission."""
    return breaches_of([(source, connector)])


def breaches_of(accounts: Sequence[tuple[str, str]]) -> list[Breach]:
    """Those of many accounts, each a source and its connector, in their order. As many queries as for one."""
    if not accounts:
        return []
    day, regimes = firm_day(), set(firm().regimes)
    covering: dict[str, Channel] = {}
    for each in Channel.objects.order_by("pk"):
        for connector in each.connectors:
            covering.setdefault(connector, each)
    standing = {each.channel_id: each for each in Standing.objects.filter(current(day)).order_by("pk")}
    assessed = set(Assessment.objects.filter(current(day)).values_list("channel", flat=True))
    registering = regimes & REGISTERING
    missing = _unregistered(accounts, covering, day) if registering else {}
    found: list[Breach] = []
    for source, connector in accounts:
        channel = covering.get(connector)
        decided = None if channel is None else standing.get(channel.pk)
        if channel is not None and decided is not None and decided.status == PROHIBITED:
            found.append(Breach(source, Lack.PROHIBITED, channel.pk, channel.name))
        elif not registering:
            continue
        elif channel is None or decided is None:
            number, name = (None, "") if channel is None else (channel.pk, channel.name)
            found.append(Breach(source, Lack.CHANNEL, number, name))
        else:
            if regimes & ASSESSING and channel.pk not in assessed:
                found.append(Breach(source, Lack.ASSESSMENT, channel.pk, channel.name))
            found += missing.get(source, [])
    return found


def _unregistered(
    accounts: Sequence[tuple[str, str]], covering: Mapping[str, Channel], day: date
) -> dict[str, list[Breach]]:
    """By source: whoever holds the account today and is not registered for its channel."""
    channels = {source: covering[connector] for source, connector in accounts if connector in covering}
    holders = list(
        Holding.objects.filter(current(day), source__in=list(channels))
        .order_by("person__name", "person_id")
        .values_list("source", "person", "person__name")
        .distinct()
    )
    persons = {person for _, person, _ in holders}
    rows = Registration.objects.filter(person__in=persons)
    live = set(rows.filter(current(day)).values_list("channel", "person"))
    ended = {(each.channel_id, each.person_id): each.until for each in rows.filter(until__lte=day).order_by("until")}
    found: dict[str, list[Breach]] = {}
    for source, person, name in holders:
        channel = channels[source]
        if (channel.pk, person) not in live:
            last = ended.get((channel.pk, person))
            breach = Breach(source, Lack.REGISTRATION, channel.pk, channel.name, person, name, last)
            found.setdefault(source, []).append(breach)
    return found
