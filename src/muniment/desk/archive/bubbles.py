"""A conversation as it is shown: what stands in which bubble, whose side it is on, what was changed, answered or received."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from types import MappingProxyType
from unicodedata import bidirectional

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from muniment.catalog.placed import Placed
from muniment.desk.archive import filewords, sayings
from muniment.desk.archive.access import Conversation
from muniment.desk.archive.access.guesses import guessable
from muniment.desk.archive.access.naming import names_of
from muniment.desk.archive.access.readings import VOICES, Known, claimed, readable
from muniment.desk.archive.marks import spans
from muniment.desk.desk import Desk
from muniment.desk.people.access import Whose, whose
from muniment.record.clock import SECOND
from muniment.record.event import Attachment, AttachmentStatus, Kind
from muniment.record.record import Assurance
from muniment.search.ast import Query

QUOTED = 160
"""Characters of a message that is quoted."""
IMAGES = (".jpg", ".jpeg", ".png", ".gif", ".webp")
SOUNDS = (".ogg", ".opus", ".mp3", ".m4a", ".wav")
SHOWN_SIZE = 20 * 2**20
"""Bytes of a picture or a voice note up to which it is shown in its place."""
_SPOKEN = {Kind.MESSAGE, Kind.EDIT, Kind.RECALL, Kind.UNDECODED, Kind.SOURCE_DIVERGENCE}
_SAID_FLAGS = (
    "deleted",
    "edited",
    "diverged",
    "vanished",
    "unanswered",
    "ambiguous_author",
    "ambiguous_time",
    "time_ambiguous",
)


@dataclass(frozen=True, slots=True)
class Links:
    """Where the parts of a message are found, for this reader: among all that they may see, or among their own."""

    conversation: Callable[[int, str], str]
    event: Callable[[str], str]
    media: Callable[[str, int], str]
    sound: Callable[[str, int], str]
    text: Callable[[str, int], str]
    guess: Callable[[str, int], str]
    proof: Callable[[int], str] | None


@dataclass(frozen=True, slots=True)
class Face:
    """Who wrote something: the name for people, the address on the platform, what they are to the firm, and the side."""

    name: str
    handle: str
    kind: str
    person: int | None
    staff: bool
    told: bool = False
    """The name is from the platform's directory, not from the message: the handle stands beside it wherever it stands."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text, and the places in it that a query asked for."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment as it is shown."""

    name: str
    size: int | None
    url: str
    shown: str
    """`image`, `sound`, or empty for a file that is only offered."""
    state: str
    source: str = ""
    """Where its sound is played from."""
    text: str = ""
    """The page of what is read in it."""
    guess: str = ""
    """The page on which an engine guesses the text of a picture, or what is said in a voice."""
    lasts: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """What a message answers, or an event speaks of."""

    who: str
    words: Words
    url: str


@dataclass(frozen=True, slots=True)
class Moved:
    """What happened to the members: `came`, `went`, `there` (they were there) or `roster` (everybody, against what was known before).

    `people` are those who came, went or were there, `gone` whom a roster no longer has, `more` and `gone_more` how many are not named.
    """

    what: str
    people: tuple[Face, ...]
    more: int
    by: Face | None
    number: int = 0
    gone: tuple[Face, ...] = ()
    gone_more: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a conversation: a message, or something that happened."""

    id: int
    place: str
    kind: str
    spoken: bool
    face: Face | None
    at: int | None
    """When it was sent (µs UTC), as exactly as `precision` says."""
    precision: str
    words: Words | None
    was: tuple[Words, ...] = ()
    chips: tuple[tuple[str, str], ...] = ()
    quote: Quote | None = None
    files: tuple[Attached, ...] = ()
    reactions: tuple[str, ...] = ()
    receipts: tuple[tuple[str, int | None], ...] = ()
    url: str = ""
    proof: str = ""
    hit: bool = False
    day: date | None = None
    """The reader's day, where it is another than that of the item before."""
    undated: bool = False
    raw: bool = False
    """Shown as it was received, because no decoder could read it."""
    assured: tuple[str, str] = ("", "")
    """How sure it is that this came from the platform: in two words, and in some more."""
    moved: Moved | None = None


