"""The form as it is kept: canonical JSON, and the records that are sealed for it."""

import hashlib
from collections.abc import Sequence
from typing import Literal

import msgspec

from muniment.capture.intake import Sealed, Sealer
from muniment.record.codec import canonical
from muniment.record.errors import Refused
from muniment.record.record import Assurance, Header, join_payload

CONNECTOR = "handin"
VERSION = 1
LARGEST_FILE = 20 * 2**20
MOST_FILES = 5
LONGEST_TEXT = 50_000

When = Literal["min", "day"]
"""How exactly the author remembers it."""


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A file that came with the form: a screenshot, most often."""

    name: str
    raw: bytes
    content_type: str = ""


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """What was filled in. `sent_at` is a local time (2026-11-21T20:43) or day (2026-11-21) in `zone`, an IANA name.

    `token` is the form's own and makes handing in again harmless; `by` is the firm's id of whoever hands in.
    """

    token: str
    by: str
    by_name: str
    channel: str
    sender: str
    recipients: tuple[str, ...]
    sent_at: str
    zone: str
    text: str
    why: str
    files: tuple[File, ...] = ()


def encode_form(form: Form) -> bytes:
    """The raw bytes of a hand-in: canonical JSON, its files by name, size and SHA-256 (docs/formats/handin.md)."""
    return canonical(
        {
            "by": form.by,
            "by_name": form.by_name,
            "channel": form.channel,
            "files": [
                {
                    "content_type": file.content_type,
                    "name": file.name,
                    "sha256": hashlib.sha256(file.raw).hexdigest(),
                    "size": len(file.raw),
                }
                for file in form.files
            ],
            "recipients": list(form.recipients),
            "sender": form.sender,
            "sent_at": form.sent_at,
            "text": form.text,
            "token": form.token,
            "v": VERSION,
            "why": form.why,
            "zone": form.zone,
        }
    )


def seal_form(sealer: Sealer, form: Form, source: str) -> Sequence[Sealed]:
    """The items for intake: each file, then the message, which comes last. Raises Refused when there is too much of anything."""
    if not form.text.strip() and not form.files:
        raise Refused("a hand-in holds the message's text or a file; give one of them")
    if len(form.text) > LONGEST_TEXT or len(form.files) > MOST_FILES:
        raise Refused(
            "a hand-in holds up to {text} characters and {files} files; hand in the rest apart",
            text=LONGEST_TEXT,
            files=MOST_FILES,
        )
    payloads = []
    for file in form.files:
        if len(file.raw) > LARGEST_FILE:
            raise Refused(
                "a file of a hand-in has at most {limit} bytes, this one has {got}",
                limit=LARGEST_FILE,
                got=len(file.raw),
            )
        digest = hashlib.sha256(file.raw).hexdigest()
        header = Header(
            by=CONNECTOR,
            v=VERSION,
            part="attachment",
            assurance=Assurance.SELF_REPORTED,
            key=f"{form.token}:{digest}",
            meta={"name": file.name, "sha256": digest},
        )
        payloads.append(join_payload(header, file.raw))
    header = Header(by=CONNECTOR, v=VERSION, part="message", assurance=Assurance.SELF_REPORTED, key=form.token)
    payloads.append(join_payload(header, encode_form(form)))
    return [sealer.seal(payload, log="records", type="rec", source=source) for payload in payloads]
