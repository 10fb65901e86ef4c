"""The key files and the key table: what they accept, what they refuse, and that a destroyed key is gone from the file."""

import base64
import errno
import hashlib
import hmac
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap

from muniment.proof.note import Signer
from muniment.record.errors import Busy, Damaged, NotFound, Refused, WrongKey
from muniment.vault.database import exists
from muniment.vault.durable import Disk
from muniment.vault.kek import KeyEncryptionKey, create_kek, open_kek
from muniment.vault.keytable import KeyTable, unwrap_key, wrap_key
from muniment.vault.location import Location
from muniment.vault.pseudonym import Pseudonyms
from muniment.vault.signing import create_signer, open_signer
from tests.archives import nowhere, stranger

SECRET = bytes(range(32))


def test_a_kek_is_one_line_that_its_owner_alone_reads(tmp_path: Path) -> None:
    made = create_kek(tmp_path, Disk())
    path = tmp_path / "kek"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    label, key = path.read_text().removesuffix("\n").split(" ")
    assert (label, len(base64.b64decode(key))) == ("muniment-kek/1", 32)
    assert (
        open_kek(tmp_path).id
        == made.id
        == hashlib.sha256(b"muniment/v1/kek-id" + base64.b64decode(key)).hexdigest()[:16]
    )


def test_a_kek_wraps_by_rfc_3394_and_derives_by_hmac() -> None:
    kek = KeyEncryptionKey(SECRET)
    assert kek.wrap(bytes(32)) == aes_key_wrap(SECRET, bytes(32))
    assert kek.unwrap(kek.wrap(b"k" * 32)) == b"k" * 32
    assert kek.derive("some") == hmac.digest(SECRET, b"muniment/v1/some\x01", "sha256")
    with pytest.raises(WrongKey, match="does not open"):
        KeyEncryptionKey(bytes(32)).unwrap(kek.wrap(bytes(32)))
    with pytest.raises(WrongKey):
        kek.unwrap(b"short")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o601, 0o777])
def test_a_key_file_that_others_may_read_is_refused_with_the_remedy(tmp_path: Path, mode: int) -> None:
    create_kek(tmp_path, Disk())
    (tmp_path / "kek").chmod(mode)
    with pytest.raises(WrongKey, match=f"mode {mode:04o}.*chmod 600"):
        open_kek(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "muniment-kek/1",
        "muniment-kek/1 !!!!\n",
        "muniment-kek/2 " + base64.b64encode(SECRET).decode(),
        "muniment-kek/1 " + base64.b64encode(SECRET[:31]).decode() + "\n",
        "muniment-kek/1 " + base64.b64encode(SECRET).decode() + "\nmore\n",
        "muniment-kek/1 密鑰\n",
    ],
)
def test_a_file_that_is_no_kek_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "kek").write_text(text, "utf-8")
    (tmp_path / "kek").chmod(0o600)
    with pytest.raises(WrongKey):
        open_kek(tmp_path)


def test_a_missing_key_is_not_found_and_a_folder_is_no_key(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="the key-encryption key is missing"):
        open_kek(tmp_path)
    (tmp_path / "kek").mkdir(mode=0o700)
    with pytest.raises(WrongKey, match="cannot be read"):
        open_kek(tmp_path)


