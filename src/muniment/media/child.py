"""The reader's own process: load one reader, put up the walls, and only then read the file from standard input.

Trust: nothing that stands in this process is trusted by its parent. It is started by sandbox.py and by nobody else.
"""

import os
import sys
from collections.abc import Callable

import msgspec

from muniment.media.confine import confine
from muniment.media.limits import Limits
from muniment.media.output import Output, Stop
from muniment.media.readers import Request, load, read
from muniment.media.reading import Note, Status
from muniment.media.wire import Done, Walls, pack

OUT_OF_MEMORY = pack(Done(Status.OUT_OF_MEMORY, (), None))
_READ_AT_ONCE = 1 << 20


def main(request: str) -> None:
    """Read what stands on standard input as `request` (JSON) says; frames go to standard output."""
    asked = msgspec.json.decode(request, type=Request)
    load(asked)
    _send(pack(Walls(confine(asked.limits))))
    answer(asked, lambda: _input(asked.limits), _send)


def answer(asked: Request, taken: Callable[[], bytes], send: Callable[[bytes], None]) -> None:
    """Read what `taken` gives, and send what is read frame by frame, whatever comes; the last frame is always a `Done`."""
    output = Output(asked.limits, send)
    try:
        _read(asked, taken, output)
        send(pack(output.done()))
    except MemoryError:
        output.drop()
        send(OUT_OF_MEMORY)


def _read(asked: Request, taken: Callable[[], bytes], output: Output) -> None:
    try:
        read(asked, taken(), output)
    except Stop as stop:
        output.stop(stop)
    except RecursionError:
        output.stop(Stop(Status.TOO_LARGE, Note.DEPTH_LIMIT))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - whatever a file does to a reader, the answer is a reading
        output.stop(Stop(Status.CRASHED, Note.READER_ERROR))
    try:
        output.close()
    except Stop as stop:
        output.stop(stop)


def _input(limits: Limits) -> bytes:
    """All of standard input, kept once: memory is scarce here."""
    pieces = bytearray()
    while piece := os.read(0, _READ_AT_ONCE):
        pieces += piece
        if len(pieces) > limits.input_bytes:
            raise Stop(Status.TOO_LARGE, Note.INPUT_LIMIT)
    return bytes(pieces)


def _send(frame: bytes) -> None:
    view = memoryview(frame)
    while view:
        view = view[os.write(1, view) :]


if __name__ == "__main__":
    main(sys.argv[1])
