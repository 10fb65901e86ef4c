"""AMR and AMR-WB, as WeCom sends voice: the frames are counted here, and decoded by opencore-amr where it is installed.

Frames of silence are frames: a decoder that leaves them out loses time, so that what comes out must be as long as what was
counted. Source: RFC 4867, section 5 (file format), 3GPP TS 26.101 and 26.201 (frame sizes).
"""

import ctypes
from typing import NamedTuple

from muniment.media.audio import opencore
from muniment.media.audio.wav import CONTENT_TYPE, wav
from muniment.media.output import Output, Stop
from muniment.media.reading import Note, Status

FRAME_MS = 20
NARROW_MARK = b"#!AMR\n"
WIDE_MARK = b"#!AMR-WB\n"
_QUALITY = 0x04


class Kind(NamedTuple):
    """One of the two codecs: bytes of a frame after its first by frame type (None: reserved), samples a second."""

    mark: bytes
    sizes: tuple[int | None, ...]
    rate: int


NARROW = Kind(NARROW_MARK, (12, 13, 15, 17, 19, 20, 26, 31, 5, 6, 5, 5, None, None, None, 0), 8_000)
WIDE = Kind(WIDE_MARK, (17, 23, 32, 36, 40, 46, 50, 58, 60, 5, None, None, None, None, 0, 0), 16_000)


def load() -> None:
    """Load the decoders that are installed: afterwards no library can be."""
    opencore.load()


def read(raw: bytes, output: Output) -> None:
    """Measure the voice and make it playable."""
    kind = WIDE if raw.startswith(WIDE_MARK) else NARROW
    frames, whole = split(raw[len(kind.mark) :], kind)
    if not whole:
        output.note(Note.CUT_SHORT)
    if not frames:
        raise Stop(Status.EMPTY if whole else Status.DAMAGED)
    output.duration = len(frames) * FRAME_MS
    if output.duration > output.limits.play_seconds * 1_000:
        output.note(Note.TOO_LONG_TO_PLAY)
        return
    decoder = opencore.decoder(wide=kind is WIDE)
    if decoder is None:
        output.note(Note.NO_DECODER)
        return
    samples = kind.rate * FRAME_MS // 1_000
    sound = bytearray()
    room = (ctypes.c_short * (2 * samples))()  # twice what a frame gives
    with decoder:
        for frame in frames:
            decoder.decode(frame, room, lost=not frame[0] & _QUALITY)
            sound += bytes(room)[: 2 * samples]
    output.sound(CONTENT_TYPE, wav(bytes(sound), kind.rate))


def split(body: bytes, kind: Kind) -> tuple[list[bytes], bool]:
    """The frames, each with its first byte, and whether the file holds nothing but whole ones."""
    frames: list[bytes] = []
    at = 0
    while at < len(body):
        size = kind.sizes[body[at] >> 3 & 0x0F]
        if size is None or body[at] & 0x83 or at + 1 + size > len(body):
            return frames, False
        frames.append(body[at : at + 1 + size])
        at += 1 + size
    return frames, True
