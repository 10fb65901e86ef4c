"""What stands between an account and going live: the state of its channel, and the registrations of its people.

Trust: this is the firm's own rule, kept by Muniment where the firm says that it answers to one of the regimes named here;
it is not the wording of any rule. An account that nobody holds, such as a whole corporation's, is asked about its channel alone.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from muniment.desk.people.access import firm, firm_day
from muniment.desk.people.models import Holding, Person, current
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
    day, regimes = firm_day(), set(firm().regimes)
    channel = next((each for each in Channel.objects.order_by("pk") if connector in each.connectors), None)
    standing = (
        None if channel is None else Standing.objects.filter(current(day), channel=channel).order_by("-pk").first()
    )
    if channel is not None and standing is not None and standing.status == PROHIBITED:
        return [Breach(source, Lack.PROHIBITED, channel.pk, channel.name)]
    if not regimes & REGISTERING:
        return []
    if channel is None or standing is None:
        return [
            Breach(
                source, Lack.CHANNEL, None if channel is None else channel.pk, "" if channel is None else channel.name
            )
        ]
    found = []
    if regimes & ASSESSING and not Assessment.objects.filter(current(day), channel=channel).exists():
        found.append(Breach(source, Lack.ASSESSMENT, channel.pk, channel.name))
    live = Registration.objects.filter(current(day), channel=channel)
    holders = Holding.objects.filter(current(day), source=source).values("person")
    for person in Person.objects.filter(pk__in=holders).exclude(pk__in=live.values("person")).order_by("name"):
        last = Registration.objects.filter(channel=channel, person=person, until__lte=day).order_by("-until").first()
        ended = None if last is None else last.until
        found.append(Breach(source, Lack.REGISTRATION, channel.pk, channel.name, person.pk, person.name, ended))
    return found
