"""Which connectors there are, and the one way to decode a record, whoever captured it."""

from collections.abc import Sequence
from functools import cache
from importlib import import_module

from muniment.capture import manifest
from muniment.capture.connector import Connector, Decoder
from muniment.capture.feeds.live import Live
from muniment.record.errors import Refused
from muniment.record.event import Event, Kind
from muniment.record.record import Header

CONNECTORS = ("ndjson", "whatsapp", "telegram", "slack", "discord", "teams", "x", "linkedin")
"""Folders of this room that offer a `connector` for files."""
LIVE = ("ndjson",)
"""Folders of this room that offer a `live` connector."""
DECODERS = (*CONNECTORS, "handin")
"""All folders of this room that decode what they captured, whichever way it came."""

UNDECODED_TEXT = 64 * 1024
"""Characters of a record's raw text by which an undecoded record can be found."""


@cache
def connector(name: str) -> Connector:
    """The connector called `name`; raises Refused."""
    if name not in CONNECTORS:
        raise Refused(
            "there is no connector {name}; expected one of {known}", name=repr(name), known=", ".join(CONNECTORS)
        )
    found: Connector = import_module(f"muniment.capture.{name}").connector
    return found


@cache
def live(name: str) -> Live:
    """The live connector called `name`; raises Refused."""
    if name not in LIVE:
        raise Refused(
            "there is no live connector {name}; expected one of {known}", name=repr(name), known=", ".join(LIVE)
        )
    found: Live = import_module(f"muniment.capture.{name}").live
    return found


@cache
def decoder(name: str) -> Decoder:
    """What decodes the records of `name`, whichever way they came; raises Refused."""
    if name not in DECODERS:
        raise Refused("there is no decoder {name}; expected one of {known}", name=repr(name), known=", ".join(DECODERS))
    found: Decoder = import_module(f"muniment.capture.{name}").connector
    return found


def decode(header: Header, raw: bytes) -> Sequence[Event]:
    """The events of a record. What no decoder can read becomes one `undecoded` event; nothing is raised for content."""
    if header.part == manifest.PART:
        return manifest.decode_manifest(raw)
    if "rejected" in header.meta:
        return [_undecoded(raw, str(header.meta["rejected"]))]
    if header.part != "message":
        return []
    try:
        return decoder(header.by).decode(header, raw)
    except Exception as error:  # noqa: BLE001 - whatever a message contains, the projector goes on and the raw is kept
        return [_undecoded(raw, type(error).__name__)]


def embedded(header: Header, raw: bytes, place: int) -> bytes | None:
    """The bytes of attachment number `place` (from 0) of a message that holds them itself, else None."""
    return connector(header.by).embedded(raw, place) if header.part == "message" and header.by in CONNECTORS else None


def _undecoded(raw: bytes, reason: str) -> Event:
    return Event(
        kind=Kind.UNDECODED,
        conversation="",
        text=raw[: 4 * UNDECODED_TEXT].decode("utf-8", "replace")[:UNDECODED_TEXT],
        extra={"reason": reason},
    )
