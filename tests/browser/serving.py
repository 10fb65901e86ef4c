"""Archives served as a firm serves them: `muniment serve` in a process of its own, the worker beside it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.archives import Place


@contextmanager
def serving(place: Place) -> Iterator[str]:
    """The address of the pages of an archive, for as long as they are served."""
    process = subprocess.Popen(
        [sys.executable, "-m", "muniment.cli.main", "serve", "--port", "0", "--json"],
        env=place.environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        assert said, "the server ended before it served"
        yield str(json.loads(said)["url"])
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()
