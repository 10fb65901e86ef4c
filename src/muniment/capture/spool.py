"""The spool: our own copy of a file while it is imported, so that an interrupted import goes on with the same bytes."""

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

import msgspec

from muniment.capture.archive import Archive
from muniment.capture.connector import ImportOptions, SourceFile
from muniment.record.clock import uuid7
from muniment.record.codec import canonical
from muniment.record.errors import NotFound, Refused


class Spooled(msgspec.Struct, frozen=True, kw_only=True):
    """A file in the spool: the import's id, the copy, and whether an earlier run was interrupted."""

    import_id: str
    source: SourceFile
    resumed: bool


class Interrupted(msgspec.Struct, frozen=True, kw_only=True):
    """An import that was begun and never finished: its id, the file's name, and when it was begun (µs UTC)."""

    import_id: str
    name: str
    started_at: int


CHUNK = 4 * 1024 * 1024
UPLOADS = "uploads"
"""The folder within the spool in which the desk keeps files that somebody uploaded, until they are brought in or removed."""


def spool(
    archive: Archive, path: Path, connector: str, account: str, options: ImportOptions, *, name: str | None = None
) -> Spooled:
    """Copy `path` into the spool, as the leader; an interrupted import of the same file goes on under the id it had.

    `name` is how a file was called that came without its folder, such as an upload: nothing lies beside it. With other options
    it is another import, and the interrupted one is forgotten: this one stores what that one would have. Raises NotFound or
    Refused when the file cannot be read.
    """
    sweep(archive)
    folder, intake = archive.home.spool, archive.intake
    identifier = uuid7(archive.clock())
    with _open(path) as file:
        digest, size = _copy(archive, file, folder / identifier)
    wanted = canonical(msgspec.to_builtins(options)).decode()
    earlier = intake.imports_of(digest, account, connector)
    same = next((before for before, given in earlier if given == wanted), None)
    beside = path.absolute().parent if name is None else None
    if name is None:
        name = os.fsencode(path.name).decode("utf-8", "replace")
    if same is not None:
        archive.disk.move(folder / identifier, folder / same)
        archive.disk.sync_folders([folder])
        identifier = same
    else:
        row = (identifier, account, connector, name, digest, size, wanted, identifier, archive.clock())
        intake.begin_import(row, instead_of=[before for before, _ in earlier])
        sweep(archive)
    source = SourceFile(path=folder / identifier, name=name, size=size, sha256=digest, beside=beside)
    return Spooled(import_id=identifier, source=source, resumed=same is not None)


def unspool(archive: Archive, identifier: str) -> None:
    """The import is sealed, or was refused: forget the copy."""
    archive.disk.remove(archive.home.spool / identifier)
    archive.disk.sync_folders([archive.home.spool])
    archive.intake.end_import(identifier)


def interrupted(archive: Archive) -> list[Interrupted]:
    """The imports that were begun and never finished, oldest first; their copies are readable text.

    Only the leader can tell them from one that is under way.
    """
    return [
        Interrupted(import_id=identifier, name=name, started_at=at) for identifier, name, at in archive.intake.imports()
    ]


def sweep(archive: Archive) -> None:
    """Remove copies that no import owns, as the leader: a process that died while copying left them, and they are readable text."""
    owned = {row[0] for row in archive.intake.database.execute("SELECT spool FROM import_run")}
    # A folder there is the desk's, for files that wait; it keeps that in order itself.
    left = [path for path in archive.home.spool.iterdir() if path.name not in owned and not path.is_dir()]
    for path in left:
        archive.disk.remove(path)
    if left:
        archive.disk.sync_folders([archive.home.spool])


def _open(path: Path) -> BinaryIO:
    try:
        if path.exists() and not path.is_file():
            raise Refused("{file} is not a file; name the export itself", file=str(path))
        return path.open("rb")
    except (FileNotFoundError, NotADirectoryError):
        raise NotFound("there is no file {file}; check the path", file=str(path)) from None
    except OSError as error:
        raise Refused(
            "{file} cannot be read: {reason}; check its permissions", file=str(path), reason=error.strerror
        ) from None


def _copy(archive: Archive, file: BinaryIO, copy: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    fd = archive.disk.open_append(copy, create=True)
    try:
        while chunk := _read(file):
            archive.disk.append(fd, chunk, copy)
            digest.update(chunk)
            size += len(chunk)
        archive.disk.sync(fd, copy)
    finally:
        os.close(fd)
    archive.disk.sync_folders([copy.parent])
    return digest.hexdigest(), size


def _read(file: BinaryIO) -> bytes:
    try:
        return file.read(CHUNK)
    except OSError as error:
        raise Refused(
            "{file} cannot be read: {reason}; check its permissions", file=str(file.name), reason=error.strerror
        ) from None
