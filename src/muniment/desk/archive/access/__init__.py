"""Every read of what was captured. The audit entry is durable before anything read here leaves the process."""

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
from muniment.desk.archive.access.producing import earlier_seals, positions_of, records_of_blobs

__all__ = [
    "Answer",
    "Blind",
    "Workspace",
    "complete_up_to",
    "count",
    "earlier_seals",
    "events",
    "parse_query",
    "positions_of",
    "records_of_blobs",
    "search",
    "workspace",
]
