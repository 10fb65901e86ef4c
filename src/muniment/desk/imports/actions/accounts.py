"""Whose accounts and handles are whose: always from a day on, what was so before stays so for its time."""

import secrets
from datetime import date

from django.db import IntegrityError, transaction

from muniment.capture.audit import Entry
from muniment.capture.registry import connectors
from muniment.desk.archive.accounts import find_account
from muniment.desk.authority import Capability
from muniment.desk.channels import actions as channels
from muniment.desk.desk import Desk
from muniment.desk.imports.access.handles import find
from muniment.desk.imports.models import Disregarded
from muniment.desk.outbox import enter
from muniment.desk.people import actions as people
from muniment.record.errors import Refused


def add_account(desk: Desk, name: str, connector: str) -> str:
    """Add a capture account before its first import; its source. It is listed once the leader has sealed the entry. Raises Refused."""
    desk.authority.require(Capability.ACCOUNTS)
    check_connector(connector)
    given = name.strip()
    if find_account(desk, given, connector) is not None:
        raise Refused("there is an account {name} already", name=repr(given))
    return enter_account(desk, given, connector)


def enter_account(desk: Desk, name: str, connector: str) -> str:
    """Enter a new account in the audit log, by which everybody else comes to know of it; its source."""
    source = f"a{secrets.token_hex(8)}"
    detail = {"connector": connector, "name": name, "source": source}
    with transaction.atomic():
        enter(desk, Entry(act="account.add", actor=desk.actor, object=source, detail=detail), type="cfg")
    return source


def hold_account(desk: Desk, source: str, person: int, since: date | None) -> None:
    """Say that an account is somebody's from a day on; raises NotFound, and Refused where it is on and the register does not let them."""
    channels.hold(desk, source, person, since)


def release_account(desk: Desk, holding: int, until: date) -> None:
    """Say that an account was somebody's until before a day; raises NotFound and Refused."""
    people.end_holding(desk, holding, until)


def assign_handle(desk: Desk, channel: str, native: str, person: int, since: date | None) -> None:
    """Say whose an unmatched handle is, from a day on; raises NotFound and Refused."""
    find(desk, channel, native)
    people.begin_handle(desk, person, channel, native, since=since)


def disregard(desk: Desk, channel: str, native: str) -> None:
    """Say that a handle is nobody's whom the firm knows, so that it is not asked about again; raises NotFound."""
    desk.authority.require(Capability.PEOPLE_CHANGE)
    find(desk, channel, native)
    try:
        with transaction.atomic():
            Disregarded.objects.create(channel=channel, native=native, actor=desk.actor)
            detail = {"channel": channel, "native": native}
            enter(desk, Entry(act="handle.disregard", actor=desk.actor, detail=detail), type="cfg")
    except IntegrityError:
        return  # somebody else said so at the same moment


def check_connector(name: str) -> None:
    """Raise Refused unless files of this kind can be brought in."""
    if name not in connectors():
        raise Refused(
            "there is no connector {name}; expected one of {known}", name=repr(name[:40]), known=", ".join(connectors())
        )
