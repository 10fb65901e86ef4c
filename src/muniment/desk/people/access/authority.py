"""Who somebody is and what they may do. Every page and every call of the API begins here."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from zoneinfo import ZoneInfo

from django.db.models.signals import post_save

from muniment.desk.authority import Authority, Capability, Scope, either
from muniment.desk.people import clock
from muniment.desk.people.models import Firm, Grant, Membership, User, current
from muniment.desk.people.roles import CAPABILITIES, OTHERS_CONTENT, SCOPED, WITHOUT_CONTENT, Role
from muniment.desk.people.scope import NOBODY, scope_of
from muniment.desk.people.version import version

_asked = threading.local()


def firm() -> Firm:
    """The firm of this archive; an unsaved one before set-up."""
    known: Firm | None = getattr(_asked, "firm", None)
    if known is None:
        known = Firm.objects.order_by("id").first() or Firm(name="")
        if getattr(_asked, "once", False):
            _asked.firm = known
    return known


@contextmanager
def one_firm() -> Iterator[None]:
    """Ask for the firm once until the block ends: nearly everything on a page needs its zone. A change is seen at once."""
    _asked.once = True
    try:
        yield
    finally:
        _asked.once = False
        _forget()


def _forget(**more: object) -> None:
    _asked.firm = None


post_save.connect(_forget, sender=Firm, dispatch_uid="muniment.people.firm")


def today(zone: ZoneInfo) -> date:
    """The firm's own day."""
    return clock.today(zone)


@dataclass(frozen=True, slots=True)
class _Worked:
    """What was worked out for a user, and from what: it holds as long as that is the same."""

    version: str
    day: date
    accounts: Mapping[str, str]
    authority: Authority


_MOST = 1_000
_worked: dict[int, _Worked] = {}
"""By user; a scope of a thousand people is not put together anew for every page. Tokens are unique, so archives may share it."""


def authority_of(user: User, accounts: Mapping[str, str]) -> Authority:
    """What `user` may do today. `accounts` gives the name of each capture account by its source."""
    if not user.is_active:
        return Authority(MappingProxyType({}))
    token = version()
    zone = ZoneInfo(firm().zone)
    day = today(zone)
    known = _worked.get(user.pk)
    if token and known and (known.version, known.day) == (token, day) and known.accounts == accounts:
        return known.authority
    authority = _work_out(user, accounts, zone, day)
    if len(_worked) >= _MOST:
        _worked.clear()
    _worked[user.pk] = _Worked(token, day, dict(accounts), authority)
    return authority


def _work_out(user: User, accounts: Mapping[str, str], zone: ZoneInfo, day: date) -> Authority:
    """The capabilities of today's grants. Whoever gives access or runs the machine reads no message of others, whatever rows say."""
    grants = list(Grant.objects.filter(current(day), user=user).order_by("id"))
    barred = any(grant.role in WITHOUT_CONTENT for grant in grants)
    own = scope_of([user.person_id], accounts, zone) if user.person_id and grants else NOBODY
    scopes: dict[Capability, list[Scope]] = {}
    for grant in grants:
        capabilities = CAPABILITIES[Role(grant.role)] - (OTHERS_CONTENT if barred else frozenset())
        reach = _reach(grant, accounts, zone, day) if capabilities & SCOPED else None
        for capability in sorted(capabilities):
            scope = own if capability is Capability.OWN else reach if capability in SCOPED else None
            scopes.setdefault(capability, []).append(scope)
    return Authority(MappingProxyType({capability: either(each) for capability, each in scopes.items()}))


def _reach(grant: Grant, accounts: Mapping[str, str], zone: ZoneInfo, day: date) -> Scope:
    """Whose messages a grant opens: a group is whoever is in it today, with all that they ever wrote."""
    if grant.person_id is not None:
        return scope_of([grant.person_id], accounts, zone)
    if grant.group_id is not None:
        members = Membership.objects.filter(current(day), group=grant.group_id).values_list("person", flat=True)
        return scope_of(list(members), accounts, zone)
    return None
