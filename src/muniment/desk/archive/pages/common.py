"""What several pages of the archive share: addresses, numbers out of an address, the query that a page is about."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone

from muniment.desk.archive.access import parse_query
from muniment.desk.archive.accounts import asking_for
from muniment.desk.archive.bubbles import Links
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.record.errors import Refused
from muniment.search.ast import Query

LARGEST = 2**63 - 1


def address(name: str, *args: object, **parameters: object) -> str:
    """The address of a page; empty parameters are left out."""
    given = {key: value for key, value in parameters.items() if value not in (None, "")}
    plain = reverse(name, args=args)
    return f"{plain}?{urlencode(given)}" if given else plain


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a reader stands: among all messages that they may see, or among those about themself."""

    capability: Capability
    own: bool
    home: str
    prefix: str

    def url(self, name: str, *args: object, **parameters: object) -> str:
        """The address of a page on this ground; empty parameters are left out."""
        return address(f"archive:{self.prefix}{name}", *args, **parameters)

    def found(self, **parameters: object) -> str:
        """The address of a search on this ground."""
        return address(f"archive:{self.home}", **parameters)

    def links(self, **parameters: object) -> Links:
        """The addresses of what a conversation is made of; `parameters` go on to each conversation."""
        return Links(
            conversation=lambda number, place: self.url("conversation", number, at=place, **parameters),
            event=lambda place: self.url("event", *place.split("-")),
            media=lambda place, number: self.url("media", *place.split("-"), number),
            sound=lambda place, number: self.url("sound", *place.split("-"), number),
            text=lambda place, number: self.url("text", *place.split("-"), number),
            guess=lambda place, number: self.url("guess", *place.split("-"), number),
            proof=None if self.own else lambda leaf: reverse("archive:proof", args=(leaf,)),
        )


READER = Ground(Capability.READ, own=False, home="search", prefix="")
ONESELF = Ground(Capability.OWN, own=True, home="own", prefix="own-")


def through(
    desk: Desk, account: str, first: date | None = None, end: date | None = None, *, also: str = "", zone: str = ""
) -> str:
    """The address of exactly what came through an account, sent from the day `first` until before `end` in `zone`.

    `also` is one term more of the query language.
    Empty for whoever does not read everybody's messages, whose search would find less than what was counted.
    """
    asking = asking_for(account)
    if not asking or desk.authority.scopes.get(Capability.READ, False) is not None:
        return ""
    days = [f"after:{first.isoformat()}"] if first else []
    days += [f"before:{end.isoformat()}"] if end else []
    return READER.found(q=" ".join(filter(None, (asking, also, *days))), zone=zone)


def zone(request: HttpRequest) -> str:
    """The zone in which dates of the query are meant: as the address says, else the reader's own."""
    return request.GET.get("zone", "") or str(timezone.get_current_timezone())


def other_zone(request: HttpRequest) -> str:
    """The zone that an address must name, because it is not the reader's own."""
    named = zone(request)
    return "" if named == str(timezone.get_current_timezone()) else named


def number(request: HttpRequest, name: str) -> int | None:
    """A whole number out of the address; 404 for anything else."""
    text = request.GET.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= LARGEST):
        raise Http404
    return int(text)


def asked(request: HttpRequest) -> str:
    """The query of the address."""
    return request.GET.get("q", "").strip()


def marked_by(request: HttpRequest, desk: Desk) -> Query | None:
    """The query whose words are marked in what is shown; None where there is none, or it cannot be read."""
    text = asked(request)
    if not text:
        return None
    try:
        return parse_query(desk, text, zone(request))
    except Refused:
        return None
