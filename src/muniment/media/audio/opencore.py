"""The decoders of opencore-amr, called in the shared library that the system has (Debian: libopencore-amrnb0, -amrwb0).

Why this one and no package: docs/adr/0010. Source: interf_dec.h and dec_if.h of opencore-amr 0.1.6.
"""

import ctypes
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

_NAMES = {False: "opencore-amrnb", True: "opencore-amrwb"}
_SYMBOLS = {
    False: ("Decoder_Interface_init", "Decoder_Interface_Decode", "Decoder_Interface_exit"),
    True: ("D_IF_init", "D_IF_decode", "D_IF_exit"),
}
_loaded: dict[bool, ctypes.CDLL] = {}


def load() -> None:
    """Load what is installed; before the walls."""
    for wide, name in _NAMES.items():
        if wide not in _loaded and (library := _first(name)) is not None:
            _loaded[wide] = library


def decoder(*, wide: bool) -> "Decoder | None":
    """A fresh decoder, None where its library is not installed."""
    library = _loaded.get(wide)
    return None if library is None else Decoder(library, *_SYMBOLS[wide])


class Decoder:
    """One stream's state; frames go through it in order. A context manager: the state is freed at its end."""

    def __init__(self, library: ctypes.CDLL, init: str, decode: str, leave: str) -> None:
        self._init, self._decode, self._leave = (
            getattr(library, init),
            getattr(library, decode),
            getattr(library, leave),
        )
        self._init.argtypes, self._init.restype = (), ctypes.c_void_p
        self._decode.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(ctypes.c_short), ctypes.c_int)
        self._decode.restype = None
        self._leave.argtypes, self._leave.restype = (ctypes.c_void_p,), None
        self._state: int | None = None

    def __enter__(self) -> Self:
        self._state = self._init()
        if not self._state:
            raise MemoryError
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave(self._state)
        self._state = None

    def decode(self, frame: bytes, into: ctypes.Array[ctypes.c_short], *, lost: bool) -> None:
        """Decode one frame with its first byte; `lost` where the frame says that it is bad."""
        self._decode(self._state, frame, into, int(lost))


def _first(name: str) -> ctypes.CDLL | None:
    for place in _places(name):
        try:
            return ctypes.CDLL(place)
        except OSError:
            continue
    return None


def _places(name: str) -> Iterator[str]:
    """Where the library may be: by its name on Linux and macOS, beside the FFmpeg that the `av` package brings, in the linker's list."""
    yield f"lib{name}.so.0"
    yield f"lib{name}.0.dylib"
    for folder in sys.path:
        yield from map(str, sorted(Path(folder).glob(f"av.libs/lib{name}-*.so*")))
