"""The secrets of authenticator apps and recovery codes lie sealed, open after a restore, and under no other key."""

import os
import sqlite3
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.desk.desk import Desk
from muniment.desk.people.signin.sealing import seal, unseal
from muniment.record.errors import WrongKey
from muniment.vault.kek import KeyEncryptionKey
from tests.archives import Place
from tests.desk.people.helpers import browser, sign_in, totp, with_password
from tests.firms import MakeUser

ONE, OTHER = KeyEncryptionKey(b"1" * 32), KeyEncryptionKey(b"2" * 32)


@given(st.text(st.characters(codec="utf-8")))
def test_what_is_sealed_opens_and_never_looks_twice_the_same(secret: str) -> None:
    first, second = seal(ONE, secret), seal(ONE, secret)

    assert first != second
    assert unseal(ONE, first) == unseal(ONE, second) == secret


@pytest.mark.parametrize(
    "kept",
    ["", "1.", "1.AAAA", "JBSWY3DPEHPK3PXP", "1.é", pytest.param(seal(OTHER, "JBSWY3DPEHPK3PXP"), id="another key")],
)
def test_what_was_not_sealed_under_this_key_is_no_secret(kept: str) -> None:
    with pytest.raises(WrongKey):
        unseal(ONE, kept)


@given(st.integers(0, 60), st.integers(0, 7))
def test_one_bit_changed_is_noticed(place: int, bit: int) -> None:
    from base64 import urlsafe_b64decode, urlsafe_b64encode

    raw = bytearray(urlsafe_b64decode(seal(ONE, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")[2:]))
    raw[place % len(raw)] ^= 1 << bit
    with pytest.raises(WrongKey):
        unseal(ONE, "1." + urlsafe_b64encode(raw).decode())


def test_no_secret_of_a_factor_lies_in_the_database_and_its_codes_work_after_a_restore(
    desk: Desk, user_as: MakeUser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from allauth.mfa.models import Authenticator
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP

    from muniment.desk.archive.backup import back_up
    from muniment.desk.archive.restore import restore
    from muniment.desk.schema import use
    from tests.firms import home_of, let_go

    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    user = with_password(user_as("compliance", name="c.fung"))
    TOTP.activate(user, secret)
    codes = RecoveryCodes.activate(user).generate_codes()
    kept = repr(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert not any(code in kept for code in codes)

    if isinstance(desk.archive.home.desk, Path):
        back_up(desk, tmp_path / "archive", tmp_path / "keys")
        with sqlite3.connect(tmp_path / "archive" / "desk.sqlite3") as copy:
            assert secret not in repr(copy.execute("SELECT data FROM mfa_authenticator").fetchall())
        place = Place(tmp_path / "home2", tmp_path / "keys2")
        restore(tmp_path / "archive", tmp_path / "keys", place.home, place.keys, print, "system:test")
        let_go()
        monkeypatch.setenv("MUNIMENT_HOME", os.fspath(place.home))
        monkeypatch.setenv("MUNIMENT_KEYS", os.fspath(place.keys))
        use(home_of(place))
    for code in (totp(secret, time.time()), codes[0]):
        client = browser()
        assert sign_in(client, "c.fung").headers["Location"] == "/sign-in/code/"
        assert client.post("/sign-in/code/", {"code": code}).status_code == 302
        assert client.get("/people/").status_code == 200
    let_go()
