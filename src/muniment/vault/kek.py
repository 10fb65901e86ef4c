"""The key-encryption key: one file in MUNIMENT_KEYS that opens every key group, and with them everything.

Adapters for PKCS#11, KMS and Vault take the same two calls: wrap and unwrap 32 bytes (AES-KW, RFC 3394).
Trust: whoever reads this file and the archive reads all content; losing it loses all content.
"""

import base64
import binascii
import hashlib
import hmac
import os
import stat
from pathlib import Path

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from muniment.record.errors import NotFound, WrongKey
from muniment.vault.durable import Disk

NAME = "kek"
_LABEL = "muniment-kek/1"


class KeyEncryptionKey:
    """32 random bytes from a file; `id` names them without disclosing them."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.id = hashlib.sha256(b"muniment/v1/kek-id" + key).hexdigest()[:16]

    def wrap(self, key: bytes) -> bytes:
        """Wrap a 32-byte key; 40 bytes."""
        return aes_key_wrap(self._key, key)

    def unwrap(self, wrapped: bytes) -> bytes:
        """Undo `wrap`; raises WrongKey."""
        try:
            return aes_key_unwrap(self._key, wrapped)
        except (InvalidUnwrap, ValueError):
            raise WrongKey(
                "a key group does not open with the key-encryption key in MUNIMENT_KEYS; it is another archive's, or the key table is damaged"
            ) from None

    def derive(self, purpose: str) -> bytes:
        """A 32-byte key for `purpose` that is not a record's: SHA-256 in HMAC form keyed by the KEK (HKDF-Expand, one block)."""
        return hmac.digest(self._key, f"muniment/v1/{purpose}".encode() + b"\x01", "sha256")


def create_kek(folder: Path, disk: Disk) -> KeyEncryptionKey:
    """Make a new key-encryption key file, readable by its owner alone."""
    key = os.urandom(32)
    disk.put_now(folder / NAME, f"{_LABEL} {base64.b64encode(key).decode()}\n".encode())
    return KeyEncryptionKey(key)


def read_secret(path: Path, what: str) -> str:
    """The text of a key file; raises NotFound when it is absent, WrongKey when others may read it."""
    try:
        mode = path.stat().st_mode
        text = path.read_text("ascii")
    except (FileNotFoundError, NotADirectoryError):
        raise NotFound(
            "{what} is missing: {file} is not there; set MUNIMENT_KEYS to the folder that holds it, or restore it",
            what=what,
            file=str(path),
        ) from None
    except PermissionError:
        raise WrongKey(
            "{what} cannot be read: {file} may not be opened by this user; run this as the user that owns the archive",
            what=what,
            file=str(path),
        ) from None
    except OSError as error:
        raise WrongKey(
            "{what} cannot be read from {file}: {reason}; repair the disk, or restore the file from its backup",
            what=what,
            file=str(path),
            reason=error.strerror,
        ) from None
    except UnicodeDecodeError:
        raise WrongKey(
            "{what} is not what {file} holds: expected one line of ASCII text; restore it from its backup",
            what=what,
            file=str(path),
        ) from None
    if stat.S_IMODE(mode) & 0o077:
        raise WrongKey(
            "{file} may be read by others (mode {mode}); run: chmod 600 {file}",
            file=str(path),
            mode=f"{stat.S_IMODE(mode):04o}",
        )
    return text


def open_kek(folder: Path) -> KeyEncryptionKey:
    """Read the key-encryption key; raises NotFound or WrongKey."""
    label, _, encoded = read_secret(folder / NAME, "the key-encryption key").removesuffix("\n").partition(" ")
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if label != _LABEL or len(key) != 32:
        raise WrongKey(
            "{file} is not a key-encryption key; expected one line, `muniment-kek/1` and 32 bytes in base64",
            file=str(folder / NAME),
        )
    return KeyEncryptionKey(key)
