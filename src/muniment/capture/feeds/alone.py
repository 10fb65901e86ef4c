"""One process drives the live connectors of an archive, however many workers it has: pieces of files and cursors are one reader's."""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from muniment.capture.archive import Archive
from muniment.capture.feeds.errand import FOLDER

LOCK = "feeds"
PAUSE_SECONDS = 1.0
"""Between two looks whether the other process has ended."""


@contextmanager
def alone(archive: Archive, stop: threading.Event) -> Iterator[bool]:
    """Wait until no other process does it; False where `stop` came first. What this one holds ends with it, however it ends.

    The folder's lock keeps out others of this machine, the database's those of other machines.
    """
    folder, database = archive.home.spool / FOLDER, archive.intake.database
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        while not stop.is_set():
            if _taken(fd):
                if database.try_lock(LOCK):
                    break
                fcntl.flock(fd, fcntl.LOCK_UN)
            stop.wait(PAUSE_SECONDS)
        mine = not stop.is_set()
        try:
            yield mine
        finally:
            if mine:
                database.unlock(LOCK)
    finally:
        os.close(fd)


def _taken(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
