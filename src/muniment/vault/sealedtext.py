"""Small secrets at rest: settings of a connector, ids of files that are still to be fetched.

AES-256-GCM under a key derived from the key-encryption key for one purpose; what a text is about is bound to it, so that
one cannot stand in another's place. Layout: version 0x01, 12-byte nonce, ciphertext and tag.

Trust: whoever reads the key-encryption key reads these; whoever reads the database alone reads none.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from muniment.record.errors import WrongKey
from muniment.vault.kek import KeyEncryptionKey

_VERSION = b"\x01"
_NONCE = 12


class SealedText:
    """Seals and opens the small texts of one purpose."""

    def __init__(self, kek: KeyEncryptionKey, purpose: str) -> None:
        self._cipher = AESGCM(kek.derive(f"text/{purpose}"))

    def seal(self, text: bytes, about: str) -> bytes:
        """The sealed form of `text`, which opens only as what it is `about`."""
        nonce = os.urandom(_NONCE)
        return _VERSION + nonce + self._cipher.encrypt(nonce, text, _VERSION + about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """Undo `seal`; raises WrongKey."""
        data = bytes(sealed)
        try:
            if data[:1] != _VERSION:
                raise InvalidTag
            return self._cipher.decrypt(data[1 : 1 + _NONCE], data[1 + _NONCE :], _VERSION + about.encode())
        except (InvalidTag, ValueError):
            raise WrongKey(
                "a setting does not open with the key-encryption key in MUNIMENT_KEYS; it is another archive's, or was changed;"
                " enter it again"
            ) from None
