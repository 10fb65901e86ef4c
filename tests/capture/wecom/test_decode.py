"""What becomes of an archived message: every field has a place, every type an event."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from muniment.capture.connector import Undecodable
from muniment.capture.wecom import connector
from muniment.capture.wecom.bodies import TYPES
from muniment.capture.wecom.nested import type_of
from muniment.record.codec import canonical
from muniment.record.event import Event, Kind, Precision
from muniment.record.record import Header, join_payload, split_payload
from tests.capture.leaves import check_leaves
from tests.capture.wecom.samples import CLIENT, OWN, message

Data = Callable[[str], Path]
CORP = "ww1"


def decode(raw: bytes, part: str = "message", **meta: Any) -> Sequence[Event]:
    header = Header(by="wecom", v=1, part=part, assurance=connector.assurance, meta={"corpid": CORP, **meta})
    return connector.decode(*split_payload(join_payload(header, raw)))


def one(raw: bytes, **meta: Any) -> Event:
    (event,) = decode(raw, **meta)
    canonical(event.extra)
    assert msgspec.json.decode(msgspec.json.encode(event), type=Event) == event
    return event


def samples(shared_data: Data) -> dict[str, bytes]:
    files = sorted(shared_data("wecom-archive-samples").glob("*.json"))
    return {path.stem: path.read_bytes() for path in files if path.stem != "getchatdata_response"}


def leaves(value: Any) -> Counter[str]:
    """Every value that is no object or list, as text; numbers as they were written."""
    found: Counter[str] = Counter()
    if isinstance(value, dict):
        if value.keys() == {"$number"}:
            return Counter([str(value["$number"])])
        for item in value.values():
            found += leaves(item)
    elif isinstance(value, list | tuple):
        for item in value:
            found += leaves(item)
    elif value is not None:
        found[str(value)] += 1
    return found


def missing(raw: bytes, event: Event) -> Counter[str]:
    """Leaves of a payload that are nowhere in its event."""
    given = json.loads(raw, parse_float=str)
    assert given.pop("roomid", "") in {"", event.conversation}  # empty: the conversation is that of the two
    has = leaves(event.extra) + leaves(msgspec.to_builtins(event.attachments))
    has += leaves([event.sender, event.recipients, event.sent_at_raw, event.text])
    if event.key is not None:
        has[event.key.removeprefix(f"{CORP}/")] += 1
    if event.target is not None:
        has[event.target.removeprefix(f"{CORP}/")] += 1
    return leaves(given) - has


def test_every_leaf_of_every_public_sample_is_in_its_event(shared_data: Data) -> None:
    given = samples(shared_data)

    assert len(given) == 29
    assert {name: missing(raw, one(raw)) for name, raw in given.items() if missing(raw, one(raw))} == {}


def test_a_leaf_that_turns_into_another_text_or_number_is_not_lost_either(shared_data: Data) -> None:
    given = {**samples(shared_data), **OWN}

    leaves_tried = sum(check_leaves(json.loads(raw), decode) for raw in given.values())

    assert leaves_tried > 350


@pytest.mark.parametrize("name", OWN)
def test_every_leaf_of_the_other_types_is_in_its_event(name: str) -> None:
    assert not missing(OWN[name], one(OWN[name]))


def test_no_known_type_is_partial(shared_data: Data) -> None:
    given = {**samples(shared_data), **OWN}

    assert {name for name, raw in given.items() if "partial" in one(raw).flags} == set()
    known = {*TYPES, "chatrecord", "mixed"}
    assert len(known) == 33
    assert known == {json.loads(raw).get("msgtype") for raw in given.values()} - {None}


def test_kinds_of_the_public_samples(shared_data: Data) -> None:
    kinds = {name: one(raw).kind for name, raw in {**samples(shared_data), **OWN}.items()}

    assert {name: kind for name, kind in kinds.items() if kind is not Kind.MESSAGE} == {
        "revoke": Kind.RECALL,
        "agree": Kind.CONSENT,
        "disagree": Kind.CONSENT,
        "switch": Kind.SYSTEM,
        "meeting_voice_call": Kind.CALL,
        "voiptext": Kind.CALL,
    }


def test_a_text_one_to_one(shared_data: Data) -> None:
    event = one(samples(shared_data)["text"])

    assert event == Event(
        kind=Kind.MESSAGE,
        conversation="XuJinSheng|icefog",
        sender="XuJinSheng",
        recipients=("icefog",),
        sent_at=1547087894783000,
        sent_at_precision=Precision.MILLISECOND,
        sent_at_raw="1547087894783",
        text="test",
        key=f"{CORP}/CAQQluDa4QUY0On2rYSAgAMgzPrShAE=",
        extra={"action": "send", "msgtype": "text", "direction": "internal"},
    )


def test_an_answer_lies_in_the_same_conversation() -> None:
    there = one(message("text", {"content": "a"}))
    back = one(message("text", {"content": "b"}, **{"from": CLIENT, "tolist": ["amy"]}))

    assert there.conversation == back.conversation
    assert (there.extra["direction"], back.extra["direction"]) == ("outbound", "inbound")


def test_a_group_is_its_own_conversation() -> None:
    assert one(message("text", {"content": "a"}, roomid="wrX")).conversation == "wrX"


@pytest.mark.parametrize(
    "sender, recipients, msgid, direction",
    [
        ("amy", ["bob"], "1", "internal"),
        ("wmchan", ["bob"], "1", "internal"),  # a colleague whose own id begins so
        ("amy", ["bob"], "1_external", "outbound"),
        ("amy", ["bob", "woJ7ijBwAAmqwojT8r_DaNMbr_NAvaag"], "1", "outbound"),
        ("woJ7ijBwAAmqwojT8r_DaNMbr_NAvaag", ["amy"], "1", "inbound"),
        ("", ["amy"], "1", "unknown"),
    ],
)
def test_who_is_outside_is_seen_by_the_id(sender: str, recipients: list[str], msgid: str, direction: str) -> None:
    raw = message("text", {"content": "a"}, **{"from": sender, "tolist": recipients, "msgid": msgid})

    assert one(raw).extra["direction"] == direction


def test_a_robot_is_flagged() -> None:
    assert one(message("text", {"content": "a"}, **{"from": "wbAAAAAAAAAAAAAAAAAAAAAA"})).flags == ("bot",)


def test_a_recall_names_the_message_that_it_takes_back(shared_data: Data) -> None:
    event = one(samples(shared_data)["revoke"])

    assert (event.kind, event.target) == (Kind.RECALL, f"{CORP}/14822339130656386894_1603875600")
    assert event.key == f"{CORP}/15775510700152506326_1603875615"


def test_consent_and_its_refusal_say_who_and_when(shared_data: Data) -> None:
    agreed, refused = one(samples(shared_data)["agree"]), one(OWN["disagree"])

    assert agreed.extra["consent"] == {
        "subject": "wmGAgeDQAAvQeaTqWwkMTxGMkvI7OOuQ",
        "status": "agree",
        "at": 1603875826656000,
    }
    assert refused.extra["consent"] == {"subject": CLIENT, "status": "disagree", "at": 1603875613000000}


def test_a_time_of_zero_is_no_time(shared_data: Data) -> None:
    event = one(samples(shared_data)["image"])

    assert (event.sent_at, event.sent_at_raw) == (None, "0")


@pytest.mark.parametrize("written, at", [("1603875612000", 1603875612000000), (1603875612, 1603875612000000)])
def test_times_as_digits_and_in_seconds_are_read(written: object, at: int) -> None:
    assert one(message("text", {"content": "a"}, msgtime=written)).sent_at == at


def test_files_carry_the_platforms_id_of_their_bytes(shared_data: Data) -> None:
    (file,) = one(samples(shared_data)["file"]).attachments
    (voice,) = one(samples(shared_data)["voice"]).attachments

    assert (file.name, file.size, file.media) == ("资料.docx", 18181, "FILEID")
    assert (voice.name, voice.size, voice.content_type) == ("voice.amr", 6810, "audio/amr")


def test_a_forwarded_conversation_reads_like_one(shared_data: Data) -> None:
    assert one(samples(shared_data)["chatrecord"]).text == (
        "群聊\n2020-10-28T09:00:10Z  test\n2020-10-28T09:00:20Z  test2"
    )


def test_what_is_forwarded_within_what_is_forwarded_is_read_too() -> None:
    picture = {
        "type": "ChatRecordImage",
        "msgtime": 1,
        "content": json.dumps({"md5sum": "m", "filesize": 3, "sdkfileid": "F"}),
    }
    words = {"type": "ChatRecordText", "msgtime": 1603875610, "content": json.dumps({"content": "深处"})}
    mixed = {"type": "ChatRecordMixed", "msgtime": 2, "content": json.dumps({"item": [picture, words]})}
    inner = {"type": "chatrecord", "msgtime": 3, "content": json.dumps({"title": "内", "item": [mixed]})}
    event = one(message("chatrecord", {"title": "外", "item": [inner]}))

    assert "深处" in event.text and "外" in event.text and "内" in event.text
    assert [attachment.media for attachment in event.attachments] == ["F"]
    assert event.flags == ()


@pytest.mark.parametrize("content", ["{", "[]", 7, None, "null", '{"content":'])
def test_an_item_that_is_no_json_keeps_its_words(content: object) -> None:
    raw = message("chatrecord", {"title": "t", "item": [{"type": "ChatRecordText", "content": content}, "odd"]})
    event = one(raw)

    assert event.flags == ("partial",)
    assert "odd" in event.text
    assert not missing(raw, event)


def test_an_unknown_type_is_found_by_its_words() -> None:
    event = one(message("hologram", {"title": "全息", "parts": [{"say": "hello", "size": 7}]}, voiceid="v1"))

    assert (event.kind, event.flags, event.extra["msgtype"]) == (Kind.MESSAGE, ("partial",), "hologram")
    assert event.text == "全息\nhello\n7\nv1"


@pytest.mark.parametrize("body", [None, [], "text", 7])
def test_a_known_type_without_its_body_is_partial(body: Any) -> None:
    assert "partial" in one(message("image", body)).flags


def test_ids_as_numbers_are_read_as_their_digits() -> None:
    event = one(message("text", {"content": "a"}, **{"msgid": 2**60, "from": 7, "tolist": [8, "bob"]}))

    assert (event.key, event.sender, event.recipients) == (f"{CORP}/{2**60}", "7", ("8", "bob"))
    assert event.extra["msgid"] == {"$number": str(2**60)}


def test_half_a_character_is_shown_as_such_and_said() -> None:
    event = one(b'{"msgid":"1","from":"a","tolist":["b"],"msgtime":1,"msgtype":"text","text":{"content":"x\\ud83d"}}')

    assert (event.text, event.flags) == ("x\ufffd", ("partial",))


def test_a_member_that_is_called_like_ours_stays() -> None:
    event = one(message("text", {"content": "a"}, direction="theirs"))

    assert (event.extra["$direction"], event.extra["direction"]) == ("theirs", "outbound")


def test_a_row_and_its_message_that_disagree_are_flagged_and_the_row_holds() -> None:
    event = one(message("text", {"content": "a"}), msgid="other")

    assert (event.key, event.flags) == (f"{CORP}/other", ("partial",))
    assert event.extra["row_msgid"] == "other"


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b"7", b"1.5", b"\xff\xfe"])
def test_what_is_no_object_is_undecodable(raw: bytes) -> None:
    with pytest.raises(Undecodable):
        decode(raw)


def test_a_sealed_row_is_an_event_that_says_why() -> None:
    (event,) = decode(b'{"seq":1}', "sealed", seq=1, sealed="no_key", publickey_ver=9)

    assert event.kind is Kind.UNDECODED
    assert (event.extra["reason"], event.extra["sealed"], event.extra["publickey_ver"]) == ("sealed", "no_key", 9)


def test_attachments_hold_no_event() -> None:
    assert decode(b"bytes", "attachment") == ()


def test_every_type_that_nested_items_may_have_is_known_by_both_of_its_names() -> None:
    assert type_of("image") is TYPES["image"]
    assert type_of("chatrecord") is not None and type_of("mixed") is not None
    assert type_of("hologram") is None
