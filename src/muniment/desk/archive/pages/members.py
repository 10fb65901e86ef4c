"""Who was in a conversation, and when; and who was there when one message was sent."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from muniment.desk.archive.access import members
from muniment.desk.archive.bubbles import Faces
from muniment.desk.archive.pages.common import ONESELF, READER, Ground, number
from muniment.desk.archive.presence import NOTES, handles, notes, present, writers
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.people.door import door
from muniment.desk.platforms import channel

PAGE = 100
"""Stays on one page."""


@door(Capability.READ)
def show(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """The members of a conversation."""
    return _members(request, desk, number, READER)


@door(Capability.OWN)
def show_own(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """The members of a conversation of one's own, as far as one's own messages say."""
    return _members(request, desk, number, ONESELF)


def _members(request: HttpRequest, desk: Desk, conversation: int, ground: Ground) -> HttpResponse:
    at = request.GET.get("at") or None
    found = members(desk, conversation, at=at, capability=ground.capability)
    first = min(number(request, "from") or 0, len(found.history.stays))
    some = found.history.stays[first : first + PAGE]
    audience = found.audience
    then = () if audience is None else (*audience.members, *audience.unsure)
    wrote = () if audience is None else ((found.channel, each.native) for each in audience.wrote)
    faces = Faces([found.newest], (*handles(found.channel, (*some, *then)), *wrote))
    url = ground.links().event

    def here(**parameters: object) -> str:
        return ground.url("members", conversation, at=at, **parameters)

    newest = found.newest.decoded.event
    context = {
        "title": newest.conversation_display or found.talk.native or _("messages that belong to no conversation"),
        "own": ground.own,
        "found": found,
        "channel": channel(found.channel),
        "conversation": ground.url("conversation", conversation, at=at) + (f"#e{at}" if at else ""),
        "stays": present(some, found.channel, faces, url),
        "all": len(found.history.stays),
        "still": sum(stay.until.gone is None for stay in found.history.stays),
        "earlier": here(**{"from": max(first - PAGE, 0) or None}) if first else "",
        "later": here(**{"from": first + PAGE}) if first + PAGE < len(found.history.stays) else "",
    }
    if audience is not None and found.at is not None:
        context |= {
            "at": found.at,
            "message": url(found.at.decoded.id),
            "members": present(audience.members, found.channel, faces, url),
            "unsure": present(audience.unsure, found.channel, faces, url),
            "wrote": writers(audience, found.channel, faces, url),
            "notes": [NOTES[each] for each in notes(audience, found.at.decoded.event, found.channel)],
        }
    return render(request, "archive/members.html", context)
