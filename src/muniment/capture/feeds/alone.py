"""One process drives the live connectors of an archive, however many workers it has: pieces of files and cursors are one reader's."""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from muniment.capture.archive import Archive

LOCK = "feeds"
PAUSE_SECONDS = 1.0
"""Between two looks whether the other process has ended."""


@contextmanager
def alone(archive: Archive, stop: threading.Event) -> Iterator[bool]:
    """Wait until no other process does it; False where `stop` came first. What this one holds ends with it, however it ends.

    The lock of the archive's folder keeps out others of this machine, the database's those of other machines.
    """
    database = archive.intake.database
    fd = os.open(archive.home.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
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
