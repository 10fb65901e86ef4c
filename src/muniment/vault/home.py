"""Where an archive lives: one legal entity, one MUNIMENT_HOME, one MUNIMENT_KEYS.

`home/archive.json` says the format version and the origin; `MUNIMENT_KEYS` holds what opens and signs it and must be
backed up apart. The four databases are files there, or schemas of the one PostgreSQL database that DATABASE_URL, or else
the file `database.url` in the keys folder, names; which of the two an archive has, it says itself.

Trust: `archive.json` is not secret and not trusted; the origin is proven by the checkpoints' key name.
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from muniment.record.codec import canonical
from muniment.record.errors import Damaged, NotFound, Refused
from muniment.vault.database import exists
from muniment.vault.durable import Disk
from muniment.vault.location import EXPECTED, Location, Schema, Server, parse_url

FORMAT = 1
ORIGIN = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?/[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?\Z")
LOGS = ("records", "audit")
URL_FILE = "database.url"
"""In the keys folder, where it may lie before `muniment init`: what DATABASE_URL says, for those who keep secrets out of the environment."""


@dataclass(frozen=True, slots=True)
class Home:
    """The folders, files and databases of one archive."""

    path: Path
    keys: Path
    origin: str
    server: Server | None = field(default=None)
    """The PostgreSQL database; None where the databases are files."""

    @property
    def intake(self) -> Location:
        """What was acknowledged and is not yet sealed."""
        return self._database("intake", self.path)

    @property
    def catalog(self) -> Location:
        """What is derived from the logs."""
        return self._database("catalog", self.path)

    @property
    def key_table(self) -> Location:
        """One wrapped key for each record."""
        return self._database("keys", self.keys)

    @property
    def desk(self) -> Location:
        """The desk's own state: people, sign-ins, jobs."""
        return self._database("desk", self.path)

    def _database(self, name: str, folder: Path) -> Location:
        return folder / f"{name}.sqlite3" if self.server is None else Schema(self.server, name, self.origin)

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


def server_of(keys: Path, environment: Mapping[str, str] = os.environ) -> Server | None:
    """The PostgreSQL database that DATABASE_URL names, or else the file `database.url` in the keys folder; None: files.

    Raises Refused when it names something else, or when others than its owner may read the file.
    """
    url = environment.get("DATABASE_URL")
    if url is None:
        file = keys / URL_FILE
        try:
            if file.stat().st_mode & 0o077:
                raise Refused("{file} can be read by others than its owner; run chmod 600 on it", file=file.name)
            url = file.read_text("utf-8").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, UnicodeDecodeError):
            raise Refused("{file} in the keys folder cannot be read; check its permissions", file=file.name) from None
    return parse_url(url)


def create(path: Path, keys: Path, origin: str, disk: Disk) -> Home:
    """Make the folders of a new archive, whose databases lie where `server_of` says; raises Refused when one is there already."""
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
    if keys.exists() and any(entry.name != URL_FILE for entry in keys.iterdir()):
        raise Refused("{folder} holds keys already; name an empty or new folder as MUNIMENT_KEYS", folder=str(keys))
    if keys == path or path in keys.parents:
        raise Refused("MUNIMENT_KEYS must not lie inside MUNIMENT_HOME: a copy of the archive would carry its keys")
    home = Home(path, keys, origin, server_of(keys))
    for name in (home.intake, home.key_table, home.catalog, home.desk):
        if isinstance(name, Schema) and exists(name):
            raise Refused(
                "the PostgreSQL database {database} holds the schema {schema} already; name an empty database in DATABASE_URL",
                database=name.server.name,
                schema=name.name,
            )
    for folder in (path, keys, home.spool, *(home.log(name) for name in LOGS), *(home.segments(name) for name in LOGS)):
        disk.make_folder(folder)
    return home


def mark(home: Home, disk: Disk) -> None:
    """Write `archive.json`, the last step of making an archive: without it there is none."""
    disk.put_now(home.path / "archive.json", _said(home.origin, postgres=home.server is not None))


def _said(origin: str, *, postgres: bool) -> bytes:
    """What `archive.json` holds. It names the kind of the databases and never their address: that may change, and be secret."""
    kind = {"database": "postgres"} if postgres else {}
    return canonical({**kind, "format": FORMAT, "origin": origin}) + b"\n"


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
        version, origin, postgres = value["format"], value["origin"], "database" in value
        sound = isinstance(version, int) and isinstance(origin, str)
    except (ValueError, KeyError, TypeError):
        sound = False
    if sound and version > FORMAT:
        raise Refused(
            "this archive has format {version}, this build knows format {known}; install the newer Muniment that wrote it",
            version=version,
            known=FORMAT,
        )
    if not sound or data != _said(origin, postgres=postgres) or not ORIGIN.match(origin):
        raise Damaged("archive.json is damaged; expected the format number and the origin; restore it from a backup")
    server = server_of(keys)
    if postgres and server is None:
        raise Refused(
            "the databases of this archive are in PostgreSQL; set DATABASE_URL to {expected}", expected=EXPECTED
        )
    if server is not None and not postgres:
        raise Refused("the databases of this archive are files; unset DATABASE_URL, which names a PostgreSQL database")
    return Home(path, keys, origin, server)
