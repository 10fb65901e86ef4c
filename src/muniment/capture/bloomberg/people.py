"""Who is who in a dump: a login name is the handle, and is never taken for a person by the name shown."""

from typing import Any

from muniment.capture.item import Item

_NAMES = ("FirstName", "LastName")


def person(user: Item) -> tuple[str | None, str | None]:
    """Handle and name of a `User`, taken out of it: the login name, else the address at Bloomberg, else the number."""
    handle = user.ident("LoginName") or user.ident("EmailAddress") or user.ident("BloombergEmailAddress")
    handle = handle or user.ident("UUID") or user.ident("BloombergUUID")
    shown = [user.words(name).strip() for name in _NAMES]
    return handle, " ".join(filter(None, shown)) or None


def take_person(found: Item, *names: str) -> tuple[str | None, str | None]:
    """The person under the first of these names that there is; what is left of them stays."""
    for name in names:
        user = found.inner(name)
        if user.left:
            taken = person(user)
            found.put(name, user)
            return taken
    return found.ident("LoginName"), None


def seen(found: Item, *names: str) -> str | None:
    """The handle alone, nothing taken."""
    return take_person(Item(dict(found.left)), *names)[0]


def left_of(found: Item, lost: tuple[str, ...], **more: Any) -> dict[str, Any]:
    """`extra`: what has no other place."""
    extra = dict(found.left) | {f"${name}": value for name, value in more.items() if value}
    if lost:
        extra["$unrepresentable"] = list(lost)
    return extra
