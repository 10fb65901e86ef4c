"""Speech to text and pictures to text: what an engine has to offer, and which ones are installed.

Trust: what an engine gives is derived, a guess that helps to find. It is marked as such wherever it is shown, and it is never
an order record: engines hear "10 cent" for Tencent. The evidence is the sound or the picture; where a rule asks for an order in
writing, a person confirms the text against it.
"""

from collections.abc import Callable
from enum import StrEnum
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, TypeVar, cast, runtime_checkable

import msgspec

from muniment.record.errors import Refused

Kind = TypeVar("Kind")


class Source(StrEnum):
    """What derived text was derived from."""

    PICTURE = "picture"
    SPEECH = "speech"


class Engine(msgspec.Struct, frozen=True, kw_only=True):
    """Who guessed: name and version of the engine, SHA-256 of its model (lower-case hex), empty where it tells none.

    Of a model that is several files it is the SHA-256 of their list as `sha256sum` prints it, in order of their names.
    """

    name: str
    version: str
    model_sha256: str = ""


class Derived(msgspec.Struct, frozen=True, kw_only=True):
    """Text that an engine guessed. Kept apart from what was read, with all that is needed to guess it again.

    `of` is the SHA-256 (lower-case hex) of the bytes that the engine was given; `language` what it was told to expect (BCP 47), empty
    where nothing; `confidence` is the engine's own, from 0 to 1, None where it gives none. Text of this class is in no
    order record: nothing here can say that it is one.
    """

    text: str
    source: Source
    engine: Engine
    of: str
    language: str = ""
    confidence: float | None = None


@runtime_checkable
class Recogniser(Protocol):
    """Reads the text in a picture. An engine that opens pictures from strangers does so in a confined process."""

    engine: Engine

    def recognise(self, picture: bytes, *, language: str = "") -> Derived:
        """The text in `picture` (the file's bytes). Raises `Refused` where it is none that the engine opens."""


@runtime_checkable
class Transcriber(Protocol):
    """Writes down what is said in a recording."""

    engine: Engine

    def transcribe(self, wave: bytes, *, language: str) -> Derived:
        """What is said in `wave` (RIFF WAVE, as `Playable` gives it). `language` is the chat's: an engine left to guess guesses wrong.

        Raises `Refused` where it is no sound that the engine opens.
        """


RECOGNISERS = "muniment.recognisers"
TRANSCRIBERS = "muniment.transcribers"
"""Groups of entry points; each names a callable that takes the folder of the model, or None, and gives an engine."""

EXTRAS = {RECOGNISERS: ("ocr", "rapidocr"), TRANSCRIBERS: ("stt", "faster-whisper")}
"""Our own engine of each group: the extra that brings its library, and its name."""
_OURS = {
    (RECOGNISERS, "rapidocr"): ("rapidocr", "muniment.media.engines.rapid:Rapid"),
    (TRANSCRIBERS, "faster-whisper"): ("faster_whisper", "muniment.media.engines.whisper:Whisper"),
}
"""Our own adapters: the library without which each is not there, and what makes it. Named here and not as entry points, because
a checkout that is linked into an environment has none."""


def installed(group: str) -> tuple[str, ...]:
    """Names of the engines that are on this machine, ours and those that packages offer, sorted."""
    return tuple(sorted({entry.name for entry in _offered(group)}))


def recogniser(name: str, model: Path | None = None) -> Recogniser:
    """The engine of that name. Raises `Refused` where none is installed, or what is installed is no recogniser."""
    return _engine(RECOGNISERS, name, model, Recogniser)  # type: ignore[type-abstract] # the protocol is what is checked


def transcriber(name: str, model: Path | None = None) -> Transcriber:
    """The engine of that name. Raises `Refused` where none is installed, or what is installed is no transcriber."""
    return _engine(TRANSCRIBERS, name, model, Transcriber)  # type: ignore[type-abstract] # the protocol is what is checked


def _offered(group: str) -> list[EntryPoint]:
    ours = [
        EntryPoint(name=name, value=value, group=group)
        for (of, name), (library, value) in _OURS.items()
        if of == group and find_spec(library) is not None
    ]
    return [*ours, *entry_points(group=group)]


def _engine(group: str, name: str, model: Path | None, kind: type[Kind]) -> Kind:
    found = [entry for entry in _offered(group) if entry.name == name]
    if not found:
        raise Refused(
            "expected one of the installed engines ({there}), got {name}; install the package that offers it, or name another",
            there=", ".join(installed(group)) or "none is installed",
            name=name,
        )
    if len({entry.value for entry in found}) > 1:
        raise Refused(
            "expected one engine called {name}, got several; uninstall all packages but one that offer it", name=name
        )
    engine = cast("Callable[[Path | None], object]", found[0].load())(model)
    if not isinstance(engine, kind):
        raise Refused(
            "expected {name} to offer what its group promises, got something else; ask whoever made it", name=name
        )
    return engine
