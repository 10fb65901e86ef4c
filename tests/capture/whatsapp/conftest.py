"""Exports as files, read and decoded."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Protocol

import msgspec
import pytest

from muniment.capture.connector import Extent, ImportOptions, Part, Snapshot, SourceFile, Undecodable
from muniment.capture.whatsapp import connector, reassemble
from muniment.record.event import Event
from muniment.record.record import Header, join_payload, split_payload


@dataclass(frozen=True)
class Imported:
    """What an import of one file gives: the items in order, and the events of the parts."""

    content: bytes
    items: list[Part | Extent | Snapshot]

    @property
    def parts(self) -> list[Part]:
        return [item for item in self.items if isinstance(item, Part)]

    @property
    def messages(self) -> list[Part]:
        return [part for part in self.parts if part.kind == "message"]

    @property
    def attachments(self) -> list[Part]:
        return [part for part in self.parts if part.kind == "attachment"]

    @property
    def rejected(self) -> list[str]:
        return [part.rejected for part in self.parts if part.rejected is not None]

    @property
    def snapshot(self) -> Snapshot:
        last = self.items[-1]
        assert isinstance(last, Snapshot)
        return last

    @property
    def events(self) -> list[Event]:
        return [event for part in self.messages for event in decode(part)]


def decode(part: Part) -> Sequence[Event]:
    """The events of a part as a rebuild reads them: through the sealed header and back."""
    meta = part.meta if part.rejected is None else {**part.meta, "rejected": part.rejected}
    header = Header(
        by=connector.name,
        v=connector.version,
        part=part.kind,
        assurance=connector.assurance,
        key=part.key,
        member=part.member,
        at=part.at,
        meta=meta,
    )
    return connector.decode(*split_payload(join_payload(header, part.raw)))


class Read(Protocol):
    """Reads these bytes as an export of that name; checks that the parts tile it."""

    def __call__(
        self,
        content: bytes | str,
        *,
        name: str = ...,
        timezone: str | None = ...,
        date_order: str | None = ...,
        beside: Path | None = ...,
    ) -> Imported: ...


@pytest.fixture(scope="session")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    path = tmp_path_factory.mktemp("whatsapp") / "source"

    def read_file(
        content: bytes | str,
        *,
        name: str = "WhatsApp Chat with Desk.txt",
        timezone: str | None = "UTC",
        date_order: str | None = None,
        beside: Path | None = None,
    ) -> Imported:
        raw = content.encode() if isinstance(content, str) else content
        path.write_bytes(raw)
        source = SourceFile(path=path, name=name, size=len(raw), sha256=sha256(raw).hexdigest(), beside=beside)
        imported = Imported(raw, list(connector.read(source, ImportOptions(timezone=timezone, date_order=date_order))))
        check_tiling(imported)
        return imported

    return read_file


def check_tiling(imported: Imported) -> None:
    """Every byte of the file, and of each member, is in exactly one part; lines add up; keys are there and differ."""
    spans: dict[str | None, list[tuple[int, int]]] = {}
    sizes: dict[str | None, int] = {None: len(imported.content)}
    for item in imported.items:
        if isinstance(item, Extent):
            sizes[item.member] = item.size
            spans.setdefault(None, []).append(item.packed)
        elif isinstance(item, Part):
            assert item.at[1] == len(item.raw)
            spans.setdefault(item.member, []).append(item.at)
            msgspec.json.encode(item.meta)
    for member, size in sizes.items():
        at = 0
        for start, length in sorted(spans.get(member, [])):
            assert start == at
            at += length
        assert at == size
    keys = [part.key for part in imported.messages]
    assert None not in keys
    assert len(set(keys)) == len(keys)


def undecodable(part: Part) -> str:
    """The reason that a part cannot be decoded."""
    try:
        decode(part)
    except Undecodable as reason:
        return str(reason)
    raise AssertionError("the part was decoded")


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these members, as zipfile writes it."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name, (2024, 5, 4, 12, 0, 0)), content, compress_type=method)
    return file.getvalue()


__all__ = ["Imported", "Read", "check_tiling", "decode", "reassemble", "undecodable", "zipped"]
