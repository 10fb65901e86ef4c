"""What the tests of people share: a desk in somebody's name, the entries that actions left, a clock that is set by hand."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from muniment.capture.audit import Entry, decode_entry
from muniment.desk.archive import actions
from muniment.desk.desk import Desk

if TYPE_CHECKING:
    from django.test import Client

    from muniment.desk.people.models import User


def as_user(desk: Desk, number: int) -> Desk:
    """The same archive, with that user at the desk."""
    from muniment.desk.people.access import authority_of
    from muniment.desk.people.models import User
    from muniment.desk.seat import accounts

    user = User.objects.get(pk=number)
    authority = authority_of(user, accounts(desk))
    return replace(desk, actor=f"user:{user.name}", authority=authority, user=user.pk, person=user.person_id)


def entries(desk: Desk) -> list[Entry]:
    """All entries of the audit log, sealed now."""
    actions.settle(desk)
    size = desk.archive.audit.log.checkpoint().size
    return [decode_entry(opened.payload)[0] for opened in desk.archive.audit.opened(0, size, size) if opened.payload]


def acts(desk: Desk) -> list[str]:
    """What was done, in order."""
    return [entry.act for entry in entries(desk)]


@dataclass
class Clock:
    """A clock that stands still until it is told to go on."""

    at: datetime = datetime(2026, 11, 20, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def go_on(self, **by: float) -> None:
        self.at += timedelta(**by)


PASSWORD = "seven brown lanterns"  # of nobody, anywhere


def totp(secret: str, at: float) -> str:
    """RFC 6238 with SHA-1, 30 seconds and six digits, written out."""
    step = int(at // 30).to_bytes(8, "big")
    digest = hmac.new(base64.b32decode(secret), step, hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(int.from_bytes(digest[offset : offset + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def browser(**more: Any) -> "Client":
    """A browser that nobody is signed in to."""
    from django.test import Client

    return Client(SERVER_NAME="127.0.0.1", headers={"user-agent": "tests"}, **more)


def with_password(user: "User", password: str = PASSWORD) -> "User":
    """The same user, who can sign in with a password."""
    user.set_password(password)
    user.save()
    return user


def sign_in(client: "Client", name: str, password: str = PASSWORD, **more: Any) -> Any:
    """What the sign-in page answers to name and password."""
    return client.post("/sign-in/", {"login": name, "password": password}, **more)


def signed_in(client: "Client") -> bool:
    """Whether somebody is signed in to this browser."""
    return bool(client.get("/account/").status_code == 200)
