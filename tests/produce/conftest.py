"""A small archive in memory: two logs, their keys, records with their MAC keys; and bundles produced from it."""

import base64
import hashlib
import hmac
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from muniment.produce.bundle import BundleWriter
from muniment.produce.entries import About, AuditEntry, Claim, Gap, NotSeen, ProducedRecord
from muniment.proof import checkpoint, seal, tlogproof, verifier
from muniment.proof.merkle import Frontier, Prover, leaf_hash
from muniment.proof.note import Signer
from muniment.proof.verifier import Checkpoint
from muniment.record.clock import rfc3339, uuid7
from muniment.record.codec import canonical
from muniment.record.decoded import DecodedEvent
from muniment.record.event import Attachment, AttachmentStatus, Event, Kind
from muniment.record.leaf import Leaf, LeafType, encode_leaf
from muniment.record.record import Assurance, Header, join_payload

ORIGIN = "example.com/main"
START = 1_795_000_000_000_000  # November 2026, in microseconds
PHOTO = b"\x89PNG photograph of a term sheet" * 40


class MemoryLog:
    """One log: leaves, payloads, MAC keys and tiles, all derived from the seed, so that the same seed is the same log."""

    def __init__(self, name: str, seed: bytes) -> None:
        self.seed = seed
        self.signer = Signer.from_private(f"{ORIGIN}/{name}", hashlib.sha256(name.encode() + seed).digest())
        self.frontier = Frontier()
        self.tiles: dict[tuple[int, int, int], bytes] = {}
        self.leaves: list[bytes] = []
        self.payloads: list[bytes] = []
        self.macs: list[bytes] = []
        self.sources: dict[str, tuple[int, str | None]] = {}

    def add(
        self, kind: LeafType, source: str, raw: bytes, part: str = "message", assurance: Assurance = Assurance.API_TLS
    ) -> int:
        index = len(self.leaves)
        payload = join_payload(Header(by="ndjson", v=1, part=part, assurance=assurance), raw)
        mac = hashlib.sha256(b"mac %d " % index + self.seed).digest()
        number, before = self.sources.get(source, (0, None))
        at = START + index * 1_000_000
        leaf = encode_leaf(
            Leaf(
                env=hashlib.sha256(b"envelope %d" % index).hexdigest(),
                id=uuid7(at, hashlib.sha256(b"%d" % index).digest()[:10]),
                kg="2026-11.0",
                n=len(payload),
                ph=before,
                pseq=number,
                raw=hmac.digest(mac, payload, "sha256").hex(),
                ref=None,
                rx=rfc3339(at),
                src=source,
                sseq=None,
                t=kind,
                v=1,
            )
        )
        self.sources[source] = (number + 1, leaf_hash(leaf).hex())
        self.leaves.append(leaf)
        self.payloads.append(payload)
        self.macs.append(mac)
        self.frontier.append([leaf_hash(leaf)])
        return index

    @property
    def size(self) -> int:
        return len(self.leaves)

    def prover(self) -> Prover:
        for tile in self.frontier.take_tiles():
            self.tiles[tile.level, tile.index, tile.width] = tile.data
        return Prover(self.size, lambda level, index, width: self.tiles[level, index, width])

    def state(self) -> Checkpoint:
        return Checkpoint(self.signer.name, self.size, self.frontier.root())

    def note(self) -> str:
        return checkpoint.sign(self.signer.name, self.size, self.frontier.root(), self.signer)

    def record(self, index: int) -> ProducedRecord:
        return ProducedRecord(
            index=index, leaf=self.leaves[index], payload=self.payloads[index], mac_key=self.macs[index]
        )


def an_about(query: str = "保本") -> About:
    return About(
        origin=ORIGIN,
        query=query,
        query_parsed="text:保本",
        reason="examination 7",
        produced_at="2026-11-21T20:43:55Z",
        produced_by="user:amy",
        decoders={"ndjson": 1},
        tokeniser="1",
    )


