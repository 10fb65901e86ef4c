"""Sound as every browser plays it: RIFF WAVE, 16-bit PCM, one channel."""

import struct

CONTENT_TYPE = "audio/wav"


def wav(pcm: bytes, rate: int) -> bytes:
    """`pcm` (16-bit little-endian, one channel, `rate` samples a second) behind a header of 44 bytes."""
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, 2 * rate, 2, 16)
    body = form + struct.pack("<4sI", b"data", len(pcm)) + pcm
    return struct.pack("<4sI4s", b"RIFF", 4 + len(body), b"WAVE") + body
