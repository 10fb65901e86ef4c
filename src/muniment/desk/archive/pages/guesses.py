"""An engine's guess at the text of a picture or at what is said in a voice: asked for by a button, shown once, kept nowhere.

Trust: the same doors and scope as for the file itself; every page of these says that it is a guess, and no record.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muniment.desk.archive import filewords
from muniment.desk.archive.access import guesses
from muniment.desk.archive.pages.common import ONESELF, READER, Ground
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.people.door import door
from muniment.media.reading import Status

LANGUAGES = (
    ("zh", gettext_lazy("Mandarin")),
    ("yue", gettext_lazy("Cantonese")),
    ("en", gettext_lazy("English")),
)
WALLS = {
    "memory": gettext_lazy("bounded memory"),
    "time": gettext_lazy("bounded time"),
    "files": gettext_lazy("no files"),
    "user": gettext_lazy("no rights of the machine's owner"),
    "privileges": gettext_lazy("no rights to be gained"),
    "calls": gettext_lazy("no network, no other program"),
}


@door(Capability.READ, methods=("GET", "POST"))
def guess(request: HttpRequest, desk: Desk, leaf: int, ordinal: int, place: int) -> HttpResponse:
    """Have the text of a file of a message guessed."""
    return _guess(request, desk, leaf, ordinal, place, READER)


@door(Capability.OWN, methods=("GET", "POST"))
def guess_own(request: HttpRequest, desk: Desk, leaf: int, ordinal: int, place: int) -> HttpResponse:
    """Have the text of a file of a message of one's own guessed."""
    return _guess(request, desk, leaf, ordinal, place, ONESELF)


def _guess(request: HttpRequest, desk: Desk, leaf: int, ordinal: int, place: int, ground: Ground) -> HttpResponse:
    here = (leaf, ordinal, place)
    found = None
    language = request.POST.get("language", "")
    if request.method == "POST":
        found = guesses.guess(desk, *here, language=language, capability=ground.capability)
    offered = guesses.offer(desk, *here, capability=ground.capability)
    derived = found.derived if found else None
    context = {
        "title": _("What may be said in this voice") if offered.speech else _("What may stand in this picture"),
        "offered": offered,
        "found": found,
        "derived": derived,
        "said": found is not None and found.status in (Status.OK, Status.EMPTY),
        "status": "" if found is None else filewords.status(found.status.value),
        "sure": None if derived is None or derived.confidence is None else round(derived.confidence * 100),
        "walls": [WALLS[name] for name in found.confined if name in WALLS] if found else [],
        "open": [words for name, words in WALLS.items() if found and found.engine and name not in found.confined],
        "languages": LANGUAGES,
        "language": language,
        "message": ground.url("event", leaf, ordinal),
        "original": ground.url("media", *here),
        "sound": ground.url("sound", *here) if offered.speech else "",
    }
    return render(request, "archive/guess.html", context)
