"""What is read in the files of messages: a voice to be played, the text of a document with its places.

Trust: the same doors, scope and entries as for the file itself; sound leaves under the policy of bytes from outside.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from muniment.desk.archive import filewords
from muniment.desk.archive.access import readings
from muniment.desk.archive.pages.common import ONESELF, READER, Ground, number
from muniment.desk.archive.pages.records import handed
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.people.door import door

NOT_PLAYED = 422
"""The status of an answer without sound."""


@door(Capability.READ)
def sound(request: HttpRequest, desk: Desk, leaf: int, ordinal: int, place: int) -> HttpResponse:
    """A voice message in a form that every browser plays."""
    return _sound(desk, leaf, ordinal, place, READER)


@door(Capability.OWN)
def sound_own(request: HttpRequest, desk: Desk, leaf: int, ordinal: int, place: int) -> HttpResponse:
    """A voice message of one's own."""
    return _sound(desk, leaf, ordinal, place, ONESELF)


@door(Capability.READ)
def text(request: HttpRequest, desk: Desk, leaf: int, ordinal: int, place: int) -> HttpResponse:
    """What is read in a file of a message."""
    return _text(request, desk, leaf, ordinal, place, READER)


@door(Capability.OWN)
def text_own(request: HttpRequest, desk: Desk, leaf: int, ordinal: int, place: int) -> HttpResponse:
    """What is read in a file of a message of one's own."""
    return _text(request, desk, leaf, ordinal, place, ONESELF)


def _sound(desk: Desk, leaf: int, ordinal: int, place: int, ground: Ground) -> HttpResponse:
    found, status = readings.sound(desk, leaf, ordinal, place, capability=ground.capability)
    if found is None:
        words = _("This voice cannot be played here: {why}. The file itself can be saved.")
        return HttpResponse(
            words.format(why=filewords.status(status.value)),
            status=NOT_PLAYED,
            content_type="text/plain; charset=utf-8",
        )
    return handed(found.content, f"{found.name}.wav", found.content_type, inline=True)


def _text(request: HttpRequest, desk: Desk, leaf: int, ordinal: int, place: int, ground: Ground) -> HttpResponse:
    found = readings.document(
        desk, leaf, ordinal, place, first=number(request, "from") or 0, capability=ground.capability
    )
    visible = request.GET.get("visible") == "yes"
    given = {"visible": "yes" if visible else ""}
    here = (leaf, ordinal, place)
    context = {
        "title": _("Text of this file"),
        "found": found,
        "status": filewords.status(found.status.value),
        "notes": tuple(filewords.note(each.value) for each in found.notes),
        "parts": tuple((filewords.place(part), part) for part in found.parts),
        "lasts": "" if found.duration is None else filewords.lasts(found.duration),
        "claimed": readings.claimed(found.name, found.declared),
        "claims": readings.claimed(found.name, found.declared) and found.agrees is False,
        "visible": visible,
        "message": ground.url("event", leaf, ordinal),
        "original": ground.url("media", *here),
        "sound": ground.url("sound", *here) if found.voice and found.playable else "",
        "unveiled": ground.url("text", *here, **{"from": found.first or ""}, visible="yes"),
        "earlier": ground.url("text", *here, **{"from": max(0, found.first - readings.LENGTH)}, **given)
        if found.first
        else "",
        "later": ground.url("text", *here, **{"from": found.end}, **given) if found.end < found.size else "",
    }
    return render(request, "archive/file.html", context)
