"""Accounts for every file below `log/` and `seg/`: what is neither sealed nor the known leaving of a crash is named."""

import os
from collections.abc import Iterator
from pathlib import Path

from muniment.journal.check_finding import Say, fault, leftover
from muniment.journal.log import REACH
from muniment.journal.segment import first_of
from muniment.proof.merkle import HEIGHT, WIDTH
from muniment.proof.tiles import parse_path
from muniment.record.errors import Damaged
from muniment.record.words import _
from muniment.vault.home import LOGS, Home


def check_folders(home: Home, say: Say) -> None:
    """`log/` and `seg/` hold one folder a log and nothing else."""
    for name in ("log", "seg"):
        folder = home.path / name
        if not folder.is_dir():
            say(fault(name, _("the folder is missing")))
            continue
        found = {entry.name: entry.is_dir(follow_symlinks=False) for entry in os.scandir(folder)}
        for stranger in sorted(found.keys() - set(LOGS)):
            say(fault(f"{name}/{stranger}", _("it does not belong here")))
        for log in LOGS:
            if not found.get(log, False):
                say(fault(f"{name}/{log}", _("the folder is missing")))


def check_log_files(folder: Path, label: str, size: int, say: Say) -> None:
    """Every file of a log of `size` leaves is one that its size calls for; that none is missing is seen where they are read."""
    for name, plain in files_below(folder):
        if plain and (name in {"checkpoint", "checkpoints.log"} or _is_sealed(name, size)):
            continue
        if plain and (name == "checkpoint.tmp" or _is_left(name, size)):
            say(
                leftover(
                    f"{label}/{name}",
                    _("the file is of leaves that no checkpoint covers, or was replaced by a wider one"),
                )
            )
        else:
            say(fault(f"{label}/{name}", _("it does not belong here")))


def check_segment_files(folder: Path, label: str, size: int, say: Say) -> list[Path]:
    """The segments that hold sealed envelopes of a log of `size` leaves, oldest first."""
    sealed = []
    for name, plain in files_below(folder):
        path = folder / name
        stem = name.removesuffix(".tmp")
        try:
            first = first_of(path.with_name(Path(stem).name)) if "/" not in name else -1
        except Damaged:
            first = -1
        if not plain or first < 0:
            say(fault(f"{label}/{name}", _("it does not belong here")))
        elif stem != name or first >= size:
            say(leftover(f"{label}/{name}", _("the segment was begun for leaves that no checkpoint covers")))
        else:
            sealed.append(path)
    return sorted(sealed)


def files_below(folder: Path, prefix: str = "") -> Iterator[tuple[str, bool]]:
    """The name of everything below a folder that is not a folder, and whether it is a plain file (not a link, a pipe, ...)."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from files_below(folder / entry.name, f"{prefix}{entry.name}/")
        else:
            yield prefix + entry.name, entry.is_file(follow_symlinks=False)


def _is_sealed(name: str, size: int) -> bool:
    try:
        level, index, width = parse_path(name)
    except Damaged:
        return False
    count = size >> HEIGHT * (level or 0)
    return index < count // WIDTH if width == WIDTH else index == count // WIDTH and width == count % WIDTH


def _is_left(name: str, size: int) -> bool:
    """Whether the log's opening removes this file: it lies within a batch of the end."""
    try:
        level, index, _width = parse_path(name.removesuffix(".tmp"))
    except Damaged:
        return False
    if level and not size >> HEIGHT * (level - 1):
        return False
    end = (size >> HEIGHT * (level or 0)) // WIDTH
    return end - REACH <= index <= end + REACH
