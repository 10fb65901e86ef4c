"""The names in an OLE compound file's directory, read without trust: for telling Word, Excel and locked files apart.

Source: [MS-CFB] 2.2 (header), 2.3 (FAT), 2.6 (directory entries). Only the FAT sectors that the header lists are
followed, which is all of them up to 7 MB and enough for the directory, which writers put first.
"""

import struct

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END_OF_CHAIN = 0xFFFFFFFA  # this and above: no sector
_ENTRIES = 4_096


def names(raw: bytes) -> tuple[str, ...]:
    """Names of streams and storages; empty where there is no directory that can be followed."""
    if len(raw) < 512 or raw[:8] != MAGIC:
        return ()
    shift, first = struct.unpack_from("<H", raw, 30)[0], struct.unpack_from("<I", raw, 48)[0]
    if shift not in {9, 12}:
        return ()
    size = 1 << shift
    tables = [number for number in struct.unpack_from("<109I", raw, 76) if number < _END_OF_CHAIN]
    found: list[str] = []
    seen: set[int] = set()
    sector = first
    while sector < _END_OF_CHAIN and sector not in seen and len(found) < _ENTRIES:
        seen.add(sector)
        start = (sector + 1) * size
        block = raw[start : start + size]
        found += filter(None, (_name(block[at : at + 128]) for at in range(0, len(block), 128)))
        sector = _next(raw, tables, sector, size)
    return tuple(found)


def _next(raw: bytes, tables: list[int], sector: int, size: int) -> int:
    table, place = divmod(sector, size // 4)
    if table >= len(tables):
        return _END_OF_CHAIN
    at = (tables[table] + 1) * size + 4 * place
    return int(struct.unpack_from("<I", raw, at)[0]) if at + 4 <= len(raw) else _END_OF_CHAIN


def _name(entry: bytes) -> str:
    if len(entry) < 128:
        return ""
    length = struct.unpack_from("<H", entry, 64)[0]
    return entry[: length - 2].decode("utf-16-le", "replace") if 2 < length <= 64 else ""
