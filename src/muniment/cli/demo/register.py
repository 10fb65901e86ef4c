"""The demonstration firm's register: what it decided about each channel, who may use it, which devices there are, what was shown.

Days are counted back from today, whichever day the firm's newest is: a register is looked at today.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from muniment.cli.demo.cast import (
    DEREK,
    HAILEY,
    JOYCE,
    KELVIN,
    LINE,
    MARCUS,
    PHONE_HAILEY,
    PHONE_KELVIN,
    PHONE_MARCUS,
    PHONE_RACHEL,
    PHONE_ZHAO,
    RACHEL,
    RAYMOND,
    WINNIE,
    ZHAO,
    Account,
    Person,
)
from muniment.cli.demo.live.accounts import ARCHIVE, WHATSAPP
from muniment.desk.desk import Desk

SIGNAL, UNDECIDED = "Signal", "LINE"


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to write to clients. `decided` is days ago; without a status nobody decided."""

    name: str
    connectors: tuple[str, ...] = ()
    status: str = ""
    decided: int = 0
    reference: str = ""
    conditions: str = ""
    findings: tuple[str, str, str, str] = ("", "", "", "")
    assessed: int = 0
    again: int = 0
    """Days from today until it is to be assessed again; a negative number is overdue."""
    people: tuple[Person, ...] = ()


CHANNELS = (
    Channel(
        "WhatsApp",
        ("whatsapp", "whatsapp_cloud"),
        "conditions",
        410,
        "Board paper 2025-31",
        "Firm's telephones and the firm's business number alone. No orders by voice note. Disappearing messages are off."
        " Each telephone is exported every Friday.",
        (
            "Groups, edits within 15 minutes, disappearing messages, calls. Calls are not captured: orders by telephone go over the recorded line.",
            "Both sides can recall a message for two days. The archive keeps the original and the recall.",
            "End to end on telephones; on the business number Meta's Cloud API reads the text before it delivers it here.",
            "Orders by the recorded line; messages that came late are read back with their time.",
        ),
        400,
        45,
        (RACHEL, KELVIN, HAILEY, ZHAO, MARCUS),
    ),
    Channel(
        "WeCom",
        ("wecom",),
        "conditions",
        120,
        "Compliance memo 2026-12",
        "Clients who agreed to the archive, and nobody else. Starts when the vendor's library is on the capture machine.",
        (
            "Chats and groups with clients in WeChat, files, voice, red packets. Calls without their sound.",
            "Two minutes to recall; the archive gives out the original and the recall.",
            "Tencent reads it; the archive is encrypted to the firm's own key.",
            "What the archive holds can be pulled for five days: an outage longer than four is a loss.",
        ),
        118,
        247,
        (ZHAO, HAILEY),
    ),
    Channel(
        "WeChat official account",
        ("wechat",),
        "approved",
        200,
        "Board paper 2026-07",
        "",
        (
            "Questions of the public and notices; no orders. What the account itself sends is not told to us.",
            "Nobody can take a message back.",
            "Tencent reads it; callbacks are encrypted and signed.",
            "The platform asks three times within seconds, then the message is gone.",
        ),
        198,
        167,
    ),
    Channel(
        "Desk chat and client line",
        ("ndjson",),
        "approved",
        620,
        "Board paper 2025-02",
        "",
        (
            "Text, files, orders with read-back.",
            "Recalls and edits are messages of their own.",
            "On the firm's own machines.",
            "Orders by the recorded line.",
        ),
        395,
        -30,
        (RAYMOND, JOYCE, DEREK),
    ),
    Channel(SIGNAL, (), "prohibited", 300, "Notice to staff 2026-03"),
    Channel(UNDECIDED),
)


@dataclass(frozen=True, slots=True)
class Device:
    """A device, whose it is, what is on it. `back` is how many days ago it was returned, `gone` how many ago it was lost."""

    label: str
    kind: str
    native: str
    system: str
    person: Person | None = None
    account: str = ""
    place: str = ""
    issued: int = 300
    back: int = 0
    gone: int = 0
    seen: int = 12
    managed: bool = True


def _phone(label: str, account: Account, system: str, **more: Any) -> Device:
    owner = account.owner
    assert owner is not None
    return Device(label, "phone", owner.phone, system, owner, account.name, **more)


