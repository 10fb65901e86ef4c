"""The model of an engine: which files it is, and one digest for all of them."""

from collections.abc import Sequence
from hashlib import file_digest
from hashlib import sha256 as sha
from pathlib import Path


def digest(files: Sequence[Path]) -> str:
    """SHA-256 (lower-case hex): of the file, or of the list of several as `sha256sum` prints it, in order of their names."""
    told = {file.name: _of(file) for file in files}
    if len(told) == 1:
        return next(iter(told.values()))
    return sha("".join(f"{told[name]}  {name}\n" for name in sorted(told)).encode()).hexdigest()


def _of(file: Path) -> str:
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()
