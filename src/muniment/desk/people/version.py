"""A token for the present state of who may do what: another one after every change, and never the same twice.

Trust: it is changed in the transaction of the change itself, whoever makes it; so what was worked out under an older token
is never used for what is so now.
"""

import secrets
from typing import Any

from django.db.models.signals import post_delete, post_save

from muniment.desk.people.models import Firm, Grant, Group, Handle, Holding, Membership, User, Version

_OURS = (Firm, Grant, Group, Handle, Holding, Membership, User)


def version() -> str:
    """The present token; empty before anything was ever said."""
    return Version.objects.filter(pk=1).values_list("token", flat=True).first() or ""


def changed(**more: Any) -> None:
    """Change the token. Saving a row does it by itself; whoever writes many at once calls this."""
    if more.get("update_fields") == frozenset({"last_login"}):
        return  # signing in changes nothing of what anybody may do
    Version.objects.update_or_create(pk=1, defaults={"token": secrets.token_hex(16)})


def connect() -> None:
    """Change it with every row that is saved or deleted."""
    for model in _OURS:
        for signal in (post_save, post_delete):
            signal.connect(changed, sender=model, dispatch_uid="muniment.people.version")
