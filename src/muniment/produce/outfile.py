"""The zip that a bundle is: its entries, and files that are written line by line while others enter the zip."""

import hashlib
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from muniment.record.errors import StorageFailed

EPOCH = (1980, 1, 1, 0, 0, 0)
"""Time of every file in the zip: the earliest that the format knows."""
CHUNK = 2**20


class Spool:
    """A nameless file beside the bundle for what is written line by line while other files enter the zip."""

    def __init__(self, folder: Path) -> None:
        try:
            self._file = tempfile.TemporaryFile(dir=folder, buffering=CHUNK)  # noqa: SIM115 - closed by __exit__
        except OSError as error:
            raise failed("create", folder, error) from error
        self.size = 0
        self.digest = hashlib.sha256()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, data: bytes) -> None:
        try:
            self._file.write(data)
        except OSError as error:
            raise failed("write", Path("bundle"), error) from error
        self.digest.update(data)
        self.size += len(data)

    def chunks(self) -> Iterator[bytes]:
        """Everything written, in pieces."""
        self._file.seek(0)
        while chunk := self._file.read(CHUNK):
            yield chunk


def zip_entry(name: str, compression: int) -> zipfile.ZipInfo:
    """An entry that is the same whenever it is made."""
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type = compression
    info._compresslevel = 1  # type: ignore[attr-defined]  # noqa: SLF001 - a stream can be given its level nowhere else
    info.create_system = 3
    info.external_attr = 0o600 << 16
    return info


def failed(call: str, path: Path, error: OSError) -> StorageFailed:
    """The refusal for an error of the disk that the bundle is written to."""
    return StorageFailed(
        "the disk refused {call} of {file}: {reason}; no bundle was made",
        call=call,
        file=path.name,
        reason=error.strerror or type(error).__name__,
    )
