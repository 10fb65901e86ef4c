"""Who was in a conversation, as it is shown: each with what says so and where that stands, and in plain words what is not known."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from muniment.capture.registry import membership
from muniment.catalog.placed import Placed
from muniment.desk.archive.access import Audience
from muniment.desk.archive.bubbles import Face, Faces, Moved
from muniment.record.event import Event, Kind
from muniment.record.membership import CAME, WENT, read_key
from muniment.record.roll import Basis, Change, End, Start, Stay

SEEABLE = frozenset(
    {Kind.MESSAGE, Kind.EDIT, Kind.RECALL, Kind.REACTION, Kind.CALL, Kind.DELIVERY_FAILURE, Kind.SOURCE_DIVERGENCE}
)
"""Events of which their own page says who could see them."""
SOME = 20
"""People of a list that a message's own page shows; all of them are on the page of members."""
_LINE = 8
"""People that a line of a conversation names."""

NOTES = {
    "undated": _("The source gives no time for this message: who was there when it was sent cannot be said."),
    "two": _("As far as the archive shows, this is a conversation of two."),
    "addressed": _(
        "On this channel a message goes to those whom it is addressed to; hidden recipients of an e-mail it does not name."
    ),
    "silent": _(
        "Nothing here says who was in this conversation: neither who came and went nor who was there. What is known is whom the"
        " message names itself, and who wrote near it."
    ),
    "no_roster": _(
        "Only who came and who went is told, never who was there: whoever was there before the first of these is missing, unless"
        " they wrote."
    ),
    "early": _("The first list of members came after this message."),
    "late": _("No list of members came after this message: nothing confirms that those shown last were still there."),
    "phone": _(
        "A text export has no list of members and names people as the phone showed them; its owner may be called “You”."
    ),
    "reads_back": _("On this platform whoever joins later can usually read what was written before."),
    "limited": _("Only what you may read was used; other events may say more."),
    "beyond": _("Whether anybody read it, saw it on somebody else's screen or got it forwarded, this does not say."),
}
_PHONES = frozenset({"whatsapp", "line"})
_READS_BACK = frozenset({"slack", "teams", "telegram", "discord"})
_ADDRESSED = frozenset({"email", "sms"})
_TWO = 2


@dataclass(frozen=True, slots=True)
class Edge:
    """How a stay began or ended: the basis, when it is known from or up to, the other end of what is not known, and by whom.

    `links` name the events that say so, with their addresses.
    """

    basis: str
    at: int
    other: int | None
    by: Face | None
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Present:
    """One stay: who, whether only a name is known of them, and both ends.

    `once` says that nothing shows them after they came, `itself` that nothing but the message asked about shows them at all.
    """

    face: Face
    named: bool
    since: Edge
    until: Edge
    once: bool
    itself: bool


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody who wrote near a message, and where."""

    face: Face
    links: tuple[tuple[str, str], ...]


def handles(channel: str, stays: Iterable[Stay]) -> Iterator[tuple[str, str]]:
    """The addresses of whoever is in these stays, and of who brought them in or took them out."""
    for stay in stays:
        for key in (stay.key, stay.since.by, stay.until.by):
            native = read_key(key)[0] if key else None
            if native:
                yield channel, native


def present(
    stays: Iterable[Stay], channel: str, faces: Faces, url: Callable[[str], str], itself: str | None = None
) -> tuple[Present, ...]:
    """The stays as they are shown; `url` is the address of an event, `itself` the message that is asked about."""
    return tuple(_present(stay, channel, faces, url, itself) for stay in stays)


def writers(audience: Audience, channel: str, faces: Faces, url: Callable[[str], str]) -> tuple[Writer, ...]:
    """Who wrote near a message, the nearest message of each before it and after it."""
    at = None if audience.at is None else audience.at.at
    return tuple(
        Writer(
            faces.behind(channel, each.native, each.name, at),
            tuple((place, url(place)) for place in (each.before, each.after) if place),
        )
        for each in audience.wrote
    )


def notes(audience: Audience, event: Event, channel: str) -> tuple[str, ...]:
    """What is not known of who could see a message: names of NOTES."""
    if audience.at is None:
        return ("undated", "beyond")
    found = []
    named = {event.sender, *event.recipients, *(each.native for each in audience.wrote)} - {None}
    if not audience.known:
        found.append("addressed" if channel in _ADDRESSED else "two" if len(named) == _TWO else "silent")
        if channel in _PHONES:
            found.append("phone")
    else:
        if audience.before is None:
            found.append("no_roster" if audience.after is None else "early")
        elif audience.after is None:
            found.append("late")
        if channel in _PHONES:
            found.append("phone")
    if channel in _READS_BACK:
        found.append("reads_back")
    if audience.limited:
        found.append("limited")
    return (*found, "beyond")


def moved(placed: Placed, change: Change | None, faces: Faces) -> Moved | None:
    """What an event did to the members of a conversation, on one line; None where it says nothing of them."""
    event, channel = placed.decoded.event, placed.decoded.channel
    said = membership(channel, event)
    if said is None:
        return None

    def named(keys: Sequence[str]) -> tuple[Face, ...]:
        return tuple(_face(key, names.get(key), channel, faces, event.sent_at) for key in keys[:_LINE])

    names = {member.key: member.name for member in said.members}
    keys = tuple(names)
    by = (
        faces.behind(channel, said.by, event.sender_display if said.by == event.sender else None, event.sent_at)
        if said.by
        else None
    )
    if said.op in CAME:
        return Moved("came", named(keys), max(len(keys) - _LINE, 0), by)
    if said.op in WENT:
        return Moved("went", named(keys), max(len(keys) - _LINE, 0), by)
    if change is None or not said.whole:
        return Moved("there", named(keys), max(len(keys) - _LINE, 0), None, number=len(keys))
    came, went = change.came, change.went
    return Moved(
        "roster", named(came), max(len(came) - _LINE, 0), None, number=len(keys), gone=named(went), gone_more=max(len(went) - _LINE, 0)
    )  # fmt: skip


def moving(placed: Iterable[Placed]) -> Iterator[tuple[str, str]]:
    """The addresses that the lines of these events name."""
    for each in placed:
        said = membership(each.decoded.channel, each.decoded.event)
        if said is not None:
            natives = [member.id for member in said.members[: 4 * _LINE]]
            yield from ((each.decoded.channel, native) for native in (*natives, said.by) if native)


def _present(stay: Stay, channel: str, faces: Faces, url: Callable[[str], str], itself: str | None) -> Present:
    named = read_key(stay.key)[0] is None
    return Present(
        _face(stay.key, stay.name, channel, faces, stay.since.sure.at),
        named,
        _edge(stay.since, None if stay.since.after is None else stay.since.after.at, channel, faces, url),
        _edge(stay.until, None if stay.until.gone is None else stay.until.gone.at, channel, faces, url),
        stay.until.basis is Basis.OPEN and stay.until.evidence == stay.since.evidence,
        stay.since.evidence == (itself,),
    )


def _edge(end: Start | End, other: int | None, channel: str, faces: Faces, url: Callable[[str], str]) -> Edge:
    by = None if end.by is None else faces.behind(channel, end.by, None, end.sure.at)
    return Edge(end.basis.value, end.sure.at, other, by, tuple((event, url(event)) for event in end.evidence))


def _face(key: str, name: str | None, channel: str, faces: Faces, at: int | None) -> Face:
    native, written = read_key(key)
    return faces.behind(channel, native, name or written, at)
