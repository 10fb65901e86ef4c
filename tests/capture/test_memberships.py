"""Who came, went or was there: every connector's own spelling is read into one shape, and what says nothing of it is left alone."""

from typing import Any

import pytest

from muniment.capture.named import cut_names
from muniment.capture.registry import DECODERS, membership
from muniment.record.event import Event, Kind
from muniment.record.membership import Member, Membership, Op


def event(sender: str | None = None, display: str | None = None, *flags: str, **extra: Any) -> Event:
    """A `membership` event as a decoder gives it."""
    return Event(
        kind=Kind.MEMBERSHIP, conversation="room", sender=sender, sender_display=display, flags=flags, extra=extra
    )


def said(op: Op, *members: Member, by: str | None = None, whole: bool = False) -> Membership:
    return Membership(op=op, members=members, by=by, whole=whole)


ANNA, BO = Member("anna"), Member("bo")
GRAPH = {"members": [{"id": "9", "displayName": "新人"}, {"displayName": "Guest"}, {}]}
STATE = {"mentions": [{"id": "6", "name": "bob", "nickname": "Bob 昵称"}]}
ROWS: list[tuple[str, Event, Membership | None]] = [
    ("wecom", event(op="snapshot", members=[{"id": "anna", "joined_at": 5}, {"id": "bo"}]), said(Op.SNAPSHOT, Member("anna", None, 5), BO, whole=True)),
    ("wecom", event(None, None, "partial", op="snapshot", members=[{"id": "anna"}]), said(Op.SNAPSHOT, ANNA)),
    ("wecom", event(op="snapshot", members=[{"id": "anna"}, {"id": None}]), said(Op.SNAPSHOT, ANNA)),
    ("wechat", event(op="add", members=[{"id": "anna"}, {"id": "bo"}]), said(Op.ADD, ANNA, BO)),
    ("wechat", event("bo", op="leave", members=[{"id": "bo"}]), said(Op.LEAVE, BO)),
    ("whatsapp_cloud", event(op="remove", members=[{"id": "anna"}, {"id": None}]), said(Op.REMOVE, ANNA)),
    ("whatsapp_cloud", event(op="remove", members=[{"id": None}]), None),
    ("ndjson", event("anna", op="join"), said(Op.JOIN, ANNA)),
    ("whatsapp", event(op="add", actor="Jane", subject="+852 9123 4567"), said(Op.ADD, Member("+85291234567"), by="Jane")),
    ("whatsapp", event(op="remove", actor="陈大文", subject="Tom, Bo and Amy"), said(Op.REMOVE, Member("Tom"), Member("Bo"), Member("Amy"), by="陈大文")),
    ("whatsapp", event(op="leave", actor="Tom"), said(Op.LEAVE, Member("Tom"))),
    ("whatsapp", event(op="admin"), None),
    ("whatsapp", event(op="request", actor="Tom"), None),
    ("whatsapp", event(op="add"), None),
    ("line", event("Bob", "Bob", op="join", actor="Bob"), said(Op.JOIN, Member("Bob"))),
    ("line", event("Bob", "Bob", op="add", actor="Bob", subject="Ann"), said(Op.ADD, Member("Ann"), by="Bob")),
    ("telegram", event("user1", "Ann", op="add", action="invite_members", members=["Mei", None]), said(Op.ADD, Member(None, "Mei"), by="user1")),
    ("telegram", event("user1", "Ann", op="create", members=["Mei"]), said(Op.ADD, Member("user1", "Ann"), Member(None, "Mei"), by="user1")),
    ("telegram", event("user1", "Ann", op="join", action="join_group_by_link"), said(Op.JOIN, Member("user1", "Ann"))),
    ("telegram", event("user1", "Ann", op="leave", members=["Ann"]), said(Op.LEAVE, Member("user1", "Ann"), Member(None, "Ann"))),
    ("telegram", event("user1", "Ann", op="join", action="joined_telegram"), None),
    ("slack", event("U1", "Ann", op="join", inviter="U2"), said(Op.ADD, Member("U1", "Ann"), by="U2")),
    ("slack", event("U1", "Ann", op="leave"), said(Op.LEAVE, Member("U1", "Ann"))),
    ("slack", event("U1", "Ann", op="add", bot_id="B1"), said(Op.ADD, Member("B1"), by="U1")),
    ("teams", event("1", "Ann", op="add", eventDetail=GRAPH), said(Op.ADD, Member("9", "新人"), Member(None, "Guest"), by="1")),
    ("teams", event("9", "新人", op="remove", eventDetail={"members": [{"id": "9"}]}), said(Op.LEAVE, Member("9"))),
    ("discord", event("5", "amy", op="join"), said(Op.JOIN, Member("5", "amy"))),
    ("discord", event("5", "amy", op="add", state=STATE), said(Op.ADD, Member("6", "Bob 昵称"), by="5")),
    ("x", event("2", op="join", participantsSnapshot=["1", "2"]), said(Op.SNAPSHOT, Member("1"), Member("2"))),
    ("x", event("1", op="add", userIds=["4"]), said(Op.ADD, Member("4"), by="1")),
    ("x", event(op="leave", userIds=["4"]), said(Op.LEAVE, Member("4"))),
    ("bloomberg", event("anna", **{"$op": "join"}), said(Op.JOIN, ANNA)),
    ("bloomberg", event("anna", **{"$op": "invite"}), None),
    ("actiance", event("bo", **{"$op": "leave"}), said(Op.LEAVE, BO)),
]  # fmt: skip


@pytest.mark.parametrize(("connector", "found", "wanted"), ROWS)
def test_it_reads_the_spelling_of_its_connector(connector: str, found: Event, wanted: Membership | None) -> None:
    assert membership(connector, found) == wanted


@pytest.mark.parametrize("connector", DECODERS)
def test_whatever_an_event_holds_it_is_read_or_says_nothing(connector: str) -> None:
    odd: Any
    for odd in (None, 1, "x", [], [1], {"members": 1}, [{"id": {}}]):
        for op in Op:
            extra = dict.fromkeys(("members", "userIds", "actor", "subject", "eventDetail", "state", "bot_id"), odd)
            found = membership(connector, event(None, None, op=op.value, **extra, **{"$op": op.value}))
            assert found is None or found.op in Op
    assert membership(connector, Event(kind=Kind.MESSAGE, conversation="room", extra={"op": "join"})) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Bob, Carol and Dan", ["Bob", "Carol", "Dan"]),
        ("Bob & Carol", ["Bob", "Carol"]),
        ("王五、李和平和赵六六", ["王五", "李和平", "赵六六"]),
        ("+86 138 0013 8000和+86 139 0013 9000", ["+86 138 0013 8000", "+86 139 0013 9000"]),
        ("李和平", ["李和平"]),
        ("Sandy", ["Sandy"]),
        ("", []),
    ],
)
def test_names_are_cut_where_no_name_can_go_on(text: str, names: list[str]) -> None:
    assert cut_names(text) == names
