"""Names of what an import counts, for its pages: `WHAT` is counted, with one of `FATES`; `KINDS` are parts of a file."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

WHAT = {
    "bytes": _("bytes"),
    "lines": _("lines"),
    "messages": _("messages"),
    "attachments": _("attachments"),
    "unread_files": _("unread files"),
}
FATES = {
    "stored": pgettext_lazy("parts of a file", "stored"),
    "duplicate": pgettext_lazy("parts of a file", "there already"),
    "rejected": pgettext_lazy("parts of a file", "rejected"),
    "missing": pgettext_lazy("parts of a file", "missing"),
}
KINDS = {
    "message": _("message"),
    "attachment": _("attachment"),
    "span": _("bytes between messages"),
    "manifest": _("manifest"),
}
