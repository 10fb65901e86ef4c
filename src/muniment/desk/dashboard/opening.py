"""Who may set a new archive up: whoever can read the code that its machine shows, until somebody can sign in.

The code lies in the keys folder, which whoever runs the machine can read and a stranger on the network cannot; it is gone with
the first user. Trust: the file system, as for the keys themselves.
"""

import hashlib
import os
import secrets
from hmac import compare_digest
from pathlib import Path

from muniment.desk.people.models import User
from muniment.vault.home import Home

FILE = "setup.code"
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No two signs that look alike."""
GROUPS, SIGNS = 4, 5
"""20 signs of 30: 98 bits, which nobody guesses."""


def is_open(home: Home) -> bool:
    """Whether nobody can sign in yet, so that the code is asked for instead."""
    return (home.keys / FILE).exists() and not User.objects.exists()


def offer(home: Home) -> str | None:
    """The code to show on the terminal, made if there is none; None once there are users."""
    if User.objects.exists():
        close(home)
        return None
    path = home.keys / FILE
    if not path.exists():
        _write(path, "-".join("".join(secrets.choice(ALPHABET) for _ in range(SIGNS)) for _ in range(GROUPS)))
    return path.read_text("ascii").strip()


def is_code(home: Home, given: str) -> bool:
    """Whether `given` is the code; case, spaces and hyphens do not count."""
    try:
        code = (home.keys / FILE).read_text("ascii")
    except OSError:
        return False
    return compare_digest(_plain(code).encode(), _plain(given).encode("utf-8", "replace"))


def fingerprint(home: Home) -> str:
    """What a browser's session keeps once the code was typed there: it ends with the code."""
    try:
        return hashlib.sha256(b"muniment set-up " + (home.keys / FILE).read_bytes()).hexdigest()
    except OSError:
        return ""


def close(home: Home) -> None:
    """Forget the code."""
    (home.keys / FILE).unlink(missing_ok=True)


def _write(path: Path, code: str) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:  # noqa: PTH123
        file.write(code + "\n")
        file.flush()
        os.fsync(file.fileno())


def _plain(code: str) -> str:
    return "".join(each for each in code.upper() if each.isalnum())
