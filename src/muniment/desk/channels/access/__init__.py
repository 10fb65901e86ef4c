"""Everything that is read of connected accounts. No content: names of accounts, times, numbers, codes."""

from muniment.desk.channels.access.connections import (
    ConnectionRow,
    by_hook,
    connection,
    connections,
    fault_of,
    looked_at,
    pulses,
    running,
    switched_on,
)
from muniment.desk.channels.access.daily import Sheet, daily, day_of, received, start_of
from muniment.desk.channels.access.explained import Explanation, Unexplained, explanations, open_page, unexplained
from muniment.desk.channels.access.files import files
from muniment.desk.channels.access.health import (
    TEST_PATIENCE,
    Canary,
    GapRow,
    Gaps,
    Health,
    beside,
    canaries,
    gap_page,
    gaps,
    health,
    one,
)
from muniment.desk.channels.access.unknown import Unknown, unknown

__all__ = [
    "TEST_PATIENCE",
    "Canary",
    "ConnectionRow",
    "Explanation",
    "GapRow",
    "Gaps",
    "Health",
    "Sheet",
    "Unexplained",
    "Unknown",
    "beside",
    "by_hook",
    "canaries",
    "connection",
    "connections",
    "daily",
    "day_of",
    "explanations",
    "fault_of",
    "files",
    "gap_page",
    "gaps",
    "health",
    "looked_at",
    "one",
    "open_page",
    "pulses",
    "received",
    "running",
    "start_of",
    "switched_on",
    "unexplained",
    "unknown",
]
