"""Explains gaps: what came of each, in somebody's words. The gap stays as it was sealed, and so does every earlier explanation."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from muniment.capture.audit import Entry
from muniment.desk.authority import Capability
from muniment.desk.channels.access.explained import EXPLAINED, explained_to
from muniment.desk.channels.models import Explained, Watched
from muniment.desk.channels.words.health import OUTCOMES
from muniment.desk.desk import Desk
from muniment.desk.outbox import enter
from muniment.desk.register.actions import common
from muniment.record.errors import NotFound, Refused

AT_ONCE = 100
"""Gaps that one explanation may be for."""


def explain_gaps(desk: Desk, leaves: Iterable[int], outcome: str, reason: str) -> int:
    """Say what came of gaps, in place of what was said before; how many. Raises NotFound and Refused.

    Whoever sees what needs attention explains: who runs a connection alone does not close its gaps.
    """
    desk.authority.require(Capability.ATTENTION)
    wanted = sorted(set(leaves))
    common.choice(outcome, OUTCOMES)
    said = common.text(reason, _("the explanation"))
    if not wanted or len(wanted) > AT_ONCE:
        raise Refused("expected 1 to {limit} gaps, got {got}; choose some of them", limit=AT_ONCE, got=len(wanted))
    marks = ", ".join("?" * len(wanted))
    found = desk.catalog.execute(
        f"SELECT leaf, source, found_at FROM gap WHERE leaf IN ({marks}) ORDER BY leaf", wanted
    ).fetchall()
    if len(found) != len(wanted):
        raise NotFound("there is no such {what}", what="gap")
    now = desk.archive.clock()
    with transaction.atomic():
        for leaf, source, found_at in found:
            words = {"source": source, "outcome": outcome, "reason": said, "actor": desk.actor, "at": now}
            Explained.objects.update_or_create(leaf=leaf, defaults={"found_at": found_at, **words})
            detail = {"source": source, "outcome": outcome, "reason": said}
            enter(desk, Entry(act="gap.explain", actor=desk.actor, object=f"records/{leaf}", detail=detail))
        _move_on(desk)
    return len(found)


def _move_on(desk: Desk) -> None:
    """Note up to which leaf every gap is explained, so that nobody has to look there again."""
    to = first = explained_to()
    while True:
        leaves = [
            int(leaf)
            for (leaf,) in desk.catalog.execute(
                "SELECT leaf FROM gap WHERE leaf > ? ORDER BY leaf LIMIT 500", (to,)
            ).fetchall()
        ]
        said = set(Explained.objects.filter(leaf__in=leaves).values_list("leaf", flat=True))
        waits = next((leaf for leaf in leaves if leaf not in said), None)
        done = [leaf for leaf in leaves if waits is None or leaf < waits]
        to = done[-1] if done else to
        if waits is not None or not leaves:
            break
    if to > first:
        Watched.objects.update_or_create(name=EXPLAINED, defaults={"position": to})
