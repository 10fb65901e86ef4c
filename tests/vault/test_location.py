"""Where databases lie: DATABASE_URL is read exactly, a wrong one is refused without being repeated, and the archive says which kind it has."""

import json
import sys
from pathlib import Path

import pytest

from muniment.record.errors import Refused
from muniment.vault.database import connect
from muniment.vault.durable import Disk
from muniment.vault.home import URL_FILE, create, mark, open_home, server_of
from muniment.vault.location import Schema, Server, django_settings, parse_url

SECRET = "s3cr:t/pa@ss"
URL = "postgres://amy:s3cr%3At%2Fpa%40ss@db.example.com:5433/archive?sslmode=require"


def test_every_part_of_an_address_is_read() -> None:
    server = parse_url(URL)
    assert server == Server("archive", "db.example.com", 5433, "amy", SECRET, (("sslmode", "require"),))
    assert server.parameters == {
        "dbname": "archive",
        "host": "db.example.com",
        "port": "5433",
        "user": "amy",
        "password": SECRET,
        "sslmode": "require",
    }
    assert SECRET not in repr(Schema(server, "keys", "example.com/a"))


def test_a_socket_is_named_by_a_parameter() -> None:
    server = parse_url("postgresql:///archive?host=%2Frun%2Fpostgresql")
    assert server is not None
    assert server.parameters == {"dbname": "archive", "host": "/run/postgresql"}


@pytest.mark.parametrize("url", ["", "file:", "sqlite:"])
def test_nothing_and_a_file_mean_files(url: str) -> None:
    assert parse_url(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "mysql://amy:hunter2@db/archive",
        "postgres://amy:hunter2@db",
        "postgres://amy:hunter2@db/",
        "postgres://amy:hunter2@db:port/archive",
        "postgres://amy:hunter2@db/archive/more",
        "postgres://amy:hunter#2@db/archive",
        "postgres://amy:hunter2@[db/archive",
        "postgres://amy:hunter2@db/archive?sslmode",
        "amy:hunter2@db/archive",
    ],
)
def test_any_other_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(Refused, match="expected postgres://USER:PASSWORD@HOST:PORT/NAME") as refusal:
        parse_url(url)
    assert "hunter" not in str(refusal.value)


def test_each_database_is_a_schema_and_each_connection_keeps_to_it(tmp_path: Path) -> None:
    server = parse_url(URL)
    assert server is not None
    settings = django_settings(Schema(server, "desk", "example.com/a"))
    assert (settings["NAME"], settings["HOST"], settings["PORT"]) == ("archive", "db.example.com", "5433")
    assert settings["OPTIONS"] == {"sslmode": "require", "options": "-c search_path=desk"}
    assert django_settings(tmp_path / "desk.sqlite3")["NAME"] == str(tmp_path / "desk.sqlite3")


def test_the_environment_comes_before_the_file_in_the_keys_folder(tmp_path: Path) -> None:
    file = tmp_path / URL_FILE
    assert server_of(tmp_path, {}) is None
    file.touch(mode=0o600)
    file.write_text("postgres://db/one\n", "utf-8")
    assert server_of(tmp_path, {}) == Server("one", "db")
    assert server_of(tmp_path, {"DATABASE_URL": "postgres://db/two"}) == Server("two", "db")
    assert server_of(tmp_path, {"DATABASE_URL": ""}) is None
    file.chmod(0o640)
    with pytest.raises(Refused, match="chmod 600"):
        server_of(tmp_path, {})


@pytest.mark.sqlite
def test_an_archive_of_files_is_not_opened_with_a_server_nor_the_other_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = create(tmp_path / "home", tmp_path / "keys", "example.com/a", Disk())
    mark(home, Disk())
    assert json.loads((home.path / "archive.json").read_bytes()) == {"format": 1, "origin": "example.com/a"}
    monkeypatch.setenv("DATABASE_URL", URL)
    with pytest.raises(Refused, match="are files; unset DATABASE_URL"):
        open_home(home.path, home.keys)
    (home.path / "archive.json").write_bytes(b'{"database":"postgres","format":1,"origin":"example.com/a"}\n')
    assert open_home(home.path, home.keys).catalog == Schema(server_of(home.keys) or Server(""), "catalog", home.origin)
    monkeypatch.delenv("DATABASE_URL")
    with pytest.raises(Refused, match="are in PostgreSQL; set DATABASE_URL"):
        open_home(home.path, home.keys)


def test_without_psycopg_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "muniment.vault.postgres", raising=False)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    import muniment.vault

    monkeypatch.delattr(muniment.vault, "postgres", raising=False)
    with pytest.raises(Refused, match=r"install the extra muniment\[postgres\]"):
        connect(Schema(Server("archive"), "keys", "example.com/a"))
