"""Names and bytes of the files of a tile log (C2SP tlog-tiles): hash tiles and entry bundles."""

import re
from collections.abc import Iterable

from muniment.record.errors import Damaged, Refused

WIDTH = 256
"""Entries or hashes in a full tile."""
MAX_ENTRY = 65_535
"""Largest entry in bytes: its length is written in 16 bits."""
MAX_LEVEL = 63

_PATH = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*)([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)


def tile_path(level: int, index: int, width: int = WIDTH) -> str:
    """Path of a hash tile below the log's folder, such as `tile/0/x001/x234/067.p/8`."""
    if not 0 <= level <= MAX_LEVEL:
        raise Refused("expected a tile level from 0 to 63, got {level}", level=level)
    return f"tile/{level}/{_index_path(index, width)}"


def entries_path(index: int, width: int = WIDTH) -> str:
    """Path of an entry bundle below the log's folder, such as `tile/entries/x001/x234/067`."""
    return f"tile/entries/{_index_path(index, width)}"


def _index_path(index: int, width: int) -> str:
    if index < 0 or not 1 <= width <= WIDTH:
        raise Refused(
            "expected a tile index from 0 and a width from 1 to 256, got {index}, {width}", index=index, width=width
        )
    parts = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        parts.append(f"x{index % 1000:03}")
    path = "/".join(reversed(parts))
    return path if width == WIDTH else f"{path}.p/{width}"


def parse_path(path: str) -> tuple[int | None, int, int]:
    """Undo `tile_path` and `entries_path`: level (None for entries), index, width; raises Damaged for any other spelling."""
    match = _PATH.fullmatch(path)
    if match:
        kind, upper, last, width = match.groups()
        level = None if kind == "entries" else int(kind)
        index, wide = int((upper + last).replace("x", "").replace("/", "")), int(width or WIDTH)
        if not upper.startswith("x000/") and (level or 0) <= MAX_LEVEL and (width is None or wide < WIDTH):
            return level, index, wide
    raise Damaged("{path} is not the path of a tile; expected tile/LEVEL/INDEX or tile/entries/INDEX", path=path)


def encode_entries(entries: Iterable[bytes]) -> bytes:
    """Frame entries as an entry bundle: each after its length in two bytes, most significant first."""
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > MAX_ENTRY:
            raise Refused("a log entry holds at most 65535 bytes, got {size}", size=len(entry))
        parts.append(len(entry).to_bytes(2, "big"))
        parts.append(entry)
    return b"".join(parts)


def parse_entries(data: bytes) -> list[bytes]:
    """Undo `encode_entries`; raises Damaged when a length overruns the bundle, or it holds more than 256 entries."""
    entries: list[bytes] = []
    at, end = 0, len(data)
    while at < end:
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        if at > end or start > end:
            raise Damaged("entry {number} of the bundle runs past its end", number=len(entries))
        entries.append(data[start:at])
    if len(entries) > WIDTH:
        raise Damaged("an entry bundle holds at most 256 entries, got {count}", count=len(entries))
    return entries
