"""Who was in a conversation, and when: the fold of everything that was said of its members.

Each end of a stay says what it rests on. Between the last evidence of presence and the first of absence (or the other way
round) nobody knows, and the history says so rather than to choose. It is pure: the same evidence, in any order, gives the same
history; and what was at one instant follows from the evidence between the whole rosters around it (`Evidence.settles`).
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum

import msgspec

from muniment.record.clock import SECOND
from muniment.record.membership import CAME, Instant, Member, Membership, Op

NEAR = 120 * SECOND
"""What comes so soon after the same was known tells the same once more: a callback and a roster have different clocks."""


class Basis(StrEnum):
    """What an end of a stay rests on."""

    SAID = "said"  # an event says that they came or went
    DATED = "dated"  # a roster says since when
    SHOWN = "shown"  # evidence first, or last, shows them; the change lies before it, or after
    OPEN = "open"  # nothing says that they went


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """A `membership` event where it stands: `event` is its id, `at` when it was."""

    event: str
    at: Instant
    said: Membership

    @property
    def settles(self) -> bool:
        """Whether it alone says of everybody whether they were there."""
        return self.said.op is Op.SNAPSHOT and self.said.whole


class Start(msgspec.Struct, frozen=True, gc=False):
    """How a stay began: known from `sure` on, possible only after `after` (None: nothing says that they were not there before).

    `evidence` holds the ids of the events that say so, `by` is who did it.
    """

    basis: Basis
    sure: Instant
    after: Instant | None
    evidence: tuple[str, ...]
    by: str | None = None


class End(msgspec.Struct, frozen=True, gc=False):
    """How a stay ended: known up to `sure`, over by `gone` (None: nothing says so)."""

    basis: Basis
    sure: Instant
    gone: Instant | None
    evidence: tuple[str, ...]
    by: str | None = None


class Stay(msgspec.Struct, frozen=True, gc=False):
    """One stay of one member, by their key; `name` is what they were last shown as."""

    key: str
    name: str | None
    since: Start
    until: End

    def holds(self, at: Instant) -> bool | None:
        """Whether they were there at an instant; None where they may have been."""
        if at < self.since.sure:
            return None if self.since.after is None or at > self.since.after else False
        if self.until.gone is None or at <= self.until.sure:
            # Whoever is said to have gone is not there any more when it is said.
            return not (self.until.basis is Basis.SAID and at == self.until.sure)
        return None if at < self.until.gone else False


class Change(msgspec.Struct, frozen=True, gc=False):
    """What an event changed, as far as the evidence before it shows: keys of who came and of who went."""

    came: tuple[str, ...]
    went: tuple[str, ...]


class History(msgspec.Struct, frozen=True):
    """All stays, in the order in which they began."""

    stays: tuple[Stay, ...]

    def at(self, at: Instant) -> tuple[tuple[Stay, ...], tuple[Stay, ...]]:
        """Who was there at an instant, and who may have been."""
        held = [(stay, stay.holds(at)) for stay in self.stays]
        return tuple(stay for stay, there in held if there), tuple(stay for stay, there in held if there is None)


def fold(evidence: Iterable[Evidence]) -> History:
    """The history of one conversation's members."""
    roll = _Roll()
    for each in sorted(evidence, key=lambda each: each.at):
        roll.take(each)
    return roll.history()


def changes(evidence: Iterable[Evidence]) -> dict[str, Change]:
    """What each event changed, by its id."""
    roll, found = _Roll(), {}
    for each in sorted(evidence, key=lambda each: each.at):
        came, went = roll.take(each)
        found[each.event] = Change(tuple(came), tuple(went))
    return found


class _Known(msgspec.Struct, frozen=True, gc=False):
    """The last that says that somebody was there, or was not."""

    at: Instant
    event: str


class _Here(msgspec.Struct, gc=False):
    """A stay that has not ended: how it began, and the last that shows it, whole rosters aside."""

    since: Start
    last: _Known


