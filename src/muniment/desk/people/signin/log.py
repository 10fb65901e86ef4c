"""Writes what happens around signing in into the audit log: durable, in one transaction of its own."""

from django.db import transaction
from django.http import HttpRequest

from muniment.capture.audit import Entry
from muniment.desk.outbox import enter
from muniment.desk.people.models import User
from muniment.desk.people.signin.network import client_address
from muniment.desk.seat import nobody

_AGENT = 120
"""Characters of a browser's own description that are kept."""


def log(request: HttpRequest | None, act: str, user: User | None, **detail: object) -> None:
    """Enter that `act` happened to `user`; None is somebody who gave a name that is no user's, which is not written down.

    People type passwords into the wrong field: what was typed is never kept.
    """
    where = (
        {}
        if request is None
        else {"address": client_address(request), "browser": request.headers.get("User-Agent", "")[:_AGENT]}
    )
    name = f"user:{user.name}" if user is not None else None
    with transaction.atomic():
        enter(
            nobody(), Entry(act=act, actor=name or "system:nobody", object=name, detail={**where, **detail}), type="sys"
        )
