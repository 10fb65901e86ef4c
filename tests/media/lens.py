"""A small package that offers an engine of each group, as pip leaves one; what it does is what the file's bytes say."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from muniment.media.protocols import RECOGNISERS, TRANSCRIBERS

PACKAGE = '''
import os, socket
from hashlib import sha256
from muniment.media.protocols import Derived, Engine, Source
from muniment.record.errors import Refused

class Lens:
    """Reads in every picture how long it is, and does what it is told."""

    def __init__(self, model):
        if model is not None and not (model / "weights").exists():
            raise Refused("the folder {folder} has no weights", folder=str(model))
        self.engine = Engine(name="lens", version="2.1", model_sha256="cd" * 32)
        print("what a library prints is nobody's answer", flush=True)

    def _derive(self, raw, source, language, confidence):
        if b"REFUSE" in raw:
            raise Refused("no such picture")
        if b"FAIL" in raw:
            raise KeyError("secret words")
        if b"LOOP" in raw:
            while True:
                pass
        said = f"{len(raw)} bytes <b>bold</b> 買入"
        if b"WALLS" in raw:
            said = " ".join([*ways(), "end"])
        return Derived(text=said, source=source, engine=self.engine, of="00", language=language, confidence=confidence)

    def recognise(self, picture, *, language=""):
        return self._derive(picture, Source.PICTURE, language, 7.0)

    def transcribe(self, wave, *, language):
        return self._derive(wave, Source.SPEECH, language, 0.5)

def ways():
    """What can still be done."""
    for name, way in (("file", lambda: open("/etc/hostname")), ("net", socket.socket), ("fork", os.fork)):
        try:
            way()
        except OSError:
            continue
        yield name

def broken(model):
    raise ValueError("a library that does not load")
'''


@contextmanager
def offered(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The package on the path of this process, and so on that of its children."""
    (folder / "lens_engine.py").write_text(PACKAGE, encoding="utf-8")
    told = folder / "lens_engine-2.1.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: lens-engine\nVersion: 2.1\n", encoding="utf-8")
    (told / "entry_points.txt").write_text(
        f"[{RECOGNISERS}]\nlens = lens_engine:Lens\nbroken = lens_engine:broken\n[{TRANSCRIBERS}]\nlens = lens_engine:Lens\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(str(folder))
    yield
    sys.modules.pop("lens_engine", None)
