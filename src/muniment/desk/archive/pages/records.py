"""A record as it was received, its proof, its bytes, and the files of messages."""

from base64 import b64encode
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from muniment.desk.archive import sayings
from muniment.desk.archive.access import Proof, audit_proof, file, raw, record
from muniment.desk.archive.access.proving import leaf_text
from muniment.desk.archive.bubbles import Faces, quote
from muniment.desk.archive.pages.common import ONESELF, READER, Ground, number
from muniment.desk.audit.sentences import sentence
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.jobs import spoken
from muniment.desk.people.door import door
from muniment.desk.platforms import channel
from muniment.media.sniff import showable
from muniment.record.clock import from_rfc3339
from muniment.record.errors import NotFound

SANDBOX = "default-src 'none'; sandbox"
"""The policy of bytes that came from outside: whatever they are, nothing in them runs or loads."""
PIECE = 4096
"""Raw bytes on one page."""
ROW = 16
"""Bytes in one line of a dump."""
DRAWN = 6
"""Hashes of a path that are drawn; of a longer one the middle is left out."""
RUNG = 48
"""Height of one level of the drawing."""
BRIEF = 512
"""Raw bytes on the proof page."""


@dataclass(frozen=True, slots=True)
class Dump:
    """Some of the raw bytes: as text where they are text, else as numbers and letters, sixteen a line."""

    text: str
    rows: tuple[tuple[str, str, str], ...]
    first: int
    end: int
    size: int


@dataclass(frozen=True, slots=True)
class Rung:
    """One level of the drawn path, from the record upwards: our own hash, and what it is joined with."""

    y: int
    own: str
    given: str
    left: bool
    root: bool = False
    gap: bool = False


@door(Capability.READ)
def proof(request: HttpRequest, desk: Desk, leaf: int) -> HttpResponse:
    """The proof page of a record."""
    found = record(desk, leaf)
    piece, dump = number(request, "from"), None
    if found.raw is not None:
        dump = _dump(found.raw, piece or 0, BRIEF if piece is None else PIECE)
    faces = Faces(desk, found.events)
    links = READER.links()
    context = {
        **_proof(found.proof),
        "title": _("Proof of record {leaf}").format(leaf=leaf),
        "found": found,
        "channel": channel(found.header.by) if found.header else "",
        "assurance": sayings.ASSURANCE[found.header.assurance] if found.header else "",
        "dump": dump,
        "whole": piece is not None,
        "earlier": max(0, (piece or 0) - PIECE),
        "read": tuple((each, quote(each, links, faces), links.event(each.decoded.id)) for each in found.events),
        "decoded_by": _decoded_by(found.header.by, found.header.v, len(found.events)) if found.header else "",
        "imported": _import(desk, found.header.imp if found.header else None),
        "audited": desk.authority.holds(Capability.AUDIT),
        "history": tuple((act, sentence(act.entry), _page("audit:entry", act.leaf)) for act in found.history),
        "file": reverse("archive:proof-file", args=(leaf,)),
        "raw": reverse("archive:raw", args=(leaf,)) if found.raw is not None else "",
    }
    return render(request, "archive/proof.html", context)


@door(Capability.AUDIT)
def audit(request: HttpRequest, desk: Desk, log: str, leaf: int) -> HttpResponse:
    """The proof page of an entry of the audit log."""
    _only_audit(log)
    found = audit_proof(desk, leaf)
    context = {
        **_proof(found),
        "title": _("Proof of audit entry {leaf}").format(leaf=leaf),
        "entry": _page("audit:entry", leaf),
        "file": reverse("archive:proof-file", args=("audit", leaf)),
    }
    return render(request, "archive/proof.html", context)


@door(Capability.READ)
def proof_file(request: HttpRequest, desk: Desk, leaf: int) -> HttpResponse:
    """The portable proof of a record (C2SP tlog-proof), for somebody who does not trust us."""
    return _proof_file(record(desk, leaf, act="proof.download").proof)


@door(Capability.AUDIT)
def audit_file(request: HttpRequest, desk: Desk, log: str, leaf: int) -> HttpResponse:
    """The portable proof of an entry of the audit log."""
    _only_audit(log)
    return _proof_file(audit_proof(desk, leaf, act="proof.download"))


def _proof_file(found: Proof) -> HttpResponse:
    if found.state == "broken":
        raise NotFound(
            "leaf {leaf} of {log} does not check, so there is no proof of it; run `muniment verify`",
            leaf=found.index,
            log=found.origin,
        )
    return _download(found.file.encode(), f"{found.log}-{found.index}.tlog-proof")


def _only_audit(log: str) -> None:
    if log != "audit":
        raise Http404


@door(Capability.READ)
def download(request: HttpRequest, desk: Desk, leaf: int) -> HttpResponse:
    """The raw bytes of a record, to be saved."""
    return _download(raw(desk, leaf).content, f"record-{leaf}.bin")


@door(Capability.READ)
def media(request: HttpRequest, desk: Desk, leaf: int, ordinal: int, place: int) -> HttpResponse:
    """A file of a message."""
    return _media(desk, leaf, ordinal, place, READER)


@door(Capability.OWN)
def media_own(request: HttpRequest, desk: Desk, leaf: int, ordinal: int, place: int) -> HttpResponse:
    """A file of a message of one's own."""
    return _media(desk, leaf, ordinal, place, ONESELF)


