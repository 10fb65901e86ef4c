"""Receives a file that comes with a form: straight into the spool, in pieces, for its owner's eyes alone.

Trust: the bytes are never in a place that other users of the machine read, never whole in memory, and never under a name
that the sender chose.
"""

import os
import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest
from django.http.request import QueryDict
from django.utils.datastructures import MultiValueDict

from muniment.capture.spool import UPLOADS
from muniment.record.errors import Refused

FIELD = "file"
LARGEST = 64 * 2**30
"""Bytes of one upload; larger ones are brought in on the machine, with `muniment import`."""
RESERVE = 2**30
"""Bytes of the disk that an upload leaves free: the archive needs room to write."""
PIECE = 1024 * 1024
ABANDONED_SECONDS = 24 * 3600
"""A file that no row knows for so long came with a form that was never finished."""


def folder_of(spool: Path) -> Path:
    """Where uploads lie, in the spool, which no backup holds."""
    folder = spool / UPLOADS
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def path_of(spool: Path, identifier: str) -> Path:
    """Where one upload lies."""
    return spool / UPLOADS / identifier


def remove(spool: Path, identifier: str) -> None:
    """Drop an upload, and the folder with the last one."""
    with suppress(FileNotFoundError):
        path_of(spool, identifier).unlink()
    with suppress(OSError):
        (spool / UPLOADS).rmdir()


def sweep(spool: Path, known: set[str]) -> None:
    """Drop what no row knows any more."""
    folder = spool / UPLOADS
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            if path.name not in known and time.time() - path.stat().st_mtime > ABANDONED_SECONDS:
                path.unlink()


class Received(UploadedFile):  # type: ignore[type-arg]  # generic in the stubs alone
    """A file that has arrived: `identifier` is its name in the spool, `name` what the sender called it."""

    def __init__(self, identifier: str, name: str, size: int) -> None:
        super().__init__(file=None, name=name, size=size)
        self.identifier = identifier


class ToSpool(FileUploadHandler):
    """Writes the one file of a form into the spool; raises Refused before a byte is written when there is no room for it."""

    chunk_size = PIECE

    def __init__(self, request: HttpRequest, spool: Path) -> None:
        super().__init__(request)
        self._spool = spool
        self._file: IO[bytes] | None = None
        self._identifier = ""
        self._done = False

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, Any],  # noqa: N803  # Django's own name for it
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> "tuple[QueryDict, MultiValueDict[str, UploadedFile[bytes]]] | None":
        """Look at the announced length first."""
        free = shutil.disk_usage(self._spool).free
        if content_length > min(LARGEST, max(0, free - RESERVE)):
            raise Refused(
                "the file has {got} bytes, and there is room for {room}; free the disk, or bring it in with `muniment import`",
                got=content_length,
                room=min(LARGEST, max(0, free - RESERVE)),
            )
        return None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Open a file for the field; others are not taken."""
        super().new_file(*args, **kwargs)
        if self.field_name != FIELD or self._done or self._file is not None:
            raise SkipFile
        self._identifier = secrets.token_hex(16)
        path = folder_of(self._spool) / self._identifier
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece."""
        assert self._file is not None
        self._file.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[bytes] | None":
        """It has arrived whole."""
        if self._file is None:
            return None
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._file, self._done = None, True
        return Received(self._identifier, self.file_name or "", file_size)

    def upload_interrupted(self) -> None:
        """The sender went away: what came is dropped."""
        if self._file is not None:
            self._file.close()
            self._file = None
            remove(self._spool, self._identifier)
