"""The message crypto: public vectors of other implementations, our own, and everything that must not open."""

import base64
import hashlib
import random

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from muniment.capture.wechat.crypto import Broken, Key, decrypt, encrypt, is_signed, signature
from muniment.record.errors import Refused
from tests.capture.wechat.conftest import KEY

# Facts (inputs and outputs) that wechatpy's tests and Tencent's own sample program have published for years.
CORP_KEY = Key("123456", "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR", ("wx49f0ab532d5d035a",))
ECHO = "4ByGGj+sVCYcvGeQYhaKIk1o0pQRNbRjxybjTGblXrBaXlTXeOo1+bXFXDQQb1o6co6Yh9Bv41n7hOchLF6p+Q=="
MESSAGE = "RgqEoJj5A4EMYlLvWO1F86ioRjZfaex/gePD0gOXTxpsq5Yj4GNglrBb8I2BAJVODGajiFnXBu7mCPatfjsu6IHCrsTyeDXzF6Bv283dGymzxh6ydJRvZsryDyZbLTE7rhnus50qGPMfp2wASFlzEgMW9z1ef/RD8XzaFYgm7iTdaXpXaG4+BiYyolBug/gYNx410cvkKR2/nPwBiT+P4hIiOAQqGp/TywZBtDh1yCF2KOd0gpiMZ5jSw3e29mTvmUHzkVQiMS6td7vXUaWOMZnYZlF3So2SjHnwh4jYFxdgpkHHqIrH/54SNdshoQgWYEvccTKe7FS709/5t6NMxuGhcUGAPOQipvWTT4dShyqio7mlsl5noTrb++x6En749zCpQVhDpbV6GDnTbcX2e8K9QaNWHp91eBdCRxthuL0="
REPLY = "<xml>\n<MsgType><![CDATA[text]]></MsgType>\n<Content><![CDATA[test]]></Content>\n<FromUserName><![CDATA[wx49f0ab532d5d035a]]></FromUserName>\n<ToUserName><![CDATA[messense]]></ToUserName>\n<AgentID>1</AgentID>\n<CreateTime>1411525903</CreateTime>\n</xml>"
SEALED_REPLY = "9s4gMv99m88kKTh/H8IdkOiMg6bisoy3ypwy9H4hvSPe9nsGaqyw5hhSjdYbcrKk+j3nba4HMOTzHrluLBYqxgNcBqGsL8GqxlhZgURnAtObvesEl5nZ+uBE8bviY0LWke8Zy9V/QYKxNV2FqllNXcfmstttyIkMKCCmVbCFM2JTF5wY0nFhHZSjPUL2Q1qvSUCUld+/WIXrx0oyKQmpB6o8NRrrNrsDf03oxI1p9FxUgMnwKKZeOA/uu+2IEvEBtb7muXsVbwbgX05UPPJvFurDXafG0RQyPR+mf1nDnAtQmmNOuiR5MIkdQ39xn1vWwi1O5oazPoQJz0nTYjxxEE8kv3kFxtAGVRe3ypD3WeK2XeFYFMNMpatF9XiKzHo3"
OFFICIAL_KEY = Key("spamtest", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", ("wx2c2769f8efd9abc2",))
OFFICIAL = "hyzAe4OzmOMbd6TvGdIOO6uBmdJoD0Fk53REIHvxYtJlE2B655HuD0m8KUePWB3+LrPXo87wzQ1QLvbeUgmBM4x6F8PGHQHFVAFmOD2LdJF9FrXpbUAh0B5GIItb52sn896wVsMSHGuPE328HnRGBcrS7C41IzDWyWNlZkyyXwon8T332jisa+h6tEDYsVticbSnyU8dKOIbgU6ux5VTjg3yt+WGzjlpKn6NPhRjpA912xMezR4kw6KWwMrCVKSVCZciVGCgavjIQ6X8tCOp3yZbGpy0VxpAe+77TszTfRd5RJSVO/HTnifJpXgCSUdUue1v6h0EIBYYI1BD1DlD+C0CR8e6OewpusjZ4uBl9FyJvnhvQl+q5rv1ixrcpCumEPo5MJSgM9ehVsNPfUM669WuMyVWQLCzpu9GhglF2PE="


def test_the_public_vectors_of_a_corporation() -> None:
    assert is_signed("dd6b9c95b495b3f7e2901bfbc76c664930ffdb96", "123456", "1411443780", "437374425", ECHO)
    assert not is_signed("dd6b9c95b495b3f7e2901bfbc76c664930ffdb96", "123456", "1411443780", "437374424", ECHO)
    assert decrypt(CORP_KEY, ECHO) == b"5927782489442352469"
    assert is_signed("74d92dfeb87ba7c714f89d98870ae5eb62dff26d", "123456", "1411525903", "461056294", MESSAGE)
    assert b"<Content><![CDATA[test]]></Content>" in decrypt(CORP_KEY, MESSAGE)
    assert encrypt(CORP_KEY, REPLY.encode(), b"1234567890123456") == SEALED_REPLY
    assert is_signed("407518b7649e86ef23978113f92d27afa9296533", "123456", "1411525903", "461056294", SEALED_REPLY)


def test_the_public_vector_of_an_official_account() -> None:
    assert is_signed("5d197aaffba7e9b25a30732f161a50dee96bd5fa", "spamtest", "1409735669", "1320562132", OFFICIAL)
    assert b"<Content><![CDATA[abcdteT]]></Content>" in decrypt(OFFICIAL_KEY, OFFICIAL)
    assert signature("789", "456", "123") == "f7c3bc1d808e04732adf679965ccc34ca7ae3441"
    assert signature("spamtest", "1409735669", "1320562132") == "16120ec1b8dbb870f510d87ce6bc2463eae6ca1a"


@given(st.binary(max_size=200), st.binary(min_size=16, max_size=16))
def test_what_is_encrypted_comes_back(message: bytes, chance: bytes) -> None:
    text = encrypt(KEY, message, chance)
    assert decrypt(KEY, text) == message
    assert len(base64.b64decode(text)) % 32 == 0


@given(st.lists(st.text(max_size=10), min_size=1, max_size=5))
def test_the_signature_is_that_of_the_sorted_texts(parts: list[str]) -> None:
    expected = hashlib.sha1("".join(sorted(parts)).encode("utf-8", "surrogatepass")).hexdigest()
    assert signature(*parts) == signature(*reversed(parts)) == expected


def test_a_message_to_somebody_else_does_not_open() -> None:
    other = Key(KEY.token, KEY.encoding_aes_key, ("ww2",))
    with pytest.raises(Broken):
        decrypt(other, encrypt(KEY, b"<xml/>"))
    both = Key(KEY.token, KEY.encoding_aes_key, ("ww2", KEY.receivers[0]))
    assert decrypt(both, encrypt(KEY, b"<xml/>")) == b"<xml/>"


def sealed_bytes(plain: bytes) -> str:
    encryptor = Cipher(algorithms.AES(KEY.aes), modes.CBC(KEY.aes[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


@pytest.mark.parametrize(
    "plain",
    [bytes(32), b"\x20" * 32, b"\x01" * 31 + b"\x00", b"\x10" * 32, b"r" * 16 + b"\xff\xff\xff\xff" + b"\x0c" * 12,
     b"r" * 16 + b"\x00\x00\x00\x08" + b"\x04" * 12, b"\x1f" * 32, b"r" * 31 + b"\x21"],
)  # fmt: skip
def test_a_plaintext_of_another_form_does_not_open(plain: bytes) -> None:
    with pytest.raises(Broken):
        decrypt(KEY, sealed_bytes(plain))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!",
        "AAAA",
        "你好",
        base64.b64encode(bytes(31)).decode(),
        base64.b64encode(bytes(16)).decode(),
        base64.b64encode(bytes(32)).decode(),
        ECHO + "=",
        ECHO[:-2],
        " " + ECHO,
    ],
)
def test_what_is_no_ciphertext_does_not_open(text: str) -> None:
    with pytest.raises(Broken):
        decrypt(KEY, text)


def test_noise_does_not_open() -> None:
    for number in range(2000):
        rnd = random.Random(number)
        with pytest.raises(Broken):
            decrypt(KEY, base64.b64encode(rnd.randbytes(32 * rnd.randrange(1, 6))).decode())


@pytest.mark.parametrize(
    "token, key, receivers",
    [
        ("", KEY.encoding_aes_key, ("a",)),
        ("t", "", ("a",)),
        ("t", "short", ("a",)),
        ("t", "你" * 43, ("a",)),
        ("t", KEY.encoding_aes_key + "x", ("a",)),
        ("t", KEY.encoding_aes_key, ()),
    ],
)
def test_a_key_of_another_form_is_refused(token: str, key: str, receivers: tuple[str, ...]) -> None:
    with pytest.raises(Refused):
        Key(token, key, receivers)


def test_a_key_shows_nothing() -> None:
    assert KEY.token not in repr(KEY) and KEY.encoding_aes_key not in repr(KEY)