class Firm:
    """An archive and the bundles that it produces. `texts` are its messages; their leaves come first, in order."""

    def __init__(self, texts: list[str], seed: bytes = b"firm") -> None:
        self.records, self.audit = MemoryLog("records", seed), MemoryLog("audit", seed)
        self.texts = texts
        self.audit.add("sys", "archive", b'{"act":"init"}')
        for number, text in enumerate(texts):
            self.records.add("rec", f"phone-{number % 2}", canonical({"id": str(number), "text": text}))
        self.photo = self.records.add("rec", "phone-0", PHOTO, part="attachment", assurance=Assurance.VENDOR_EXPORT)
        self.heartbeat = self.records.add("hb", "archive", b"{}", part="heartbeat")

    @property
    def vkeys(self) -> list[str]:
        return [self.records.signer.vkey, self.audit.signer.vkey]

    def seal(self) -> str:
        return seal.make(ORIGIN, self.records.state(), self.audit.state(), self.records.signer)

    def event(self, record: int, ordinal: int = 0) -> DecodedEvent:
        photo = Attachment(
            name="terms.png", status=AttachmentStatus.STORED, size=len(PHOTO), sha256=hashlib.sha256(PHOTO).hexdigest()
        )
        return DecodedEvent(
            id=f"{record}-{ordinal}",
            record=record,
            ordinal=ordinal,
            source=f"phone-{record % 2}",
            channel="ndjson",
            received_at=START + record * 1_000_000,
            assurance=Assurance.API_TLS,
            event=Event(
                kind=Kind.MESSAGE,
                conversation="desk",
                sender="amy",
                sender_display="陳小姐",
                sent_at=START,
                text=self.texts[record],
                attachments=(photo,) if record == 0 else (),
            ),
        )

    def chosen(self) -> list[ProducedRecord]:
        """Every record, the second message withheld."""
        records = [self.records.record(index) for index in range(self.records.size)]
        if len(self.texts) > 1:
            records[1] = ProducedRecord(index=1, leaf=self.records.leaves[1])
        return records

    def produce(
        self,
        out: Path,
        *,
        records: list[ProducedRecord] | None = None,
        events: list[DecodedEvent] | None = None,
        seals: list[str] | None = None,
        gaps: tuple[Gap, ...] = (Gap(source="phone-1", what="no heartbeat", first_at="2026-11-20T00:00:00Z"),),
        query: str = "保本",
    ) -> Path:
        """A bundle, driven as the desk drives it."""
        with BundleWriter(out, an_about(query), self.records.note(), self.records.prover()) as bundle:
            bundle.write_records(self.chosen() if records is None else records)
            bundle.write_events([self.event(n) for n in range(len(self.texts))] if events is None else events)
            bundle.write_transcript(
                [b"<!doctype html><title>t</title>", *(f"<p>{text}</p>".encode() for text in self.texts)]
            )
            claim = bundle.close_manifest(gaps, NotSeen(undecoded=1, disposed=2))
            return bundle.finish(self.enter(claim), self.audit.note(), self.audit.prover(), seals or [])

    def enter(self, claim: Claim) -> AuditEntry:
        """Make and seal the audit entry of a production."""
        index = self.audit.add(
            "act",
            "archive",
            canonical({"act": "produce", "actor": "user:amy", "bundle": claim.members()}),
            part="audit",
        )
        return AuditEntry(
            index=index,
            leaf=self.audit.leaves[index],
            payload=self.audit.payloads[index],
            mac_key=self.audit.macs[index],
        )


TEXTS = ["這個保本嗎？", 'He said "guaranteed" \\ twice', "let's move to Signal 😀", "", "line\nline"]


@pytest.fixture
def firm() -> Callable[..., Firm]:
    """`firm()` is a new archive of five messages; the same arguments give the same archive."""
    return lambda texts=None, seed=b"firm": Firm(TEXTS if texts is None else texts, seed)


class Forger:
    """Takes bundles apart and puts them together again, with as much made to fit as the forger can."""

    @staticmethod
    def read(path: Path) -> dict[str, bytes]:
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    @staticmethod
    def write(path: Path, files: dict[str, bytes]) -> Path:
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        return path

    @staticmethod
    def lines(files: dict[str, bytes], name: str) -> list[Any]:
        return [json.loads(line) for line in files[name].splitlines()]

    @staticmethod
    def put_lines(files: dict[str, bytes], name: str, values: list[Any]) -> None:
        files[name] = b"".join(canonical(value) + b"\n" for value in values)

    def rehash(self, files: dict[str, bytes], **members: Any) -> None:
        """Make the manifest fit the files: hashes, sizes, counts."""
        manifest = json.loads(files["manifest.json"]) | members
        listed = [name for name in files if name in verifier.LISTED or name.startswith("attachments/")]
        manifest["files"] = [
            {"name": n, "sha256": hashlib.sha256(files[n]).hexdigest(), "size": len(files[n])} for n in sorted(listed)
        ]
        records = self.lines(files, "records.jsonl")
        withheld = sum(record["withheld"] for record in records)
        manifest["counts"] = {
            "attachments": len(listed) - len(verifier.LISTED),
            "events": len(files["events.jsonl"].splitlines()),
            "records": len(records),
            "withheld": withheld,
        }
        manifest["not_seen"]["withheld"] = withheld
        assurance: dict[str, int] = {}
        for record in records:
            if record["payload"]:
                kind = json.loads(base64.b64decode(record["payload"]).partition(b"\n")[0])["assurance"]
                assurance[kind] = assurance.get(kind, 0) + 1
        manifest["assurance"] = assurance
        files["manifest.json"] = canonical(manifest)

    def claim(self, files: dict[str, bytes]) -> Claim:
        manifest = json.loads(files["manifest.json"])
        return Claim(
            manifest=hashlib.sha256(files["manifest.json"]).hexdigest(),
            query=manifest["query"],
            records=manifest["counts"]["records"],
            events=manifest["counts"]["events"],
            size=manifest["position"]["size"],
            root=manifest["position"]["root"],
            format=manifest["format"],
        )

    def enter(self, files: dict[str, bytes], firm: Firm) -> None:
        """Enter the changed bundle in the audit log, as only the holder of the archive and its keys can."""
        entry = firm.enter(self.claim(files))
        note, payload = firm.audit.note(), base64.b64encode(entry.payload).decode()
        files["production.json"] = canonical(
            {"index": entry.index, "leaf": entry.leaf.decode(), "mac": entry.mac_key.hex(), "payload": payload}
        )
        files["production.tlog-proof"] = tlogproof.write(
            entry.index, firm.audit.prover().inclusion(entry.index), note
        ).encode()
        files["checkpoints/audit"] = note.encode()
        files["seals.jsonl"] = b""


@pytest.fixture
def forger() -> Forger:
    return Forger()


@pytest.fixture
def about() -> Callable[[], About]:
    return an_about
