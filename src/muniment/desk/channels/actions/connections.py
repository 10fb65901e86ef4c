"""Connects accounts to their platforms, changes what was entered for them, and switches them on and off."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction

from muniment.capture.audit import Entry
from muniment.capture.feeds.ledger import Ledger
from muniment.capture.feeds.live import Live
from muniment.capture.registry import live as find_live
from muniment.desk.authority import Capability
from muniment.desk.channels.models import Connection
from muniment.desk.channels.sealing import open_secrets, seal_secrets
from muniment.desk.desk import Desk
from muniment.desk.outbox import enter
from muniment.desk.people import actions as people
from muniment.desk.people.models import Person
from muniment.desk.register.access import breaches
from muniment.desk.register.actions import ask_for_holder, ask_register
from muniment.desk.seat import accounts
from muniment.record.errors import Damaged, NotFound, Refused, WrongKey

LONGEST = 16_384
"""Characters of one setting: an RSA key in PEM has some two thousand."""
HOURS = range(25)
QUIET = range(1, 7 * 24 * 60 + 1)
"""Minutes that nothing may come before it is an alarm: up to a week."""


def connect(
    desk: Desk,
    name: str,
    connector: str,
    settings: Mapping[str, str],
    *,
    owner: int | None = None,
    source: str | None = None,
) -> str:
    """Connect an account, a new one called `name` or the one that `source` names; its source. It is off until switched on.

    Raises Refused.
    """
    desk.authority.require(Capability.ACCOUNTS)
    live = find_live(connector)
    given = name.strip()
    found = _account(desk, given, connector, source)
    given_settings, secret = _checked(live, settings)
    with transaction.atomic():
        if found is None:
            found = f"a{secrets.token_hex(8)}"
            detail = {"connector": connector, "name": given, "source": found}
            enter(desk, Entry(act="account.add", actor=desk.actor, object=found, detail=detail), type="cfg")
        elif Connection.objects.filter(pk=found).exists():
            raise Refused("the account {name} is connected already; change its settings instead", name=repr(given))
        Connection.objects.create(
            source=found,
            connector=connector,
            hook=secrets.token_hex(16),
            settings=given_settings,
            sealed=seal_secrets(desk.archive, found, secret),
            owner=_person(owner),
            quiet_minutes=Quiet().minutes,
        )
        _enter(desk, "connection.add", found, connector=connector, settings=sorted({*given_settings, *secret}))
    return found


@dataclass(frozen=True, slots=True)
class Quiet:
    """How long nothing may come, and in which hours of the firm's day; equal hours are all of them."""

    minutes: int = 25
    first: int = 9
    end: int = 18
    weekdays: bool = True


def change(
    desk: Desk, source: str, settings: Mapping[str, str], *, quiet: Quiet | None = None, remove: Collection[str] = ()
) -> None:
    """Change what was entered: what is not named stays, and so does a secret that is left empty, unless `remove` names it.

    Raises Refused and NotFound.
    """
    desk.authority.require(Capability.ACCOUNTS)
    with transaction.atomic():
        row = _find(source)
        live = find_live(row.connector)
        before = _kept(desk, row)
        kept = dict(before)
        hidden = {each.name for each in live.settings if each.secret}
        given = {name: value for name, value in settings.items() if value.strip() or name not in hidden}
        for name in remove:
            _may_go(live, name, given)
            kept.pop(name, None)
        merged = {**row.settings, **kept, **given}
        plain, secret = _checked(live, merged)
        changed = sorted(
            name for name, value in {**plain, **secret}.items() if value != {**row.settings, **before}.get(name)
        )
        removed = {"removed": gone} if (gone := sorted({*remove} & {*before})) else {}
        if quiet is not None:
            if quiet.minutes not in QUIET:
                raise Refused("expected 1 to {most} minutes, got {got}", most=QUIET[-1], got=quiet.minutes)
            if quiet.first not in HOURS or quiet.end not in HOURS or quiet.first > quiet.end:
                raise Refused("expected two hours from 0 to 24, the first not after the second")
            row.quiet_minutes, row.weekdays = quiet.minutes, quiet.weekdays
            row.from_hour, row.until_hour = quiet.first, quiet.end
        row.settings, row.sealed = plain, seal_secrets(desk.archive, source, secret)
        row.save()
        times = None if quiet is None else asdict(quiet)
        _enter(desk, "connection.change", source, settings=changed, quiet=times, **removed)


def switch_on(desk: Desk, source: str) -> None:
    """Let it capture from now on; raises NotFound, and Refused where the register does not let it (register/access/gate.py)."""
    desk.authority.require(Capability.ACCOUNTS)
    with transaction.atomic():
        row = _find(source)
        if not row.on:
            ask_register(accounts(desk).get(source, source), breaches(source, row.connector))
            row.on, row.on_since = True, desk.now()
            row.save(update_fields=["on", "on_since"])
            _enter(desk, "connection.on", source)


