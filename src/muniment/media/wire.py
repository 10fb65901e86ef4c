"""What the child says to its parent: frames of MessagePack, each behind its length (four bytes, big-endian).

Trust: the parent believes the shape of nothing; a frame that is not exactly one of these ends the reading as crashed.
"""

import struct
from collections.abc import Iterator

import msgspec

from muniment.media.reading import Note, PlaceKind, Status

LENGTH = struct.Struct(">I")


class Walls(msgspec.Struct, frozen=True, tag="walls"):
    """The first frame: which walls stood before the file was read."""

    names: tuple[str, ...]


class Piece(msgspec.Struct, frozen=True, tag="piece"):
    """Text of one place; `continues` says that it belongs to the place of the piece before."""

    kind: PlaceKind
    number: int
    label: str
    inside: tuple[str, ...]
    text: str
    continues: bool


class Sound(msgspec.Struct, frozen=True, tag="sound"):
    """The sound in a form to play."""

    content_type: str
    content: bytes


class Done(msgspec.Struct, frozen=True, tag="done"):
    """The last frame."""

    status: Status
    notes: tuple[Note, ...]
    duration: int | None


Frame = Walls | Piece | Sound | Done
_ENCODER = msgspec.msgpack.Encoder()
_DECODER: msgspec.msgpack.Decoder[Frame] = msgspec.msgpack.Decoder(Frame)


def pack(frame: Frame) -> bytes:
    """One frame behind its length."""
    body = _ENCODER.encode(frame)
    return LENGTH.pack(len(body)) + body


def unpack(stream: bytes) -> Iterator[Frame]:
    """The whole frames at the start of `stream`; a last one that was cut off is left out.

    Raises `ValueError` where something else than a frame stands.
    """
    at = 0
    while at + LENGTH.size <= len(stream):
        (size,) = LENGTH.unpack_from(stream, at)
        at += LENGTH.size
        if at + size > len(stream):
            return
        try:
            yield _DECODER.decode(memoryview(stream)[at : at + size])
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            message = "expected a frame of the reader, got other bytes; the reading is discarded from here"
            raise ValueError(message) from error
        at += size
