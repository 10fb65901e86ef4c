"""The proof of one record: its leaf, the path from it to the signed checkpoint, and whether all of it checks just now.

Trust: everything is computed from the log's files and the envelope while the reader waits; nothing is taken from the catalog,
which could say anything. `examine` knows no permission; each log's own door asks for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from muniment.capture.archive import Archive
from muniment.capture.audit import Entry
from muniment.catalog.placed import Placed, of_record, placed
from muniment.desk.archive.access.files import partly_visible, wholly_visible
from muniment.desk.archive.access.finding import visible_ids
from muniment.desk.archive.access.reading import absent
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.journal.reader import Opened
from muniment.proof import tlogproof, verifier
from muniment.proof.verifier import Checkpoint, Invalid
from muniment.record.errors import Damaged, MunimentError, NotFound
from muniment.record.leaf import Leaf, parse_leaf
from muniment.record.record import Header, split_payload

State = Literal["sealed", "disposed", "broken"]
HISTORY = 100
"""Entries of the audit log that a proof page shows of one record."""


@dataclass(frozen=True, slots=True)
class Step:
    """One hash of the path: what is joined from which side, and what the two give."""

    given: bytes
    side: Literal["left", "right"]
    computed: bytes


@dataclass(frozen=True, slots=True)
class Proof:
    """What can be said of one leaf of a log, checked just now. What could not be read for a fault is None or empty."""

    log: str
    origin: str
    index: int
    state: State
    fault: MunimentError | None
    leaf: Leaf | None
    leaf_bytes: bytes
    leaf_hash: bytes
    steps: tuple[Step, ...]
    checkpoint: Checkpoint | None
    note: str
    """The checkpoint as it is signed."""
    vkey: str
    """The key that it is checked with, as text for strangers."""
    payload: bytes | None

    @property
    def file(self) -> str:
        """The portable proof (C2SP tlog-proof), the leaf itself as its extra data."""
        return tlogproof.write(self.index, [step.given for step in self.steps], self.note, self.leaf_bytes)


@dataclass(frozen=True, slots=True)
class Record:
    """A record with its proof, as far as the reader may see it."""

    proof: Proof
    header: Header | None
    raw: bytes | None
    withheld: bool
    """Whether the raw bytes hold events that are not for this reader."""
    events: tuple[Placed, ...]
    status: str | None
    """What the catalog says became of it; None when it has not been read yet."""
    target: int | None
    """The leaf that a gap or a disposal speaks of."""
    history: tuple["Act", ...]


@dataclass(frozen=True, slots=True)
class Act:
    """An entry of the audit log that names the record: its leaf there, when (µs UTC), and what it says."""

    leaf: int
    at: int
    entry: Entry


def record(desk: Desk, leaf: int, *, act: str = "record.read", capability: Capability = Capability.READ) -> Record:
    """A record of the records log with its proof; raises NotFound. What does not check is said in the proof, not raised."""
    scope = desk.authority.require(capability)
    if not partly_visible(desk, leaf, scope):
        raise absent()
    proof = examine(desk.archive, "records", leaf)
    whole = wholly_visible(desk, leaf, scope)
    ids = [event.id for event in of_record(desk.catalog, leaf)]
    seen = visible_ids(desk, ids, scope)
    row = desk.catalog.execute("SELECT status FROM record WHERE leaf = ?", (leaf,)).fetchone()
    header, raw = (None, None) if proof.payload is None or not whole else split_payload(proof.payload)
    desk.audit(Entry(act=act, actor=desk.actor, object=f"records/{leaf}", detail={"state": proof.state}))
    return Record(
        proof,
        header,
        raw,
        not whole,
        tuple(placed(desk.catalog, sorted(seen))),
        None if row is None else str(row[0]),
        None if proof.leaf is None else proof.leaf.ref,
        _history(desk, leaf, len(ids)) if desk.authority.holds(Capability.AUDIT) else (),
    )


def audit_proof(desk: Desk, leaf: int, *, act: str = "record.read") -> Proof:
    """The proof of an entry of the audit log; raises NotFound."""
    desk.authority.require_everything(Capability.AUDIT)
    proof = examine(desk.archive, "audit", leaf)
    desk.audit(Entry(act=act, actor=desk.actor, object=f"audit/{leaf}", detail={"state": proof.state}))
    return proof


def examine(archive: Archive, log: str, index: int) -> Proof:
    """Check leaf `index` of `log` against the newest checkpoint and its own envelope; raises NotFound when there is none."""
    reader = archive.reader(log)
    vkey = archive.signers[log].vkey
    origin = archive.home.log_origin(log)
    note, leaf_bytes, steps = "", b"", tuple[Step, ...]()
    checkpoint: Checkpoint | None = None
    opened: Opened | None = None
    fault: MunimentError | None = None
    leaf: Leaf | None = None
    try:
        note = reader.log.checkpoint_text()
        checkpoint = reader.log.open_checkpoint(note)
        if not 0 <= index < checkpoint.size:
            raise absent()
        (leaf_bytes,) = reader.log.leaves(index, index + 1, checkpoint.size)
        path = reader.log.prover(checkpoint.size).inclusion(index)
        steps = climb(index, checkpoint.size, verifier.leaf_hash(leaf_bytes), path)
        _check_path(index, checkpoint, leaf_bytes, path, origin)
        leaf = parse_leaf(leaf_bytes)
        opened = next(reader.pick([index], checkpoint.size))
    except NotFound:
        raise
    except MunimentError as error:
        fault = error
    state: State = "broken" if fault else "disposed" if opened is None or opened.payload is None else "sealed"
    return Proof(
        log,
        origin,
        index,
        state,
        fault,
        leaf,
        leaf_bytes,
        verifier.leaf_hash(leaf_bytes),
        steps,
        checkpoint,
        note,
        vkey,
        None if opened is None else opened.payload,
    )


def climb(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> tuple[Step, ...]:
    """The hashes of an inclusion proof, from the leaf upwards, with their sides (RFC 9162 §2.1.3.2)."""
    steps: list[Step] = []
    at, last, own = index, size - 1, leaf
    for given in path:
        if at & 1 or at == last:
            own = verifier.node_hash(given, own)
            steps.append(Step(given, "left", own))
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            own = verifier.node_hash(own, given)
            steps.append(Step(given, "right", own))
        at, last = at >> 1, last >> 1
    return tuple(steps)


def _check_path(index: int, checkpoint: Checkpoint, leaf: bytes, path: list[bytes], origin: str) -> None:
    try:
        verifier.verify_inclusion(index, checkpoint.size, verifier.leaf_hash(leaf), path, checkpoint.root)
    except Invalid:
        raise Damaged(
            "leaf {index} does not lead to the signed checkpoint of {origin}: the leaf, or a hash on its path, was changed",
            index=index,
            origin=origin,
        ) from None


def _history(desk: Desk, leaf: int, events: int) -> tuple[Act, ...]:
    """Who has opened the record or an event of it, newest first."""
    objects = [f"records/{leaf}", *(f"{leaf}-{ordinal}" for ordinal in range(min(events, 200)))]
    rows = desk.catalog.execute(
        f"SELECT leaf, received_at, body FROM audit_entry WHERE object IN ({','.join('?' * len(objects))})"
        " ORDER BY received_at DESC, leaf DESC LIMIT ?",
        (*objects, HISTORY),
    )
    return tuple(Act(int(row[0]), int(row[1]), msgspec.json.decode(row[2], type=Entry)) for row in rows)


def leaf_text(leaf: Leaf) -> str:
    """A leaf for people: its JSON, one member a line."""
    return msgspec.json.format(msgspec.json.encode(leaf), indent=2).decode()
