"""Seals the secrets of second factors that have to be known again: of authenticator apps, and of recovery codes.

AES-256-GCM (NIST SP 800-38D) under a key derived from the key-encryption key, with a nonce of its own for each: whoever has
the desk's database or a backup of it makes no code. The key stands in the keys folder and in its backups, so a restored
archive knows everybody's app.

Trust: a secret that does not open is never taken for another one, an empty one least of all.
"""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from muniment.record.errors import WrongKey
from muniment.vault.kek import KeyEncryptionKey

_PURPOSE = "second-factors"
_FORM = "1."
"""Begins what is sealed in this way."""
_NONCE = 12


def seal(kek: KeyEncryptionKey, secret: str) -> str:
    """The secret as it is kept: `1.` and, in base64, the nonce and what is sealed."""
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(kek.derive(_PURPOSE)).encrypt(nonce, secret.encode(), _FORM.encode())
    return _FORM + urlsafe_b64encode(nonce + sealed).decode()


def unseal(kek: KeyEncryptionKey, kept: str) -> str:
    """Undo `seal`; raises WrongKey for what was not sealed under this key."""
    try:
        given = urlsafe_b64decode(kept.removeprefix(_FORM)) if kept.startswith(_FORM) else b""
        return AESGCM(kek.derive(_PURPOSE)).decrypt(given[:_NONCE], given[_NONCE:], _FORM.encode()).decode()
    except (InvalidTag, Error, ValueError):
        raise WrongKey(
            "the secret of a second factor does not open with the key-encryption key in MUNIMENT_KEYS; restore the"
            " desk's database and the keys from backups of one archive, or make the user a new set-up code"
        ) from None
