"""Envelopes against their definition, computed here with other code: HKDF-Expand, HMAC and AES-GCM of `cryptography`."""

import hashlib
import hmac
import os

import pytest
import zstandard
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from hypothesis import given
from hypothesis import strategies as st

from muniment.record.errors import Damaged, WrongKey
from muniment.vault.envelope import COMPRESS_FROM, LARGE, OVERHEAD, mac, seal, subkeys, unseal

KEY = bytes(range(32))
NONCE = bytes(range(100, 112))
LEAF_ID, SOURCE = "01980000-0000-7000-8000-000000000000", "a0123456789abcdef"

keys = st.binary(min_size=32, max_size=32)
nonces = st.binary(min_size=12, max_size=12)
payloads = st.one_of(
    st.binary(max_size=3000),
    st.builds(lambda piece, times: piece * times, st.binary(min_size=1, max_size=40), st.integers(1, 400)),
)


def expand(key: bytes, info: bytes) -> bytes:
    return HKDFExpand(hashes.SHA256(), 32, info).derive(key)


@given(keys)
def test_the_subkeys_are_hkdf_expand(key: bytes) -> None:
    assert subkeys(key) == (expand(key, b"muniment/v1/enc"), expand(key, b"muniment/v1/mac"))


@given(keys, payloads)
def test_the_mac_is_hmac_sha256(key: bytes, payload: bytes) -> None:
    assert mac(key, payload) == hmac.digest(key, payload, "sha256")


def test_known_answers_that_must_never_change() -> None:
    encryption_key, mac_key = subkeys(KEY)
    assert encryption_key.hex() == expand(KEY, b"muniment/v1/enc").hex()
    assert (
        hashlib.sha256(encryption_key + mac_key).hexdigest()
        == "eaba2faa9fc7cde76442898c349352d8f3fcdcee330e2ec8efbe30277fb8ff91"
    )
    envelope = seal(b'{"by":"ndjson"}\nhello', encryption_key, NONCE, LEAF_ID, SOURCE)
    assert (
        envelope.hex()
        == "01006465666768696a6b6c6d6e6f70f091ad59eed60cd14e2de620a8b4d0f4c505edca8e461a07529ba5ae998e34b8b596573b"
    )
    assert (
        mac(mac_key, b'{"by":"ndjson"}\nhello').hex()
        == "fa043b6daa1ac3b8118b24ca2b30434855b033426f76527b7f007d575a0017e8"
    )


@given(keys, nonces, payloads)
def test_an_envelope_is_what_its_layout_says(key: bytes, nonce: bytes, payload: bytes) -> None:
    envelope = seal(payload, subkeys(key)[0], nonce, LEAF_ID, SOURCE)
    head = envelope[:2]
    assert head in {b"\x01\x00", b"\x01\x01"} and envelope[2:14] == nonce
    aad = b"muniment/v1/envelope\n" + head + f"{LEAF_ID}\n{SOURCE}".encode()
    body = AESGCM(expand(key, b"muniment/v1/enc")).decrypt(nonce, envelope[14:], aad)
    compressed = head == b"\x01\x01"
    assert (zstandard.ZstdDecompressor().decompress(body) if compressed else body) == payload
    assert not compressed or (len(payload) >= COMPRESS_FROM and len(body) < len(payload))
    assert len(envelope) == OVERHEAD + len(body)


@given(keys, nonces, payloads)
def test_what_is_sealed_is_opened_again(key: bytes, nonce: bytes, payload: bytes) -> None:
    envelope = seal(payload, subkeys(key)[0], nonce, LEAF_ID, SOURCE)
    assert unseal(envelope, key, LEAF_ID, SOURCE, len(payload)) == (payload, subkeys(key)[1])


@given(st.data(), st.sampled_from([b"short", b"long" * 1000]))
def test_any_changed_bit_is_refused(data: st.DataObject, payload: bytes) -> None:
    envelope = bytearray(seal(payload, subkeys(KEY)[0], NONCE, LEAF_ID, SOURCE))
    place = data.draw(st.integers(0, len(envelope) * 8 - 1))
    envelope[place // 8] ^= 1 << place % 8
    with pytest.raises((Damaged, WrongKey)):
        unseal(bytes(envelope), KEY, LEAF_ID, SOURCE, len(payload))


@pytest.mark.parametrize(
    ("key", "leaf_id", "source"),
    [
        (bytes(32), LEAF_ID, SOURCE),
        (KEY, LEAF_ID.replace("8", "9"), SOURCE),
        (KEY, LEAF_ID, "a1"),
        (KEY, LEAF_ID + "\n", SOURCE),
    ],
)
def test_an_envelope_stands_in_no_other_place(key: bytes, leaf_id: str, source: str) -> None:
    envelope = seal(b"payload", subkeys(KEY)[0], NONCE, LEAF_ID, SOURCE)
    with pytest.raises(WrongKey, match="does not open with its key"):
        unseal(envelope, key, leaf_id, source, 7)


@pytest.mark.parametrize("size", [0, 6, 8, 10**9])
@pytest.mark.parametrize("payload", [b"payload", b"payload" * 1000])
def test_a_size_that_its_leaf_does_not_say_is_damage(payload: bytes, size: int) -> None:
    envelope = seal(payload, subkeys(KEY)[0], NONCE, LEAF_ID, SOURCE)
    with pytest.raises(Damaged, match="bytes"):
        unseal(envelope, KEY, LEAF_ID, SOURCE, size)


@pytest.mark.parametrize(
    "envelope", [b"", b"\x01", b"\x01\x00" + bytes(27), b"\x02\x00" + bytes(40), b"\x01\x02" + bytes(40)]
)
def test_what_is_no_envelope_is_damage(envelope: bytes) -> None:
    with pytest.raises(Damaged, match="unknown version or compression"):
        unseal(envelope, KEY, LEAF_ID, SOURCE, 0)


def test_a_payload_that_does_not_shrink_is_not_compressed() -> None:
    noise = b"".join(hashlib.sha256(bytes([place])).digest() for place in range(64))
    assert seal(noise, subkeys(KEY)[0], NONCE, LEAF_ID, SOURCE)[1] == 0
    assert seal(b"a" * COMPRESS_FROM, subkeys(KEY)[0], NONCE, LEAF_ID, SOURCE)[1] == 1
    assert seal(b"a" * (COMPRESS_FROM - 1), subkeys(KEY)[0], NONCE, LEAF_ID, SOURCE)[1] == 0


@pytest.mark.parametrize("size", [LARGE - 1, LARGE, LARGE + 1, 3 * LARGE])
@pytest.mark.parametrize("what", ["random", "text", "random with text in the middle"])
def test_a_large_payload_is_sealed_as_a_small_one_is(size: int, what: str) -> None:
    payload = b"all the same words " * (size // 19 + 1) if what == "text" else os.urandom(size)
    if what == "random with text in the middle":
        payload = payload[: size // 2] + bytes(size // 4) + payload[size // 2 :]
    payload = payload[:size]
    encryption_key, mac_key = subkeys(KEY)
    envelope = seal(payload, encryption_key, NONCE, LEAF_ID, SOURCE)
    assert type(envelope) is bytes and envelope[2:14] == NONCE
    assert (envelope[1] == 1) == (what != "random")
    assert (len(envelope) == OVERHEAD + size) == (what == "random")
    assert unseal(envelope, KEY, LEAF_ID, SOURCE, size) == (payload, mac_key)
