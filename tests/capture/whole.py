"""An imported file from its records again, and what an archive says of it: shared by the tests that do harm to files."""

import json
from itertools import groupby
from typing import Any

from muniment.capture.zips import pack
from muniment.desk.desk import Desk
from muniment.record.record import Header, split_payload


def records(desk: Desk, first: int, count: int) -> list[tuple[Header, bytes]]:
    """Header and raw bytes of so many records."""
    reader = desk.archive.reader("records")
    found = reader.opened(first, first + count, reader.log.checkpoint().size)
    return [split_payload(each.payload) for each in found if each.payload is not None]


def recreated(desk: Desk, manifest: int | None) -> bytes:
    """The file byte for byte, from the manifest record and those that it names, in its order; members are packed again."""
    assert manifest is not None
    ((_, raw),) = records(desk, manifest, 1)
    content = b""
    rows: list[tuple[str | None, int, int, int]] = [tuple(row) for row in json.loads(raw)["runs"]]
    for member, runs in groupby(rows, key=lambda row: row[0]):
        inner, packed_as = b"", dict[str, Any]()
        for _, offset, leaf, count in runs:
            found = records(desk, leaf, count)
            assert offset == (len(content) if member is None else len(inner))
            inner = b"".join([inner, *(part for _, part in found)])
            packed_as = packed_as or next((header.meta["zip"] for header, _ in found if "zip" in header.meta), {})
            if member is None:
                content, inner = content + inner, b""
        if member is not None:
            packed = pack(inner, packed_as["level"], packed_as["method"])
            assert packed is not None
            content += packed
    return content
