"""The names in a ZIP's central directory, read without trust: for telling types apart, never for opening members.

Source: APPNOTE.TXT 6.3, sections 4.3.12 and 4.3.16. At most LOOKED_AT entries are looked at, so that a directory of
millions costs nothing.
"""

import struct

LOOKED_AT = 5_000
_END = struct.Struct("<4s4H2IH")
_ENTRY = struct.Struct("<4s6H3I5H2I")
_COMMENT_AT_MOST = 65_535


def names(raw: bytes) -> tuple[str, ...]:
    """Names of the first members; empty where there is no directory that can be followed."""
    end = raw.rfind(b"PK\x05\x06", max(0, len(raw) - _COMMENT_AT_MOST - _END.size))
    if end < 0 or end + _END.size > len(raw):
        return ()
    _, _, _, _, count, size, _, _ = _END.unpack_from(raw, end)
    at = max(end - size, 0)  # counted back from the end: bytes before the ZIP move nothing
    found = []
    for _ in range(min(count, LOOKED_AT)):
        if at + _ENTRY.size > end:
            break
        entry = _ENTRY.unpack_from(raw, at)
        if entry[0] != b"PK\x01\x02":
            break
        name, extra, comment = entry[10], entry[11], entry[12]
        found.append(raw[at + _ENTRY.size : at + _ENTRY.size + name].decode("utf-8", "replace"))
        at += _ENTRY.size + name + extra + comment
    return tuple(found)
