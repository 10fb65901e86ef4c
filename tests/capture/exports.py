"""Exports on the spot: a file's parts and events, and which of its leaves they keep; shared by the tests of all that read one."""

import copy
import json
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import unescape
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from muniment.capture.connector import Connector, Extent, ImportOptions, Part, SourceFile
from muniment.capture.exact import read_json
from muniment.record.event import Event
from tests.capture.fuzz import check_decoded, check_tiling, header_of

OPTIONS = ImportOptions()


@dataclass(frozen=True)
class Imported:
    """What one reading of a file gave."""

    connector: Connector
    items: list[Part | Extent]

    @property
    def parts(self) -> list[Part]:
        return [item for item in self.items if isinstance(item, Part)]

    @property
    def messages(self) -> list[Part]:
        return [part for part in self.parts if part.kind == "message" and part.rejected is None]

    @property
    def attachments(self) -> list[Part]:
        return [part for part in self.parts if part.kind == "attachment"]

    @property
    def rejected(self) -> list[str]:
        return [part.rejected for part in self.parts if part.rejected is not None]

    @property
    def events(self) -> list[Event]:
        return [event for part in self.messages for event in self.of(part)]

    @property
    def kinds(self) -> dict[str, int]:
        """How many events of each kind."""
        return dict(Counter(event.kind.value for event in self.events))

    def of(self, part: Part) -> Sequence[Event]:
        """The events of a part, as a rebuild reads them."""
        return check_decoded(self.connector, header_of(self.connector, part), part.raw)


def read(
    connector: Connector,
    content: bytes | str,
    name: str,
    *,
    options: ImportOptions = OPTIONS,
    beside: Path | None = None,
) -> Imported:
    """Read a file of these bytes, and hold that its parts tile it. Raises what the connector raises before the first part."""
    raw = content.encode() if isinstance(content, str) else content
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "source"
        path.write_bytes(raw)
        source = SourceFile(path=path, name=name, size=len(raw), sha256=sha256(raw).hexdigest(), beside=beside)
        items = [item for item in connector.read(source, options) if isinstance(item, Part | Extent)]
    beside_it = {item.member for item in items if isinstance(item, Part) and item.kind == "attachment"}
    beside_it -= {item.member for item in items if isinstance(item, Extent)}
    check_tiling(raw, [item for item in items if not (isinstance(item, Part) and item.member in beside_it)])
    return Imported(connector, items)


def zipped(members: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these members, in this order."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            raw = content.encode() if isinstance(content, str) else content
            archive.writestr(zipfile.ZipInfo(name, (2024, 5, 4, 12, 0, 0)), raw, compress_type=method)
    return file.getvalue()


def leaves(value: Any) -> Iterator[Any]:
    """The values of a JSON document that are no objects and no lists."""
    if isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from leaves(item)
    else:
        yield value


def lost_leaves(raw: bytes, events: Sequence[Event]) -> list[Any]:
    """The leaves of a message that stand nowhere in its events: neither as they are, nor within a text, nor in a key."""
    built = [msgspec.to_builtins(event) for event in events]
    kept = {_plain(leaf) for leaf in leaves(built)}
    for event in events:
        kept.update((event.key or "").split("/"))
        kept.update((event.target or "").split("/"))
    texts = "\n".join(event.text for event in events)
    return [
        leaf
        for leaf in leaves(read_json(raw.strip(b" \t\r\n,")).value)
        if _plain(leaf) not in kept
        and not (isinstance(leaf, str) and (leaf in texts or unescape(leaf) in texts))
        and str(leaf) not in kept
    ]


def with_strangers(document: Any, rnd: Random) -> tuple[Any, list[str]]:
    """A copy of a JSON document with members nobody knows in some of its objects, and the values that they hold."""
    changed, tokens = copy.deepcopy(document), []
    places: list[dict[str, Any]] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            places.append(value)
        for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(item)

    walk(changed)
    for _ in range(4):
        token = f"stranger-{rnd.getrandbits(64):x}-你好"
        rnd.choice(places)[f"unknown_{rnd.randrange(10**6)}"] = rnd.choice([token, [token], {"a": {"b": [1, token]}}])
        tokens.append(token)
    return changed, tokens


def dumps(value: Any, indent: int | None = 1) -> bytes:
    """A document as programs write it."""
    return json.dumps(value, ensure_ascii=False, indent=indent).encode()


def _plain(leaf: Any) -> Any:
    return f"{type(leaf).__name__}:{leaf}" if isinstance(leaf, bool | type(None)) else leaf
