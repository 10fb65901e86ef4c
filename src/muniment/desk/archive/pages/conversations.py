"""A conversation as people know it from their phones, and one message with everything that was read in it."""

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.vary import vary_on_headers

from muniment.catalog.placed import Placed
from muniment.desk.archive import sayings
from muniment.desk.archive.access import Message, conversation, message, readings, withdrawn
from muniment.desk.archive.bubbles import Faces, attached, chips, in_a_row, items, quote, title, words
from muniment.desk.archive.pages.common import (
    ONESELF,
    READER,
    Ground,
    asked,
    marked_by,
    number,
    other_zone,
)
from muniment.desk.archive.presence import NOTES, SEEABLE, SOME, handles, moved, moving, notes, present, writers
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.people.door import door
from muniment.desk.platforms import channel
from muniment.record.codec import canonical

NEAR, FAR = 60, 300
"""Messages of a page: as it opens, and with more around a hit."""


@vary_on_headers("HX-Request", "HX-Target")
@door(Capability.READ)
def show(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """A page of a conversation; as a pane of the search workspace when that asks for it."""
    return _conversation(request, desk, number, READER)


@vary_on_headers("HX-Request", "HX-Target")
@door(Capability.OWN)
def show_own(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """A page of a conversation, as far as it is one's own."""
    return _conversation(request, desk, number, ONESELF)


@door(Capability.READ)
def event(request: HttpRequest, desk: Desk, leaf: int, ordinal: int) -> HttpResponse:
    """One message."""
    return _event(request, desk, leaf, ordinal, READER)


@door(Capability.OWN)
def event_own(request: HttpRequest, desk: Desk, leaf: int, ordinal: int) -> HttpResponse:
    """One message of one's own."""
    return _event(request, desk, leaf, ordinal, ONESELF)


def _conversation(request: HttpRequest, desk: Desk, conversation_number: int, ground: Ground) -> HttpResponse:
    pane = request.headers.get("HX-Target") == "reading"
    wide = request.GET.get("around") == "more"
    at = request.GET.get("at") or None
    shown = conversation(
        desk,
        conversation_number,
        at=at,
        before=number(request, "before"),
        after=number(request, "after"),
        limit=FAR if wide else NEAR,
        others_too=not pane and not ground.own,
        capability=ground.capability,
    )
    given = {"q": asked(request), "zone": other_zone(request)}
    links = ground.links(**given)
    known = [
        *shown.events,
        *shown.targets.values(),
        *shown.elsewhere,
        *(e for some in shown.later.values() for e in some),
    ]
    faces = Faces(desk, known, moving(shown.events))
    parties = faces.names(shown.events)
    here = shown.talk.id
    named = title(shown, parties)
    first, last = shown.events[0], shown.events[-1]
    context = {
        "title": named,
        "own": ground.own,
        "talk": shown.talk,
        "channel": channel(first.decoded.channel),
        "assurance": sayings.ASSURANCE[last.decoded.assurance],
        "parties": parties,
        "refused": next(
            (each for each in withdrawn(desk, ground.capability, shown.talk.native) if each.conversation == here), None
        ),
        "items": tuple(
            items(
                shown,
                links,
                faces,
                marked_by(request, desk),
                readings.known(desk, shown.events),
                lambda each: moved(each, shown.moves.get(each.decoded.id), faces),
            )
        ),
        "members": ground.url("members", here),
        "older": ground.url("conversation", here, before=first.id, **given) if shown.older else "",
        "newer": ground.url("conversation", here, after=last.id, **given) if shown.newer else "",
        "wider": "" if wide or at is None else ground.url("conversation", here, at=at, around="more", **given),
        "whole": ground.url("conversation", here, at=at, **given) + (f"#e{at}" if at else ""),
        "newest": ground.url("conversation", here, **given),
        "visible": request.GET.get("visible") == "yes",
        "unveiled": ground.url("conversation", here, **{**request.GET.dict(), "visible": "yes"}),
        "elsewhere": tuple(
            _elsewhere(each, shown.called.get(each.conversation), ground, faces) for each in shown.elsewhere
        ),
        "back": ground.found(**given) if given["q"] else "",
    }
    return render(request, "archive/reading.html" if pane else "archive/conversation.html", context)


def _elsewhere(placed: Placed, room: str | None, ground: Ground, faces: Faces) -> dict[str, object]:
    event = placed.decoded.event
    face = faces.of(placed)
    # Where two write to each other, many platforms call the conversation by the other's own address.
    called = faces.behind(placed.decoded.channel, event.conversation, None, event.sent_at, placed).name
    if "|" in event.conversation and called == event.conversation:  # of two, by the ids of both
        called = in_a_row(faces.names([placed]))
    return {
        "name": event.conversation_display or room or called or (face.name if face else ""),
        "channel": channel(placed.decoded.channel),
        "account": placed.decoded.source,
        "at": event.sent_at,
        "precision": event.sent_at_precision.value,
        "url": ground.url("conversation", placed.conversation),
    }


def _event(request: HttpRequest, desk: Desk, leaf: int, ordinal: int, ground: Ground) -> HttpResponse:
    found = message(desk, leaf, ordinal, capability=ground.capability)
    placed, decoded, event = found.event, found.event.decoded, found.event.decoded.event
    links = ground.links()
    others = [*found.siblings, *found.later, *([found.target] if found.target else [])]
    audience = found.audience
    members, unsure, wrote = audience.members[:SOME], audience.unsure[:SOME], audience.wrote[:SOME]
    more = handles(decoded.channel, (*members, *unsure))
    faces = Faces(desk, [placed, *others], (*more, *((decoded.channel, each.native) for each in wrote)))
    read = readings.known(desk, [placed])
    context = {
        "title": _("Message {place}").format(place=decoded.id),
        "own": ground.own,
        "found": found,
        "decoded": decoded,
        "event": event,
        "kind": sayings.KINDS[event.kind],
        "chips": tuple(chips(placed)),
        "channel": channel(decoded.channel),
        "assurance": sayings.ASSURANCE[decoded.assurance],
        "sender": faces.of(placed),
        "recipients": tuple(faces.behind(decoded.channel, each, None, event.sent_at) for each in event.recipients),
        "words": words(event.text, marked_by(request, desk)),
        "visible": request.GET.get("visible") == "yes",
        "files": tuple(attached(each, decoded.id, place, links, read) for place, each in enumerate(event.attachments)),
        "flags": tuple((flag, sayings.flag(flag)) for flag in event.flags),
        "extra": tuple((name, _json(value)) for name, value in sorted(event.extra.items())),
        "conversation": links.conversation(placed.conversation, decoded.id) + f"#e{decoded.id}",
        "target": quote(found.target, links, faces) if found.target else None,
        "later": tuple(
            (sayings.KINDS[each.decoded.event.kind], each, quote(each, links, faces)) for each in found.later
        ),
        "siblings": tuple((each, quote(each, links, faces)) for each in found.siblings),
        "proof": reverse("archive:proof", args=(leaf,)) if not ground.own else "",
        "seeable": event.kind in SEEABLE,
        "members": present(members, decoded.channel, faces, links.event, decoded.id),
        "unsure": present(unsure, decoded.channel, faces, links.event, decoded.id),
        "wrote": writers(audience, decoded.channel, faces, links.event)[:SOME],
        "notes": [NOTES[each] for each in notes(audience, event, decoded.channel)],
        "everybody": ground.url("members", placed.conversation, at=decoded.id),
        "imported": _import(found) if desk.authority.holds(Capability.IMPORT) else "",
    }
    return render(request, "archive/event.html", context)


def _json(value: object) -> str:
    if isinstance(value, str):
        return value
    return msgspec.json.format(canonical(value), indent=2).decode()


def _import(found: Message) -> str:
    """The page of the import that brought a record; empty where there is none."""
    if found.import_id is None:
        return ""
    try:
        return reverse("imports:detail", args=(found.import_id,))
    except NoReverseMatch:
        return ""
