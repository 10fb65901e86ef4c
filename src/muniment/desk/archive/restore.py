"""Makes an archive out of a backup, and proves it: every file is what was copied, the logs hold what they held, all of it verifies.

Trust: the backup is believed in nothing. Its own list says what it should hold; the logs' signatures say whether that is ours.
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from muniment.capture.archive import open_archive
from muniment.capture.audit import Entry, write_entry
from muniment.capture.leader import Leader
from muniment.catalog.rebuild import replace_catalog
from muniment.desk.archive.backup import CHUNK, MANIFEST, VERSION, Manifest
from muniment.desk.archive.verification import Verdict, verify_archive
from muniment.desk.catalog.schema import make_catalog
from muniment.desk.desk import system_user
from muniment.desk.schema import make_desk
from muniment.journal.check_finding import Finding
from muniment.record.errors import Damaged, NotFound, Refused
from muniment.vault.durable import FOLDER, Disk
from muniment.vault.home import LOGS


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, and what checking it all said."""

    manifest: Manifest
    verdict: Verdict


def restore(
    folder: Path, its_keys: Path, path: Path, keys: Path, say: Callable[[Finding], None], actor: str | None = None
) -> Restored:
    """Make the archive at `path` and `keys`, both new or empty, out of the backup in `folder` and `its_keys`.

    Findings of the check at the end go to `say`. Raises NotFound where there is no backup, Refused for folders that do
    not belong together or will not do, Damaged for a file that is not what was copied.
    """
    copy, apart = read_manifest(folder, "archive"), read_manifest(its_keys, "keys")
    if copy.pair != apart.pair:
        raise Refused(
            "{folder} and {keys} are of two different backups ({made} and {other}); name two that were made together",
            folder=str(folder),
            keys=str(its_keys),
            made=copy.made_at,
            other=apart.made_at,
        )
    for place in (path, keys):
        if place.exists() and (not place.is_dir() or any(place.iterdir())):
            raise Refused(
                "{folder} is not empty; name a new folder in MUNIMENT_HOME and another in MUNIMENT_KEYS",
                folder=str(place),
            )
    if keys == path or path in keys.parents:
        raise Refused("MUNIMENT_KEYS must not lie inside MUNIMENT_HOME: a copy of the archive would carry its keys")
    disk = Disk()
    _bring_back(disk, its_keys, keys, apart)
    _bring_back(disk, folder, path, copy)
    for name in LOGS:
        disk.make_folder(path / "seg" / name)  # an empty log has none to copy
    disk.make_folder(path / "spool")
    with open_archive(path, keys) as archive:
        for name, sealed in copy.logs.items():
            log = archive.reader(name).log
            if log.checkpoint().size != sealed.size or log.prover(sealed.size).root().hex() != sealed.root:
                raise Damaged(
                    "the log {log} of this backup is not the one that its list names; keep it, and use another backup",
                    log=name,
                )
        with Leader(archive) as leader:
            made = {"made_at": copy.made_at, "sizes": {name: sealed.size for name, sealed in copy.logs.items()}}
            entry = Entry(act="archive.restore", actor=actor or system_user(), object=copy.pair, detail=made)
            write_entry(archive, entry, type="sys")
            leader.drain()
            replace_catalog(archive, make_catalog)
        home = archive.home
    make_desk(
        home
    )  # with a new key for cookies: everybody signs in again, and nobody whose sign-in was ended meanwhile
    return Restored(copy, verify_archive(path, keys, say, actor=actor))


def read_manifest(folder: Path, holds: str) -> Manifest:
    """What the backup in `folder` says of itself; raises NotFound, Damaged or Refused."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (FileNotFoundError, NotADirectoryError):
        raise NotFound(
            "there is no finished backup in {folder}; name a folder that `muniment backup` made", folder=str(folder)
        ) from None
    except msgspec.DecodeError:
        raise Damaged("the list of the backup in {folder} is damaged; use another backup", folder=str(folder)) from None
    if manifest.version > VERSION:
        raise Refused(
            "this backup has format {version}, this build knows {known}; install the newer Muniment that made it",
            version=manifest.version,
            known=VERSION,
        )
    if manifest.holds != holds:
        raise Refused(
            "{folder} holds the {what} of a backup; the archive's folder comes first, the keys' after --keys",
            folder=str(folder),
            what=manifest.holds,
        )
    return manifest


def _bring_back(disk: Disk, source: Path, target: Path, manifest: Manifest) -> None:
    """Copy every file of the list, `archive.json` last; raises Damaged for one that is missing or changed."""
    disk.make_folder(target)
    target.chmod(FOLDER)
    folders = {target}
    for name in sorted(manifest.files, key=lambda name: (name == "archive.json", name)):
        path = target / name
        if target not in path.parents or ".." in Path(name).parts:
            raise Damaged("the list of this backup names {name}, which lies outside of it", name=repr(name))
        disk.make_folder(path.parent)
        folders.add(path.parent)
        if name == "archive.json":
            disk.sync_folders(sorted(folders))  # without it there is no archive: all else is kept by now
        digest = hashlib.sha256()
        fd = disk.open_append(path, create=True)
        try:
            with (source / name).open("rb", buffering=0) as file:
                while data := file.read(CHUNK):
                    disk.append(fd, data, path)
                    digest.update(data)
            disk.sync(fd, path)
        except FileNotFoundError:
            raise Damaged("{file} is missing from this backup; use another one", file=name) from None
        finally:
            os.close(fd)
        if digest.hexdigest() != manifest.files[name]:
            raise Damaged("{file} of this backup is not what was copied; use another one", file=name)
    disk.sync_folders(sorted(folders))
