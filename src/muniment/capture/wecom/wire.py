"""What parent and child say to each other: one MessagePack message a frame, its length before it in four bytes, big-endian."""

import struct
from typing import BinaryIO

import msgspec

LARGEST_FRAME = 1 << 30
"""Bytes of a frame; a page of 1,000 rows has a few megabytes."""
_LENGTH = struct.Struct(">I")


class Open(msgspec.Struct, frozen=True, tag=True):
    """The first request: which library, pinned by SHA-256, and whose session. The secret comes this way alone."""

    library: str
    sha256: str
    corpid: str
    secret: str
    proxy: str
    proxy_password: str


class Pull(msgspec.Struct, frozen=True, tag=True):
    """Ask for rows behind `seq`; `timeout` in seconds."""

    seq: int
    limit: int
    timeout: int


class Decrypt(msgspec.Struct, frozen=True, tag=True):
    """Ask for a plaintext."""

    key: bytes
    message: str


class Fetch(msgspec.Struct, frozen=True, tag=True):
    """Ask for a piece of a file."""

    index: bytes
    file_id: str
    timeout: int


Request = Open | Pull | Decrypt | Fetch


class Answer(msgspec.Struct, frozen=True):
    """What the library said: its code, and what came with 0. `refusal` is why there is no library, in place of a code."""

    code: int
    data: bytes = b""
    index: bytes = b""
    last: bool = False
    refusal: str = ""


_request = msgspec.msgpack.Decoder(Request)
_answer = msgspec.msgpack.Decoder(Answer)
_encode = msgspec.msgpack.Encoder().encode


class Broken(Exception):
    """The other side went away in the middle of a frame, or sent what is none."""


def frame(message: Request | Answer) -> bytes:
    """A message as it goes over the pipe."""
    body = _encode(message)
    return _LENGTH.pack(len(body)) + body


def length_of(head: bytes) -> int:
    """The length that four bytes announce. Raises Broken."""
    if len(head) != _LENGTH.size or (length := _LENGTH.unpack(head)[0]) > LARGEST_FRAME:
        raise Broken
    return int(length)


def read_request(pipe: BinaryIO) -> Request | None:
    """The next request; None where the parent is gone. Raises Broken."""
    head = pipe.read(_LENGTH.size)
    if not head:
        return None
    try:
        request: Request = _request.decode(pipe.read(length_of(head)))
        return request
    except msgspec.DecodeError:
        raise Broken from None


def to_answer(body: bytes) -> Answer:
    """The answer in a frame. Raises Broken."""
    try:
        return _answer.decode(body)
    except msgspec.DecodeError:
        raise Broken from None
