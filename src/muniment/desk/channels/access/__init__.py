"""Everything that is read of connected accounts. No content: names of accounts, times, numbers, codes."""

from muniment.desk.channels.access.connections import (
    ConnectionRow,
    by_hook,
    connection,
    connections,
    running,
)

__all__ = ["ConnectionRow", "by_hook", "connection", "connections", "running"]
