"""Whether every attribute and text of an XML element is in what was read: each is replaced by a mark, and the mark must come out."""

import copy
from collections.abc import Callable, Iterator, Sequence
from xml.etree import ElementTree as ET

from muniment.record.event import Event
from tests.capture.leaves import MARK, keys, said

Slot = tuple[ET.Element, str | None]
"""An element, and the attribute of it, or None for its text."""


def slots(root: ET.Element) -> Iterator[Slot]:
    """Every place in a tree that holds something."""
    for one in root.iter():
        yield from ((one, name) for name in one.attrib)
        if (one.text or "").strip():
            yield one, None


def value_at(slot: Slot) -> str:
    one, name = slot
    return one.attrib[name] if name is not None else one.text or ""


def check_elements(
    raw: str,
    decode: Callable[[bytes], Sequence[Event]],
    *,
    nothing: Sequence[str] = (),
    skip: Sequence[str] = (),
    coded: Sequence[str] = (),
) -> int:
    """Assert it of every slot as it is and with a mark in its place; how many there are. `nothing` are values that say nothing,
    `skip` names of slots that cannot hold a mark (base64), `coded` names of slots of which a known value becomes a flag or a kind."""
    root = ET.fromstring(raw)
    plain = decode(raw.encode())
    whole = said(plain) + "\n" + keys(plain)
    places = list(slots(root))
    for number, slot in enumerate(places):
        value = value_at(slot)
        name = slot[1] or slot[0].tag
        if value not in nothing and name not in skip and name not in coded:
            assert value.strip() in whole, f"{name} is lost"
        if name in skip:
            continue
        changed = copy.deepcopy(root)
        one, attribute = list(slots(changed))[number]
        mark = MARK.format(number)
        if attribute is None:
            one.text = mark
        else:
            one.attrib[attribute] = mark
        read = decode(ET.tostring(changed, encoding="utf-8"))
        assert mark in said(read) or mark in keys(read), f"{mark} at {name} is lost"
    return len(places)