class _Roll:
    """The fold as it goes. What a whole roster shows of each is not written to each: the last such roster stands for it."""

    def __init__(self) -> None:
        self._here: dict[str, _Here] = {}
        self._away: dict[str, _Known] = {}
        self._names: dict[str, str] = {}
        self._stays: list[tuple[str, Start, End]] = []
        self._roster: _Known | None = None
        self._dates: dict[str, int | None] = {}
        self._listed: tuple[Member, ...] | None = None
        """The members of the last whole roster, as long as nothing was said since."""

    def take(self, each: Evidence) -> tuple[Sequence[str], Sequence[str]]:
        """The next evidence in order of time; the keys of whoever came and went by it."""
        said, known = each.said, _Known(each.at, each.event)
        if each.settles and said.members == self._listed:  # most rosters are what the one before them was
            self._roster = known
            return (), ()
        self._listed = said.members if each.settles else None
        for member in said.members:
            if member.name:
                self._names[member.key] = member.name
        if said.op is Op.SNAPSHOT:
            if said.whole:
                return self._whole(said.members, known)
            return [member.key for member in said.members if self._shown(member, known)], ()
        keys = dict.fromkeys([member.key for member in said.members])
        if said.op in CAME:
            return [key for key in keys if self._comes(key, known, said.by)], ()
        return (), [key for key in keys if self._goes(key, known, said.by)]

    def history(self) -> History:
        """All stays; those that have not ended are open."""
        for key in self._here:
            last = self._present(key)
            self._stays.append((key, self._here[key].since, End(Basis.OPEN, last.at, None, (last.event,))))
        stays = self._stays
        stays.sort(key=lambda stay: (stay[1].sure, stay[0]))
        return History(tuple([Stay(key, self._names.get(key), since, until) for key, since, until in stays]))

    def _comes(self, key: str, known: _Known, by: str | None) -> bool:
        if key in self._here:
            last = self._present(key)
            if known.at.at - last.at.at <= NEAR:
                self._here[key].last = known
                return False
            self._vanished(key, known)  # that they came says that they were not there just before
        self._here[key] = _Here(Start(Basis.SAID, known.at, known.at, (known.event,), by), known)
        return True

    def _goes(self, key: str, known: _Known, by: str | None) -> bool:
        until = End(Basis.SAID, known.at, known.at, (known.event,), by)
        here = self._here.pop(key, None)
        if here is not None:
            self._stays.append((key, here.since, until))
        else:
            last = self._absent(key)
            if last is not None and known.at.at - last.at.at <= NEAR:
                return False
            self._stays.append((key, _first_shown(known, last), until))  # that they went says that they had been there
        self._away[key] = known
        return True

    def _whole(self, members: tuple[Member, ...], known: _Known) -> tuple[list[str], list[str]]:
        dates = {member.key: member.joined_at for member in members}
        went = [key for key in self._here if key not in dates]
        for key in went:
            self._vanished(key, known)
        came = []
        for key, joined_at in dates.items() - self._dates.items():
            if key in self._here:
                self._again(key, joined_at, known)
        for key, joined_at in dates.items():
            if key not in self._here:
                self._appears(key, joined_at, known)
                came.append(key)
        self._roster, self._dates = known, dates
        return came, went

    def _shown(self, member: Member, known: _Known) -> bool:
        if member.key in self._here:
            self._again(member.key, member.joined_at, known)
            self._here[member.key].last = known
            return False
        self._appears(member.key, member.joined_at, known)
        return True

    def _appears(self, key: str, joined_at: int | None, known: _Known) -> None:
        last = self._absent(key)
        since = _first_shown(known, last)
        if joined_at is not None and joined_at <= known.at.at and (last is None or joined_at > last.at.at):
            joined = Instant(joined_at, known.at.leaf, known.at.ordinal)
            since = Start(Basis.DATED, joined, joined, (known.event,))
        self._here[key] = _Here(since, known)

    def _again(self, key: str, joined_at: int | None, known: _Known) -> None:
        """Somebody known to be there is shown again; where the roster dates them later than that, they had gone and come back."""
        last = self._present(key)
        if joined_at is not None and joined_at <= known.at.at and joined_at - last.at.at > NEAR:
            joined = Instant(joined_at, known.at.leaf, known.at.ordinal)
            self._vanished(key, _Known(joined, known.event))
            self._here[key] = _Here(Start(Basis.DATED, joined, joined, (known.event,)), known)

    def _vanished(self, key: str, known: _Known) -> None:
        last = self._present(key)
        since = self._here.pop(key).since
        self._stays.append((key, since, End(Basis.SHOWN, last.at, known.at, _both(last, known))))

    def _present(self, key: str) -> _Known:
        """The last that shows somebody who is there: of two, whichever came later, and a whole roster has shown whoever was there."""
        last = self._here[key].last
        return self._roster if self._roster is not None and self._roster.at > last.at else last

    def _absent(self, key: str) -> _Known | None:
        """The last that says that somebody who is not there was not."""
        last = self._away.get(key)
        return self._roster if self._roster is not None and (last is None or self._roster.at > last.at) else last


def _first_shown(known: _Known, last: _Known | None) -> Start:
    if last is None:
        return Start(Basis.SHOWN, known.at, None, (known.event,))
    return Start(Basis.SHOWN, known.at, last.at, _both(last, known))


def _both(one: _Known, other: _Known) -> tuple[str, ...]:
    return tuple(dict.fromkeys((one.event, other.event)))
