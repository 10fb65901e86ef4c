"""On a terminal, what takes long shows how far it is, and clears the line before it says anything else; elsewhere it is silent."""

import io
import os
import pty
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TextIO

import pytest

from muniment.cli.main import main
from muniment.cli.output import Output
from tests.archives import Place, bring_in, messages

CLEARED = "\r\x1b[K"


@contextmanager
def terminal(said: list[bytes]) -> Iterator[TextIO]:
    """A stream that is a terminal; what was written to it is in `said` afterwards."""
    ours, theirs = pty.openpty()

    def read() -> None:
        try:
            while data := os.read(ours, 4096):
                said.append(data)
        except OSError:  # the other end was closed
            pass

    reader = threading.Thread(target=read)
    reader.start()
    with os.fdopen(theirs, "w", encoding="utf-8") as stream:
        yield stream
    reader.join()
    os.close(ours)


def run(place: Place, words: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """What a command prints, and what it shows on a terminal meanwhile."""
    for name, value in place.environment.items():
        monkeypatch.setenv(name, value)
    out, said = io.StringIO(), list[bytes]()
    with terminal(said) as err, redirect_stdout(out), redirect_stderr(err):
        assert main(words) == 0
    return out.getvalue(), b"".join(said).decode()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["produce", "--out", "{folder}/b.zip", "--reason", "a request"], f"{CLEARED}64 / 301{CLEARED}128 / 301"),
        (["produce", "--out", "{folder}/c.zip", "--reason", "a request", "--json"], f"{CLEARED}64 / 301"),
        (["rebuild"], f"{CLEARED}101 / 101"),
    ],
    ids=lambda each: each[0] if isinstance(each, list) else "",
)
def test_what_takes_long_says_how_far_it_is(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], expected: str
) -> None:
    with place.open() as archive:
        bring_in(archive, messages(tmp_path / "a.ndjson", range(100)))
    out, shown = run(place, [each.format(folder=tmp_path) for each in words], monkeypatch)

    assert expected in shown
    assert shown.endswith(CLEARED)
    assert CLEARED not in out


def test_a_name_in_it_does_not_act_on_the_terminal() -> None:
    said = list[bytes]()
    with terminal(said) as err:
        output = Output(as_json=False, out=io.StringIO(), err=err)
        output.progress("\x1b]0;owned\x07\u202etxt.exe: 1 / 2")
        output.error("refused")
    shown = b"".join(said).decode()
    assert shown == f"{CLEARED}<U+001B>]0;owned<U+0007><U+202E>txt.exe: 1 / 2{CLEARED}refused\r\n"
