"""What the one-file verifier says of a bundle, in the reader's language.

The verifier needs nothing but itself, so it speaks English alone, and a production keeps its words as they were said. Each
sentence that it can say is known here, with the values in it by name; one that is not known, as of an older verifier, is
shown as it was said. Refusals are for IT and stay as they are.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

SENTENCES = (
    _("The bundle holds the files that its manifest lists, and no other"),
    _("{files} files; the transcript and the list of gaps are as produced"),
    _("Both logs' checkpoints are signed with the keys you gave"),
    _("{records_log} of {records} leaves, {audit_log} of {audit}"),
    _("The production was entered in the audit log before it was handed out"),
    _("audit leaf {leaf} of {at} names this manifest's hash, query, counts and position in the log"),
    _("Every record is as it was sealed"),
    _("{records} records, {withheld} of them withheld (leaf and proof only); each is in the log at its place, once"),
    _("Every gap in the list is one that the archive sealed"),
    _("{gaps} gaps, each with its leaf; what they say is what was missed, as far as it was noticed"),
    _("Every decoded event belongs to a record of the bundle"),
    _("{events} events, each with its own identifier"),
    _("The decoded events follow from the raw bytes"),
    _("{records} records were read again with this decoder"),
    _("Both logs extend each earlier seal in the bundle"),
    _("{seals} seals, each proven"),
    _("Both logs extend the seal you gave"),
    _("the first {records} leaves of the records log and {audit} of the audit log are those that were sealed"),
    _(
        "No seal, witness or time-stamp was given: this cannot exclude that whoever holds the logs' signing keys rewrote "
        "their whole history before this bundle was made. Give a seal received earlier with --since."
    ),
    _(
        "What was sealed is fixed by your seal; leaves after it (from {records} in the records log, {audit} in the audit "
        "log) could still have been rewritten by whoever holds the signing keys."
    ),
    _(
        "That a conversation is complete is not proven: the records shown are genuine, but others may exist that the query "
        "did not match or that never reached the archive."
    ),
    _("Up to when capture was complete is not proven: no heartbeat of the archive is in the bundle."),
    _("Times of receipt are the archive's own clock; times of sending are what the platform or its export says."),
    _("Names and numbers of people are as the platform gave them; who stood behind them is not proven."),
    _("--redecode was not run: that the decoded events and the transcript follow from the raw bytes was not checked."),
    _("The transcript was not made again from the events; it is the one that was produced."),
    _(
        "{records} records are withheld because only some of their events matched: what their events say cannot be compared "
        "with the raw bytes."
    ),
    _(
        "Not seen by the query: {n} records had been disposed of under a rule, in the whole archive, whatever was asked; which "
        "of them would have matched cannot be known."
    ),
    _("Not seen by the query: {n} gaps in capture lie within the range (gaps.json)."),
    _("Not seen by the query: {n} attachments are named by messages but not in the archive."),
    _(
        "Not seen by the query: {n} records could not be decoded and are searchable by their raw text only, in the whole "
        "archive, whatever was asked."
    ),
    _("Not seen by the query: {n} items could not be searched, in the whole archive, whatever was asked."),
    _("{n} attachments are named by the events and held by the archive, but not part of this bundle."),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence of the verifier; `known` when it is in the reader's language, or else in English."""

    text: str
    known: bool = True


def _pattern(sentence: str) -> re.Pattern[str]:
    """What fits the sentence with any values in it; a value has no space."""
    parts = re.split(r"\{(\w+)\}", sentence)
    return re.compile("".join(f"(?P<{part}>\\S+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts)))


_PATTERNS = [(sentence, _pattern(sentence)) for sentence in SENTENCES]


def read(said: str) -> Finding:
    """A sentence as the verifier said it, for the reader."""
    for sentence, pattern in _PATTERNS:
        if found := pattern.fullmatch(said):
            return Finding(gettext(sentence).format(**found.groupdict()))
    return Finding(said, known=False)
