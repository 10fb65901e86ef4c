"""Where an archive lives: one legal entity, one MUNIMENT_HOME, one MUNIMENT_KEYS.

`home/archive.json` says the format version and the origin; `MUNIMENT_KEYS` holds what opens and signs it and must be
backed up apart. Trust: `archive.json` is not secret and not trusted; the origin is proven by the checkpoints' key name.
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from muniment.record.codec import canonical
from muniment.record.errors import Damaged, NotFound, Refused
from muniment.vault.durable import Disk

FORMAT = 1
ORIGIN = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?/[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?\Z")
LOGS = ("records", "audit")


@dataclass(frozen=True, slots=True)
class Home:
    """The folders and files of one archive."""

    path: Path
    keys: Path
    origin: str

    @property
    def intake(self) -> Path:
        return self.path / "intake.sqlite3"

    @property
    def catalog(self) -> Path:
        return self.path / "catalog.sqlite3"

    @property
    def key_table(self) -> Path:
        return self.keys / "keys.sqlite3"

    @property
    def spool(self) -> Path:
        return self.path / "spool"

    def log(self, name: str) -> Path:
        return self.path / "log" / name

    def segments(self, name: str) -> Path:
        return self.path / "seg" / name

    def log_origin(self, name: str) -> str:
        """The origin line of a log's checkpoints and the name of its key, `DOMAIN/ENTITY/records` or `.../audit`."""
        return f"{self.origin}/{name}"


def locate(environment: Mapping[str, str] = os.environ) -> tuple[Path, Path]:
    """The archive's folder and its keys folder, from MUNIMENT_HOME and MUNIMENT_KEYS (default: the home's name + `.keys`)."""
    named = environment.get("MUNIMENT_HOME", "")
    if not named:
        raise Refused(
            "MUNIMENT_HOME is not set; it names the folder of the archive, for example MUNIMENT_HOME=$HOME/muniment"
        )
    home = Path(named).expanduser().absolute()
    keys = environment.get("MUNIMENT_KEYS", "")
    return home, Path(keys).expanduser().absolute() if keys else home.with_name(home.name + ".keys")


def create(path: Path, keys: Path, origin: str, disk: Disk) -> Home:
    """Make the folders and `archive.json` of a new archive; raises Refused when one is there already."""
    if not ORIGIN.match(origin):
        raise Refused(
            "the origin {origin} is not DOMAIN/ENTITY in lower-case letters, digits, dots and hyphens, such as example.com/broker",
            origin=repr(origin),
        )
    if (path / "archive.json").exists():
        raise Refused("{folder} holds an archive already; name another MUNIMENT_HOME", folder=str(path))
    for folder in (path, keys):
        if folder.exists() and not folder.is_dir():
            raise Refused("{folder} is a file; MUNIMENT_HOME and MUNIMENT_KEYS name folders", folder=str(folder))
    if path.exists() and any(path.iterdir()):
        raise Refused(
            "{folder} is not empty and holds no archive; name an empty or new folder as MUNIMENT_HOME", folder=str(path)
        )
    if keys.exists() and any(keys.iterdir()):
        raise Refused("{folder} holds keys already; name an empty or new folder as MUNIMENT_KEYS", folder=str(keys))
    if keys == path or path in keys.parents:
        raise Refused("MUNIMENT_KEYS must not lie inside MUNIMENT_HOME: a copy of the archive would carry its keys")
    home = Home(path, keys, origin)
    for folder in (path, keys, home.spool, *(home.log(name) for name in LOGS), *(home.segments(name) for name in LOGS)):
        disk.make_folder(folder)
    return home


def mark(home: Home, disk: Disk) -> None:
    """Write `archive.json`, the last step of making an archive: without it there is none."""
    disk.put_now(home.path / "archive.json", canonical({"format": FORMAT, "origin": home.origin}) + b"\n")


def open_home(path: Path, keys: Path) -> Home:
    """The archive at `path`; raises NotFound, Damaged, or Refused when a newer Muniment made it."""
    file = path / "archive.json"
    try:
        data = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise NotFound(
            "there is no archive in {folder}; make one with `muniment init`, or set MUNIMENT_HOME to where it is",
            folder=str(path),
        ) from None
    except OSError as error:
        raise Refused(
            "archive.json in {folder} cannot be read: {reason}; run this as the user that owns the archive",
            folder=str(path),
            reason=error.strerror,
        ) from None
    try:
        value = json.loads(data)
        version, origin = value["format"], value["origin"]
        sound = isinstance(version, int) and isinstance(origin, str)
    except (ValueError, KeyError, TypeError):
        sound = False
    if sound and version > FORMAT:
        raise Refused(
            "this archive has format {version}, this build knows format {known}; install the newer Muniment that wrote it",
            version=version,
            known=FORMAT,
        )
    if not sound or data != canonical({"format": FORMAT, "origin": origin}) + b"\n" or not ORIGIN.match(origin):
        raise Damaged("archive.json is damaged; expected the format number and the origin; restore it from a backup")
    return Home(path, keys, origin)
