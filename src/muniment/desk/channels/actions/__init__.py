"""Every change to connected accounts, as verbs; each leaves its entry in the audit log, in its own transaction."""

from muniment.desk.channels.actions.connections import (
    HOURS,
    LONGEST,
    QUIET,
    Quiet,
    change,
    connect,
    disconnect,
    give_owner,
    hold,
    new_hook,
    send_canary,
    switch_on,
)
from muniment.desk.channels.actions.deliveries import keep, take
from muniment.desk.channels.actions.explaining import explain_gaps

__all__ = [
    "HOURS",
    "LONGEST",
    "QUIET",
    "Quiet",
    "change",
    "connect",
    "disconnect",
    "explain_gaps",
    "give_owner",
    "hold",
    "keep",
    "new_hook",
    "send_canary",
    "switch_on",
    "take",
]
