"""Engines run in a process of their own behind walls; ours are found without an entry point; what they say is a guess."""

import importlib.util
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from muniment.media.engines.model import digest
from muniment.media.guesses import LIMITS, Asked, guess
from muniment.media.limits import Limits
from muniment.media.protocols import RECOGNISERS, TRANSCRIBERS, Source, installed, transcriber
from muniment.media.reading import Status
from muniment.record.errors import Refused
from tests.media.lens import offered

RAPID = importlib.util.find_spec("rapidocr") is not None and importlib.util.find_spec("onnxruntime") is not None
WHISPER = importlib.util.find_spec("faster_whisper") is not None
LENS = Asked(group=RECOGNISERS, engine="lens")


@pytest.fixture
def lens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with offered(tmp_path, monkeypatch):
        yield


@pytest.mark.usefixtures("lens")
def test_a_guess_says_who_made_it_of_what_and_behind_which_walls() -> None:
    picture = b"a picture"
    found = guess(LENS, picture)

    assert found.status is Status.OK
    assert found.derived is not None and found.engine is not None
    assert found.derived.text == "9 bytes <b>bold</b> 買入"
    assert found.derived.source is Source.PICTURE
    assert found.derived.of == sha256(picture).hexdigest(), "not what the engine says of itself once it has the file"
    assert found.derived.confidence == 1.0
    assert (found.engine.name, found.engine.version, found.engine.model_sha256) == ("lens", "2.1", "cd" * 32)
    said = guess(Asked(group=TRANSCRIBERS, engine="lens", language="yue"), picture).derived
    assert said is not None and (said.source, said.language, said.confidence) == (Source.SPEECH, "yue", 0.5)


@pytest.mark.usefixtures("lens")
@pytest.mark.skipif(sys.platform != "linux", reason="the walls of the kernel are Linux's")
def test_an_engine_opens_no_file_no_socket_and_starts_nothing() -> None:
    found = guess(LENS, b"WALLS")

    assert found.derived is not None and found.derived.text == "end", "ways that were open"
    assert set(found.confined) >= {"memory", "time", "files", "user", "privileges", "calls"}


@pytest.mark.usefixtures("lens")
@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"REFUSE", Status.DAMAGED),
        (b"FAIL", Status.CRASHED),
        (b"LOOP", Status.TIMED_OUT),
        (b"", Status.EMPTY),
        (bytes(LIMITS.input_bytes + 1), Status.TOO_LARGE),
    ],
)
def test_an_engine_that_fails_on_a_file_is_a_status(raw: bytes, status: Status) -> None:
    brief = Limits(input_bytes=LIMITS.input_bytes, cpu_seconds=2, wall_seconds=60.0)
    found = guess(Asked(group=RECOGNISERS, engine="lens", limits=brief), raw)

    assert (found.status, found.derived) == (status, None)


@pytest.mark.usefixtures("lens")
def test_what_is_wrong_before_the_file_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="has no weights"):
        guess(Asked(group=RECOGNISERS, engine="lens", model=str(tmp_path)), b"x")
    with pytest.raises(Refused, match=r"broken could not be loaded \(ValueError\)"):
        guess(Asked(group=RECOGNISERS, engine="broken"), b"x")
    with pytest.raises(Refused, match="got nobody; install the package that offers it"):
        guess(Asked(group=RECOGNISERS, engine="nobody"), b"x")


def test_the_digest_of_a_model_is_that_of_its_file_or_of_the_list_of_its_files(tmp_path: Path) -> None:
    one, two = tmp_path / "b.bin", tmp_path / "a.json"
    one.write_bytes(b"weights")
    two.write_bytes(b"{}")
    first, second = sha256(b"weights").hexdigest(), sha256(b"{}").hexdigest()

    assert digest([one]) == first
    assert digest([one, two]) == sha256(f"{second}  a.json\n{first}  b.bin\n".encode()).hexdigest()


def test_speech_without_a_model_is_refused_in_words(tmp_path: Path) -> None:
    from muniment.media.engines.whisper import Whisper

    with pytest.raises(Refused, match="no folder of a model is named"):
        Whisper(None)
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(Refused, match=r"does not hold model\.bin, tokenizer\.json"):
        Whisper(tmp_path)


def test_our_engines_are_offered_when_their_library_is_there_and_only_then() -> None:
    assert ("rapidocr" in installed(RECOGNISERS)) is (importlib.util.find_spec("rapidocr") is not None)
    assert ("faster-whisper" in installed(TRANSCRIBERS)) is WHISPER


@pytest.mark.deep
@pytest.mark.skipif(not WHISPER, reason="faster-whisper is not installed (extra stt)")
def test_the_real_transcriber_refuses_a_folder_that_holds_no_model(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no folder of a model is named"):
        transcriber("faster-whisper")
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"{}")
    with pytest.raises(Refused, match="expected a model for faster-whisper"):
        guess(Asked(group=TRANSCRIBERS, engine="faster-whisper", model=str(tmp_path), language="zh"), b"RIFF")


@pytest.mark.deep
@pytest.mark.skipif(not RAPID, reason="rapidocr and onnxruntime are not installed (extra ocr)")
def test_the_real_recogniser_reads_behind_every_wall(tmp_path: Path) -> None:
    import cv2
    import numpy as np

    page = np.full((160, 900, 3), 255, np.uint8)
    cv2.putText(page, "Buy 500 Tencent 0700.HK", (20, 90), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (0, 0, 0), 3)
    asked = Asked(group=RECOGNISERS, engine="rapidocr")
    for form in (".png", ".jpg", ".webp"):
        found = guess(asked, cv2.imencode(form, page)[1].tobytes())
        assert found.status is Status.OK and found.derived is not None and found.engine is not None
        assert "Tencent" in found.derived.text and "0700.HK" in found.derived.text
        assert found.derived.confidence is not None and found.derived.confidence > 0.9
        assert len(found.engine.model_sha256) == 64
        assert set(found.confined) >= {"memory", "time", "files", "user", "privileges", "calls"}
    assert guess(asked, b"\x89PNG\r\n\x1a\n" + bytes(100)).status is Status.DAMAGED
    with pytest.raises(Refused, match="expected one file with det in its name"):
        guess(Asked(group=RECOGNISERS, engine="rapidocr", model=str(tmp_path)), b"x")
