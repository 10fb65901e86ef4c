"""A reader that does, in the real child and behind the real walls, what a broken or hijacked one would: the first word says what."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from muniment.media.output import Output, Stop
from muniment.media.reading import Note, PlaceKind, Status
from muniment.media.wire import Done, Piece, pack

_LIBC = ctypes.CDLL(None, use_errno=True)


def load() -> None:
    """Everything is imported."""


def read(raw: bytes, output: Output) -> None:
    with output.place(PlaceKind.PAGE, 1):
        output.write("came before")
    name, _, rest = raw.decode("latin-1").partition("\n")
    DEEDS[name](output, rest)


def _loops(output: Output, rest: str) -> None:
    while True:
        pass


def _sleeps(output: Output, rest: str) -> None:
    while True:
        time.sleep(10)


def _hoards(output: Output, rest: str) -> None:
    kept = []
    while True:
        kept.append(bytearray(1 << 20))


def _hoards_below(output: Output, rest: str) -> None:
    """A library in C that takes what it is not given."""
    _LIBC.malloc.restype = ctypes.c_void_p
    while True:
        ctypes.memset(_LIBC.malloc(ctypes.c_size_t(1 << 20)), 7, 1 << 20)


def _segfaults(output: Output, rest: str) -> None:
    ctypes.string_at(1)


def _aborts(output: Output, rest: str) -> None:
    os.abort()


def _leaves(output: Output, rest: str) -> None:
    os._exit(int(rest))


def _raises(output: Output, rest: str) -> None:
    raise LookupError(rest)


def _recurses(output: Output, rest: str) -> None:
    _recurses(output, rest)


def _stops(output: Output, rest: str) -> None:
    raise Stop(Status.ENCRYPTED, Note.PART_ENCRYPTED)


def _floods(output: Output, rest: str) -> None:
    while True:
        os.write(1, bytes(1 << 16))


def _talks(output: Output, rest: str) -> None:
    """Past all that our own code would stop at."""
    output.close()
    while True:
        os.write(1, pack(Piece(PlaceKind.BODY, 0, "", (), "and on " * 5_000, False)))


def _babbles(output: Output, rest: str) -> None:
    os.write(1, rest.encode("latin-1"))
    os._exit(0)


def _goes_on(output: Output, rest: str) -> None:
    """Frames after the last one."""
    os.write(1, pack(Done(Status.OK, (), None)))
    os.write(1, pack(Piece(PlaceKind.BODY, 0, "", (), "after the end", False)))
    os._exit(0)


def _too_much_text(output: Output, rest: str) -> None:
    while True:
        output.write("word " * 1_000 + "\n")


def _too_many_places(output: Output, rest: str) -> None:
    number = 1
    while number := number + 1:
        with output.place(PlaceKind.PAGE, number):
            output.write("x")


def _attempts(output: Output, rest: str) -> None:
    """Try every way out, and write down which were open."""
    ways: dict[str, Callable[[], object]] = {
        "reads a file": lambda: Path("/etc/hostname").read_bytes(),
        "lists a folder": lambda: list(Path("/").iterdir()),
        "looks at a file": Path("/etc/hostname").stat,
        "writes a file": lambda: Path("/dev/shm/muniment-escaped").write_bytes(b"x"),
        "opens a socket": socket.socket,
        "opens a local socket": socket.socketpair,
        "opens a pipe": os.pipe,
        "starts a process": os.fork,
        "runs a program": lambda: subprocess.run(["/bin/true"], check=True),
        "signals its parent": lambda: os.kill(os.getppid(), 0),
        "signals itself": lambda: os.kill(os.getpid(), signal.SIGUSR1),
        "loads a library": lambda: ctypes.CDLL("libz.so.1"),
        "makes memory run": _execute,
        "frees a number and reads": _frees,
        "imports": lambda: __import__("wave"),
        "asks for root": lambda: os.setuid(0),
    }
    assert "wave" not in sys.modules
    for name, way in ways.items():
        try:
            way()
        except (OSError, ImportError):
            continue
        output.write(f"{name}\n")


def _execute() -> None:
    mmap = _LIBC.mmap
    mmap.restype = ctypes.c_void_p
    found = mmap(None, ctypes.c_size_t(4096), 7, 0x22, -1, ctypes.c_long(0))
    if found in {None, ctypes.c_void_p(-1).value}:
        raise OSError(ctypes.get_errno(), "mmap")


def _frees() -> None:
    os.close(2)
    Path("/etc/hostname").read_bytes()


def _surroundings(output: Output, rest: str) -> None:
    """What it was given besides the file: names in the environment, and its own arguments."""
    output.write("\n".join([*sorted(os.environ), os.environ.get("MUNIMENT_KEYS", ""), *sys.argv]))


DEEDS: dict[str, Callable[[Output, str], None]] = {
    function.__name__[1:]: function
    for function in (
        _loops, _sleeps, _hoards, _hoards_below, _segfaults, _aborts, _leaves, _raises, _recurses, _stops, _floods, _talks, _babbles,
        _goes_on, _too_much_text, _too_many_places, _attempts, _surroundings,
    )
}  # fmt: skip
