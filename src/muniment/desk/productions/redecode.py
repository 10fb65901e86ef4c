"""Reads the records of a bundle again with this build's decoders, and holds what the bundle says against it."""

from typing import Any

import msgspec

from muniment.capture.registry import decode
from muniment.produce.event_json import read_event_json
from muniment.proof.verifier import Invalid
from muniment.record.event import Event, Kind
from muniment.record.record import split_payload


def redecode(index: int, payload: bytes, events: list[dict[str, Any]]) -> None:
    """Decode the record `index` again; raises Invalid when an event of the bundle is not what its raw bytes say."""
    header, raw = split_payload(payload)
    again = decode(header, raw)
    for value in events:
        shown = read_event_json(msgspec.json.encode(value))
        if shown.ordinal >= len(again):
            raise Invalid(f"record {index} has no event {shown.ordinal} when it is decoded again")
        if undiverged(shown.event) != _with_files_of(shown.event, undiverged(again[shown.ordinal])):
            raise Invalid(f"event {shown.id} is not what its record says when it is decoded again")


def _with_files_of(shown: Event, again: Event) -> Event:
    """The event as it was decoded, with what the bundle says of files that came later: their own records say it, not this one."""
    if len(shown.attachments) != len(again.attachments) or not any(each.media for each in again.attachments):
        return again
    attachments = tuple(
        each
        if each.media is None
        else msgspec.structs.replace(each, media=None, status=said.status, size=said.size, sha256=said.sha256)
        for each, said in zip(again.attachments, shown.attachments, strict=True)
    )
    return msgspec.structs.replace(again, attachments=attachments)


def undiverged(event: Event) -> Event:
    """The event as its decoder gave it, where the projector marked that its key had come before."""
    if event.kind is not Kind.SOURCE_DIVERGENCE or "diverged" not in event.flags:
        return event
    extra = {name: value for name, value in event.extra.items() if name not in {"was", "kind"}}
    return msgspec.structs.replace(
        event,
        kind=Kind(event.extra["kind"]),
        flags=tuple(flag for flag in event.flags if flag != "diverged"),
        extra=extra,
    )
