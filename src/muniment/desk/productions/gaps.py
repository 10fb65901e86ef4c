"""Gaps as a production hands them out: each an entry of gaps.json, a record with its proof, and a sentence in the transcript."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from muniment.capture.feeds.gap import Reason
from muniment.desk.archive.access import Missed
from muniment.produce.entries import Gap
from muniment.record.clock import rfc3339
from muniment.record.words import Words, _

REASONS: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.SEQUENCE: _("the source's own numbers jump"),
        Reason.EXPIRED: _("the source no longer gives out what it had"),
        Reason.UNKNOWN_TARGET: _("an event names a message that never came"),
        Reason.REFUSED: _("deliveries came that could not be authenticated"),
        Reason.LAG: _("capture fell behind the time for which the source keeps messages"),
        Reason.SILENCE: _("nothing came where something was expected"),
        Reason.MEDIA: _("a file of a message could not be fetched"),
        Reason.UNREADABLE: _("something came that no key of the archive opens"),
    }
)
SAID = 200
"""Gaps that the transcript names one by one; all are in gaps.json."""


def entry(missed: Missed) -> Gap:
    """An entry of gaps.json; `what` is the reason's name, and the times are the gap's own."""
    gap = missed.gap
    return Gap(
        source=missed.account,
        what=gap.reason.value,
        first_at=None if gap.since is None else rfc3339(gap.since),
        last_at=None if gap.until is None else rfc3339(gap.until),
        record=missed.leaf,
    )


def sentences(found: Sequence[Missed], words: Words) -> tuple[str, ...]:
    """What the transcript says of them, the newest last."""
    say = words.gettext
    said = [
        say(_("{account}: {reason}; from {since} to {until} (record {record})")).format(
            account=each.account,
            reason=say(REASONS[each.gap.reason]),
            since=_moment(each.gap.since, say(_("a time that is not known"))),
            until=_moment(each.gap.until, _moment(each.found_at, "")),
            record=each.leaf,
        )
        for each in found[:SAID]
    ]
    more = len(found) - SAID
    if more > 0:
        said.append(words.ngettext("{n} more, in gaps.json", "{n} more, in gaps.json", more).format(n=f"{more:,}"))
    return tuple(said)


def _moment(at: int | None, otherwise: str) -> str:
    return otherwise if at is None else f"{rfc3339(at)[:16].replace('T', ' ')} UTC"
