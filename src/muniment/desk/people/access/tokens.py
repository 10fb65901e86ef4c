"""The access tokens of somebody, as the page of their own sign-in and that of whoever gives access show them."""

from dataclasses import dataclass
from datetime import date

from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.people.access.persons import firm_day
from muniment.desk.people.access.users import microseconds
from muniment.desk.people.models import Token


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One token: never the token itself, which nobody has but the program that was given it. Times in µs UTC."""

    number: int
    name: str
    made: int
    until: date
    works: bool
    revoked: int | None
    used: int | None
    address: str


def own_tokens(desk: Desk) -> tuple[TokenRow, ...]:
    """Those of whoever sits at the desk, the newest first."""
    return () if desk.user is None else _rows(desk.user)


def tokens_of(desk: Desk, user: int) -> tuple[TokenRow, ...]:
    """Those of a user; raises NotFound for whoever does not give access."""
    desk.authority.require(Capability.ACCESS)
    return _rows(user)


def _rows(user: int) -> tuple[TokenRow, ...]:
    day = firm_day()
    return tuple(
        TokenRow(
            each.pk,
            each.name,
            microseconds(each.made_at),
            each.until,
            each.revoked_at is None and each.until > day,
            None if each.revoked_at is None else microseconds(each.revoked_at),
            None if each.used_at is None else microseconds(each.used_at),
            each.address,
        )
        for each in Token.objects.filter(user=user).order_by("-pk")
    )
