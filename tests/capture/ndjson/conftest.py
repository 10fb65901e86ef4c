"""An NDJSON file on the spot: its parts, and the events that come out of them again."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from muniment.capture.connector import ImportOptions, Part, SourceFile
from muniment.capture.ndjson import connector
from muniment.record.event import Event
from muniment.record.record import Header, join_payload, split_payload


class Imported:
    """What one reading of a file gave."""

    def __init__(self, content: bytes, parts: list[Part]) -> None:
        self.content = content
        self.parts = parts

    @property
    def of_file(self) -> list[Part]:
        return [part for part in self.parts if part.member is None]

    @property
    def messages(self) -> list[Part]:
        return [part for part in self.parts if part.kind == "message"]

    @property
    def rejected(self) -> list[str]:
        return [part.rejected for part in self.parts if part.rejected is not None]

    @property
    def events(self) -> list[Event]:
        """Decoded from the payload as it is sealed, not from what the reader still held in its hands."""
        return list(self._events())

    def _events(self) -> Iterator[Event]:
        for part in self.parts:
            header = Header(
                by=connector.name,
                v=connector.version,
                part=part.kind,
                assurance=connector.assurance,
                member=part.member,
                at=part.at,
                meta=part.meta,
            )
            yield from connector.decode(*split_payload(join_payload(header, part.raw)))


Read = Callable[..., Imported]


@pytest.fixture(scope="session")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """`read(content, timezone=, beside=)`: the file of these bytes, read."""
    path = tmp_path_factory.mktemp("ndjson") / "source"

    def read_file(content: bytes, *, timezone: str | None = None, beside: Path | None = None) -> Imported:
        path.write_bytes(content)
        source = SourceFile(
            path=path,
            name="chat.ndjson",
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            beside=beside,
        )
        parts = [part for part in connector.read(source, ImportOptions(timezone=timezone)) if isinstance(part, Part)]
        return Imported(content, parts)

    return read_file
