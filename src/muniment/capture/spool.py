"""The spool: our own copy of a file while it is imported, so that an interrupted import goes on with the same bytes."""

import hashlib
import os
from pathlib import Path

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


CHUNK = 4 * 1024 * 1024


def spool(archive: Archive, path: Path, connector: str, account: str, options: ImportOptions) -> Spooled:
    """Copy `path` into the spool; an interrupted import of the same file goes on under the id it had."""
    if not path.exists():
        raise NotFound("there is no file {file}; check the path", file=str(path))
    if not path.is_file():
        raise Refused("{file} is not a file; name the export itself", file=str(path))
    identifier = uuid7(archive.clock())
    copy = archive.home.spool / identifier
    digest, size = _copy(archive, path, copy)
    wanted = canonical(msgspec.to_builtins(options)).decode()
    row = archive.intake.database.execute(
        "SELECT id FROM import_run WHERE sha256 = ? AND account = ? AND connector = ? AND options = ?", (digest, account, connector, wanted)
    ).fetchone()
    if row is not None:
        os.replace(copy, archive.home.spool / row[0])
        identifier = row[0]
    else:
        archive.intake.database.execute(
            "INSERT INTO import_run (id, account, connector, name, sha256, size, options, spool, started_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (identifier, account, connector, path.name, digest, size, wanted, identifier, archive.clock()),
        )
    source = SourceFile(path=archive.home.spool / identifier, name=path.name, size=size, sha256=digest, beside=path.absolute().parent)
    return Spooled(import_id=identifier, source=source, resumed=row is not None)


def unspool(archive: Archive, identifier: str) -> None:
    """The import is sealed: forget the copy."""
    archive.disk.remove(archive.home.spool / identifier)
    archive.disk.sync_folders([archive.home.spool])
    archive.intake.database.execute("DELETE FROM import_run WHERE id = ?", (identifier,))


def _copy(archive: Archive, path: Path, copy: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    fd = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                archive.disk.append(fd, chunk, copy)
                digest.update(chunk)
                size += len(chunk)
        archive.disk.sync(fd, copy)
    finally:
        os.close(fd)
    archive.disk.sync_folders([copy.parent])
    return digest.hexdigest(), size
