"""Rows that become durable together, and what their numbers say is missing before and between them."""

from typing import Any

from muniment.capture.feeds.captured import Captured
from muniment.capture.feeds.gap import Gap, Reason

MOST_GAPS = 20
"""Jumps of one batch that are recorded one by one; more are one gap over all of them."""


class Batch:
    """What follows the durable number `after`; `walked` when what lies before was asked for anew, because it had expired."""

    def __init__(self, after: int, corpid: str, walked: bool = False) -> None:
        self.items: list[Captured] = []
        self.weight = 0
        """Bytes of the items."""
        self.reached = after
        """The highest number in the batch."""
        self._after, self._walked, self._corpid = after, walked, corpid
        self._jumps: list[tuple[int, int]] = []
        self._backward: list[int] = []

    def add(self, seq: int, item: Captured) -> None:
        """Take the next row, in order of numbers."""
        if seq <= self._after:
            self._backward.append(seq)
        elif self.reached and seq > self.reached + 1:  # the first row of all may have any number
            self._jumps.append((self.reached, seq))
        self.reached = max(self.reached, seq)
        self.items.append(item)
        self.weight += len(item.raw)

    def gaps(self) -> list[Gap]:
        """What is missing, or may be: whether the platform's numbers are dense is not documented (README.md)."""
        about: dict[str, Any] = {"corpid": self._corpid}
        jumps, found = self._jumps, list[Gap]()
        if self._walked and jumps and jumps[0][0] == self._after:
            (after, before), *jumps = jumps
            found.append(_gap(Reason.EXPIRED, after, before, before - after - 1, about, "10010"))
        if len(jumps) > MOST_GAPS:
            missing = sum(before - after - 1 for after, before in jumps)
            found.append(_gap(Reason.SEQUENCE, jumps[0][0], jumps[-1][1], missing, {**about, "jumps": len(jumps)}))
        else:
            found += [_gap(Reason.SEQUENCE, after, before, before - after - 1, about) for after, before in jumps]
        if rows := self._backward:
            backward = {"backward": len(rows), "first": rows[0], "last": rows[-1]}
            found.append(_gap(Reason.SEQUENCE, self._after, None, None, {**about, **backward}))
        return found


def _gap(
    reason: Reason, after: int, before: int | None, count: int | None, about: dict[str, Any], code: str | None = None
) -> Gap:
    return Gap(reason=reason, after=after, before=before, count=count, about=about, code=code)
