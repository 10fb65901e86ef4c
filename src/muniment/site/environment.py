"""The settings that a firm gives, read from the environment once; a bad value ends the start with one line.

A secret is never given itself, only the file that holds it: `NAME_FILE`.
"""

import os
import secrets
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "", environment: Mapping[str, str] = os.environ) -> str:
    """The value of `name`."""
    return environment.get(name, default)


def switch(name: str, default: bool, environment: Mapping[str, str] = os.environ) -> bool:
    """`yes` or `no`; raises ImproperlyConfigured for anything else."""
    given = environment.get(name, "")
    if given not in ("", "yes", "no"):
        raise ImproperlyConfigured(f"{name} is {given!r}; expected yes or no")
    return default if not given else given == "yes"


def minutes(name: str, default: int, environment: Mapping[str, str] = os.environ) -> int:
    """A number of minutes, from 1 to a week; raises ImproperlyConfigured."""
    given = environment.get(name, "")
    if given and not (given.isascii() and given.isdigit() and 1 <= int(given) <= 10_080):
        raise ImproperlyConfigured(f"{name} is {given!r}; expected minutes, from 1 to 10080")
    return int(given) if given else default


def hour(name: str, environment: Mapping[str, str] = os.environ) -> int | None:
    """An hour of the day, 0 to 23, None where none is given; raises ImproperlyConfigured."""
    given = environment.get(name, "")
    if given and not (given.isascii() and given.isdigit() and int(given) < 24):
        raise ImproperlyConfigured(f"{name} is {given!r}; expected an hour, from 0 to 23")
    return int(given) if given else None


def address(name: str, default: str, environment: Mapping[str, str] = os.environ) -> str:
    """An address such as https://archive.example.com, without a path; raises ImproperlyConfigured."""
    given = environment.get(name, "") or default
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/") or parts.query:
        raise ImproperlyConfigured(
            f"{name} is {given!r}; expected scheme and host, such as https://archive.example.com"
        )
    return given.rstrip("/")


def networks(name: str, environment: Mapping[str, str] = os.environ) -> list[str]:
    """Addresses or networks, between commas, such as 10.0.0.5 or 10.0.0.0/24; raises ImproperlyConfigured."""
    found = []
    for given in filter(None, (each.strip() for each in environment.get(name, "").split(","))):
        try:
            found.append(str(ip_network(given)))
        except ValueError:
            raise ImproperlyConfigured(f"{name} holds {given!r}; expected addresses such as 10.0.0.5") from None
    return found


def secret(name: str, environment: Mapping[str, str] = os.environ) -> str:
    """What the file named by `NAME_FILE` holds, empty when it is not named; raises ImproperlyConfigured."""
    named = environment.get(f"{name}_FILE", "")
    if not named:
        return ""
    try:
        return Path(named).read_text("utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE names a file that cannot be read: {error.strerror}") from None


def signing_key(keys: Path) -> str:
    """The key that signs cookies, in MUNIMENT_KEYS; one for this process alone where there is no archive yet."""
    try:
        return (keys / "desk.secret").read_text("ascii").strip() or secrets.token_urlsafe(48)
    except OSError:
        return secrets.token_urlsafe(48)
