"""Speech to text by faster-whisper: Whisper's models on CTranslate2 (extra `stt`). The firm supplies the model.

Chosen because it runs on a processor alone and takes its model from a folder. What Whisper is known for is held down: it is
told the language, never left to guess it; it answers once, without trying again at higher temperatures, and may not go on
from what it said before, where it would fall into a loop. The sound is cut and resampled here, so no decoder sees it.
"""

import io
import math
import wave as waves
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from muniment.media.engines.model import digest
from muniment.media.protocols import Derived, Engine, Source
from muniment.record.errors import Refused

NAME = "faster-whisper"
RATE = 16_000
NEEDED = ("model.bin", "config.json", "tokenizer.json")
"""Without the last of them the library would fetch one."""
TOKENS = 220
"""That it may say of half a minute; nobody speaks faster, and what goes round in circles ends."""


class Whisper:
    """A transcriber. Loads its model, and hears a second of silence, so that nothing is left to load."""

    def __init__(self, model: Path | None) -> None:
        if model is None:
            raise Refused("no folder of a model is named; this engine brings none, so name the folder of one")
        if absent := [name for name in NEEDED if not (model / name).is_file()]:
            raise Refused(
                "the folder {folder} does not hold {absent}, which a model for faster-whisper has; put one there",
                folder=str(model),
                absent=", ".join(absent),
            )
        import faster_whisper
        import numpy as np

        self._numpy = np
        held = sorted(path for path in model.iterdir() if path.is_file() and not path.name.startswith("."))
        self.engine = Engine(name=NAME, version=version("faster-whisper"), model_sha256=digest(held))
        try:
            self._model: Any = faster_whisper.WhisperModel(
                str(model), device="cpu", compute_type="int8", cpu_threads=1, num_workers=1, local_files_only=True
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise Refused(
                "expected a model for faster-whisper in {folder}, got other files", folder=str(model)
            ) from error
        self._known = frozenset(self._model.supported_languages)
        self._hear(np.zeros(RATE, np.float32), "en")

    def transcribe(self, wave: bytes, *, language: str) -> Derived:
        """What is said in `wave`. `language` (BCP 47) is asked for by its first part; raises `Refused` for one it does not know."""
        spoken = language.partition("-")[0].lower()
        if spoken not in self._known:
            raise Refused("expected a language that the model knows, got {language}", language=language)
        said, confidence = self._hear(self._opened(wave), spoken)
        return Derived(
            text=said,
            source=Source.SPEECH,
            engine=self.engine,
            of=sha256(wave).hexdigest(),
            language=language,
            confidence=confidence,
        )

    def _hear(self, sound: Any, language: str) -> tuple[str, float | None]:
        found, _ = self._model.transcribe(
            sound,
            language=language,
            beam_size=1,
            temperature=0.0,
            condition_on_previous_text=False,
            max_new_tokens=TOKENS,
            vad_filter=False,
        )
        heard = [(segment.text.strip(), segment.avg_logprob) for segment in found]
        likely = math.exp(math.fsum(each for _, each in heard) / len(heard)) if heard else None
        return "\n".join(text for text, _ in heard if text), likely

    def _opened(self, wave: bytes) -> Any:
        """The sound as one channel of floats, 16,000 a second; raises `Refused`."""
        numpy = self._numpy
        try:
            with waves.open(io.BytesIO(wave)) as opened:
                channels, width, rate = opened.getnchannels(), opened.getsampwidth(), opened.getframerate()
                frames = opened.readframes(opened.getnframes())
        except (waves.Error, EOFError, ValueError) as error:
            raise Refused("expected a WAVE, got something that does not open as one") from error
        if width != 2 or not channels or not rate:
            raise Refused("expected samples of 16 bits, got others")
        whole = len(frames) - len(frames) % (2 * channels)
        sound = numpy.frombuffer(frames[:whole], "<i2").reshape(-1, channels).mean(axis=1).astype(numpy.float32) / 32768
        if rate == RATE or not len(sound):
            return sound
        at = numpy.arange(0, len(sound), rate / RATE)
        return numpy.interp(at, numpy.arange(len(sound)), sound).astype(numpy.float32)
