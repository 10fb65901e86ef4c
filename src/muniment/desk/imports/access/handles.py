"""Handles that messages bear and that belong to nobody the firm knows: how often, since when, and whose they may be."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from muniment.capture.audit import Entry
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.imports.models import Disregarded
from muniment.desk.people.access import Namesakes, Suggestion, suggest
from muniment.desk.people.models import Handle
from muniment.record.clock import SECOND
from muniment.record.errors import NotFound
from muniment.search.ast import And, Field, Query
from muniment.search.database import open_index
from muniment.search.document import sent_seconds
from muniment.search.index import Index

PAGE = 25
NAMES_AT_ONCE = 200
GONE_THROUGH = 1_000
"""Messages of a handle up to which they are gone through and not counted in the index."""
TYPED = frozenset({"handin"})
"""Channels whose names somebody typed: they are no platform's handles, and nobody's for being equal."""


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A handle on a channel that is nobody's. Times in µs UTC, as sent. `query` finds its messages."""

    channel: str
    native: str
    displays: tuple[str, ...]
    messages: int
    first: int | None
    last: int | None
    query: str
    suggestions: tuple[Suggestion, ...] = ()


@dataclass(frozen=True, slots=True)
class Handles:
    """A page of them, by the handle."""

    rows: tuple[Unmatched, ...]
    more: str
    """The handle behind which the next page begins; empty on the last."""
    disregarded: int


def may_look(desk: Desk) -> None:
    """Raise NotFound for whoever neither keeps people nor brings files in: handles are the names of strangers."""
    if not any(desk.authority.holds(each) for each in (Capability.PEOPLE_CHANGE, Capability.IMPORT)):
        desk.authority.require(Capability.PEOPLE_CHANGE)


def unmatched(desk: Desk, after: str = "") -> Handles:
    """A page of unmatched handles, with suggestions; the reading is audited. Raises NotFound."""
    may_look(desk)
    channels = [name for (name,) in desk.catalog.execute("SELECT DISTINCT connector FROM account ORDER BY connector")]
    channels = [name for name in channels if name not in TYPED]
    rows: list[Unmatched] = []
    namesakes = Namesakes()
    index = open_index(desk.catalog)
    for native, displays, settled in _natives(desk, after):
        mine = [
            row
            for channel in channels
            if channel not in settled and (row := _unmatched(index, channel, native, displays, namesakes))
        ]
        if rows and len(rows) + len(mine) > PAGE:
            more = rows[-1].native
            break
        rows += mine
    else:
        more = ""
    desk.audit(Entry(act="handles.read", actor=desk.actor, counts={"shown": len(rows)}))
    return Handles(tuple(rows), more, Disregarded.objects.count())


def one(desk: Desk, channel: str, native: str) -> Unmatched:
    """One of them; the look is audited. Raises NotFound when it is somebody's, or in no message."""
    found = find(desk, channel, native)
    desk.audit(Entry(act="handle.read", actor=desk.actor, detail={"channel": channel, "native": native}))
    return found


def find(desk: Desk, channel: str, native: str) -> Unmatched:
    """One of them, for an action, which has an entry of its own; raises NotFound as `one` does."""
    may_look(desk)
    displays = [
        display
        for (display,) in desk.catalog.execute(
            "SELECT display FROM search_name WHERE role = 'person' AND native = ? ORDER BY display", (native,)
        )
    ]
    settled = _settled([native]).get(native, ())
    found = None
    if native and channel not in settled:
        found = _unmatched(open_index(desk.catalog), channel, native, displays, Namesakes())
    if found is None:
        raise NotFound("there is no such {what}", what="handle")
    return found


def _natives(desk: Desk, after: str) -> Iterator[tuple[str, list[str], Collection[str]]]:
    """Every handle of the index behind `after`, with the names under which it was shown, and the channels it is settled on."""
    while True:
        rows = desk.catalog.execute(
            "SELECT DISTINCT native FROM search_name WHERE role = 'person' AND native > ? ORDER BY native LIMIT ?",
            (after, NAMES_AT_ONCE),
        ).fetchall()
        natives = [native for (native,) in rows]
        if not natives:
            return
        after = natives[-1]
        shown: dict[str, list[str]] = {native: [] for native in natives}
        for native, display in desk.catalog.execute(
            "SELECT native, display FROM search_name WHERE role = 'person' AND native IN"
            f" ({','.join('?' * len(natives))}) ORDER BY native, display",
            natives,
        ):
            shown[native].append(display)
        settled = _settled(natives)
        yield from ((native, displays, settled.get(native, ())) for native, displays in shown.items())


def _settled(natives: Collection[str]) -> dict[str, set[str]]:
    """The channels on which each of these handles is somebody's or said to be nobody's."""
    channels: dict[str, set[str]] = {}
    for known in (Handle.objects, Disregarded.objects):
        for channel, native in known.filter(native__in=natives).values_list("channel", "native"):
            channels.setdefault(native, set()).add(channel)
    return channels


def _unmatched(index: Index, channel: str, native: str, displays: list[str], namesakes: Namesakes) -> Unmatched | None:
    query = Query(And((Field("with", native, exact=True), Field("channel", channel))))
    # Of most handles there are few: gone through once, they give the first, the last and the number.
    ids = list(islice(index.matches(query), GONE_THROUGH + 1))
    if not ids:
        return None
    whole = len(ids) <= GONE_THROUGH
    oldest = next((seconds for each in ids if (seconds := sent_seconds(each)) is not None), None)
    if oldest is None and not whole:
        oldest = next((seconds for each in index.matches(query) if (seconds := sent_seconds(each)) is not None), None)
    last = sent_seconds(ids[-1] if whole else index.search(query, limit=1)[0])
    given = tuple(display for display in displays if display and display != native)
    return Unmatched(
        channel,
        native,
        given,
        len(ids) if whole else index.count(query),
        None if oldest is None else oldest * SECOND,
        None if last is None else last * SECOND,
        "" if '"' in native else f'with:"{native}" channel:{channel}',
        tuple(suggest(channel, native, given, namesakes=namesakes)),
    )
