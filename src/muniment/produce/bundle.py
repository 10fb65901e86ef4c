"""Writes the bundle (docs/formats/bundle.md): records, events and transcript in one zip that proves itself.

How a caller drives it, so that memory stays flat and the audit log knows of the bundle before anybody holds it:

    with BundleWriter(out, about, checkpoint_text, prover) as bundle:    # the sealed records log
        bundle.write_records(records)           # ProducedRecord in the order of their leaves; payloads pass through once
        bundle.write_events(events)             # DecodedEvent in the transcript's order
        bundle.write_transcript(chunks)         # the HTML in pieces
        claim = bundle.close_manifest(gaps, not_seen)

        # Now the caller writes the audit entry {"act": "produce", "bundle": claim.members(), ...} and seals the audit log.

        bundle.finish(entry, audit_checkpoint_text, audit_prover, seals)

Until `finish` returns the bundle lies beside its place under the name `<out>.part`; leaving the block earlier removes it.
`finish` fsyncs the file, renames it and fsyncs the folder. Pass as `seals` every seal that a receiver may hold (one
line each): the bundle then proves that both logs extend them.

The zip is the same, byte for byte, for the same input: fixed order, fixed times.
"""

import contextlib
import hashlib
import os
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Self

import msgspec

from muniment.produce.entries import (
    INLINE_LIMIT,
    About,
    AuditEntry,
    Claim,
    Gap,
    NotSeen,
    ProducedRecord,
    record_line,
)
from muniment.produce.event_json import event_json
from muniment.produce.outfile import Spool, failed, zip_entry
from muniment.proof import tlogproof, verifier
from muniment.proof.merkle import Prover
from muniment.proof.verifier import Checkpoint, Invalid, encode_base64
from muniment.record.codec import canonical
from muniment.record.decoded import DecodedEvent
from muniment.record.errors import Damaged, Refused
from muniment.record.leaf import parse_leaf
from muniment.record.record import split_payload


