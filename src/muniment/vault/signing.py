"""The logs' signing keys: one Ed25519 key a log, a file in MUNIMENT_KEYS.

Trust: whoever reads such a file can sign another history of its log; only a seal, witness or time-stamp outside shows it.
"""

import base64
import binascii
from pathlib import Path

from muniment.proof.note import Signer
from muniment.record.errors import WrongKey
from muniment.vault.durable import Disk
from muniment.vault.kek import read_secret

_LABEL = "muniment-log-key/1"


def _path(folder: Path, log: str) -> Path:
    return folder / f"{log}.key"


def create_signer(folder: Path, log: str, origin: str, disk: Disk) -> Signer:
    """Make the signing key of the log `origin`, readable by its owner alone."""
    signer = Signer.generate(origin)
    disk.put_now(_path(folder, log), f"{_LABEL} {origin} {base64.b64encode(signer.private).decode()}\n".encode())
    return signer


def open_signer(folder: Path, log: str, origin: str) -> Signer:
    """Read the signing key of the log `origin`; raises NotFound, or WrongKey when it is another log's."""
    path = _path(folder, log)
    words = read_secret(path, f"the signing key of {origin}").removesuffix("\n").split(" ")
    if len(words) != 3 or words[0] != _LABEL:
        raise WrongKey(
            "{file} is not a signing key; expected one line: muniment-log-key/1, the log's origin and 32 bytes in base64",
            file=str(path),
        )
    if words[1] != origin:
        raise WrongKey(
            "{file} signs for {got}, this archive's log is {origin}; set MUNIMENT_KEYS to this archive's keys",
            file=str(path),
            got=words[1],
            origin=origin,
        )
    try:
        return Signer.from_private(origin, base64.b64decode(words[2], validate=True))
    except (binascii.Error, ValueError):
        raise WrongKey("{file} does not hold 32 bytes in base64; restore it from its backup", file=str(path)) from None
