"""The engine's own process: load engine and model, put up the walls, and only then read the file from standard input.

Trust: what this process says before the walls stand comes from our code and from a library that the firm installed; nothing that it
says afterwards is trusted by its parent. It is started by guesses.py and by nobody else.
"""

import os
from pathlib import Path

import msgspec

from muniment.media.confine import confine
from muniment.media.guesses import Asked, Frame, NotOpened, Ready, Said, Unready, pack
from muniment.media.protocols import RECOGNISERS, Derived, Engine, recogniser, transcriber
from muniment.media.reading import Status
from muniment.record.errors import MunimentError, Refused

_READ_AT_ONCE = 1 << 20


class _Hired:
    """An engine of either group, asked in the same way."""

    def __init__(self, asked: Asked) -> None:
        model = Path(asked.model) if asked.model else None
        self._asked = asked
        self.engine: Engine
        if asked.group == RECOGNISERS:
            self._reads = recogniser(asked.engine, model)
            self.engine = self._reads.engine
        else:
            self._hears = transcriber(asked.engine, model)
            self.engine = self._hears.engine

    def guess(self, raw: bytes) -> Derived:
        if self._asked.group == RECOGNISERS:
            return self._reads.recognise(raw, language=self._asked.language)
        return self._hears.transcribe(raw, language=self._asked.language)


def main(request: str) -> None:
    """Guess what stands in the file on standard input, as `request` (JSON) says; two frames go to standard output."""
    asked = msgspec.json.decode(request, type=Asked)
    out = os.dup(1)
    os.dup2(2, 1)  # a library that prints must not speak for us
    try:
        hired = _Hired(asked)
    except MunimentError as said:
        _send(out, _unready(said))
        return
    except Exception as failure:  # noqa: BLE001 - a library that does not load is told, not raised
        refusal = Refused(
            "the engine {name} could not be loaded ({kind}); look at its installation and its model",
            name=asked.engine,
            kind=type(failure).__name__,
        )
        _send(out, _unready(refusal))
        return
    walls = confine(asked.limits)
    _send(out, Ready(hired.engine, walls))
    _send(out, _answer(hired))


def _unready(refusal: MunimentError) -> Unready:
    values = {name: value if isinstance(value, int | str) else str(value) for name, value in refusal.values.items()}
    return Unready(type(refusal).__name__, refusal.template, values)


def _answer(hired: _Hired) -> Frame:
    try:
        found = hired.guess(_input())
        return Said(found.text, found.confidence)
    except Refused:
        return NotOpened(Status.DAMAGED)
    except MemoryError:
        return NotOpened(Status.OUT_OF_MEMORY)
    except Exception:  # noqa: BLE001 - whatever a file does to a library, the answer is a status
        return NotOpened(Status.CRASHED)


def _input() -> bytes:
    """All of standard input; the parent hands over no more than the limit."""
    pieces = bytearray()
    while piece := os.read(0, _READ_AT_ONCE):
        pieces += piece
    return bytes(pieces)


def _send(out: int, frame: Frame) -> None:
    view = memoryview(pack(frame))
    while view:
        view = view[os.write(out, view) :]
