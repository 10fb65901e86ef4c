"""Which connectors there are, and the one way to decode a record, whoever captured it.

Each is a folder of this room, or a module of the firm's own that its package names under the entry point group
`muniment.connectors` (docs/operations/own-connector.md); it offers `connector` for files, `live` for a live source, or both, and
perhaps `relay` for what the firm sends.
"""

import re
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from types import ModuleType

from muniment.capture import manifest, memberships
from muniment.capture.connector import Connector, Decoder
from muniment.capture.feeds.live import Live
from muniment.capture.feeds.relay import Relay
from muniment.record.errors import Refused
from muniment.record.event import Event, Kind
from muniment.record.membership import Membership
from muniment.record.record import Header

GROUP = "muniment.connectors"
"""Entry points of a firm's own connectors."""
CONNECTORS = (
    "ndjson",
    "whatsapp",
    "telegram",
    "slack",
    "discord",
    "teams",
    "x",
    "linkedin",
    "sms",
    "bloomberg",
    "actiance",
    "line",
    "email",
)
"""Folders of this room that offer a `connector` for files."""
LIVE = ("ndjson", "wecom", "whatsapp_cloud", "wechat")
"""Folders of this room that offer a `live` connector."""
DECODERS = (*CONNECTORS, "handin", "wecom", "whatsapp_cloud", "wechat")
"""All folders of this room that decode what they captured, whichever way it came."""
SILENT = frozenset({"attachment", "span"})
"""Parts that say nothing by themselves."""

UNDECODED_TEXT = 64 * 1024
"""Characters of a record's raw text by which an undecoded record can be found."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,38}", re.ASCII)


@cache
def _outside() -> dict[str, ModuleType]:
    """The firm's own connectors, by name. None can take the place of one of ours: what a record says of its decoder stays true."""
    found: dict[str, ModuleType] = {}
    for each in entry_points(group=GROUP):
        if not _NAME.fullmatch(each.name) or each.name in DECODERS or each.name in found:
            raise Refused(
                "the connector {name} of {package} cannot have that name; expected lower-case letters, digits and _, and none of {taken}",
                name=repr(each.name[:40]),
                package=each.value,
                taken=", ".join(sorted({*DECODERS, *found})),
            )
        found[each.name] = each.load()
    return found


@cache
def connectors() -> tuple[str, ...]:
    """The names of all connectors for files."""
    return (*CONNECTORS, *(name for name, module in _outside().items() if hasattr(module, "connector")))


@cache
def live_connectors() -> tuple[str, ...]:
    """The names of all live connectors."""
    return (*LIVE, *(name for name, module in _outside().items() if hasattr(module, "live")))


@cache
def decoders() -> tuple[str, ...]:
    """The names of all that decode what they captured, whichever way it came."""
    return tuple(dict.fromkeys((*DECODERS, *LIVE, *_outside())))


@cache
def connector(name: str) -> Connector:
    """The connector called `name`; raises Refused."""
    found: Connector = _module(name, connectors()).connector
    return found


@cache
def live(name: str) -> Live:
    """The live connector called `name`; raises Refused."""
    found: Live = _module(name, live_connectors()).live
    return found


@cache
def relay(name: str) -> Relay | None:
    """What stands in the path of what the firm sends by the live connector `name`, where it has that; raises Refused."""
    found: Relay | None = getattr(_module(name, live_connectors()), "relay", None)
    return found


@cache
def decoder(name: str) -> Decoder:
    """What decodes the records of `name`, whichever way they came; raises Refused."""
    module = _module(name, decoders())
    found: Decoder = module.connector if hasattr(module, "connector") else module.decoder
    return found


@cache
def has_directory(name: str) -> bool:
    """Whether messages of `name` bear ids alone, and its platform's directory, which is captured too, says what they are called."""
    return name in decoders() and getattr(decoder(name), "directory", False) is True


def _module(name: str, known: Sequence[str]) -> ModuleType:
    if name not in known:
        raise Refused(
            "there is no connector {name}; expected one of {known}", name=repr(name[:40]), known=", ".join(known)
        )
    return _outside().get(name) or import_module(f"muniment.capture.{name}")


def decode(header: Header, raw: bytes) -> Sequence[Event]:
    """The events of a record. What no decoder can read becomes one `undecoded` event; nothing is raised for content."""
    if header.part == manifest.PART:
        return manifest.decode_manifest(raw)
    if "rejected" in header.meta:
        return [_undecoded(raw, str(header.meta["rejected"]))]
    if header.part in SILENT:
        return []
    try:
        return decoder(header.by).decode(header, raw)
    except Exception as error:  # noqa: BLE001 - whatever a message contains, the projector goes on and the raw is kept
        return [_undecoded(raw, type(error).__name__)]


def membership(by: str, event: Event) -> Membership | None:
    """What a `membership` event of the connector `by` says of the members; None where it says nothing of them, or is none."""
    if event.kind is not Kind.MEMBERSHIP:
        return None
    try:
        read: memberships.Reader = getattr(decoder(by), "membership", memberships.plain)
        return read(event)
    except Exception:  # noqa: BLE001 - as for `decode`: whatever an event contains, the projector goes on
        return None


def embedded(header: Header, raw: bytes, place: int) -> bytes | None:
    """The bytes of attachment number `place` (from 0) of a message that holds them itself, else None."""
    return connector(header.by).embedded(raw, place) if header.part == "message" and header.by in connectors() else None


def _undecoded(raw: bytes, reason: str) -> Event:
    return Event(
        kind=Kind.UNDECODED,
        conversation="",
        text=raw[: 4 * UNDECODED_TEXT].decode("utf-8", "replace")[:UNDECODED_TEXT],
        extra={"reason": reason},
    )
