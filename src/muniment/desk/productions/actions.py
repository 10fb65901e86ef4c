"""Producing: a bundle that proves itself, entered in the audit log before anybody holds it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from muniment.capture.archive import Archive
from muniment.capture.audit import Entry
from muniment.capture.leader import Leader
from muniment.capture.registry import decoder, decoders
from muniment.catalog.projector import Projector
from muniment.catalog.read import disposed, events_of, unsearchable
from muniment.desk.archive.access import Missed, earlier_seals, missed, parse_query, positions_of, records_of_blobs
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.productions.gaps import entry as gap_entry
from muniment.desk.productions.gaps import sentences
from muniment.produce.bundle import BundleWriter
from muniment.produce.entries import About, AuditEntry, NotSeen, ProducedRecord
from muniment.produce.transcript import TranscriptHead, amendments, transcript
from muniment.proof import seal as sealing
from muniment.record.clock import rfc3339
from muniment.record.errors import Damaged, Refused
from muniment.record.event import AttachmentStatus
from muniment.record.words import ENGLISH, Words, _
from muniment.search import tokens
from muniment.search.database import open_index
from muniment.search.explain import explain

T = TypeVar("T")
Tell = Callable[[int, int], None]
"""Told now and then how much of how much is done."""

NOT_PROVEN = (
    _("This page proves nothing by itself: check the bundle it came in, with keys that you received another way."),
    _(
        "Without a seal, witness or time-stamp from outside, a rewrite of everything by whoever holds the signing keys is not excluded."
    ),
    _(
        "That a conversation is complete is not proven: others of its messages may not match the query, or never have reached the archive."
    ),
    _("Times of sending are what the platform or its export says; names are as the platform gave them."),
)


@dataclass(frozen=True, slots=True)
class Production:
    """What was produced: where it lies, how much it holds, and the seal over the archive right after it."""

    path: Path
    records: int
    withheld: int
    events: int
    attachments: int
    manifest_sha256: str
    seal: str


@dataclass(frozen=True, slots=True)
class _Selection:
    """What a query selects: event ids by conversation and time, the leaves they come from, and which of those it selects only in part."""

    ids: Sequence[int]
    leaves: Sequence[int]
    partial: frozenset[int]
    attachments: frozenset[str]
    missing_media: int
    complete_up_to: int
    """When the heartbeat in the bundle was sealed (µs UTC): the manifest says the same."""
    gaps: Sequence[Missed] = ()


def produce(
    desk: Desk,
    text: str,
    out: Path,
    reason: str,
    *,
    zone: str = "UTC",
    since: Iterable[str] = (),
    words: Words = ENGLISH,
    lang: str = "en",
    lead: Callable[[Archive], Leader] = Leader,
    tell: Tell | None = None,
) -> Production:
    """Write the bundle of everything that matches `text`, within what the actor may produce, to `out`.

    Memory does not grow with content. `lead` makes the leader: one that waits for others, perhaps. Raises Refused, Busy, and
    NotFound for whoever may not produce.
    """
    scope = desk.authority.require(Capability.PRODUCE)
    if not reason.strip():
        raise Refused("a production needs a reason: the matter or request it answers; give one with --reason")
    if not out.absolute().parent.is_dir():
        raise Refused(
            "there is no folder {folder} for the bundle; make it, or name another file with --out",
            folder=str(out.parent),
        )
    archive = desk.archive
    seals = [*earlier_seals(desk), *(own_seal(desk, line) for line in since)]
    with lead(archive) as leader:
        leader.drain()
        heartbeat = leader.heartbeat()
        projector = Projector(archive, desk.catalog)
        projector.catch_up()
        now = archive.clock()
        query = parse_query(desk, text, zone)
        selected = _select(
            desk,
            list(open_index(desk.catalog).matches(query, scope=scope)),
            heartbeat,
            missed(desk, query, scope),
            narrowed=scope is not None,
        )
        told = _Told(tell, len(selected.leaves) + 2 * len(selected.ids))
        about = About(
            origin=archive.home.origin,
            query=text,
            query_parsed=explain(query),
            reason=reason,
            produced_at=rfc3339(now),
            produced_by=desk.actor,
            decoders={name: decoder(name).version for name in decoders()},
            tokeniser=f"{tokens.VERSION}/{tokens.TABLES[:16]}",
        )
        size = leader.size("records")
        prover = archive.records.log.prover(size)
        with BundleWriter(out, about, archive.records.log.checkpoint_text(), prover) as bundle:
            bundle.write_records(told.through(_records(desk, selected, size)))
            bundle.write_events(told.through(events_of(desk.catalog, selected.ids)))
            bundle.write_transcript(_transcript(desk, about, selected, now, words, lang, told))
            blind = unsearchable(desk.catalog)
            claim = bundle.close_manifest(
                [gap_entry(each) for each in selected.gaps],
                NotSeen(
                    undecoded=blind.undecoded,
                    unsearchable=blind.attachments,
                    missing_media=selected.missing_media,
                    disposed=disposed(desk.catalog),
                ),
            )
            entry = Entry(act="produce", actor=desk.actor, purpose=reason, query=text, bundle=claim.members())
            sealed = _enter(desk, leader, entry)
            bundle.finish(
                sealed, archive.audit.log.checkpoint_text(), archive.audit.log.prover(leader.size("audit")), seals
            )
        line = sealing.make(
            archive.home.origin, leader.checkpoint("records"), leader.checkpoint("audit"), archive.signers["records"]
        )
        desk.audit(Entry(act="seal.give", actor=desk.actor, object=out.name, detail={"seal": line}))
        leader.drain()
        projector.catch_up()
    counted = Counter(leaf in selected.partial for leaf in selected.leaves)
    return Production(
        out, len(selected.leaves), counted[True], len(selected.ids), bundle.attachments, claim.manifest, line
    )


def own_seal(desk: Desk, line: str) -> str:
    """A seal that this archive gave; raises Refused for any other, before anything is entered in the audit log."""
    try:
        if sealing.open(line, [desk.archive.signers["records"].vkey]).origin == desk.archive.home.origin:
            return line
    except Damaged:
        pass
    raise Refused(
        "what --since gives is not a seal of {origin}; copy the whole line that `muniment checkpoint` printed",
        origin=desk.archive.home.origin,
    )


class _Told:
    """Tells how much of a production is done, while it goes through the records and twice through the events."""

    def __init__(self, tell: Tell | None, total: int) -> None:
        self._tell, self._total, self._done = tell, total, 0

    def through(self, items: Iterable[T]) -> Iterator[T]:
        """The items, counted as they pass."""
        for item in items:
            yield item
            self._done += 1
            if self._tell is not None and self._done % 64 == 0:
                self._tell(self._done, self._total)


def _select(
    desk: Desk, ids: Sequence[int], heartbeat: int, gaps: Sequence[Missed], *, narrowed: bool = False
) -> _Selection:
    """The records behind the events, the records of their attachments, the gaps, and the newest heartbeat.

    Where the actor's scope is `narrowed`, a file whose record came by another account than the messages stays out: its
    header would tell of that account.
    """
    chosen: Counter[int] = Counter()
    total: dict[int, int] = {}
    first_of: dict[int, int] = {}
    places: list[tuple[int, int]] = []
    for identifier, leaf, of_record, conversation in positions_of(desk, ids):
        chosen[leaf] += 1
        total[leaf] = of_record
        places.append((first_of.setdefault(conversation, identifier), identifier))
    ids = [
        identifier for _, identifier in sorted(places)
    ]  # conversation by conversation, in the order in which they begin
    wanted, missing = set[str](), 0
    for event in events_of(desk.catalog, ids):
        for attachment in event.event.attachments:
            if attachment.status is AttachmentStatus.STORED and attachment.sha256:
                wanted.add(attachment.sha256)
            else:
                missing += 1
    files = {blob: set(records_of_blobs(desk, [blob])) for blob in wanted}
    if narrowed:
        mine = _sources(desk, chosen)
        files = {blob: leaves for blob, leaves in files.items() if _sources(desk, leaves) <= mine}
    leaves = {*chosen, *(leaf for each in files.values() for leaf in each), *(gap.leaf for gap in gaps), heartbeat}
    partial = frozenset(leaf for leaf, count in chosen.items() if count < total[leaf])
    (sealed_at,) = desk.catalog.execute("SELECT received_at FROM record WHERE leaf = ?", (heartbeat,)).fetchone()
    return _Selection(ids, sorted(leaves), partial, frozenset(files), missing, sealed_at, gaps)


def _sources(desk: Desk, leaves: Iterable[int]) -> set[str]:
    """The accounts by which these records came."""
    wanted = sorted(leaves)
    found: set[str] = set()
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        marks = ",".join("?" * len(some))
        found.update(
            source for (source,) in desk.catalog.execute(f"SELECT source FROM record WHERE leaf IN ({marks})", some)
        )
    return found


def _records(desk: Desk, selected: _Selection, size: int) -> Iterator[ProducedRecord]:
    for opened in desk.archive.records.pick(selected.leaves, size):
        if opened.index in selected.partial:
            yield ProducedRecord(index=opened.index, leaf=opened.leaf_bytes)
        else:
            yield ProducedRecord(
                index=opened.index, leaf=opened.leaf_bytes, payload=opened.payload, mac_key=opened.mac_key
            )


def _enter(desk: Desk, leader: Leader, entry: Entry) -> AuditEntry:
    """Seal the audit entry of a production and open it again, as the bundle will show it."""
    identifier = desk.audit(entry)
    leader.drain()
    size = leader.size("audit")
    for opened in desk.archive.audit.opened(max(0, size - 64), size, size):
        if opened.leaf.id == identifier and opened.payload is not None and opened.mac_key is not None:
            return AuditEntry(
                index=opened.index, leaf=opened.leaf_bytes, payload=opened.payload, mac_key=opened.mac_key
            )
    raise Refused(
        "the audit entry of this production is not among the newest 64; try again when the archive is less busy"
    )


def _transcript(
    desk: Desk, about: About, selected: _Selection, now: int, words: Words, lang: str, told: _Told
) -> Iterator[bytes]:
    amended = amendments(events_of(desk.catalog, selected.ids))
    return transcript(
        _head(about, selected, now, words),
        told.through(events_of(desk.catalog, selected.ids)),
        words,
        lang=lang,
        amended=amended,
        files=selected.attachments,
    )


def _head(about: About, selected: _Selection, now: int, words: Words) -> TranscriptHead:
    return TranscriptHead(
        origin=about.origin,
        query=about.query,
        reason=about.reason,
        produced_at=now,
        produced_by=about.produced_by,
        count=len(selected.ids),
        complete_up_to=selected.complete_up_to,
        gaps=sentences(selected.gaps, words),
        not_proven=tuple(words.gettext(sentence) for sentence in NOT_PROVEN),
    )