class Faces:
    """The people of some events, and behind `more` addresses (channel, native id) of the first one's account, looked up at once."""

    def __init__(self, desk: Desk, events: Iterable[Placed], more: Iterable[tuple[str, str]] = ()) -> None:
        known, more = list(events), list(more)
        self._first = known[0] if known else None
        self._names = names_of(desk, known, more)
        handles = {
            (each.decoded.channel, native)
            for each in known
            for native in (each.decoded.event.sender, *each.decoded.event.recipients)
            if native
        }
        handles.update(more)
        self._whose: Whose = whose(handles)

    def of(self, placed: Placed) -> Face | None:
        """Who wrote an event; None where nobody is named."""
        event = placed.decoded.event
        if event.sender is None and not event.sender_display:
            return None
        return self.behind(placed.decoded.channel, event.sender, event.sender_display, event.sent_at, placed)

    def behind(
        self, channel: str, native: str | None, display: str | None, at: int | None, where: Placed | None = None
    ) -> Face:
        """Who is behind an address at a time; `where` is an event of the account and conversation that it is of, if not the first."""
        who = self._whose.at(channel, native, at) if native else None
        where, told = where or self._first, None
        if who is None and not display and native and where is not None and where.decoded.channel == channel:
            told = self._names.of(where.source, native, where.decoded.event.conversation, at)
        display = display or told
        name = who.name if who else display or native or ""
        handle = native or "" if native and native != name else ""
        kind = (
            {"employee": pgettext("to the firm", "staff"), "client": pgettext("to the firm", "client")}.get(
                who.kind, ""
            )
            if who
            else ""
        )
        return Face(
            name,
            handle,
            kind,
            who.number if who else None,
            who is not None and who.kind == "employee",
            told is not None,
        )

    def names(self, events: Sequence[Placed]) -> tuple[Face, ...]:
        """Everybody who wrote or received these events, in order of appearance."""
        seen: dict[str, Face] = {}
        for each in events:
            event = each.decoded.event
            if event.kind is Kind.MEMBERSHIP:
                continue  # a list of members may name hundreds; none of them has said anything by that
            for native in (event.sender, *event.recipients):
                if native:
                    display = event.sender_display if native == event.sender else None
                    face = self.behind(each.decoded.channel, native, display, event.sent_at, each)
                    if native not in seen or (display and not seen[native].handle):
                        seen[native] = face
        return tuple({face.person or native: face for native, face in seen.items()}.values())


def words(text: str, query: Query | None = None) -> Words:
    """A text, with what a query asks for marked."""
    return Words(text, tuple(spans(text, query)) if query else ())


_TURNS = frozenset({"R", "AL", "AN", "RLE", "LRE", "RLO", "LRO", "PDF", "RLI", "LRI", "FSI", "PDI"})
"""Directions of characters (Unicode's words) that change the order of what stands around them."""
NOTHING: Mapping[str, Known] = MappingProxyType({})


def items(
    shown: Conversation,
    links: Links,
    faces: Faces,
    query: Query | None = None,
    read: Mapping[str, Known] = NOTHING,
    moved: Callable[[Placed], Moved | None] = lambda _placed: None,
) -> Iterator[Item]:
    """The lines of a page of a conversation, oldest first; `read` is what is recorded of files, by SHA-256.

    `moved` says what an event did to the members.
    """
    here = {event.id for event in shown.events}
    last: date | None = None
    undated = False
    for event in shown.events:
        target = shown.targets.get(event.id)
        kind = event.decoded.event.kind
        if kind in (Kind.REACTION, Kind.RECEIPT) and target is not None and target.id in here:
            continue  # it stands with the message that it is about
        day = local_day(event.decoded.event.sent_at)
        item = _item(
            event,
            shown,
            links,
            faces,
            query,
            None if day == last else day,
            first_undated=day is None and not undated,
            read=read,
        )
        yield replace(item, moved=moved(event)) if kind is Kind.MEMBERSHIP else item
        undated = undated or day is None
        last = day or last


