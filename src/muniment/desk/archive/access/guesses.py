"""What an engine guesses of a picture's text or of what is said in a voice, for whoever looks at it and asks.

Trust: a guess is derived, is shown beside its picture or sound, and is kept nowhere, so that it can become neither a record nor an
order; the entry, with engine and model, is durable before it is shown. The firm names the engines (settings); without that nothing
is offered.
"""

import threading
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from muniment.desk.archive.access.files import content_of, named, opening
from muniment.desk.archive.access.reading import absent
from muniment.desk.archive.access.readings import VOICES, claimed, known
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.media import attachment, guesses, types
from muniment.media.protocols import EXTRAS, RECOGNISERS, TRANSCRIBERS, Derived, installed
from muniment.media.reading import Family, Status
from muniment.media.sniff import sniff
from muniment.record.errors import Busy, Refused

PATIENCE = 10.0
"""Seconds that a page waits for the one engine of its process."""
LANGUAGES = ("zh", "yue", "en")
"""What a voice may be said to be in; none is guessed."""
WAVE = "audio/wav"

_one = threading.Semaphore(1)


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be asked of a file: of which group an engine, its name, whether it is installed, and the extra that would bring it."""

    group: str
    engine: str
    ready: bool
    extra: str
    """Empty where the engine is none of ours."""
    speech: bool


@dataclass(frozen=True, slots=True)
class Guessed:
    """What an engine said of a file, or how far it got."""

    name: str
    status: Status
    engine: str
    version: str
    model_sha256: str
    derived: Derived | None
    confined: tuple[str, ...]


def guessable(type: str) -> bool:
    """Whether files of a type are for an engine that the firm named."""
    group = _group(type)
    return bool(group and _named(group)[0])


def offer(desk: Desk, leaf: int, ordinal: int, place: int, *, capability: Capability = Capability.READ) -> Offer:
    """What can be guessed of attachment `place` of an event; raises NotFound where nothing can. No content."""
    event, found = named(desk, leaf, ordinal, place, capability=capability)
    recorded = known(desk, [event]).get(found.sha256 or "")
    return _offer(recorded.type if recorded else claimed(found.name, found.content_type))


def guess(
    desk: Desk,
    leaf: int,
    ordinal: int,
    place: int,
    *,
    language: str = "",
    capability: Capability = Capability.READ,
) -> Guessed:
    """Have attachment `place` of an event guessed. `language` (of LANGUAGES) is what a voice is in.

    Raises NotFound, Damaged, WrongKey, Busy where others ask for too long, and Refused where there is no engine or no model.
    """
    event, found = named(desk, leaf, ordinal, place, capability=capability)
    content = content_of(desk, event, place, str(found.sha256))
    if content is None:
        raise absent()
    asked = _offer(sniff(content, found.content_type, found.name).type)
    if asked.speech and language not in LANGUAGES:
        raise Refused("expected one of {known} as the language of the voice, got another", known=", ".join(LANGUAGES))
    if not _one.acquire(timeout=PATIENCE):
        raise Busy("another picture or voice is being guessed; try again in a moment")
    try:
        said = _asked(asked, content, language, found.name)
    finally:
        _one.release()
    who = said.engine
    desk.audit(
        opening(
            desk,
            event,
            place,
            "attachment.guess",
            len(content),
            engine=asked.engine,
            version=who.version if who else "",
            model=who.model_sha256 if who else "",
            language=language if asked.speech else "",
            status=said.status.value,
        )
    )
    return Guessed(
        name=found.name,
        status=said.status,
        engine=asked.engine,
        version=who.version if who else "",
        model_sha256=who.model_sha256 if who else "",
        derived=said.derived,
        confined=said.confined,
    )


def _asked(asked: Offer, content: bytes, language: str, name: str) -> guesses.Guess:
    """Ask the engine; a voice is made into a wave first, by its own confined reader."""
    if asked.speech and sniff(content).type != WAVE:
        read = attachment.read(content, None, name)
        if read.playable is None:
            return guesses.Guess(status=read.extract_status)
        content = read.playable.content
    model = _named(asked.group)[1]
    return guesses.guess(
        guesses.Asked(group=asked.group, engine=asked.engine, model=model, language=language if asked.speech else ""),
        content,
    )


def _offer(type: str) -> Offer:
    if not guessable(type):
        raise absent()
    group = _group(type)
    engine = _named(group)[0]
    extra, ours = EXTRAS[group]
    return Offer(
        group=group,
        engine=engine,
        ready=engine in installed(group),
        extra=extra if engine == ours else "",
        speech=group == TRANSCRIBERS,
    )


def _group(type: str) -> str:
    """Which engines are for files of a type; empty where none are."""
    if type in VOICES or type == WAVE:
        return TRANSCRIBERS
    return RECOGNISERS if type and types.family(type) is Family.IMAGE else ""


def _named(group: str) -> tuple[str, str]:
    """The engine that the firm named, and the folder of its model; empty where it named none."""
    if group == RECOGNISERS:
        return settings.OCR_ENGINE, _folder(settings.OCR_MODEL)
    return settings.STT_ENGINE, _folder(settings.STT_MODEL)


def _folder(given: str) -> str:
    return str(Path(given).expanduser().absolute()) if given else ""
