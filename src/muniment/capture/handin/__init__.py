"""Messages that somebody hands in by a form: what a client sent by a channel that nobody captures.

Trust: a hand-in is what its author says. The bytes of the form are kept as they were handed in, and nothing here makes them
more certain; `self_reported` stays beside every message of it.
"""

from muniment.capture.handin.decode import decode
from muniment.capture.handin.form import (
    CONNECTOR,
    LARGEST_FILE,
    LONGEST_TEXT,
    MOST_FILES,
    VERSION,
    File,
    Form,
    When,
    encode_form,
    seal_form,
)
from muniment.record.record import Assurance

__all__ = [
    "CONNECTOR",
    "LARGEST_FILE",
    "LONGEST_TEXT",
    "MOST_FILES",
    "VERSION",
    "File",
    "Form",
    "When",
    "connector",
    "encode_form",
    "seal_form",
]


class HandIn:
    """The decoder of hand-ins. It reads no files: what it decodes comes by intake."""

    name = CONNECTOR
    version = VERSION
    assurance = Assurance.SELF_REPORTED
    decode = staticmethod(decode)


connector = HandIn()