DEVICES = (
    _phone("HLS-P-11", PHONE_RACHEL, "iOS 26.1", seen=9),
    _phone("HLS-P-12", PHONE_KELVIN, "Android 16", issued=40, seen=9),
    _phone("HLS-P-13", PHONE_HAILEY, "iOS 26.1"),
    _phone("HLS-P-14", PHONE_ZHAO, "Android 15", seen=64),
    _phone("HLS-P-15", PHONE_MARCUS, "iOS 18.7", seen=15),
    Device("HLS-P-07", "phone", "+852 0555 8807", "Android 13", KELVIN, issued=700, back=40, seen=40),
    Device("HLS-P-16", "phone", "+852 0555 8816", "Android 15", DEREK, issued=320, gone=21, seen=30),
    Device(
        "HLS-S-01", "sim", "+852 0555 8800", "", account=WHATSAPP, place="Safe, operations, 21st floor", managed=False
    ),
    Device("HLS-C-03", "computer", "HLS-GW-3", "Debian 13", account=LINE.name, place="Rack 2, server room", seen=3),
)


@dataclass(frozen=True, slots=True)
class Item:
    """What must be so on a device or an account; `shown` are looks at it: days ago, whether it was so, what was seen."""

    item: str
    on: str
    every: int
    shown: tuple[tuple[int, bool, str], ...] = ()


ITEMS = (
    Item("two_step", WHATSAPP, 90, ((21, True, "Two-step PIN asked for when the number was registered anew. Screenshot OPS-2214."),)),
    Item(
        "linked_devices",
        "HLS-P-11",
        30,
        (
            (76, True, "No linked device. Screenshot OPS-2102."),
            (45, True, "One: the firm's own desktop. Screenshot OPS-2177."),
        ),
    ),
    Item(
        "backup_off",
        "HLS-P-12",
        90,
        ((38, True, "Never, as it was issued."), (6, False, "Google backup was on since Sunday; switched off while we looked. Incident INC-77.")),
    ),
    Item("screen_lock", "HLS-P-14", 180, ((64, True, "One minute, with the face. Device management report of that day."),)),
    Item("two_step", "HLS-P-13", 90),
    Item("consenting_only", ARCHIVE, 180, ((12, True, "Console: service for agreed customers only. Screenshot OPS-2231."),)),
)  # fmt: skip


def keep(desk: Desk, people: Mapping[str, int], sources: Mapping[str, str], today: date) -> None:
    """Enter all of it as of `today`; `sources` are the accounts by name, those that are not there are left out."""
    for channel in CHANNELS:
        _channel(desk, channel, people, today)
    for device in DEVICES:
        _device(desk, device, people, sources, today)
    for item in ITEMS:
        _item(desk, item, sources, today)


def end(desk: Desk, person: Person, people: Mapping[str, int], today: date) -> None:
    """End somebody's registrations as of `today`: their accounts go on, and home says that they should not."""
    from muniment.desk.register import access, actions

    for row in access.registrations(desk, person=people[person.id], live=True):
        actions.end_registration(desk, row.number, today)


def _channel(desk: Desk, channel: Channel, people: Mapping[str, int], today: date) -> None:
    from muniment.desk.register import actions

    number = actions.add_channel(desk, channel.name, channel.connectors)
    if not channel.status:
        return
    decided = today - timedelta(days=channel.decided)
    approval = actions.Approval(WINNIE.name, decided, channel.reference)
    actions.decide(desk, number, channel.status, approval, conditions=channel.conditions, since=decided)
    if channel.assessed:
        assessed = today - timedelta(days=channel.assessed)
        again = today + timedelta(days=channel.again)
        actions.assess(desk, number, actions.Findings(*channel.findings), WINNIE.name, assessed, again)
    for place, person in enumerate(channel.people, start=1):
        since = decided + timedelta(days=5)
        reference = f"HLS-REG-{channel.decided:03d}-{place:02d}"
        actions.register_person(
            desk, number, people[person.id], actions.Approval(WINNIE.name, since, reference), since=since
        )


def _device(desk: Desk, device: Device, people: Mapping[str, int], sources: Mapping[str, str], today: date) -> None:
    from muniment.desk.register import actions

    def ago(days: int) -> date:
        return today - timedelta(days=days)

    about = actions.About(device.label, device.kind, device.native, device.system, device.managed)
    number = actions.add_device(desk, about, ago(device.issued + 4))
    source = sources.get(device.account, "")
    if device.person is not None or source or device.place:
        actions.issue(
            desk,
            number,
            person=None if device.person is None else people[device.person.id],
            source=source,
            location=device.place,
            since=ago(device.issued),
        )
    actions.see(desk, number, ago(device.seen))
    if device.back:
        actions.take_back(desk, number, ago(device.back))
    if device.gone:
        actions.remove_device(desk, number, ago(device.gone))


def _item(desk: Desk, item: Item, sources: Mapping[str, str], today: date) -> None:
    from muniment.desk.register import access, actions

    device = next((row.number for row in access.devices(desk) if row.label == item.on), None)
    source = "" if device is not None else sources.get(item.on, "")
    if device is None and not source:
        return
    number = actions.ask_for(desk, item.item, device=device, source=source, every=item.every)
    for days, met, text in item.shown:
        actions.show(desk, number, text, today - timedelta(days=days), met=met)
