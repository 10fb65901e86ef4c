"""Every change to connected accounts, as verbs; each leaves its entry in the audit log, in its own transaction."""

from muniment.desk.channels.actions.connections import (
    Quiet,
    change,
    connect,
    disconnect,
    give_owner,
    new_hook,
    send_canary,
    switch_on,
)

__all__ = ["Quiet", "change", "connect", "disconnect", "give_owner", "new_hook", "send_canary", "switch_on"]
