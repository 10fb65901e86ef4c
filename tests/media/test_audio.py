"""Voice becomes something a browser plays; how long it is, is counted in its own frames and checked against what was decoded."""

import io
import math
import struct
import wave
from itertools import pairwise

import pysilk
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.media import types
from muniment.media.attachment import read
from muniment.media.audio import amr, opencore
from muniment.media.audio.wav import wav
from muniment.media.limits import Limits
from muniment.media.reading import Note, Reading, Status
from tests.media import files

RATE = 24_000


def tone(seconds: float, rate: int, hertz: int = 440) -> bytes:
    count = int(seconds * rate)
    return struct.pack(f"<{count}h", *(int(9_000 * math.sin(2 * math.pi * hertz * n / rate)) for n in range(count)))


def silk(seconds: float, *, tencent: bool = True) -> bytes:
    out = io.BytesIO()
    pysilk.encode(io.BytesIO(tone(seconds, RATE)), out, RATE, 24_000, tencent=tencent)
    return out.getvalue()


def played(reading: Reading) -> tuple[int, int, list[int]]:
    """Samples a second, milliseconds, and the samples of what a browser is given."""
    assert reading.playable is not None
    assert reading.playable.content_type == "audio/wav"
    with wave.open(io.BytesIO(reading.playable.content)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth()) == (1, 2)
        frames = sound.getnframes()
        samples = struct.unpack(f"<{frames}h", sound.readframes(frames))
        return sound.getframerate(), frames * 1_000 // sound.getframerate(), list(samples)


def pitch(samples: list[int], rate: int) -> float:
    """Hertz of a pure tone, by how often it crosses zero upwards in the middle of it."""
    middle = samples[len(samples) // 4 : -len(samples) // 4]
    rises = sum(before < 0 <= after for before, after in pairwise(middle))
    return rises * rate / len(middle)


@pytest.mark.parametrize("tencent", [True, False])
def test_the_voice_of_wechat_is_played(tencent: bool) -> None:
    reading = read(silk(2.0, tencent=tencent), "audio/silk", "msg.silk")
    assert (reading.extract_status, reading.agrees, reading.duration, reading.notes) == (Status.OK, True, 2_000, ())
    rate, milliseconds, samples = played(reading)
    assert (rate, milliseconds) == (RATE, 2_000)
    assert pitch(samples, rate) == pytest.approx(440, rel=0.03)


def test_voice_of_wechat_that_was_cut_is_played_as_far_as_it_goes() -> None:
    raw = silk(2.0)
    reading = files.here(types.SILK, raw[: len(raw) // 2])
    assert (reading.status, reading.notes) == (Status.PARTIAL, (Note.CUT_SHORT,))
    assert reading.duration is not None
    assert 0 < reading.duration < 2_000
    assert reading.duration % 20 == 0
    assert reading.playable is not None
    assert len(reading.playable.content) == 44 + reading.duration * RATE * 2 // 1_000


def test_voice_without_frames_is_damaged_or_empty() -> None:
    assert files.here(types.SILK, b"\x02#!SILK_V3").status is Status.EMPTY
    assert files.here(types.SILK, b"\x02#!SILK_V3\xff\x7f").status is Status.DAMAGED
    assert files.here(types.AMR, b"#!AMR\n").status is Status.EMPTY
    assert files.here(types.AMR, b"#!AMR\n\x70").status is Status.DAMAGED


def test_noise_called_silk_is_damaged() -> None:
    raw = b"\x02#!SILK_V3" + (b"\x40\x00" + bytes(range(64))) * 5
    assert files.here(types.SILK, raw).status in {Status.DAMAGED, Status.PARTIAL, Status.OK}


def test_the_decoders_of_amr_are_on_this_machine() -> None:
    """`./dev` installs libopencore-amrnb0 and -amrwb0 with the browser; without them the tests below would prove nothing."""
    opencore.load()
    for wide in (False, True):
        assert opencore.decoder(wide=wide) is not None


@pytest.mark.parametrize(("mark", "types_of_frames", "rate"), [
    (b"#!AMR\n", [0, 1, 2, 3, 4, 5, 6, 7, 8, 15, 15, 7], 8_000),
    (b"#!AMR-WB\n", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 14, 15, 8], 16_000),
])  # fmt: skip
def test_every_kind_of_frame_takes_its_time(mark: bytes, types_of_frames: list[int], rate: int) -> None:
    """Silence and lost frames last 20 ms like any other: a decoder that leaves them out loses time."""
    reading = read(files.silent_amr(*types_of_frames, mark=mark), "audio/amr", "voice.amr")
    assert (reading.extract_status, reading.duration) == (Status.OK, 20 * len(types_of_frames))
    assert played(reading)[:2] == (rate, 20 * len(types_of_frames))


def test_the_voice_of_wecom_sounds_as_it_did() -> None:
    """A tone through the encoder of the same library, and through our reader, is the same tone."""
    reading = read(files.encoded_amr(tone(2.0, 8_000)), None, "voice.amr")
    assert (reading.extract_status, reading.duration) == (Status.OK, 2_000)
    rate, _, samples = played(reading)
    assert pitch(samples, rate) == pytest.approx(440, rel=0.03)
    assert max(samples) > 4_000


def test_amr_that_was_cut_is_played_as_far_as_it_goes() -> None:
    raw = files.silent_amr(7, 7, 7)
    answer = files.here(types.AMR, raw[:-1])
    assert (answer.status, answer.notes, answer.duration) == (Status.PARTIAL, (Note.CUT_SHORT,), 40)


def test_without_a_decoder_the_voice_is_measured_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opencore, "_loaded", {})
    monkeypatch.setattr(opencore, "_first", lambda _: None)
    answer = files.here(types.AMR, files.silent_amr(7, 15, 15))
    assert (answer.status, answer.notes, answer.duration, answer.playable) == (
        Status.PARTIAL,
        (Note.NO_DECODER,),
        60,
        None,
    )


def test_sound_beyond_the_limit_is_measured_and_not_decoded() -> None:
    limits = Limits(play_seconds=1)
    for type, raw in ((types.AMR, files.silent_amr(*[15] * 60)), (types.SILK, silk(1.2))):
        answer = files.here(type, raw, limits)
        assert (answer.status, answer.notes, answer.duration, answer.playable) == (
            Status.PARTIAL,
            (Note.TOO_LONG_TO_PLAY,),
            1_200,
            None,
        )


@given(
    st.lists(st.sampled_from([kind for kind, size in enumerate(amr.NARROW.sizes) if size is not None]), max_size=30),
    st.integers(0, 40),
)
def test_frames_are_cut_where_they_end(kinds: list[int], lost: int) -> None:
    body = files.silent_amr(*kinds)[6:]
    frames, whole = amr.split(body, amr.NARROW)
    assert whole
    assert b"".join(frames) == body
    assert [frame[0] >> 3 & 15 for frame in frames] == kinds
    some, _ = amr.split(body[: max(0, len(body) - lost)], amr.NARROW)
    assert some == frames[: len(some)]


def test_a_wave_is_what_the_standard_library_reads() -> None:
    with wave.open(io.BytesIO(wav(tone(0.1, 8_000), 8_000))) as sound:
        assert (sound.getnframes(), sound.getframerate()) == (800, 8_000)
