"""Files that lie beside an imported one and that it names: read only within its folder, whatever a name says."""

import os
import stat
from pathlib import Path

from muniment.capture.connector import LARGEST

FILE_LIMIT = LARGEST
"""Largest attachment file that is taken along, in bytes; a larger one counts as missing."""


def is_inside(path: str) -> bool:
    """Whether a path, by its words alone, stays within the folder it starts from."""
    return (
        bool(path)
        and "\x00" not in path
        and not path.startswith(("/", "\\"))
        and not (len(path) > 1 and path[1] == ":")
        and ".." not in path.replace("\\", "/").split("/")
    )


def read_file(beside: Path | None, path: str) -> bytes | None:
    """The bytes of a regular file within the folder `beside`, symbolic links followed only so far; None without one."""
    if beside is None or not is_inside(path):
        return None
    try:
        folder = beside.resolve(strict=True)
        real = (folder / path).resolve(strict=True)
        if not real.is_relative_to(folder):
            return None
        # O_NOFOLLOW: what was resolved is no link now; O_NONBLOCK: a pipe must not make the import wait.
        descriptor = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError, RuntimeError):  # RuntimeError: links in a circle
        return None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > FILE_LIMIT:
            return None
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            content = file.read()  # not up to the limit: that much memory would be set aside at once
    finally:
        os.close(descriptor)
    return content if len(content) <= FILE_LIMIT else None
