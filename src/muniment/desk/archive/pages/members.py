"""Who was in a conversation, and when; and who was there when one message was sent."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from muniment.catalog.placed import Placed, Talk
from muniment.desk.archive.access import members, then
from muniment.desk.archive.bubbles import Faces
from muniment.desk.archive.pages.common import ONESELF, READER, Ground, number
from muniment.desk.archive.presence import NOTES, handles, notes, present, writers
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.people.door import door
from muniment.desk.platforms import channel
from muniment.record.roll import Stay

PAGE = 60
"""People on one page."""


@door(Capability.READ)
def show(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """The members of a conversation."""
    return _members(request, desk, number, READER)


@door(Capability.OWN)
def show_own(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """The members of a conversation of one's own, as far as one's own messages say."""
    return _members(request, desk, number, ONESELF)


def _members(request: HttpRequest, desk: Desk, conversation: int, ground: Ground) -> HttpResponse:
    at = request.GET.get("at")
    if at:
        return _then(request, desk, conversation, at, ground)
    found = members(desk, conversation, capability=ground.capability)
    some, pages = _page(request, found.stays, ground.url("members", conversation), "from")
    spoken = found.newest.decoded.channel
    faces = Faces(desk, [found.newest], handles(spoken, some))
    context = _common(ground, found.talk, found.newest, found.named) | {
        "found": found,
        "stays": present(some, spoken, faces, ground.links().event),
        "all": len(found.stays),
        "still": sum(stay.until.gone is None for stay in found.stays),
        "pages": pages,
    }
    return render(request, "archive/members.html", context)


def _then(request: HttpRequest, desk: Desk, conversation: int, at: str, ground: Ground) -> HttpResponse:
    found = then(desk, conversation, at, capability=ground.capability)
    audience, spoken = found.audience, found.event.decoded.channel
    here = ground.url("members", conversation, at=at)
    there, pages = _page(request, audience.members, here, "from")
    unsure, unsure_pages = _page(request, audience.unsure, here, "unsure")
    wrote = ((spoken, each.native) for each in audience.wrote)
    faces = Faces(desk, [found.newest], (*handles(spoken, (*there, *unsure)), *wrote))
    url = ground.links().event
    context = _common(ground, found.talk, found.newest, found.named) | {
        "at": found.event,
        "message": url(found.event.decoded.id),
        "conversation": ground.url("conversation", conversation, at=at) + f"#e{at}",
        "audience": audience,
        "members": present(there, spoken, faces, url, found.event.decoded.id),
        "pages": pages,
        "unsure": present(unsure, spoken, faces, url, found.event.decoded.id),
        "unsure_pages": unsure_pages,
        "wrote": writers(audience, spoken, faces, url),
        "notes": [NOTES[each] for each in notes(audience, found.event.decoded.event, spoken)],
    }
    return render(request, "archive/then.html", context)


def _common(ground: Ground, here: Talk, newest: Placed, named: str | None) -> dict[str, object]:
    return {
        "title": named or here.native or _("messages that belong to no conversation"),
        "own": ground.own,
        "talk": here,
        "channel": channel(newest.decoded.channel),
        "conversation": ground.url("conversation", here.id),
        "history": ground.url("members", here.id),
    }


def _page(
    request: HttpRequest, stays: tuple[Stay, ...], here: str, name: str
) -> tuple[tuple[Stay, ...], tuple[str, str]]:
    """A page of a list, and the addresses of the one before and the one after it."""
    first = min(number(request, name) or 0, len(stays))
    link = f"{here}{'&' if '?' in here else '?'}{name}="
    earlier = f"{link}{max(first - PAGE, 0)}" if first else ""
    return stays[first : first + PAGE], (earlier, f"{link}{first + PAGE}" if first + PAGE < len(stays) else "")
