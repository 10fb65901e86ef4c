"""SILK v3, as WeChat sends voice: a mark, then packets behind their length (16 bits, little-endian), each of 20 ms or a multiple.

The packets are counted here, and what the decoder gives must be as long. Source: the SILK SDK's decoder of its own container;
WeChat puts the byte 02 before the mark and leaves out the closing length of -1.
"""

import io
import struct

import pysilk

from muniment.media.audio.wav import CONTENT_TYPE, wav
from muniment.media.output import Output, Stop
from muniment.media.reading import Note, Status

RATE = 24_000
_MARK = b"#!SILK_V3"
_PACKET_MS = 20
_FRAMES_AT_MOST = 5  # in one packet
_LONGEST = 1_024 * _FRAMES_AT_MOST


def load() -> None:
    """Loading the module loads the decoder."""


def read(raw: bytes, output: Output) -> None:
    """Measure the voice and make it playable."""
    start = raw.find(_MARK, 0, 1 + len(_MARK)) + len(_MARK)
    if start < len(_MARK):
        raise Stop(Status.DAMAGED)
    end, packets, whole = _packets(raw, start)
    if not whole:
        output.note(Note.CUT_SHORT)
    if not packets:
        raise Stop(Status.DAMAGED if not whole else Status.EMPTY)
    output.duration = packets * _PACKET_MS
    if output.duration > output.limits.play_seconds * 1_000:
        output.note(Note.TOO_LONG_TO_PLAY)
        return
    pcm = io.BytesIO()
    try:
        pysilk.decode(io.BytesIO(b"\x02" + _MARK + raw[start:end]), pcm, RATE)
    except pysilk.SilkError as error:
        raise Stop(Status.DAMAGED, Note.PART_DAMAGED) from error
    sound = pcm.getvalue()
    decoded = len(sound) * 1_000 // (2 * RATE)
    frames, rest = divmod(decoded, output.duration)
    if rest or not 1 <= frames <= _FRAMES_AT_MOST:
        output.note(Note.DURATION_DIFFERS)
    output.duration = decoded if not rest and frames else output.duration
    output.sound(CONTENT_TYPE, wav(sound, RATE))


def _packets(raw: bytes, at: int) -> tuple[int, int, bool]:
    """Where the last whole packet ends, how many there are, and whether nothing else follows."""
    packets = 0
    while at + 2 <= len(raw):
        (size,) = struct.unpack_from("<h", raw, at)
        if size < 0:  # the closing length
            return at, packets, size == -1
        if at + 2 + size > len(raw) or size > _LONGEST:
            return at, packets, False
        at += 2 + size
        packets += 1
    return at, packets, at == len(raw)
