"""What a file would become, before it is brought in: read with the connector's own reader, the first messages decoded.

Nothing is kept. What is shown are messages, and whoever imports opens the files of others too: so it is entered like any read.
"""

from dataclasses import dataclass

from muniment.capture.audit import Entry
from muniment.capture.connector import ImportOptions, Part, SourceFile
from muniment.capture.registry import connector, decode
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.imports import uploads
from muniment.desk.imports.models import Upload
from muniment.record.errors import MunimentError, NotFound
from muniment.record.event import Event, Kind
from muniment.record.record import Header

MESSAGES = 5
PARTS = 400
"""Parts that are looked at for them."""
LARGEST = 64 * 2**20
"""Bytes of a file that is read for a preview: a page must not wait for more."""
ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Preview:
    """The first messages as they would be read, or why there are none."""

    events: tuple[Event, ...] = ()
    rejected: int = 0
    """Of the first parts, how many could not be read."""
    refusal: MunimentError | None = None
    too_large: bool = False


def guess(desk: Desk, identifier: str) -> str:
    """The connector that a file is most likely for, by its first bytes; raises NotFound."""
    found = _find(desk, identifier)
    with uploads.path_of(desk.archive.home.spool, identifier).open("rb") as file:
        head = file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"{") or found.name.lower().endswith((".ndjson", ".jsonl", ".json")):
        return "ndjson"
    return "whatsapp"


def preview(desk: Desk, identifier: str, name: str, options: ImportOptions) -> Preview:
    """What the connector `name` reads in a file that waits; its entry is durable then. Raises NotFound and Refused."""
    found = _find(desk, identifier)
    reader = connector(name)
    if found.size > LARGEST:
        return Preview(too_large=True)
    source = SourceFile(
        path=uploads.path_of(desk.archive.home.spool, identifier), name=found.name, size=found.size, sha256=""
    )
    events: list[Event] = []
    rejected = 0
    try:
        for place, part in enumerate(reader.read(source, options)):
            if place >= PARTS or len(events) >= MESSAGES:
                break
            if not isinstance(part, Part):
                continue
            rejected += part.rejected is not None
            if part.kind == "message" and part.rejected is None:
                header = Header(
                    by=reader.name, v=reader.version, part=part.kind, assurance=reader.assurance, meta=part.meta
                )
                events += [event for event in decode(header, part.raw) if event.kind is not Kind.UNDECODED]
    except MunimentError as refusal:
        return Preview(refusal=refusal)
    shown = tuple(events[:MESSAGES])
    if shown:
        desk.audit(Entry(act="import.preview", actor=desk.actor, object=identifier, counts={"shown": len(shown)}))
    return Preview(shown, rejected)


def _find(desk: Desk, identifier: str) -> Upload:
    desk.authority.require(Capability.IMPORT)
    found = Upload.objects.filter(pk=identifier).first()
    if found is None or not uploads.path_of(desk.archive.home.spool, identifier).is_file():
        raise NotFound("there is no file that waits under this address; it was brought in, or removed")
    return found
