"""The platform's message crypto (WXBizMsgCrypt): who signed, what was said, and to whom it was addressed.

Signature: SHA-1 over token, timestamp, nonce and ciphertext, sorted and put together. Cipher: AES-256-CBC, the key being 32 bytes
in base64 without its last `=`, the vector the key's first 16 bytes, padding PKCS#7 with a block of 32. Plaintext: 16 random
bytes, the length in 4 bytes, the message, the receiver's id.

Trust: SHA-1 and CBC are the platform's choice. The signature, whose token nobody else knows, is compared before anything is
decrypted, in constant time, so that no padding can be tried out.
"""

import base64
import binascii
import hashlib
import hmac
import os
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from muniment.record.errors import Refused

BLOCK = 32
RANDOM = 16


class Broken(Exception):
    """What was decrypted is not of the form, or is addressed to somebody else."""


@dataclass(frozen=True, slots=True)
class Key:
    """What the operator and the platform share: the token, the EncodingAESKey of 43 characters, and the receivers' ids.

    A receiver is the corporation's id, the account's AppId, or a suite's id. Raises Refused for a key of another form.
    """

    token: str = field(repr=False)
    encoding_aes_key: str = field(repr=False)
    receivers: tuple[str, ...]
    aes: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        try:
            aes = base64.b64decode(self.encoding_aes_key + "=", validate=True)
        except (binascii.Error, ValueError):
            aes = b""
        if len(aes) != 32 or not self.token or not self.receivers:
            raise Refused(
                "expected a token, an EncodingAESKey of 43 letters and digits, and the receiver's id; copy them again"
            )
        object.__setattr__(self, "aes", aes)


def signature(*parts: str) -> str:
    """The platform's signature over texts, in any order: lower-case hex."""
    return hashlib.sha1("".join(sorted(parts)).encode("utf-8", "surrogatepass"), usedforsecurity=True).hexdigest()  # noqa: S324


def is_signed(given: str, *parts: str) -> bool:
    """Whether `given` is the signature over the parts; takes the same time either way."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), signature(*parts).encode())


def decrypt(key: Key, text: str) -> bytes:
    """The message in a ciphertext (base64). Raises Broken."""
    try:
        sealed = base64.b64decode(text, validate=True)
        if not sealed or len(sealed) % BLOCK:
            raise Broken("length")
        decryptor = Cipher(algorithms.AES(key.aes), modes.CBC(key.aes[:16])).decryptor()
        unpadder = PKCS7(BLOCK * 8).unpadder()
        plain = unpadder.update(decryptor.update(sealed) + decryptor.finalize()) + unpadder.finalize()
    except ValueError:  # base64's and the padding's own errors are of this kind
        raise Broken("form") from None
    length = int.from_bytes(plain[RANDOM : RANDOM + 4], "big")
    end = RANDOM + 4 + length
    if len(plain) < RANDOM + 4 or end > len(plain):
        raise Broken("length")
    receiver = plain[end:]
    if not any(hmac.compare_digest(receiver, known.encode()) for known in key.receivers):
        raise Broken("receiver")
    return plain[RANDOM + 4 : end]


def encrypt(key: Key, message: bytes, chance: bytes | None = None) -> str:
    """A message as the platform would encrypt it, addressed to the first receiver; `chance` is 16 bytes, random unless given."""
    head = os.urandom(RANDOM) if chance is None else chance
    plain = head + len(message).to_bytes(4, "big") + message + key.receivers[0].encode()
    padder = PKCS7(BLOCK * 8).padder()
    encryptor = Cipher(algorithms.AES(key.aes), modes.CBC(key.aes[:16])).encryptor()
    sealed = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
    return base64.b64encode(sealed).decode()