def local_day(at: int | None) -> date | None:
    """The reader's day of a moment (µs UTC)."""
    if at is None:
        return None
    try:
        return timezone.localtime(datetime.fromtimestamp(at // SECOND, UTC)).date()
    except (OverflowError, ValueError):
        return None


def _item(
    placed: Placed,
    shown: Conversation,
    links: Links,
    faces: Faces,
    query: Query | None,
    day: date | None,
    *,
    first_undated: bool,
    read: Mapping[str, Known],
) -> Item:
    event, place = placed.decoded.event, placed.decoded.id
    target = shown.targets.get(placed.id)
    later = shown.later.get(placed.id, ())
    changes = [each for each in later if each.decoded.event.kind is Kind.EDIT] if event.kind is not Kind.EDIT else []
    recalled = [each for each in later if each.decoded.event.kind is Kind.RECALL]
    versions = [event.text, *(each.decoded.event.text for each in changes)]
    struck = [words(text, query) for text in (versions if recalled else versions[:-1]) if text]
    current = "" if recalled else versions[-1] or _members(placed, faces)
    amends = event.kind in (Kind.EDIT, Kind.RECALL) and target is not None
    return Item(
        id=placed.id,
        place=place,
        kind=event.kind.value,
        spoken=event.kind in _SPOKEN and not amends,
        face=faces.of(placed),
        at=event.sent_at,
        precision=event.sent_at_precision.value,
        words=words(current, query) if current and not (amends and event.kind is Kind.EDIT) else None,
        was=tuple(struck),
        chips=tuple(chips(placed, changes, recalled)),
        quote=None if target is None else quote(target, links, faces),
        files=tuple(attached(each, place, number, links, read) for number, each in enumerate(event.attachments)),
        reactions=tuple(each.decoded.event.text for each in later if each.decoded.event.kind is Kind.REACTION),
        receipts=tuple(
            (str(each.decoded.event.sender_display or each.decoded.event.sender or ""), each.decoded.event.sent_at)
            for each in later
            if each.decoded.event.kind is Kind.RECEIPT
        ),
        url=links.event(place),
        proof=links.proof(placed.decoded.record) if links.proof else "",
        hit=placed.id == shown.hit,
        day=day,
        undated=first_undated,
        raw=event.kind is Kind.UNDECODED,
        assured=assured(placed.decoded.assurance),
    )


def _members(placed: Placed, faces: Faces) -> str:
    """Who came to a conversation or left it, where the source says it by their addresses alone."""
    event = placed.decoded.event
    saying = sayings.MEMBERS.get(str(event.extra.get("op"))) if event.kind is Kind.MEMBERSHIP else None
    listed = event.extra.get("members")
    if saying is None or not isinstance(listed, list):
        return ""
    ids = [each.get("id") for each in listed if isinstance(each, dict)]
    names = [
        faces.behind(placed.decoded.channel, each, None, event.sent_at, placed).name
        for each in ids
        if type(each) is str
    ]
    return str(saying).format(names=pgettext("between names", ", ").join(names)) if names else ""


def assured(level: Assurance) -> tuple[str, str]:
    """What is known of where a record came from, in two words and in some more."""
    return str(sayings.ASSURED[level]), str(sayings.ASSURANCE[level])


def chips(placed: Placed, changes: Sequence[Placed] = (), recalled: Sequence[Placed] = ()) -> Iterator[tuple[str, str]]:
    """What stands beside a message in a small box: its class and its words."""
    event = placed.decoded.event
    if event.kind is not Kind.MESSAGE:
        bad = event.kind in (Kind.UNDECODED, Kind.SOURCE_DIVERGENCE, Kind.DELIVERY_FAILURE)
        yield "broken" if bad else "", str(sayings.KINDS[event.kind])
    if changes:
        yield "pending", str(sayings.flag("edited"))
    if recalled:
        yield "pending", _("recalled")
    for flag in event.flags:
        if flag in _SAID_FLAGS and not (flag == "diverged" and event.kind is Kind.SOURCE_DIVERGENCE):
            yield "pending", sayings.flag(flag)


def quote(placed: Placed, links: Links, faces: Faces) -> Quote:
    """What a message answers, in short, and where it stands."""
    event = placed.decoded.event
    face = faces.of(placed)
    text = event.text or ", ".join(each.name for each in event.attachments)
    if not text:
        text = _("no text") if event.kind is Kind.MESSAGE else sayings.label("type", event.kind.value)
    return Quote(
        face.name if face else "",
        Words(brief(text)),
        f"{links.conversation(placed.conversation, placed.decoded.id)}#e{placed.decoded.id}",
    )


def brief(text: str) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text[: 4 * QUOTED].split())
    return line if len(line) <= QUOTED else f"{line[:QUOTED]}…"


def attached(
    attachment: Attachment, place: str, number: int, links: Links, read: Mapping[str, Known] = NOTHING
) -> Attached:
    """An attachment: shown in its place when its name and size say that it can be; the media page decides by its bytes.

    A voice that has to be decoded is known by its bytes once the worker has read it, and until then by its name or claimed type.
    """
    name = attachment.name.lower()
    stored = attachment.status is AttachmentStatus.STORED
    small = stored and (attachment.size or 0) <= SHOWN_SIZE
    kind = "image" if name.endswith(IMAGES) else "sound" if name.endswith(SOUNDS) else ""
    states = {
        AttachmentStatus.OMITTED: _("left out by the source"),
        AttachmentStatus.MISSING: _("did not come with the message"),
    }
    url = links.media(place, number) if stored else ""
    known = read.get(attachment.sha256 or "") if stored else None
    type = known.type if known else claimed(attachment.name, attachment.content_type)
    voice = stored and type in VOICES
    if voice:
        kind = "sound" if known is None or known.playable else ""
    return Attached(
        attachment.name,
        attachment.size,
        url,
        kind if small else "",
        states.get(attachment.status, "") or filewords.beside(known),
        source=links.sound(place, number) if voice else url,
        text=links.text(place, number) if stored and readable(type) else "",
        guess=links.guess(place, number) if stored and guessable(type) else "",
        lasts="" if known is None or known.duration is None else filewords.lasts(known.duration),
    )


def title(shown: Conversation, parties: Sequence[Face]) -> str:
    """What a conversation is called: as the platform shows it or its directory says, else by its people, else by its native id."""
    for each in reversed(shown.events):
        if each.decoded.event.conversation_display:
            return each.decoded.event.conversation_display
    if shown.talk.id in shown.called:
        return shown.called[shown.talk.id]
    if parties:
        rest = len(parties) - 4
        return in_a_row(parties[:4]) + (f" +{rest}" if rest > 0 else "")
    return shown.talk.native or _("messages that belong to no conversation")


def in_a_row(faces: Iterable[Face]) -> str:
    """Their names in one line. A name that runs from right to left, or would turn what follows it, is isolated."""
    return " · ".join(
        f"\N{FIRST STRONG ISOLATE}{face.name}\N{POP DIRECTIONAL ISOLATE}"
        if any(bidirectional(each) in _TURNS for each in face.name)
        else face.name
        for face in faces
    )
