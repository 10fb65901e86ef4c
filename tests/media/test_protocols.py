"""An engine is offered by a package that names it; what it guesses is marked as such for good."""

import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from muniment.media.protocols import (
    RECOGNISERS,
    TRANSCRIBERS,
    Derived,
    Engine,
    Recogniser,
    Source,
    Transcriber,
    installed,
    recogniser,
    transcriber,
)
from muniment.record.errors import Refused

PACKAGE = '''
from hashlib import sha256
from muniment.media.protocols import Derived, Engine, Source

class Parrot:
    """Hears in every recording the name of its model's folder."""

    def __init__(self, model):
        self.engine = Engine(name="parrot", version="1.0", model_sha256="ab" * 32)
        self._model = model

    def transcribe(self, wave, *, language):
        said = self._model.name if self._model else ""
        return Derived(
            text=said, source=Source.SPEECH, engine=self.engine, of=sha256(wave).hexdigest(), language=language, confidence=0.5
        )
'''


@pytest.fixture
def parrot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package as pip leaves it, on the path of this process."""
    (tmp_path / "parrot.py").write_text(PACKAGE, encoding="utf-8")
    told = tmp_path / "parrot-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: parrot\nVersion: 1.0\n", encoding="utf-8")
    (told / "entry_points.txt").write_text(
        f"[{TRANSCRIBERS}]\nparrot = parrot:Parrot\n[{RECOGNISERS}]\nmisnamed = parrot:Parrot\n", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("parrot", None)


@pytest.mark.usefixtures("parrot")
def test_an_installed_engine_is_found_and_asked() -> None:
    assert "parrot" in installed(TRANSCRIBERS)
    engine = transcriber("parrot", Path("/models/cantonese"))
    assert isinstance(engine, Transcriber)
    guess = engine.transcribe(b"RIFF", language="yue")
    assert guess == Derived(
        text="cantonese",
        source=Source.SPEECH,
        engine=Engine(name="parrot", version="1.0", model_sha256="ab" * 32),
        of=sha256(b"RIFF").hexdigest(),
        language="yue",
        confidence=0.5,
    )


@pytest.mark.usefixtures("parrot")
def test_an_engine_that_is_something_else_is_refused() -> None:
    with pytest.raises(Refused, match="expected misnamed to offer what its group promises"):
        recogniser("misnamed")


def test_an_engine_that_is_not_there_is_refused_by_name() -> None:
    with pytest.raises(Refused, match="got nobody; install the package that offers it"):
        transcriber("nobody")
    with pytest.raises(Refused):
        recogniser("nobody")


def test_derived_text_says_who_guessed_it_and_cannot_say_that_it_is_an_order() -> None:
    fields = {field.name for field in msgspec.structs.fields(Derived)}
    assert {"source", "engine", "of"} <= fields
    required = {field.name for field in msgspec.structs.fields(Derived) if field.required}
    assert required == {"text", "source", "engine", "of"}
    assert not any("order" in name for name in fields)
    assert not isinstance(object(), Recogniser)
