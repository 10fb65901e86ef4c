import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from muniment.proof import note, verifier
from muniment.proof.verifier import Invalid

ORDER = 2**252 + 27742317777372353535851937790883648493

# RFC 8032 §7.1, tests 1 to 3 and SHA(abc): public key, message, signature.
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize("check", [verifier.verify_ed25519, note.verify])
@pytest.mark.parametrize("public, message, signature", RFC_8032)
def test_the_examples_of_the_rfc_check(check: verifier.Check, public: str, message: str, signature: str) -> None:
    check(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))


@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=200), flip=st.integers(0, 96 * 8 - 1))
def test_ours_and_the_library_agree_on_true_and_flipped_signatures(seed: bytes, message: bytes, flip: int) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    both = key.public_key().public_bytes_raw() + key.sign(message)
    verifier.verify_ed25519(both[:32], message, both[32:])
    note.verify(both[:32], message, both[32:])
    bad = (int.from_bytes(both, "little") ^ 1 << flip).to_bytes(96, "little")
    for check in (verifier.verify_ed25519, note.verify):
        with pytest.raises(Invalid):
            check(bad[:32], message, bad[32:])


@pytest.mark.parametrize("check", [verifier.verify_ed25519, note.verify])
def test_a_second_spelling_of_a_signature_is_refused(check: verifier.Check) -> None:
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    public, signature = key.public_key().public_bytes_raw(), key.sign(b"text")
    check(public, b"text", signature)
    larger = int.from_bytes(signature[32:], "little") + ORDER
    with pytest.raises(Invalid, match="not below the order"):
        check(public, b"text", signature[:32] + larger.to_bytes(32, "little"))


@pytest.mark.parametrize("check", [verifier.verify_ed25519, note.verify])
@pytest.mark.parametrize("sizes", [(31, 64), (33, 64), (32, 63), (32, 65), (0, 0)])
def test_wrong_lengths_are_refused(check: verifier.Check, sizes: tuple[int, int]) -> None:
    with pytest.raises(Invalid, match="32 and a signature of 64"):
        check(bytes(sizes[0]), b"", bytes(sizes[1]))


@pytest.mark.parametrize("check", [verifier.verify_ed25519, note.verify])
def test_a_key_that_is_no_point_of_the_curve_is_refused(check: verifier.Check) -> None:
    signature = Ed25519PrivateKey.from_private_bytes(b"k" * 32).sign(b"text")
    with pytest.raises(Invalid):
        check((2).to_bytes(32, "little"), b"text", signature)


def test_the_key_that_signs_everything_is_refused() -> None:
    # With the neutral element as key, R = [S]B fits every message.
    identity, signature = (1).to_bytes(32, "little"), RFC_8032[0][0][:64] + (0).to_bytes(32, "little").hex()
    with pytest.raises(Invalid, match="small order"):
        verifier.verify_ed25519(identity, b"anything", bytes.fromhex(signature))
