"""Who was in a conversation: the fold against a reading of one member at a time, and the cases that people ask about."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from muniment.record.clock import SECOND
from muniment.record.membership import CAME, WENT, Instant, Member, Membership, Op, read_key
from muniment.record.roll import NEAR, Basis, Change, Evidence, History, changes, fold

STEP = NEAR // 2
"""Times of the generated evidence lie so far apart, so that some of it is near and some is not."""
KEYS = ("anna", "bo", "chi")


def said(
    op: Op, *ids: str, at: int, leaf: int = 0, whole: bool = True, joined: int | None = None, by: str | None = None
) -> Evidence:
    """What an event says of these members."""
    members = tuple(Member(one, None, joined) for one in ids)
    return Evidence(f"{leaf}-{at}", Instant(at, leaf), Membership(op=op, members=members, whole=whole, by=by))


def there(history: History, at: int) -> tuple[set[str], set[str]]:
    """The keys of who was there, and of who may have been."""
    members, unsure = history.at(Instant(at, 1 << 30))
    return {stay.key for stay in members}, {stay.key for stay in unsure}


@st.composite
def _evidence(draw: st.DrawFn) -> list[Evidence]:
    found = []
    for leaf in range(draw(st.integers(0, 9))):
        op = draw(st.sampled_from(Op))
        dates = st.none() | st.integers(-2, 24).map(lambda step: step * STEP)
        ids = draw(st.lists(st.sampled_from(KEYS), unique=True, max_size=3))
        members = tuple(Member(one, None, draw(dates) if op is Op.SNAPSHOT else None) for one in ids)
        at = Instant(draw(st.integers(0, 20)) * STEP, leaf)
        what = Membership(op=op, members=members, whole=op is Op.SNAPSHOT and draw(st.booleans()))
        found.append(Evidence(f"{leaf}-0", at, what))
    return found


def _points(key: str, evidence: list[Evidence]) -> list[tuple[Instant, bool | None, bool]]:
    """Of one member, every instant at which something is known: whether they were there just before, and from then on."""
    points: list[tuple[Instant, bool | None, bool]] = []
    for each in sorted(evidence, key=lambda each: each.at):
        member = next((one for one in each.said.members if one.key == key), None)
        last = points[-1] if points else None
        if each.said.op is Op.SNAPSHOT:
            if member is None:
                if each.said.whole:
                    points.append((each.at, False, False))
                continue
            joined = member.joined_at
            if joined is not None and joined <= each.at.at:
                later = last is None or joined > last[0].at
                if later and not (last is not None and last[2] and joined - last[0].at <= NEAR):
                    points.append((Instant(joined, each.at.leaf, each.at.ordinal), False, True))
            points.append((each.at, True, True))
        elif member is not None:
            comes = each.said.op in CAME
            assert comes or each.said.op in WENT
            again = last is not None and last[2] == comes and each.at.at - last[0].at <= NEAR
            if again and comes:
                points.append((each.at, True, True))
            elif not again:
                points.append((each.at, not comes, comes))
    return points


def _held(points: list[tuple[Instant, bool | None, bool]], at: Instant) -> bool | None:
    """Whether somebody was there at an instant that bears no evidence itself."""
    if not points:
        return False
    if at < points[0][0]:
        return None if points[0][1] else False
    for (one, _, then), (other, before, _) in pairwise(points):
        if one < at < other:
            return then if then == before else None
    return points[-1][2]


@given(_evidence(), st.integers(-3, 45).map(lambda half: half * STEP // 2))
def test_it_is_what_a_reading_of_each_member_by_themself_gives(evidence: list[Evidence], when: int) -> None:
    at = Instant(when, 1 << 30)
    members, unsure = there(fold(evidence), when)
    wanted = {key: _held(_points(key, evidence), at) for key in KEYS}
    assert members == {key for key, held in wanted.items() if held}
    assert unsure == {key for key, held in wanted.items() if held is None}


@given(_evidence(), st.randoms(use_true_random=False))
def test_the_order_in_which_evidence_came_makes_no_difference(evidence: list[Evidence], chance: object) -> None:
    shuffled = list(evidence)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis calls it Random
    assert fold(shuffled) == fold(evidence)


@given(_evidence(), st.integers(-3, 45).map(lambda half: half * STEP // 2))
def test_an_instant_rests_on_the_evidence_between_the_whole_rosters_around_it(
    evidence: list[Evidence], when: int
) -> None:
    at = Instant(when, 1 << 30)
    settled = sorted(each.at for each in evidence if each.settles)
    first = max((one for one in settled if one <= at), default=Instant(-(1 << 60)))
    last = min((one for one in settled if one > at), default=Instant(1 << 60))
    near = [each for each in evidence if first <= each.at <= last]
    assert there(fold(near), when) == there(fold(evidence), when)


@given(_evidence())
def test_the_stays_of_one_member_follow_each_other_and_name_their_evidence(evidence: list[Evidence]) -> None:
    history = fold(evidence)
    known = {each.event for each in evidence}
    for key in KEYS:
        stays = [stay for stay in history.stays if stay.key == key]
        for stay in stays:
            assert stay.since.sure <= stay.until.sure
            assert stay.since.evidence and set(stay.since.evidence) <= known
            assert stay.until.evidence and set(stay.until.evidence) <= known
            assert (stay.until.gone is None) == (stay.until.basis is Basis.OPEN)
        for one, other in pairwise(stays):
            assert one.until.gone is not None and one.until.gone <= other.since.sure


HOUR = 3600 * SECOND


def test_between_the_roster_that_has_somebody_and_the_next_that_has_not_nobody_knows() -> None:
    evidence = [
        said(Op.SNAPSHOT, "anna", "bo", at=1 * HOUR, leaf=1),
        said(Op.SNAPSHOT, "anna", "bo", at=2 * HOUR, leaf=2),
        said(Op.SNAPSHOT, "anna", "chi", at=3 * HOUR, leaf=3),
    ]
    history = fold(evidence)
    assert {stay.key for stay in history.at(Instant(2 * HOUR, 2))[0]} == {"anna", "bo"}
    assert there(history, 2 * HOUR + HOUR // 2) == ({"anna"}, {"bo", "chi"})
    assert there(history, 3 * HOUR) == ({"anna", "chi"}, set())
    bo = next(stay for stay in history.stays if stay.key == "bo")
    assert (bo.until.basis, bo.until.sure.at, bo.until.gone) == (Basis.SHOWN, 2 * HOUR, Instant(3 * HOUR, 3))
    assert bo.until.evidence == (f"2-{2 * HOUR}", f"3-{3 * HOUR}")
    assert changes(evidence)[f"3-{3 * HOUR}"] == Change(("chi",), ("bo",))


def test_before_the_first_roster_everybody_on_it_may_have_been_there_unless_it_says_since_when() -> None:
    history = fold([said(Op.SNAPSHOT, "anna", at=5 * HOUR), said(Op.SNAPSHOT, "bo", at=4 * HOUR, joined=HOUR, leaf=1)])
    assert there(history, 0) == (set(), set())
    assert there(history, HOUR) == ({"bo"}, set())
    assert there(fold([said(Op.SNAPSHOT, "anna", at=5 * HOUR)]), HOUR) == (set(), {"anna"})


def test_a_callback_and_the_roster_that_follows_it_are_one_stay() -> None:
    history = fold(
        [
            said(Op.SNAPSHOT, "anna", at=0),
            said(Op.ADD, "bo", at=HOUR, leaf=1, by="anna"),
            said(Op.SNAPSHOT, "anna", "bo", at=2 * HOUR, leaf=2, joined=HOUR + 7 * SECOND),
            said(Op.REMOVE, "bo", at=3 * HOUR, leaf=3, by="anna"),
            said(Op.SNAPSHOT, "anna", at=4 * HOUR, leaf=4),
        ]
    )
    (bo,) = [stay for stay in history.stays if stay.key == "bo"]
    assert (bo.since.basis, bo.since.by, bo.since.sure.at) == (Basis.SAID, "anna", HOUR)
    assert (bo.until.basis, bo.until.by, bo.until.gone) == (Basis.SAID, "anna", Instant(3 * HOUR, 3))


def test_who_is_dated_later_than_they_were_last_seen_had_gone_and_come_back() -> None:
    history = fold([said(Op.SNAPSHOT, "bo", at=HOUR), said(Op.SNAPSHOT, "bo", at=9 * HOUR, joined=7 * HOUR, leaf=1)])
    assert there(history, 6 * HOUR) == (set(), {"bo"})
    assert there(history, 8 * HOUR) == ({"bo"}, set())


def test_lines_of_one_minute_keep_the_order_of_the_log() -> None:
    history = fold([said(Op.JOIN, "bo", at=HOUR, leaf=5), said(Op.LEAVE, "bo", at=HOUR, leaf=9)])
    assert [stay.holds(Instant(HOUR, leaf)) for leaf in (4, 5, 7, 9) for stay in history.stays] == [
        False,
        True,
        True,
        False,
    ]


def test_a_name_is_never_taken_for_an_id() -> None:
    named = Member(None, "bo")
    assert named.key != Member("bo", "bo").key
    assert read_key(named.key) == (None, "bo") and read_key("bo") == ("bo", None)