def hold(desk: Desk, source: str, person: int, since: date | None = None) -> int:
    """Say that an account is somebody's from a day on; the row's number. Raises NotFound, and Refused.

    While the account is on, the register is asked for them as it is when an account goes live: nobody is given a channel that
    captures for them already. One that begins later is not asked about before its day, when the home page says what is not there.
    """
    with transaction.atomic():
        number = people.begin_holding(desk, person, source, since=since)
        row = Connection.objects.filter(source=source).first()
        if row is not None and row.on:
            ask_for_holder(accounts(desk).get(source, source), person, breaches(source, row.connector))
    return number


def disconnect(desk: Desk, source: str) -> None:
    """Capture no more from it; what it brought stays, and what was entered too. Raises NotFound."""
    desk.authority.require(Capability.ACCOUNTS)
    with transaction.atomic():
        row = _find(source)
        if row.on:
            row.on = False
            row.save(update_fields=["on"])
            _enter(desk, "connection.off", source)


def give_owner(desk: Desk, source: str, person: int | None) -> None:
    """Say who answers for it when it falls silent; raises NotFound."""
    desk.authority.require(Capability.ACCOUNTS)
    with transaction.atomic():
        row = _find(source)
        row.owner = _person(person)
        row.save(update_fields=["owner"])
        _enter(desk, "connection.owner", source, owner=person)


def new_hook(desk: Desk, source: str) -> None:
    """Give it another address; deliveries to the old one are refused from now on. Raises NotFound."""
    desk.authority.require(Capability.ACCOUNTS)
    with transaction.atomic():
        row = _find(source)
        row.hook = secrets.token_hex(16)
        row.save(update_fields=["hook"])
        _enter(desk, "connection.hook", source)


def send_canary(desk: Desk, source: str) -> str:
    """Words that nobody can guess, for a test message: when a record of the account holds them, the connection is proven.

    Somebody sends them by hand, as "canary <words>"; the worker looks for them. Raises NotFound.
    """
    desk.authority.require(Capability.ACCOUNTS)
    token = secrets.token_hex(6)
    with transaction.atomic():
        _find(source)
        _enter(desk, "connection.canary", source)
    Ledger(desk.archive).canary_sent(source, token)
    return token


def _kept(desk: Desk, row: Connection) -> dict[str, str]:
    """The secrets that were entered. Those that do not open any more have to be entered again."""
    try:
        return open_secrets(desk.archive, row.source, row.sealed)
    except (WrongKey, Damaged):
        return {}


def _find(source: str) -> Connection:
    found = Connection.objects.select_for_update().filter(pk=source).first()
    if found is None:
        raise NotFound("there is no such {what}", what="connection")
    return found


def _person(number: int | None) -> Person | None:
    if number is None:
        return None
    found = Person.objects.filter(pk=number).first()
    if found is None:
        raise NotFound("there is no such {what}", what="person")
    return found


def _account(desk: Desk, name: str, connector: str, source: str | None) -> str | None:
    """The source of the account that is meant; None for one that is new."""
    if source is None and (not name or len(name) > 200 or not name.isprintable()):
        raise Refused("an account's name is printable text of 1 to 200 characters; give one")
    column, value = ("name", name) if source is None else ("source", source)
    row = desk.catalog.execute(f"SELECT source, connector FROM account WHERE {column} = ?", (value,)).fetchone()
    if row is None:
        if source is not None:
            raise NotFound("there is no such {what}", what="account")
        return None
    if row[1] != connector:
        raise Refused(
            "the account {name} is one of {known}; connect {connector} under another account",
            name=repr(name),
            known=row[1],
            connector=connector,
        )
    return str(row[0])


def _checked(live: Live, settings: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The settings and the secrets, complete and of the form they must have; raises Refused."""
    plain: dict[str, str] = {}
    secret: dict[str, str] = {}
    for each in live.settings:
        value = settings.get(each.name, "").strip() or each.default
        if not value and each.made:
            value = secrets.token_urlsafe(32)
        if not value and each.required:
            raise Refused("the setting {name} is empty; enter it", name=each.name)
        if len(value) > LONGEST:
            raise Refused(
                "the setting {name} has {got} characters; expected at most {limit}",
                name=each.name,
                got=len(value),
                limit=LONGEST,
            )
        if value:
            (secret if each.secret else plain)[each.name] = value
    if unknown := sorted(set(settings) - {each.name for each in live.settings}):
        raise Refused("there is no setting {names} here; leave it out", names=", ".join(unknown)[:200])
    live.check({**plain, **secret})
    return plain, secret


def _may_go(live: Live, name: str, given: Mapping[str, str]) -> None:
    """Whether a secret may be removed; raises Refused."""
    found = next((each for each in live.settings if each.name == name and each.secret), None)
    if found is None:
        raise Refused("there is no secret {name} here; leave it out", name=name[:200])
    if found.required or found.made:
        raise Refused("the connection needs {name}; enter a new one instead of removing it", name=name)
    if given.get(name):
        raise Refused("a new {name} was entered, and the old one is to be removed; do one of the two", name=name)


def _enter(desk: Desk, act: str, source: str, **detail: Any) -> None:
    enter(desk, Entry(act=act, actor=desk.actor, object=source, detail=detail), type="cfg")
