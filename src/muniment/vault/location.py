"""Where a database lies: a file of SQLite, or one schema of a PostgreSQL database that DATABASE_URL names.

Trust: the address may hold a password; it is shown in no text, no representation and no error of ours.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from muniment.record.errors import Refused

EXPECTED = "postgres://USER:PASSWORD@HOST:PORT/NAME"


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL database: one archive's, in four schemas."""

    name: str
    host: str = ""
    port: int | None = None
    user: str = ""
    password: str = field(default="", repr=False)
    options: tuple[tuple[str, str], ...] = ()
    """Further parameters of the connection, such as `sslmode`, as libpq names them."""

    @property
    def parameters(self) -> dict[str, str]:
        """What libpq is told to find it; the password among it."""
        given = {"dbname": self.name, "host": self.host, "user": self.user, "password": self.password}
        if self.port is not None:
            given["port"] = str(self.port)
        return {**{name: value for name, value in given.items() if value}, **dict(self.options)}


@dataclass(frozen=True, slots=True)
class Schema:
    """One schema of an archive's PostgreSQL database; `origin` is the archive's, which the schema is marked with."""

    server: Server
    name: str
    origin: str

    def beside(self, ending: str) -> "Schema":
        """Another schema of the same database, named after this one."""
        return Schema(self.server, f"{self.name}_{ending}", self.origin)


Location = Path | Schema
"""One database: a file, or a schema. Both have a `name` that may be shown."""


def parse_url(url: str) -> Server | None:
    """The PostgreSQL database that a DATABASE_URL names; None means files. Raises Refused, which repeats nothing of the value."""
    if not url or url in ("file:", "sqlite:"):
        return None
    try:
        parts = urlsplit(url)
        host, port, user, password = parts.hostname or "", parts.port, parts.username or "", parts.password or ""
        options = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True) if parts.query else []
        name = unquote(parts.path.removeprefix("/"), errors="strict")
    except ValueError:
        raise _unfit("its parts cannot be told apart") from None
    if parts.scheme not in ("postgres", "postgresql"):
        raise _unfit("it does not begin with postgres://")
    if not name or "/" in name or "\0" in name:
        raise _unfit("it names no database")
    if parts.fragment:
        raise _unfit("it holds a #, which must be written %23")
    return Server(name, unquote(host), port, unquote(user), unquote(password), tuple(options))


def django_settings(location: Location) -> dict[str, Any]:
    """What Django's DATABASES says of a database of ours; every connection keeps to its schema."""
    if isinstance(location, Path):
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(location),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 10,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    server = location.server
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": server.name,
        "HOST": server.host,
        "PORT": "" if server.port is None else str(server.port),
        "USER": server.user,
        "PASSWORD": server.password,
        "OPTIONS": {**dict(server.options), "options": search_path(location)},
    }


def search_path(schema: Schema) -> str:
    """The start-up option that keeps a connection to its one schema."""
    return f"-c search_path={schema.name}"


def _unfit(what: str) -> Refused:
    return Refused(
        "DATABASE_URL is not the address of a PostgreSQL database: {what}; expected {expected}, or nothing for files",
        what=what,
        expected=EXPECTED,
    )