@pytest.mark.parametrize(
    ("name", "opened"),
    [("kek", open_kek), ("records.key", lambda folder: open_signer(folder, "records", "example.com/a/records"))],
)
def test_a_key_that_this_user_may_not_open_says_what_to_do(
    name: str, opened: Callable[[Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_kek(tmp_path, Disk())
    create_signer(tmp_path, "records", "example.com/a/records", Disk())
    if os.geteuid():
        (tmp_path / name).chmod(0)
    else:  # the superuser may open everything

        def refuse(path: Path, *_: object) -> str:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

        monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(WrongKey, match=f"{name} may not be opened.*run this as the user that owns the archive"):
        opened(tmp_path)


def test_a_signing_key_signs_for_its_log_alone(tmp_path: Path) -> None:
    made = create_signer(tmp_path, "records", "example.com/a/records", Disk())
    assert stat.S_IMODE((tmp_path / "records.key").stat().st_mode) == 0o600
    assert open_signer(tmp_path, "records", "example.com/a/records").vkey == made.vkey
    with pytest.raises(WrongKey, match=r"signs for example\.com/a/records"):
        open_signer(tmp_path, "records", "example.com/b/records")
    for text in (
        "nothing\n",
        f"muniment-log-key/1 example.com/a/records {base64.b64encode(b'short').decode()}\n",
        "muniment-log-key/1 example.com/a/records !\n",
    ):
        (tmp_path / "records.key").write_text(text)
        with pytest.raises(WrongKey):
            open_signer(tmp_path, "records", "example.com/a/records")
    assert isinstance(made, Signer)


def test_digests_are_keyed_blake2b_of_the_archives_own_keys() -> None:
    kek = KeyEncryptionKey(SECRET)
    names = Pseudonyms(kek)
    digest = hashlib.blake2b(b"a1\nmessage\nm1", key=kek.derive("key-digest"), digest_size=16).digest()
    assert names.key("a1", "message", "m1") == digest
    assert names.content(b"raw") == hashlib.blake2b(b"raw", key=kek.derive("content-digest"), digest_size=16).digest()
    others = Pseudonyms(KeyEncryptionKey(bytes(32))).key("a1", "message", "m1")
    assert len({digest, others, names.key("a2", "message", "m1"), names.key("a1", "span", "m1")}) == 4
    assert len(names.key("a1", "message", "\ud800")) == 16, "what a platform calls an id may be no valid text"


# The key table


@pytest.fixture
def where(tmp_path: Path) -> Location:
    return nowhere("keys", tmp_path)


@pytest.fixture
def table(where: Location) -> Iterator[KeyTable]:
    with closing(KeyTable(where, KeyEncryptionKey(SECRET), Disk(), new=True)) as opened:
        yield opened


def test_a_key_group_is_made_once_and_wrapped_by_the_kek(where: Location, table: KeyTable) -> None:
    number, key = table.ensure_group("2026-11.0")
    assert table.ensure_group("2026-11.0") == (number, key) == table.group("2026-11.0")
    assert table.ensure_group("2026-12.0")[1] != key
    with stranger(where) as keys:
        name, kek, wrapped = keys.execute("SELECT name, kek, wrapped FROM key_group WHERE id = ?", (number,)).fetchone()
    assert (name, kek) == ("2026-11.0", KeyEncryptionKey(SECRET).id)
    assert aes_key_unwrap(SECRET, wrapped) == key
    if isinstance(where, Path):
        assert stat.S_IMODE(where.stat().st_mode) == 0o600


def test_record_keys_go_in_wrapped_and_come_out(table: KeyTable) -> None:
    number, group_key = table.ensure_group("2026-11.0")
    keys = [os.urandom(32) for _ in range(5)]
    table.put("records", [(leaf, number, wrap_key(group_key, key)) for leaf, key in enumerate(keys)])
    rows = table.wrapped("records", 1, 4)
    assert sorted(rows) == [1, 2, 3]
    assert table.unwrap(rows[2][1], "2026-11.0", rows[2][0], 2) == keys[2]
    assert (table.highest("records"), table.highest("audit")) == (4, -1)
    with pytest.raises(Damaged, match="names key group 7"):
        table.unwrap(rows[2][1], "2026-11.0", 7, 2)
    with pytest.raises(WrongKey, match="the key of leaf 2"):
        unwrap_key(bytes(32), rows[2][1], 2)


def test_a_row_that_a_crash_left_is_replaced(table: KeyTable) -> None:
    number, group_key = table.ensure_group("2026-11.0")
    table.put("records", [(0, number, wrap_key(group_key, bytes(32)))])
    table.put("records", [(0, number, wrap_key(group_key, b"n" * 32))])
    assert table.unwrap(table.wrapped("records", 0, 1)[0][1], "2026-11.0", number, 0) == b"n" * 32


@pytest.mark.sqlite
def test_a_destroyed_key_is_in_no_file(tmp_path: Path, table: KeyTable) -> None:
    number, group_key = table.ensure_group("2026-11.0")
    wrapped = [wrap_key(group_key, os.urandom(32)) for _ in range(200)]
    table.put("records", [(leaf, number, key) for leaf, key in enumerate(wrapped)])
    table.destroy("records", [50, 51])
    assert sorted(table.wrapped("records", 49, 53)) == [49, 52]
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert wrapped[49] in held
    assert wrapped[50] not in held and wrapped[51] not in held


@pytest.mark.sqlite
def test_a_reader_in_the_way_of_destruction_is_named(tmp_path: Path, table: KeyTable) -> None:
    number, group_key = table.ensure_group("2026-11.0")
    table.put("records", [(0, number, wrap_key(group_key, bytes(32)))])
    table.database.execute("PRAGMA busy_timeout=10")
    with stranger(tmp_path / "keys.sqlite3") as reader:
        reader.rollback()
        reader.begin_reading()
        reader.execute("SELECT count(*) FROM records_key").fetchone()
        with pytest.raises(Busy, match="still reads the write-ahead log"):
            table.destroy("records", [0])


def test_an_absent_group_is_damage_and_another_kek_is_seen_on_opening(where: Location, table: KeyTable) -> None:
    with pytest.raises(Damaged, match=r"no key group 2020-01\.0"):
        table.group("2020-01.0")
    table.ensure_group("2026-11.0")
    with pytest.raises(WrongKey, match="not the one that this archive's keys were sealed with"):
        KeyTable(where, KeyEncryptionKey(bytes(32)), Disk())


def test_read_only_it_makes_nothing(where: Location, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"is not there|has no schema keys"):
        KeyTable(where, KeyEncryptionKey(SECRET), Disk(), readonly=True)
    assert not exists(where)
    assert list(tmp_path.iterdir()) == []
