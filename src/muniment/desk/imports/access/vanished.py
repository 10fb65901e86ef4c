"""The messages that an earlier export held and that an import of the same time no longer did, as its manifest names them."""

from dataclasses import dataclass

import msgspec

from muniment.capture.audit import Entry
from muniment.capture.manifest import Vanished
from muniment.desk.desk import Desk
from muniment.desk.imports.access.sheets import PAGE, Sheet, sheet
from muniment.record.record import split_payload


class _Manifest(msgspec.Struct, frozen=True):
    vanished: tuple[Vanished, ...]


_manifest = msgspec.json.Decoder(_Manifest)


@dataclass(frozen=True, slots=True)
class Gone:
    """A page of them in the order of the manifest; `total` is how many it names. No text: who may read opens the message."""

    sheet: Sheet
    total: int
    rows: tuple[Vanished, ...]
    more: int | None
    """Where the next page begins."""


def vanished(desk: Desk, identifier: str, after: int = 0) -> Gone:
    """The messages that vanished before this import, from the position `after` on; raises NotFound."""
    found = sheet(desk, identifier)
    named = _named(desk, found.manifest)
    rows = named[after : after + PAGE]
    desk.audit(Entry(act="import.parts", actor=desk.actor, object=identifier, counts={"shown": len(rows)}))
    return Gone(found, len(named), rows, after + PAGE if after + PAGE < len(named) else None)


def _named(desk: Desk, manifest: int | None) -> tuple[Vanished, ...]:
    if manifest is None:
        return ()
    size = desk.archive.records.log.checkpoint().size
    (opened,) = desk.archive.records.pick([manifest], size)
    return () if opened.payload is None else _manifest.decode(split_payload(opened.payload)[1]).vanished