def _media(desk: Desk, leaf: int, ordinal: int, place: int, ground: Ground) -> HttpResponse:
    found = file(desk, leaf, ordinal, place, capability=ground.capability)
    kind = showable(found.content)
    return handed(found.content, found.name, kind or "application/octet-stream", inline=bool(kind))


def _download(content: bytes, name: str) -> HttpResponse:
    return handed(content, name, "application/octet-stream", inline=False)


def handed(content: bytes, name: str, kind: str, *, inline: bool) -> HttpResponse:
    """Bytes from outside: their type is ours to say, and the browser is told to believe nothing else."""
    plain = "".join(" " if not character.isprintable() or character in '/\\"' else character for character in name)
    disposition = content_disposition_header(as_attachment=not inline, filename=plain.strip()[:150] or "file")
    return HttpResponse(
        content,
        content_type=kind,
        headers={
            "Content-Disposition": disposition or "attachment",
            "Content-Security-Policy": SANDBOX,
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )


def _proof(found: Proof) -> dict[str, object]:
    """What both logs' proof pages show."""
    leaf, rungs = found.leaf, _rungs(found)
    return {
        "proof": found,
        "state": found.state,
        "fault": spoken(found.fault) if found.fault else "",
        "leaf_json": leaf_text(leaf) if leaf else found.leaf_bytes.decode("ascii", "replace"),
        "leaf_hash": b64encode(found.leaf_hash).decode(),
        "received": from_rfc3339(leaf.rx) if leaf else None,
        "rungs": rungs,
        "tree_height": len(rungs) * RUNG + 24,
        "tree_words": len(rungs) * RUNG + 12,
        "left_out": max(0, len(found.steps) - DRAWN + 1),
        "hashes": ngettext(
            "{n} hash leads from this leaf to the signed checkpoint",
            "{n} hashes lead from this leaf to the signed checkpoint",
            len(found.steps),
        ).format(n=len(found.steps)),
        "root": b64encode(found.checkpoint.root).decode() if found.checkpoint else "",
        "path": tuple((place, step.side, b64encode(step.given).decode()) for place, step in enumerate(found.steps, 1)),
        "check": _check(found),
    }


def _check(found: Proof) -> str:
    """The commands with which a stranger checks the downloaded proof, with nothing of ours but the verifier's one file."""
    return "\n".join(
        (
            "python3 - <<'END'",
            "import verifier as v",
            f'proof = open("{found.log}-{found.index}.tlog-proof", "rb").read()',
            f'keys = [v.parse_vkey("{found.vkey}")]',
            "leaf = v.parse_tlog_proof(proof).extra",
            "index, checkpoint = v.verify_tlog_proof(proof, v.leaf_hash(leaf), keys)",
            "print(index, checkpoint.origin, checkpoint.size, leaf.decode())",
            "END",
        )
    )


def _rungs(found: Proof) -> tuple[Rung, ...]:
    """The path from the record (last) up to the checkpoint (first), the middle of a long one left out."""
    own = [found.leaf_hash, *(step.computed for step in found.steps)]
    rungs = [
        (short(own[level]), short(step.given), step.side == "left", False) for level, step in enumerate(found.steps)
    ]
    if len(rungs) > DRAWN:
        rungs[DRAWN - 3 : -2] = [("", "", False, True)]
    root = found.checkpoint.root if found.checkpoint else own[-1]
    drawn = [Rung(0, short(root), "", left=False, root=True)]
    for place, (mine, given, left, gap) in enumerate(reversed(rungs), 1):
        drawn.append(Rung(place * RUNG, mine, given, left=left, gap=gap))
    return tuple(drawn)


def short(digest: bytes) -> str:
    """The beginning of a hash, for a drawing."""
    return f"{digest.hex()[:6]}…"


def _dump(content: bytes, first: int, length: int) -> Dump:
    """Bytes `first` to `first + length`, as text where all of them are text."""
    if first > len(content):
        raise Http404
    part = content[first : first + length]
    text = _text(part)
    rows = () if text is not None else tuple(_row(part[at : at + ROW], first + at) for at in range(0, len(part), ROW))
    return Dump(text or "", rows, first, first + len(part), len(content))


def _text(part: bytes) -> str | None:
    """UTF-8 text, whose first or last character a page may have cut; None for anything else."""
    for head in range(4):
        for tail in range(4):
            try:
                text = part[head : len(part) - tail].decode("utf-8")
            except UnicodeDecodeError:
                continue
            if all(character.isprintable() or character in "\t\r\n" or ord(character) > 159 for character in text):
                return text
            return None
    return None


def _row(part: bytes, at: int) -> tuple[str, str, str]:
    letters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in part)
    return f"{at:08x}", part.hex(" "), letters


def _decoded_by(connector: str, version: int, events: int) -> str:
    return ngettext("{name}, version {version}: {n} event", "{name}, version {version}: {n} events", events).format(
        name=channel(connector), version=version, n=events
    )


def _import(desk: Desk, identifier: str | None) -> str:
    """The balance sheet of the import that brought a record, for those who may open it; empty for others."""
    return _page("imports:detail", identifier) if identifier and desk.authority.holds(Capability.IMPORT) else ""


def _page(name: str, *args: object) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
