"""What a search found, as the list shows it: each message with its hit marks and one line of what came before."""

from collections.abc import Iterator
from dataclasses import dataclass

from muniment.catalog.placed import Placed
from muniment.desk.archive import sayings
from muniment.desk.archive.access import Workspace
from muniment.desk.archive.bubbles import Face, Faces, Links, Quote, Words, assured, chips, quote, words
from muniment.desk.desk import Desk
from muniment.desk.platforms import channel

NAMED = 3
"""Recipients that are named; of the others the number is said."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that was found."""

    place: str
    url: str
    event: str
    who: Face | None
    to: tuple[Face, ...]
    others: int
    channel: str
    account: str
    at: int | None
    precision: str
    words: Words
    files: tuple[Words, ...]
    said: str
    """What happened, where that is all there is to say."""
    about: Quote | None
    """The message that it happened to."""
    before: Quote | None
    chips: tuple[tuple[str, str], ...]
    proof: str
    assured: tuple[str, str]
    """How sure it is that this came from the platform: in two words, and in some more."""


def hits(desk: Desk, found: Workspace, links: Links) -> Iterator[Hit]:
    """The hits of a page, newest first."""
    faces = Faces(desk, [*found.hits, *found.before.values(), *found.targets.values()])
    for each in found.hits:
        yield _hit(each, found, faces, links)


def _hit(placed: Placed, found: Workspace, faces: Faces, links: Links) -> Hit:
    decoded, event, query = placed.decoded, placed.decoded.event, found.query
    before, about = found.before.get(placed.id), found.targets.get(placed.id)
    to = [faces.behind(decoded.channel, native, None, event.sent_at, placed) for native in event.recipients[:NAMED]]
    return Hit(
        place=decoded.id,
        url=links.conversation(placed.conversation, decoded.id),
        event=links.event(decoded.id),
        who=faces.of(placed),
        to=tuple(to),
        others=len(event.recipients) - len(to),
        channel=channel(decoded.channel),
        account=decoded.source,
        at=event.sent_at,
        precision=event.sent_at_precision.value,
        words=words(event.text, query),
        files=tuple(words(each.name, query) for each in event.attachments),
        said=sayings.happened(event),
        about=None if about is None else quote(about, links, faces),
        before=None if before is None or (about is not None and before.id == about.id) else quote(before, links, faces),
        chips=tuple(chips(placed)),
        proof=links.proof(decoded.record) if links.proof else "",
        assured=assured(decoded.assurance),
    )
