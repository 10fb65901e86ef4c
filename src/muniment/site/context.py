"""What every template knows: the firm, the reader, where they may go, and in which languages they may read."""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from muniment.desk.authority import Capability
from muniment.desk.people.access import firm
from muniment.desk.people.door import authority_for
from muniment.desk.people.models import User
from muniment.site.words import LANGUAGES


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the rail."""

    name: str
    label: Any
    group: Any
    url: str
    key: str
    """The letter that goes there, after `g`."""
    here: bool = False
    """Whether the page asked for is this place, or one below it."""


# route, label, group, letter, capability (None: everybody who signed in)
PLACES: tuple[tuple[str, Any, Any, str, Capability | None], ...] = (
    ("dashboard:home", _("Home"), "", "h", None),
    ("archive:search", _("Search"), "", "s", Capability.READ),
    ("archive:own", _("My records"), "", "m", Capability.OWN),
    ("channels:list", _("Capture"), _("Archive"), "t", Capability.ACCOUNTS),
    ("imports:list", _("Imports"), _("Archive"), "i", Capability.IMPORT),
    ("imports:accounts", _("Accounts"), _("Archive"), "a", Capability.ACCOUNTS),
    ("productions:list", _("Productions"), _("Archive"), "p", Capability.PRODUCE),
    ("people:list", _("People"), _("Firm"), "e", Capability.PEOPLE),
    ("register:list", _("Register"), _("Firm"), "r", Capability.ACCOUNTS),
    ("people:access", pgettext_lazy("who may see what", "Access"), _("Firm"), "c", Capability.ACCESS),
    ("audit:log", _("Audit log"), _("Firm"), "l", Capability.AUDIT),
    ("dashboard:system", _("System"), _("Firm"), "y", Capability.SYSTEM),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """The context processor."""
    return {
        "firm": SimpleLazyObject(firm),
        "reader": request.user if isinstance(getattr(request, "user", None), User) else None,
        "places": SimpleLazyObject(lambda: places(request)),
        "languages": LANGUAGES,
    }


def places(request: HttpRequest) -> list[Place]:
    """Where this reader may go."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return []
    authority = authority_for(request, user)
    found = []
    for name, label, group, key, capability in PLACES:
        if capability is None or authority.holds(capability):
            with suppress(NoReverseMatch):
                found.append(Place(name, label, group, reverse(name), key))
    here = _innermost(request.path, [place.url for place in found])
    return [replace(place, here=place.url == here) for place in found]


def _innermost(path: str, urls: list[str]) -> str | None:
    """The longest of `urls` that `path` is or lies below; home is below nothing."""
    above = [url for url in urls if path == url or (url != "/" and path.startswith(url.rstrip("/") + "/"))]
    return max(above, key=len, default=None)
