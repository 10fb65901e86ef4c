"""Runs a reader on one file in a process of its own, and keeps what it says until it ends or has to be ended.

Trust: the child may crash, hang, flood, lie or be taken over; here that costs a status and, at most, wrong text. It is given
the bytes of one file and nothing else: no environment, no descriptor, no name.
"""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from muniment.media.limits import Limits
from muniment.media.readers import Request
from muniment.media.reading import Note, Place, Playable, Status
from muniment.media.wire import Done, Frame, Piece, Sound, Walls, unpack
from muniment.record.errors import Busy

NOTHING: Mapping[str, str] = MappingProxyType({})
_CHUNK = 1 << 18
_START = (
    "import sys; request = sys.argv[1]; sys.path[:] = sys.argv[2:]; "
    "from muniment.media.child import main; main(request)"
)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader said before it ended, and how that was."""

    status: Status
    text: str = ""
    places: tuple[Place, ...] = ()
    notes: tuple[Note, ...] = ()
    duration: int | None = None
    playable: Playable | None = None
    confined: tuple[str, ...] = ()


def run(request: Request, raw: bytes) -> Answer:
    """Read `raw` in a child as `request` says. Never raises for what a file does; `Busy` where no process can be started."""
    return assemble(*exchange(_START, msgspec.json.encode(request).decode(), raw, request.limits))


def exchange(
    start: str, request: str, raw: bytes, limits: Limits, environment: Mapping[str, str] = NOTHING
) -> tuple[bytes, Status | None]:
    """Run `start` (Python) in a child with `request`, hand `raw` over, and take what it says.

    All that came, and the status where the child did not end well by itself. Raises `Busy` where no process can be started.
    """
    try:
        child = subprocess.Popen(
            _command(start, request),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what a library complains of may quote the file
            cwd="/",
            env={name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ} | dict(environment),
            start_new_session=True,
        )
    except OSError as error:
        raise Busy(
            "expected to start a reader's process, got {why}; free memory or processes and read the file again",
            why=error.strerror or "an error",
        ) from error
    try:
        stream, ended = _converse(child, raw, limits)
    finally:
        _end(child)
    return stream, ended or _by_exit(child.returncode)


def _command(start: str, request: str) -> list[str]:
    """The same Python and the same search path as ours, without the environment, the user's folder or site's hooks."""
    paths = [path for path in sys.path if os.path.isabs(path)]  # noqa: PTH117 - strings in, strings out
    return [sys.executable, "-I", "-S", "-B", "-X", "utf8", "-c", start, request, *paths]


def _converse(child: subprocess.Popen[bytes], raw: bytes, limits: Limits) -> tuple[bytes, Status | None]:
    """Hand the file over and take what comes, both at once. The status where the child had to be stopped."""
    assert child.stdin is not None
    assert child.stdout is not None
    into, out = child.stdin.fileno(), child.stdout.fileno()
    os.set_blocking(into, False)
    deadline = time.monotonic() + limits.wall_seconds
    rest, stream = memoryview(raw), bytearray()
    with selectors.DefaultSelector() as ready:
        ready.register(into, selectors.EVENT_WRITE)
        ready.register(out, selectors.EVENT_READ)
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                return bytes(stream), Status.TIMED_OUT
            for key, _ in ready.select(left):
                if key.fd == into:
                    rest = _hand(into, rest)
                    if not rest:
                        ready.unregister(into)
                        child.stdin.close()
                    continue
                came = os.read(out, _CHUNK)
                if not came:
                    return bytes(stream), _await(child, deadline)
                stream += came
                if len(stream) > limits.output_bytes:
                    return bytes(stream[: limits.output_bytes]), Status.TOO_LARGE


def _hand(into: int, rest: memoryview) -> memoryview:
    try:
        return rest[os.write(into, rest[:_CHUNK]) :]
    except BlockingIOError:
        return rest
    except BrokenPipeError:
        return rest[:0]  # it ended early, and its exit says how


def _await(child: subprocess.Popen[bytes], deadline: float) -> Status | None:
    try:
        child.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return Status.TIMED_OUT
    return None


def _end(child: subprocess.Popen[bytes]) -> None:
    """No process and no pipe is left behind, whatever happened."""
    if child.returncode is None:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            child.kill()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:
                pass
    child.wait()


def _by_exit(code: int) -> Status | None:
    """How a child that ended by itself ended; None where it went well."""
    if code == 0:
        return None
    if code == -signal.SIGXCPU:
        return Status.TIMED_OUT
    return (
        Status.OUT_OF_MEMORY if code == -signal.SIGKILL else Status.CRASHED
    )  # only the kernel, short of memory, kills here


def assemble(stream: bytes, ended: Status | None) -> Answer:
    """Put together what came; the child's own word counts only where it ended by itself and well."""
    gathered = _Gathered()
    try:
        for frame in unpack(stream):
            gathered.take(frame)
    except ValueError:
        ended = Status.CRASHED
    done = gathered.done
    if ended is None and done is None:
        ended = Status.CRASHED
    return Answer(
        status=ended or (done.status if done else Status.CRASHED),
        text="".join(gathered.text),
        places=tuple(gathered.places),
        notes=done.notes if done else (),
        duration=done.duration if done else None,
        playable=gathered.playable,
        confined=gathered.walls,
    )


class _Gathered:
    """What a child said, frame by frame."""

    def __init__(self) -> None:
        self.walls: tuple[str, ...] = ()
        self.text: list[str] = []
        self.places: list[Place] = []
        self.playable: Playable | None = None
        self.done: Done | None = None
        self._length = 0

    def take(self, frame: Frame) -> None:
        if self.done is not None:
            message = "expected nothing after the last frame, got another; the reading is discarded from here"
            raise ValueError(message)
        match frame:
            case Walls():
                self.walls = frame.names
            case Piece():
                self._piece(frame)
            case Sound():
                self.playable = Playable(content_type=frame.content_type, content=frame.content)
            case Done():
                self.done = frame

    def _piece(self, piece: Piece) -> None:
        if not (piece.continues and self.places):
            if self.places:
                self.text.append("\n")
                self._length += 1
            at = self._length
            place = Place(
                kind=piece.kind, start=at, end=at, number=piece.number, label=piece.label, inside=piece.inside
            )
            self.places.append(place)
        self.text.append(piece.text)
        self._length += len(piece.text)
        self.places[-1] = msgspec.structs.replace(self.places[-1], end=self._length)
