"""A file to parts: each message line, each file it names, and each span that is no message, in order and without a gap."""

import hashlib
from collections.abc import Iterator
from typing import Any

from muniment.capture.beside import read_file
from muniment.capture.connector import ImportOptions, Part, SourceFile
from muniment.capture.ndjson.attachments import paths_of
from muniment.capture.ndjson.lines import HEAD, LINE_LIMIT, Line, cut, refuse_what_is_no_text
from muniment.capture.ndjson.message import read_line
from muniment.capture.rejected import LineRejected
from muniment.capture.times import DECLARED, zone_of

ZONE = "zone"
"""Name in a part's `meta`: the operator's time zone, only where the line's own time has no offset."""

FILES = "files"
"""Name in a part's `meta`: path → [SHA-256, size] of the files found; paths not in it are missing."""

_BUFFER = 2**20


def read_parts(source: SourceFile, options: ImportOptions) -> Iterator[Part]:
    """See NdjsonConnector.read."""
    if options.timezone is not None:
        zone_of(options.timezone)
    with source.path.open("rb") as file:
        refuse_what_is_no_text(file.read(HEAD), source.name)
    return _parts(source, options.timezone)


def _parts(source: SourceFile, zone: str | None) -> Iterator[Part]:
    offset = number = 0
    found: dict[str, tuple[str, int] | None] = {}
    with source.path.open("rb", buffering=_BUFFER) as file:
        for line in cut(file):
            raw = line.raw
            size = len(raw)
            if line.blank or line.long:
                yield _span(line, offset, number + 1)
                number += line.lines
                offset += size
                continue
            number += 1
            at = (offset, size)
            offset += size
            try:
                event = read_line(raw, zone, None)
            except LineRejected as rejected:
                yield Part(kind="span", raw=raw, at=at, lines=1, rejected=f"line {number}: {rejected.reason}")
                continue
            if not event.attachments and not event.flags:
                yield Part(kind="message", raw=raw, at=at, key=event.key, lines=1)
                continue
            meta: dict[str, Any] = {}
            if DECLARED in event.flags:
                meta[ZONE] = zone
            files: dict[str, list[str | int]] = {}
            for path in paths_of(event):
                if path not in found:
                    content = read_file(source.beside, path)
                    found[path] = None
                    if content is not None:
                        sha256 = hashlib.sha256(content).hexdigest()
                        found[path] = sha256, len(content)
                        parts = [_attachment(path, content, sha256)]
                        del content
                        yield parts.pop()  # whoever takes it holds its bytes alone
                what = found[path]
                if what is not None:
                    files[path] = list(what)
            if files:
                meta[FILES] = files
            missing = tuple(path for path in paths_of(event) if path not in files)
            yield Part(kind="message", raw=raw, at=at, key=event.key, lines=1, meta=meta, missing=missing)


def _attachment(path: str, content: bytes, sha256: str) -> Part:
    return Part(
        kind="attachment",
        raw=content,
        at=(0, len(content)),
        member=path,
        key=f"att:{sha256}{path}",
        meta={"name": path.rpartition("/")[2]},
    )


def _span(line: Line, offset: int, number: int) -> Part:
    rejected = None
    if line.long and line.lines:
        rejected = f"line {number}: expected at most {LINE_LIMIT} bytes in a line, got more; the line is kept in pieces"
    return Part(kind="span", raw=line.raw, at=(offset, len(line.raw)), lines=line.lines, rejected=rejected)
