"""Everything that is read of connected accounts. No content: names of accounts, times, numbers, codes."""

from muniment.desk.channels.access.connections import (
    ConnectionRow,
    by_hook,
    connection,
    connections,
    running,
    switched_on,
)
from muniment.desk.channels.access.health import GapRow, Health, gaps, health

__all__ = ["ConnectionRow", "GapRow", "Health", "by_hook", "connection", "connections", "gaps", "health", "running", "switched_on"]
