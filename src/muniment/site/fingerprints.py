"""The addresses of the files that come with the product: each ends in a fingerprint of what the file holds.

A browser keeps such a file for good and never asks again; a newer version has another address. There is no build step:
the fingerprint is taken when a page first names the file.
"""

from functools import cache
from hashlib import sha256
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


class Fingerprinted(StaticFilesStorage):
    """Adds `?v=` and the fingerprint to each address that a template names."""

    def url(self, name: str | None) -> str:
        """The address of a file, named by its path below a static folder; raises FileNotFoundError."""
        return f"{super().url(name)}?v={fingerprint(name or '')}"


@cache
def fingerprint(name: str) -> str:
    """The first 48 bits of the file's SHA-256, in hexadecimal; raises FileNotFoundError."""
    path = finders.find(name)
    if path is None:
        raise FileNotFoundError(f"no static folder has {name}")
    return sha256(Path(path).read_bytes()).hexdigest()[:12]
