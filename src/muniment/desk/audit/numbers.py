"""What an entry counts, in the reader's language. In a file, and in the log itself, a number keeps the name that was sealed."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

NUMBERS = {
    "added": pgettext_lazy("numbers of an entry", "added"),
    "attachments": _("attachments"),
    "bytes": _("bytes"),
    "changed": pgettext_lazy("numbers of an entry", "changed"),
    "duplicate": pgettext_lazy("parts of a file", "there already"),
    "faults": pgettext_lazy("numbers of an entry", "faults"),
    "files": _("files"),
    "found": pgettext_lazy("numbers of an entry", "found"),
    "leaves": pgettext_lazy("numbers of an entry", "leaves"),
    "leavings": pgettext_lazy("numbers of an entry", "leavings of a crash"),
    "lines": _("lines"),
    "messages": _("messages"),
    "missing": pgettext_lazy("parts of a file", "missing"),
    "records": _("records"),
    "rejected": pgettext_lazy("parts of a file", "rejected"),
    "seen": pgettext_lazy("parts of a file", "seen"),
    "shown": pgettext_lazy("numbers of an entry", "shown"),
    "stored": pgettext_lazy("parts of a file", "stored"),
    "unchanged": pgettext_lazy("numbers of an entry", "unchanged"),
    "unread_files": _("unread files"),
    "values": pgettext_lazy("numbers of an entry", "values"),
}
"""By the names in `Entry.counts`; an import's have two parts, as `messages.stored`."""


def number_name(name: str) -> str:
    """The name of a number, for people; one that is not known keeps its own."""
    parts = [NUMBERS.get(part) for part in name.split(".")]
    return name if None in parts else " ".join(map(str, parts))
