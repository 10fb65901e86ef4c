"""Every read of what was captured. The audit entry is durable before anything read here leaves the process.

Searches that somebody keeps are in `saved`, which needs Django; the rest does not, so that commands start fast.
"""

from muniment.desk.archive.access.audience import Audience, Wrote
from muniment.desk.archive.access.consent import Withdrawn, withdrawn
from muniment.desk.archive.access.files import File, Raw, file, raw
from muniment.desk.archive.access.finding import (
    Answer,
    Blind,
    Workspace,
    complete_up_to,
    count,
    events,
    parse_query,
    search,
    workspace,
)
from muniment.desk.archive.access.membership import Members, Then, members, then
from muniment.desk.archive.access.missed import Missed, missed
from muniment.desk.archive.access.narrowing import Group, Narrowing, Value, narrowing, suggest
from muniment.desk.archive.access.producing import earlier_seals, positions_of, records_of_blobs
from muniment.desk.archive.access.proving import Act, Proof, Record, Step, audit_proof, examine, record
from muniment.desk.archive.access.reading import Conversation, Copy, Message, conversation, message

__all__ = [
    "Act",
    "Answer",
    "Audience",
    "Blind",
    "Conversation",
    "Copy",
    "File",
    "Group",
    "Members",
    "Message",
    "Missed",
    "Narrowing",
    "Proof",
    "Raw",
    "Record",
    "Step",
    "Then",
    "Value",
    "Withdrawn",
    "Workspace",
    "Wrote",
    "audit_proof",
    "complete_up_to",
    "conversation",
    "count",
    "earlier_seals",
    "events",
    "examine",
    "file",
    "members",
    "message",
    "missed",
    "narrowing",
    "parse_query",
    "positions_of",
    "raw",
    "record",
    "records_of_blobs",
    "search",
    "suggest",
    "then",
    "withdrawn",
    "workspace",
]
