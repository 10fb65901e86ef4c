"""What people do in the imports app, as verbs: one transaction each, its audit entry in it."""

from muniment.desk.imports.actions.accounts import (
    add_account,
    assign_handle,
    disregard,
    hold_account,
    release_account,
)
from muniment.desk.imports.actions.files import discard, keep_upload, start
from muniment.desk.imports.actions.handing import hand_in

__all__ = [
    "add_account",
    "assign_handle",
    "discard",
    "disregard",
    "hand_in",
    "hold_account",
    "keep_upload",
    "release_account",
    "start",
]