class BundleWriter:
    """One bundle on its way to `out`. Its methods are called once each, in the order of the module's example."""

    def __init__(self, out: Path, about: About, checkpoint: str, prover: Prover) -> None:
        """`checkpoint` is the records log's signed note, `prover` draws proofs for the tree that it signs."""
        self._out, self._about, self._note, self._prover = out, about, checkpoint, prover
        self._position = _read_checkpoint(checkpoint, f"{about.origin}/records", prover)
        self._part = out.with_name(out.name + ".part")
        self._files: dict[str, tuple[int, str]] = {}
        self._assurance: dict[str, int] = {}
        self._records = self._withheld = self._events = 0
        self._heartbeat: dict[str, object] | None = None
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        if self._out.exists():
            raise Refused("{file} is already there; name another file for the bundle", file=self._out.name)
        try:
            self._file = os.fdopen(os.open(self._part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b")
        except OSError as error:
            raise failed("create", self._part, error) from error
        self._zip = zipfile.ZipFile(self._file, "w")
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError, ValueError):  # a broken-off zip is removed, whole or not
                self._zip.close()
            self._file.close()
            self._part.unlink(missing_ok=True)

    @property
    def attachments(self) -> int:
        """Files that lie in the bundle for themselves: attachments, and raw bytes too large for a line."""
        return sum(name.startswith(verifier.ATTACHMENTS) for name in self._files)

    def write_records(self, records: Iterable[ProducedRecord]) -> None:
        """Write records in the order of their leaves, large raw bytes and attachments as files of their own."""
        before = -1
        with Spool(self._out.parent) as lines:
            for record in records:
                if record.index <= before:
                    raise Refused(
                        "records are produced in the order of their leaves; {index} came after {before}",
                        index=record.index,
                        before=before,
                    )
                before = record.index
                inline, file = self._payload(record)
                lines.write(record_line(record, inline, file, self._prover.inclusion(record.index)))
                self._records += 1
            self._store(verifier.RECORDS, lines)

    def _payload(self, record: ProducedRecord) -> tuple[bytes | None, str | None]:
        """What of the payload stands in the record's line, and the name of the file that holds the rest."""
        leaf = parse_leaf(record.leaf)
        if leaf.t == "hb":
            self._heartbeat = {"at": leaf.rx, "record": record.index}
        if record.payload is None or record.mac_key is None:
            self._withheld += 1
            return None, None
        header, raw = split_payload(record.payload)
        self._assurance[header.assurance.value] = self._assurance.get(header.assurance.value, 0) + 1
        if len(raw) <= INLINE_LIMIT and (header.part != "attachment" or not raw):
            return record.payload, None
        digest = hashlib.sha256(raw).hexdigest()
        name = verifier.ATTACHMENTS + digest
        if name not in self._files:
            self._put(name, raw, zipfile.ZIP_STORED)
            self._files[name] = (len(raw), digest)
        return record.payload[: len(record.payload) - len(raw)], name

    def write_events(self, events: Iterable[DecodedEvent]) -> None:
        """Write decoded events in the transcript's order."""
        with Spool(self._out.parent) as lines:
            for event in events:
                lines.write(event_json(event) + b"\n")
                self._events += 1
            self._store(verifier.EVENTS, lines)

    def write_transcript(self, chunks: Iterable[bytes]) -> None:
        """Write the transcript, in pieces."""
        with Spool(self._out.parent) as whole:
            for chunk in chunks:
                whole.write(chunk)
            self._store(verifier.TRANSCRIPT, whole)

    def close_manifest(self, gaps: Sequence[Gap], not_seen: NotSeen) -> Claim:
        """Write the manifest over everything so far; what the audit log must now say of this bundle."""
        self._put_listed(verifier.GAPS, canonical([msgspec.to_builtins(gap) for gap in gaps]))
        self._put_listed(verifier.RECORDS_CHECKPOINT, self._note.encode())
        about, position = self._about, self._position
        root = encode_base64(position.root)
        manifest = canonical(
            {
                **msgspec.to_builtins(about),
                "assurance": self._assurance,
                "complete_up_to": self._heartbeat,
                "counts": {
                    "attachments": self.attachments,
                    "events": self._events,
                    "records": self._records,
                    "withheld": self._withheld,
                },
                "files": [
                    {"name": name, "sha256": self._files[name][1], "size": self._files[name][0]}
                    for name in sorted(self._files)
                ],
                "format": verifier.FORMAT,
                "not_seen": {**msgspec.to_builtins(not_seen), "gaps": len(gaps), "withheld": self._withheld},
                "position": {"root": root, "size": position.size},
            }
        )
        self._put(verifier.MANIFEST, manifest)
        return Claim(
            manifest=hashlib.sha256(manifest).hexdigest(),
            query=about.query,
            records=self._records,
            events=self._events,
            size=position.size,
            root=root,
            format=verifier.FORMAT,
        )

    def finish(self, entry: AuditEntry, audit_checkpoint: str, audit_prover: Prover, seals: Sequence[str] = ()) -> Path:
        """Add the sealed audit entry and its proof, and a proof for each earlier seal; make the file durable at `out`."""
        assert self._file is not None
        audit = _read_checkpoint(audit_checkpoint, f"{self._about.origin}/audit", audit_prover)
        payload = encode_base64(entry.payload)
        production = {
            "index": entry.index,
            "leaf": entry.leaf.decode("ascii"),
            "mac": entry.mac_key.hex(),
            "payload": payload,
        }
        self._put(verifier.PRODUCTION, canonical(production))
        proof = tlogproof.write(entry.index, audit_prover.inclusion(entry.index), audit_checkpoint)
        self._put(verifier.PRODUCTION_PROOF, proof.encode())
        self._put(verifier.AUDIT_CHECKPOINT, audit_checkpoint.encode())
        lines = [
            _seal_line(line, self._about.origin, (self._position, self._prover), (audit, audit_prover))
            for line in dict.fromkeys(seals)
        ]
        self._put(verifier.SEALS, b"".join(lines))
        try:
            self._zip.close()
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._part.rename(self._out)
            folder = os.open(self._out.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise failed("write", self._out, error) from error
        self._file = None
        return self._out

    # -- the zip ---------------------------------------------------------------------------------------------------------

    def _store(self, name: str, spool: Spool) -> None:
        """Copy a spooled file into the zip and list it."""
        info = zip_entry(name, zipfile.ZIP_DEFLATED)
        info.file_size = spool.size  # decides between the two forms of the zip's header
        try:
            with self._zip.open(info, "w") as member:
                for chunk in spool.chunks():
                    member.write(chunk)
        except OSError as error:
            raise failed("write", self._part, error) from error
        self._files[name] = (spool.size, spool.digest.hexdigest())

    def _put_listed(self, name: str, data: bytes) -> None:
        self._put(name, data)
        self._files[name] = (len(data), hashlib.sha256(data).hexdigest())

    def _put(self, name: str, data: bytes, compression: int = zipfile.ZIP_DEFLATED) -> None:
        try:
            self._zip.writestr(zip_entry(name, compression), data)
        except OSError as error:
            raise failed("write", self._part, error) from error


def _read_checkpoint(text: str, origin: str, prover: Prover) -> Checkpoint:
    try:
        checkpoint = verifier.parse_checkpoint(verifier.parse_note(text.encode()).text)
    except Invalid as problem:
        raise Damaged("the checkpoint for the bundle cannot be read: {problem}", problem=problem) from None
    if checkpoint.origin != origin or (checkpoint.size, checkpoint.root) != (prover.size, prover.root()):
        raise Damaged(
            "the checkpoint for the bundle is not of {origin} at its {size} leaves", origin=origin, size=prover.size
        )
    return checkpoint


def _seal_line(line: str, origin: str, records: tuple[Checkpoint, Prover], audit: tuple[Checkpoint, Prover]) -> bytes:
    try:
        seal = verifier.parse_seal(line)
    except Invalid as problem:
        raise Refused("an earlier seal cannot be read: {problem}", problem=problem) from None
    if seal.origin != origin:
        raise Refused("an earlier seal is of {got}, not of {origin}", got=seal.origin, origin=origin)
    proofs = {}
    for name, size, root, (now, prover) in (
        ("records", seal.records_size, seal.records_root, records),
        ("audit", seal.audit_size, seal.audit_root, audit),
    ):
        if size > now.size:
            raise Damaged(
                "a seal says that {log} had {size} leaves, it has {now}: the log was rolled back",
                log=now.origin,
                size=size,
                now=now.size,
            )
        proof = prover.consistency(size) if size else []
        try:
            if size:
                verifier.verify_consistency(size, now.size, proof, root, now.root)
        except Invalid:
            raise Damaged(
                "{log} does not extend an earlier seal of {size} leaves: the log was rewritten",
                log=now.origin,
                size=size,
            ) from None
        proofs[name] = [encode_base64(node) for node in proof]
    return canonical({**proofs, "seal": line}) + b"\n"
