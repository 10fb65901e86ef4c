"""Our binding of the vendor's library (`libWeWorkFinanceSdk_C.so`): 17 functions and two structures, and the check of its bytes.

The library is the operator's own and is never shipped. It aborts the process on some inputs and exports some 17,000 symbols
of the OpenSSL in it: load it in a child process only (child.py), and keep its symbols to itself.

Trust: the bytes whose SHA-256 was checked are the bytes that are loaded: they are copied to memory first, and loaded from there.
"""

import ctypes
import hashlib
import os
from ctypes import POINTER, c_char_p, c_int, c_uint, c_uint64, c_void_p
from typing import Any, Self

from muniment.record.errors import NotFound, Refused

LARGEST_PAGE = 1000
"""Rows that one call may ask for; the library refuses more with 10000."""
CHUNK = 512 * 1024
"""Bytes of a file that one call gives at most."""
SHORTEST = 13
"""Characters of `encrypt_chat_msg` below which the library aborts the process (measured)."""


class Slice(ctypes.Structure):
    """A result: pointer and length. Never a C string, for what it holds may hold NUL."""

    _fields_ = (("buf", c_void_p), ("len", c_int))


class MediaData(ctypes.Structure):
    """A piece of a file, and where the next one begins."""

    _fields_ = (
        ("outindexbuf", c_void_p),
        ("out_len", c_int),
        ("data", c_void_p),
        ("data_len", c_int),
        ("is_finish", c_int),
    )


_TEXT = c_char_p  # arguments are C strings by the library's own interface
_SIGNATURES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "NewSdk": (c_void_p, ()),
    "Init": (c_int, (c_void_p, _TEXT, _TEXT)),
    "DestroySdk": (None, (c_void_p,)),
    "GetChatData": (c_int, (c_void_p, c_uint64, c_uint, _TEXT, _TEXT, c_int, POINTER(Slice))),
    "DecryptData": (c_int, (_TEXT, _TEXT, POINTER(Slice))),
    "GetMediaData": (c_int, (c_void_p, _TEXT, _TEXT, _TEXT, _TEXT, c_int, POINTER(MediaData))),
    "NewSlice": (POINTER(Slice), ()),
    "FreeSlice": (None, (POINTER(Slice),)),
    "GetContentFromSlice": (c_void_p, (POINTER(Slice),)),
    "GetSliceLen": (c_int, (POINTER(Slice),)),
    "NewMediaData": (POINTER(MediaData), ()),
    "FreeMediaData": (None, (POINTER(MediaData),)),
    "GetOutIndexBuf": (c_void_p, (POINTER(MediaData),)),
    "GetData": (c_void_p, (POINTER(MediaData),)),
    "GetIndexLen": (c_int, (POINTER(MediaData),)),
    "GetDataLen": (c_int, (POINTER(MediaData),)),
    "IsMediaDataFinish": (c_int, (POINTER(MediaData),)),
}


def load(path: str, sha256: str) -> ctypes.CDLL:
    """The library at `path`, if its SHA-256 (lower-case hex) is the one pinned. Raises NotFound or Refused."""
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError:
        raise NotFound(
            "expected the vendor's library at {path}, found no file to read; correct the path", path=path
        ) from None
    got = hashlib.sha256(content).hexdigest()
    if got != sha256:
        raise Refused(
            "expected the library with SHA-256 {expected}, got one with {got}; put the right file there, or pin the new one",
            expected=sha256,
            got=got,
        )
    memory = os.memfd_create("wecom", os.MFD_CLOEXEC)
    try:
        with open(memory, "wb", closefd=False) as copy:
            copy.write(content)
        library = ctypes.CDLL(f"/proc/self/fd/{memory}", mode=os.RTLD_LOCAL | os.RTLD_NOW)
        for name, (result, arguments) in _SIGNATURES.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError):
        raise Refused(
            "expected a library for this machine with the vendor's 17 functions, got {path}; take the one for {machine}",
            path=path,
            machine=os.uname().machine,
        ) from None
    finally:
        os.close(memory)
    return library


class Sdk:
    """One corporation's session. Every method returns the library's code, 0 where it is well, beside what came."""

    def __init__(self, library: ctypes.CDLL, proxy: str = "", proxy_password: str = "") -> None:
        self._library, self._proxy, self._password = library, proxy.encode(), proxy_password.encode()
        self._sdk = library.NewSdk()

    def init(self, corpid: str, secret: str) -> int:
        """Open the session; the library asks nobody yet whether the secret is right."""
        return int(self._library.Init(self._sdk, corpid.encode(), secret.encode()))

    def close(self) -> None:
        """End the session."""
        self._library.DestroySdk(self._sdk)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def chat_data(self, seq: int, limit: int, timeout: int) -> tuple[int, bytes]:
        """The rows behind `seq`, as JSON; `timeout` in seconds."""
        piece = self._library.NewSlice()
        try:
            code = self._library.GetChatData(self._sdk, seq, limit, self._proxy, self._password, timeout, piece)
            return int(code), self._content(piece) if code == 0 else b""
        finally:
            self._library.FreeSlice(piece)

    def decrypt(self, key: bytes, message: str) -> tuple[int, bytes]:
        """The plaintext of a message; `key` is the random key as it was opened. Never pass less than SHORTEST characters."""
        piece = self._library.NewSlice()
        try:
            code = self._library.DecryptData(key, message.encode(), piece)
            return int(code), self._content(piece) if code == 0 else b""
        finally:
            self._library.FreeSlice(piece)

    def media_data(self, index: bytes, file_id: str, timeout: int) -> tuple[int, bytes, bytes, bool]:
        """The next piece of a file, the index of the one behind it, and whether it was the last. The first index is empty."""
        media = self._library.NewMediaData()
        try:
            code = self._library.GetMediaData(
                self._sdk, index, file_id.encode(), self._proxy, self._password, timeout, media
            )
            if code != 0:
                return int(code), b"", b"", False
            data = _bytes_at(self._library.GetData(media), self._library.GetDataLen(media))
            following = _bytes_at(self._library.GetOutIndexBuf(media), self._library.GetIndexLen(media))
            return 0, data, following, bool(self._library.IsMediaDataFinish(media))
        finally:
            self._library.FreeMediaData(media)

    def _content(self, piece: Any) -> bytes:
        return _bytes_at(self._library.GetContentFromSlice(piece), self._library.GetSliceLen(piece))


def _bytes_at(address: int | None, length: int) -> bytes:
    return ctypes.string_at(address, length) if address and length > 0 else b""
