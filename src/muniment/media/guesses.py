"""Asks an engine about one file, in a process of its own: loaded first, walled in then, and only then given the file.

Trust: what an engine is (name, version, digest of its model) it says before the file reaches it, and that is kept; all that
comes later may be a lie of whoever made the file. The walls that stood are told with each guess. What they do not keep out: the
library's own code runs before them, so whoever makes the library, or the model, is trusted as much as we are.
"""

from hashlib import sha256

import msgspec

from muniment.media.limits import MIB, Limits
from muniment.media.protocols import RECOGNISERS, Derived, Engine, Source
from muniment.media.reading import Status
from muniment.media.sandbox import exchange
from muniment.media.wire import LENGTH
from muniment.record import errors
from muniment.record.errors import Damaged, MunimentError

LIMITS = Limits(
    input_bytes=32 * MIB,
    memory_bytes=3072 * MIB,
    cpu_seconds=120,
    wall_seconds=180.0,
    output_bytes=4 * MIB,
    text_chars=200_000,
)
"""An engine is a hundred times as heavy as a reader; still it has to end."""
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
"""Threads that are started behind the walls are refused, and two cores are everybody's."""
_START = (
    "import sys; request = sys.argv[1]; sys.path[:] = sys.argv[2:]; "
    "from muniment.media.engines.child import main; main(request)"
)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which engine of which group (protocols.py), the folder of its model, empty where it brings its own, and what it may take.

    `language` is what a recording is said to be in (BCP 47); a picture needs none.
    """

    group: str
    engine: str
    model: str = ""
    language: str = ""
    limits: Limits = LIMITS


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The first frame: who will guess, and which walls stand."""

    engine: Engine
    walls: tuple[str, ...]


class Unready(msgspec.Struct, frozen=True, tag="unready"):
    """The first frame where there is no engine: a refusal of ours, before any file came."""

    kind: str
    template: str
    values: dict[str, str | int]


class Said(msgspec.Struct, frozen=True, tag="said"):
    """The second frame: what is guessed, and how sure the engine is of it."""

    text: str
    confidence: float | None


class NotOpened(msgspec.Struct, frozen=True, tag="not_opened"):
    """The second frame where the engine opens no such file, or failed on it."""

    status: Status


Frame = Ready | Unready | Said | NotOpened
_FRAMES: msgspec.msgpack.Decoder[Frame] = msgspec.msgpack.Decoder(Frame)


class Guess(msgspec.Struct, frozen=True, kw_only=True):
    """How it went; `derived` is there where `status` is OK or EMPTY. `confined` are the walls, as in a `Reading`."""

    status: Status
    engine: Engine | None = None
    derived: Derived | None = None
    confined: tuple[str, ...] = ()


def guess(asked: Asked, raw: bytes) -> Guess:
    """What the engine makes of `raw`. Never raises for what a file does.

    Raises `Refused` where there is no such engine or no model for it, `Busy` where no process can be started.
    """
    if not raw or len(raw) > asked.limits.input_bytes:
        return Guess(status=Status.TOO_LARGE if raw else Status.EMPTY)
    stream, ended = exchange(_START, msgspec.json.encode(asked).decode(), raw, asked.limits, ONE_THREAD)
    first, second = _frames(stream)
    if isinstance(first, Unready):
        raise _refusal(first)
    if not isinstance(first, Ready):
        return Guess(status=ended or Status.CRASHED)
    if ended is None and isinstance(second, Said):
        derived = Derived(
            text=second.text[: asked.limits.text_chars],
            source=Source.PICTURE if asked.group == RECOGNISERS else Source.SPEECH,
            engine=first.engine,
            of=sha256(raw).hexdigest(),
            language=asked.language,
            confidence=None if second.confidence is None else min(1.0, max(0.0, second.confidence)),
        )
        status = Status.OK if derived.text.strip() else Status.EMPTY
        return Guess(status=status, engine=first.engine, derived=derived, confined=first.walls)
    said = second.status if isinstance(second, NotOpened) and second.status is not Status.OK else Status.CRASHED
    return Guess(status=ended or said, engine=first.engine, confined=first.walls)


def pack(frame: Frame) -> bytes:
    """One frame behind its length."""
    body = msgspec.msgpack.encode(frame)
    return LENGTH.pack(len(body)) + body


def _frames(stream: bytes) -> tuple[Frame | None, Frame | None]:
    """The first two frames; what is no frame ends them."""
    found: list[Frame] = []
    at = 0
    while len(found) < 2 and at + LENGTH.size <= len(stream):
        (size,) = LENGTH.unpack_from(stream, at)
        at += LENGTH.size
        try:
            found.append(_FRAMES.decode(memoryview(stream)[at : at + size]))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            break
        at += size
    first, second, *_ = [*found, None, None]
    return first, second


def _refusal(said: Unready) -> MunimentError:
    kind = getattr(errors, said.kind, Damaged)
    known = isinstance(kind, type) and issubclass(kind, MunimentError)
    return (kind if known else Damaged)(said.template, **said.values)
