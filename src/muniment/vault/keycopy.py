"""A copy of an archive's keys in one file, which a passphrase opens: what somebody keeps in a safe, apart from the archive.

It holds the key-encryption key and the two signing keys. The table of record keys is not in it: that grows with the archive,
opens with the first of these, and is part of every backup.

The file: the line MAGIC, 16 bytes of salt, 12 of nonce, then AES-256-GCM (the tag last) over canonical JSON `{"files": {name:
text}, "origin": …}`, with MAGIC and salt as additional data. The key is scrypt (N = 2^17, r = 8, p = 1, RFC 7914) of the
passphrase in UTF-8, NFKC. Trust: the passphrase alone; the file may lie anywhere.
"""

import hashlib
import json
import os
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from muniment.record.codec import canonical
from muniment.record.errors import Damaged, Refused, WrongKey
from muniment.vault.durable import Disk

MAGIC = b"muniment keys 1\n"
NAMES = ("audit.key", "kek", "records.key")
SALT_BYTES, NONCE_BYTES = 16, 12
SHORTEST = 12
"""Characters of a passphrase."""
LARGEST = 64 * 1024
"""Bytes of such a file."""
_N, _R, _P = 1 << 17, 8, 1


@dataclass(frozen=True, slots=True)
class Copy:
    """What a copy holds: whose keys they are, and each file's text by its name."""

    origin: str
    files: Mapping[str, str]


def read(folder: Path) -> dict[str, str]:
    """The keys in use, by file name; raises Damaged when one cannot be read."""
    found = {}
    for name in NAMES:
        try:
            found[name] = (folder / name).read_text("ascii")
        except (OSError, UnicodeDecodeError):
            raise Damaged("the key file {file} cannot be read; restore it from its backup", file=name) from None
    return found


def seal(origin: str, files: Mapping[str, str], passphrase: str) -> bytes:
    """The copy as the bytes of a file; raises Refused for a passphrase that is too short."""
    if len(passphrase) < SHORTEST:
        raise Refused(
            "the passphrase has {got} characters; expected at least {least}", got=len(passphrase), least=SHORTEST
        )
    salt, nonce = os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
    body = canonical({"files": dict(files), "origin": origin})
    return MAGIC + salt + nonce + AESGCM(_key(passphrase, salt)).encrypt(nonce, body, MAGIC + salt)


def open(data: bytes, passphrase: str) -> Copy:
    """What a file holds; raises Refused when it is no copy of keys, WrongKey when the passphrase does not open it."""
    head = len(MAGIC) + SALT_BYTES
    if not data.startswith(MAGIC) or not head + NONCE_BYTES + 16 < len(data) <= LARGEST:
        raise Refused("this is not a copy of an archive's keys; choose the file that was downloaded here")
    salt, nonce, body = data[len(MAGIC) : head], data[head : head + NONCE_BYTES], data[head + NONCE_BYTES :]
    try:
        value = json.loads(AESGCM(_key(passphrase, salt)).decrypt(nonce, body, MAGIC + salt))
    except InvalidTag:
        raise WrongKey("the passphrase does not open this copy, or the copy was changed; try again") from None
    return Copy(origin=value["origin"], files=value["files"])


def compare(copy: Copy, origin: str, files: Mapping[str, str]) -> dict[str, str]:
    """The SHA-256 of each key when the copy holds exactly the keys in use; raises WrongKey otherwise."""
    if copy.origin != origin:
        raise WrongKey("this copy is of the keys of {got}, and this is {origin}", got=copy.origin, origin=origin)
    if copy.files.keys() != files.keys() or not all(
        compare_digest(copy.files[name].encode(), text.encode()) for name, text in files.items()
    ):
        raise WrongKey("this copy opens, but it does not hold the keys in use; download it anew")
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in sorted(files.items())}


def _key(passphrase: str, salt: bytes) -> bytes:
    secret = unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")
    return hashlib.scrypt(secret, salt=salt, n=_N, r=_R, p=_P, maxmem=256 * 1024 * 1024, dklen=32)


def put_back(copy: Copy, folder: Path, disk: Disk) -> list[str]:
    """Write the keys that are missing into `folder`; the names of those written. Raises Refused rather than change one."""
    if copy.files.keys() != set(NAMES):
        raise Refused("this copy does not hold the keys of an archive; expected {names}", names=", ".join(NAMES))
    missing = []
    for name, text in sorted(copy.files.items()):
        try:
            there = (folder / name).read_text("ascii")
        except FileNotFoundError:
            missing.append(name)
            continue
        except (OSError, UnicodeDecodeError):
            there = ""
        if not compare_digest(there.encode(), text.encode()):
            raise Refused("{file} is there and holds another key; move it away first, and keep it", file=name)
    disk.make_folder(folder)
    for name in missing:
        disk.put_now(folder / name, copy.files[name].encode())
    disk.sync_folders([folder])
    return missing
