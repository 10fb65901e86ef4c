"""The firm's private keys by version, with which the random key of each message is opened.

An old version is never thrown away: turning the key at the platform re-encrypts nothing that was archived before.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from muniment.record.errors import Refused

BITS = 2048


class KeyPair(NamedTuple):
    """A new key: what the firm keeps, and what it pastes into the platform's form. PEM."""

    private: bytes
    public: bytes


class Keys:
    """Private keys by `publickey_ver`; PEM in PKCS#1 or PKCS#8. Raises Refused for what is no RSA key."""

    def __init__(self, keys: Mapping[int, bytes]) -> None:
        self._keys: dict[int, rsa.RSAPrivateKey] = {}
        for version, pem in keys.items():
            try:
                key = load_pem_private_key(pem, None)
            except (ValueError, TypeError, UnsupportedAlgorithm):
                key = None
            if not isinstance(key, rsa.RSAPrivateKey):
                raise Refused(
                    "expected an RSA private key without a password (PEM) as version {version}, got something else",
                    version=version,
                )
            self._keys[version] = key

    @property
    def versions(self) -> tuple[int, ...]:
        """The versions there are."""
        return tuple(sorted(self._keys))

    @property
    def fingerprint(self) -> str:
        """Names these keys, by their versions and public halves: SHA-256, lower-case hex."""
        found = hashlib.sha256()
        for version in self.versions:
            public = self._keys[version].public_key()
            found.update(f"{version}\n".encode() + public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
        return found.hexdigest()

    def open(self, version: int, random_key: str) -> bytes | None:
        """The random key of a message (base64, RSA PKCS#1 v1.5), None where it does not open. Raises KeyError without the version.

        A wrong key may give other bytes in place of a refusal, on purpose (implicit rejection): the library then says 10008.
        """
        key = self._keys[version]
        try:
            return key.decrypt(base64.b64decode(random_key, validate=True), padding.PKCS1v15())
        except (ValueError, binascii.Error):
            return None


def new_pair() -> KeyPair:
    """A fresh key for the next version."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    return KeyPair(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    )
