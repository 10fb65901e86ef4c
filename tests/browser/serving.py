"""Archives served as a firm serves them: `muniment serve` in a process of its own, the worker beside it."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from tests.archives import Place


@contextmanager
def serving(place: Place) -> Iterator[str]:
    """The address of the pages of an archive, for as long as they are served."""
    with _serve(place, "--json") as told:
        said = told.readline()
        assert said, "the server ended before it served"
        yield str(json.loads(said)["url"])


@contextmanager
def serving_anew(place: Place) -> Iterator[tuple[str, str]]:
    """The same of an archive in which nobody can sign in: its address and the set-up code, as a terminal shows them."""
    with _serve(place) as told:
        address, code = re.search(r"http://\S+", told.readline()), re.search(r"(?:\w{5}-){3}\w{5}", told.readline())
        assert address and code, "the terminal says where the pages are, and the code"
        yield address[0], code[0]


@contextmanager
def _serve(place: Place, *words: str) -> Iterator[IO[str]]:
    """What the command prints, for as long as it runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "muniment.cli.main", "serve", "--port", "0", *words],
        env=place.environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        yield process.stdout
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()
