"""The register, over the API: channels with their states, people, devices and posture, as on its pages. No content."""

from datetime import date

from django.http import HttpRequest
from ninja import Router, Schema

from muniment.desk.people.apidoor import Whole, answers, desk_at
from muniment.desk.register import access

router = Router(tags=["register"])


class Days(Schema):
    """From a day until before another; null is open. `now` is whether that includes the firm's today."""

    since: date | None
    until: date | None
    now: bool


class Standing(Schema):
    """What was decided about a channel, by whom and when, in writing. `status`: approved, conditions, prohibited."""

    status: str
    conditions: str
    approved_by: str
    approved_on: date
    reference: str
    dates: Days


class Assessment(Schema):
    """The risk assessment of today."""

    features: str
    deletion: str
    encryption: str
    outage: str
    assessed_by: str
    assessed_on: date
    review_by: date
    overdue: bool


class Channel(Schema):
    """A channel as it stands today."""

    number: Whole
    name: str
    connectors: list[str]
    standing: Standing | None
    assessment: Assessment | None
    registered: Whole


class Registration(Schema):
    """Somebody's registration for a channel."""

    number: Whole
    person: Whole
    key: str
    name: str
    channel: Whole
    channel_name: str
    approved_by: str
    approved_on: date
    reference: str
    dates: Days


class Custody(Schema):
    """Who has a device today, what is on it, where it is."""

    person: Whole | None
    name: str
    source: str
    account: str
    location: str
    dates: Days


class Device(Schema):
    """A device in the register."""

    number: Whole
    label: str
    kind: str
    native: str
    system: str
    managed: bool
    seen_on: date | None
    custody: Custody | None
    dates: Days


class Evidence(Schema):
    """What was last seen."""

    met: bool
    text: str
    on: date
    due: date


class Posture(Schema):
    """Something that must be so on a device or an account."""

    number: Whole
    item: str
    device: Whole | None
    source: str
    what: str
    days: Whole
    newest: Evidence | None
    overdue: bool


class Register(Schema):
    """The register today; `registrations` holds past ones as well."""

    channels: list[Channel]
    registrations: list[Registration]
    devices: list[Device]
    postures: list[Posture]


@router.get("/register", response=answers(Register), summary="Channels, people, devices and posture")
def register(request: HttpRequest) -> Register:
    """What the firm decided and was shown, as it stands today."""
    desk = desk_at(request)
    return Register(
        channels=[Channel.from_orm(each) for each in access.channels(desk)],
        registrations=[Registration.from_orm(each) for each in access.registrations(desk)],
        devices=[Device.from_orm(each) for each in access.devices(desk)],
        postures=[Posture.from_orm(each) for each in access.postures(desk)],
    )
