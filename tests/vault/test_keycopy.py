"""A copy of the keys opens with its passphrase alone, and any change of a byte is noticed."""

from pathlib import Path

import pytest

from muniment.cli.main import main
from muniment.record.errors import Damaged, NotFound, Refused, WrongKey
from muniment.vault import keycopy
from muniment.vault.durable import Disk
from tests.archives import Place

PHRASE = "correct horse battery staple"
FILES = {"audit.key": "a\n", "kek": "b\n", "records.key": "c\n"}


@pytest.fixture(scope="module")
def copy() -> bytes:
    return keycopy.seal("example.com/a", FILES, PHRASE)


def test_it_holds_what_was_put_in(copy: bytes) -> None:
    assert keycopy.open(copy, PHRASE) == keycopy.Copy("example.com/a", FILES)


def test_the_keys_of_an_archive_are_read_and_compared(pristine: Place) -> None:
    files = keycopy.read(pristine.keys)
    data = keycopy.seal("example.com/test", files, PHRASE)

    assert sorted(keycopy.compare(keycopy.open(data, PHRASE), "example.com/test", files)) == sorted(keycopy.NAMES)


@pytest.mark.parametrize("place", [0, 16, 31, 32, 43, 44, -1])
def test_a_changed_byte_is_noticed(copy: bytes, place: int) -> None:
    changed = bytearray(copy)
    changed[place] ^= 1
    with pytest.raises((Refused, WrongKey)):
        keycopy.open(bytes(changed), PHRASE)


@pytest.mark.parametrize("data", [b"", b"muniment keys 1\n", b"muniment keys 1\n" + bytes(44), bytes(100_000)])
def test_what_is_no_copy_is_refused(data: bytes) -> None:
    with pytest.raises((Refused, WrongKey)):
        keycopy.open(data, PHRASE)


def test_keys_of_another_archive_or_of_another_day_are_not_the_same(copy: bytes) -> None:
    opened = keycopy.open(copy, PHRASE)
    with pytest.raises(WrongKey, match="is of the keys of"):
        keycopy.compare(opened, "example.com/b", FILES)
    with pytest.raises(WrongKey, match="does not hold"):
        keycopy.compare(opened, "example.com/a", {**FILES, "kek": "d\n"})
    with pytest.raises(WrongKey, match="does not hold"):
        keycopy.compare(opened, "example.com/a", {"kek": "b\n"})


def test_a_passphrase_that_is_too_short_is_refused() -> None:
    with pytest.raises(Refused, match="at least 12"):
        keycopy.seal("example.com/a", FILES, "eleven char")


def test_the_same_passphrase_in_another_form_opens_it() -> None:
    data = keycopy.seal("example.com/a", FILES, "Ångström passphrase")
    assert keycopy.open(data, "A\u030angstro\u0308m passphrase").files == FILES


def test_a_key_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(Damaged, match=r"audit\.key"):
        keycopy.read(tmp_path)


def test_lost_keys_are_put_back_and_open_the_archive_again(
    place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("MUNIMENT_HOME", "MUNIMENT_KEYS"):
        monkeypatch.setenv(name, place.environment[name])
    with place.open() as archive:
        origin = archive.home.origin
    copy, phrase = tmp_path / "copy", tmp_path / "phrase"
    copy.write_bytes(keycopy.seal(origin, keycopy.read(place.keys), PHRASE))
    phrase.write_text(f"{PHRASE}\n", "utf-8")
    for name in keycopy.NAMES:
        (place.keys / name).unlink()
    with pytest.raises(NotFound):
        place.open()

    assert main(["key", "restore", str(copy), "--passphrase-file", str(phrase)]) == 0
    assert {(place.keys / name).stat().st_mode & 0o777 for name in keycopy.NAMES} == {0o600}
    with place.open() as archive:
        assert archive.home.origin == origin
    assert main(["key", "restore", str(copy), "--passphrase-file", str(phrase)]) == 0


def test_a_key_that_is_there_is_never_written_over(place: Place, tmp_path: Path) -> None:
    files = {**keycopy.read(place.keys), "kek": "another\n"}
    before = (place.keys / "kek").read_bytes()
    with pytest.raises(Refused, match="holds another key"):
        keycopy.put_back(keycopy.Copy("example.com/test", files), place.keys, Disk())
    assert (place.keys / "kek").read_bytes() == before


@pytest.mark.parametrize("arguments", [[], ["missing"]])
def test_a_copy_that_is_not_named_or_not_there_is_refused(
    place: Place, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setenv("MUNIMENT_HOME", str(place.home))
    monkeypatch.setenv("MUNIMENT_KEYS", str(place.keys))
    assert main(["key", "restore", *arguments]) == Refused.exit_code
