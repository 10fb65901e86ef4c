"""Every sign-in, sign-out and change of a factor leaves an entry in the audit log; nothing else is done here."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import password_changed, user_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
    authenticator_used,
)
from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest

from muniment.desk.people import clock
from muniment.desk.people.models import User
from muniment.desk.people.signin.limits import BEGAN, SEEN
from muniment.desk.people.signin.log import log


def signed_in(request: HttpRequest, user: User, **more: Any) -> None:
    """Somebody is signed in: the limits begin."""
    request.speak = user.language  # type: ignore[attr-defined]  # limits.py lets the browser ask for it from now on
    request.session[BEGAN] = request.session[SEEN] = clock.now().timestamp()
    by = [str(record.get("type") or record.get("method")) for record in get_authentication_records(request, user)]
    log(request, "signin", user, by=by or ["demonstration"])


def signed_out(request: HttpRequest, user: User | None, **more: Any) -> None:
    """Somebody signed out, or was signed out by a limit."""
    if user is not None:
        log(request, "signout", user, by=getattr(request, "ended_by_limit", "hand"))


def factor(act: str) -> Any:
    """A receiver that enters `act` on a factor."""

    def entered(request: HttpRequest, user: User, authenticator: Authenticator, **more: Any) -> None:
        log(request, act, user, factor=authenticator.type, id=authenticator.pk)

    return entered


def factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **more: Any) -> None:
    """A new factor has just been shown to work, so this sign-in counts as one with two."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
    log(request, "factor.add", user, factor=authenticator.type, id=authenticator.pk)


def reauthenticated(request: HttpRequest, user: User, authenticator: Authenticator, **more: Any) -> None:
    """Somebody showed a factor again, before something that asks for it."""
    if more.get("reauthenticated"):
        log(request, "signin.again", user, factor=authenticator.type)


def password(request: HttpRequest, user: User, **more: Any) -> None:
    """Somebody changed their password."""
    log(request, "password.change", user)


def connect() -> None:
    """Listen."""
    for signal, receiver in (
        (user_logged_in, signed_in),
        (user_logged_out, signed_out),
        (authenticator_added, factor_added),
        (authenticator_removed, factor("factor.remove")),
        (authenticator_reset, factor("factor.reset")),
        (authentication_failed, factor("signin.fail")),
        (authenticator_used, reauthenticated),
        (password_changed, password),
    ):
        signal.connect(receiver, weak=False, dispatch_uid=f"muniment.{receiver.__qualname__}.{id(signal)}")
