"""The projector as a process: follows the logs until its input ends, projects what is sealed by then, and stops.

It writes; what it writes is prepared in a second process (prepare.py).
"""

import os
import select
import sys
from pathlib import Path

from muniment.capture.archive import open_archive
from muniment.catalog.database import open_catalog
from muniment.catalog.prepare import Elsewhere
from muniment.catalog.projector import Projector
from muniment.record.errors import MunimentError
from muniment.vault.behind import stand_back

PAUSE_SECONDS = 0.02


def follow(home: Path, keys: Path, until_closed: int) -> None:
    """Project whatever the leader seals, until the file descriptor `until_closed` reaches its end."""
    with open_archive(home, keys) as archive, Elsewhere(home, keys) as prepare:
        projector = Projector(archive, open_catalog(archive.home.catalog), prepare)
        ended = False
        while True:
            if not projector.catch_up():
                if ended:
                    return
                readable, _, _ = select.select([until_closed], [], [], PAUSE_SECONDS)
                ended = bool(readable) and not os.read(until_closed, 1)


if __name__ == "__main__":
    stand_back(session=True)
    try:
        follow(Path(os.environ["MUNIMENT_HOME"]), Path(os.environ["MUNIMENT_KEYS"]), sys.stdin.fileno())
    except MunimentError as refusal:
        print(f"muniment: {refusal}", file=sys.stderr)
        sys.exit(refusal.exit_code)
