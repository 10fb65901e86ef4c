"""What becomes of each thing that Meta tells: its kind, its words, who, to whom, about what, under which key."""

import json
from collections import Counter
from typing import Any

import pytest

from muniment.capture.connector import Undecodable
from muniment.record.event import AttachmentStatus, Event, Kind
from muniment.search.known import FLAGS
from tests.capture.whatsapp_cloud.conftest import CLIENT, NUMBER, NUMBER_ID, Payloads, decode, message, webhook
from tests.capture.whatsapp_cloud.own import OWN

SECOND = 1_000_000


def one(payload: Any) -> Event:
    (event,) = decode(payload)
    return event


@pytest.mark.parametrize(
    "name, kind, text, flags",
    [
        ("meta/Text_Message", Kind.MESSAGE, "Does it come in another color?", ()),
        ("meta/Image_Message", Kind.MESSAGE, "Taj Mahal", ()),
        ("meta/Location_Message", Kind.MESSAGE, "Philz Coffee\n101 Forest Ave, Palo Alto, CA 94301\n37.44221496582, -122.16165924072", ()),
        ("meta/Reaction_Message", Kind.REACTION, "👍", ()),
        ("meta/Interactive_Button_Reply_Message", Kind.MESSAGE, "Cancel", ("reply",)),
        ("meta/Interactive_List_Reply_Message", Kind.MESSAGE, "Priority Mail Express\nNext Day to 2 Days", ("reply",)),
        ("meta/Button_Message", Kind.MESSAGE, "Unsubscribe", ("reply",)),
        ("meta/Order_Message", Kind.MESSAGE, "2 × di9ozbzfi4 30 USD\n1 × nqryix03ez 25 USD", ()),
        ("meta/System_Message", Kind.IDENTITY_CHANGE, "User Sheena Nelson changed from 16505551234 to 12195555358", ()),
        ("meta/Unsupported_Message", Kind.UNDECODED, "Message type unknown\nMessage type unknown\nMessage type is currently not supported.", ("unsupported", "partial")),
        ("meta/Group_Settings_Update", Kind.CONVERSATION_UPDATE, "", ()),
        ("pywa/message/unreaction_empty", Kind.REACTION, "", ()),
        ("pywa/message/unreaction_no_emoji", Kind.REACTION, "", ()),
        ("pywa/message/forwarded", Kind.MESSAGE, "forwarded text", ("forwarded",)),
        ("pywa/message/forwarded_many_times", Kind.MESSAGE, "text forwarded many times", ("forwarded", "frequently_forwarded")),
        ("pywa/system/identity_change", Kind.IDENTITY_CHANGE, "User identity changed", ()),
        ("pywa/deleted_message/revoke", Kind.RECALL, "", ()),
        ("pywa/edited_message/image", Kind.EDIT, "Updated image caption", ()),
        ("pywa/call_permission_update/accept", Kind.MESSAGE, "accept", ("reply",)),
        ("pywa/flow_completion/completion", Kind.MESSAGE, "Sent\ncomment_text: Comment Text\ndelivery_rating: 4\npurchase_rating: 2\nrecommend_radio: 0\ncs_rating: 0", ("reply",)),
        ("pywa/message_status/failed", Kind.DELIVERY_FAILURE, "User's number is part of an experiment\nUser's number is part of an experiment\nFailed to send message because this user's phone number is part of an experiment\nhttps://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/", ()),
        ("pywa/message_status/read", Kind.RECEIPT, "", ()),
        ("pywa/call_connect/user_initiated", Kind.CALL, "", ()),
        ("pywa/call_status/call_status", Kind.CALL, "", ()),
        ("pywa/outgoing_message/edit", Kind.EDIT, "Text was edited", ("echo",)),
        ("pywa/outgoing_message/delete", Kind.RECALL, "", ("echo",)),
        ("pywa/user_marketing_preferences/resume", Kind.SYSTEM, "User requested to resume marketing messages", ()),
    ],
)  # fmt: skip
def test_a_public_payload_is_one_event_of_its_kind(
    payloads: Payloads, name: str, kind: Kind, text: str, flags: tuple[str, ...]
) -> None:
    event = one(payloads[name])
    assert (event.kind, event.text, event.flags) == (kind, text, flags)


def test_a_message_forwarded_many_times_can_be_asked_for(payloads: Payloads) -> None:
    assert set(one(payloads["pywa/message/forwarded_many_times"]).flags) <= set(FLAGS)


def test_the_public_payloads_give_one_event_for_each_thing_in_them(payloads: Payloads) -> None:
    kinds = {
        "reaction": "reaction",
        "edit": "edit",
        "revoke": "recall",
        "unsupported": "undecoded",
        "system": "identity_change",
    }
    expected: Counter[str] = Counter()
    for payload in payloads.values():
        for change in (change for entry in payload["entry"] for change in entry["changes"]):
            value = change["value"]
            for said in [*value.get("messages", ()), *value.get("message_echoes", ())]:
                expected[kinds.get(said["type"], "message")] += 1
            for status in value.get("statuses", ()):
                expected[
                    "call" if "type" in status else "delivery_failure" if status["status"] == "failed" else "receipt"
                ] += 1
            for group in value.get("groups", ()):
                expected["membership"] += sum(name in group for name in ("added_participants", "removed_participants"))
                expected["conversation_update"] += change["field"] != "group_participants_update"
            expected["call"] += len(value.get("calls", ()))
            expected["system"] += (
                len(value.get("errors", ()))
                + len(value.get("user_preferences", ()))
                + ("messaging_product" not in value)
            )
    assert Counter(str(event.kind) for payload in payloads.values() for event in decode(payload)) == expected
    assert expected.total() > 90


def test_an_incoming_message_says_who_when_where_and_under_which_key() -> None:
    event = one(OWN["document"])
    assert (event.conversation, event.sender, event.sender_display, event.recipients) == (
        CLIENT,
        CLIENT,
        "陳大文",
        (NUMBER,),
    )
    assert (event.sent_at, event.sent_at_raw, event.key) == (
        1_762_000_000 * SECOND,
        "1762000000",
        f"{NUMBER_ID}:wamid.A",
    )
    (file,) = event.attachments
    assert (file.name, file.status, file.media, file.content_type) == (
        "條款.pdf",
        AttachmentStatus.MISSING,
        "5501",
        "application/pdf",
    )
    assert event.extra["account"] == {"waba": "900", "phone_number_id": NUMBER_ID, "display_phone_number": NUMBER}
    assert event.extra["direction"] == "inbound"


def test_a_group_message_lies_in_its_group() -> None:
    event = one(OWN["group message"])
    assert (event.conversation, event.sender, event.recipients) == ("G1", CLIENT, ())


def test_somebody_without_a_number_is_their_business_scoped_id() -> None:
    event = one(OWN["without a number"])
    assert (event.conversation, event.sender, event.sender_display) == ("HK.1", "HK.1", "A")


def test_a_name_is_never_taken_from_somebody_else() -> None:
    stranger = {"wa_id": "85299999999", "profile": {"name": "Somebody else"}}
    event = one(webhook(messages=[message()], contacts=[stranger]))
    assert event.sender_display is None
    assert event.extra["contact"] == stranger


def test_what_is_recalled_edited_or_answered_by_a_sign_is_named_by_its_key(payloads: Payloads) -> None:
    revoked = one(payloads["pywa/deleted_message/revoke"])
    assert revoked.target == "<BUSINESS_PHONE_NUMBER_ID>:<ORIGINAL_WHATSAPP_MESSAGE_ID>"
    for name, target in (
        ("pywa/message/reaction", "wamid.yzxyzx="),
        ("pywa/message/reply", "wamid.xyzxyz=="),
        ("pywa/message_status/read", "wamid.xyzxyz"),
        ("pywa/outgoing_message/delete", "wamid.zzzzzz"),
    ):
        event = one(payloads[name])
        assert event.target == f"1122334455667:{target}", name
        assert event.key is not None and event.key != event.target
    assert one(payloads["pywa/message/reaction"]).extra["reaction"] == {"op": "add"}
    assert one(payloads["pywa/message/unreaction_empty"]).extra["reaction"] == {"op": "remove"}


def test_a_receipt_bears_message_status_recipient_and_time_in_its_key(payloads: Payloads) -> None:
    event = one(payloads["pywa/message_status/read"])
    assert event.key == "1122334455667:status:wamid.xyzxyz:read:972987654321:1689380458"
    assert event.extra["receipt"] == {"status": "read", "by": "972987654321"}
    group = one(payloads["pywa/message_status/group"])
    assert (group.conversation, group.sender) == ("fowefinoewcnw", "<GROUP_PARTICIPANT_USER_PHONE_NUMBER>")
    sent = one(payloads["pywa/message_status/sent"])
    assert (sent.sender, sent.recipients) == (None, ("972987654321",))


def test_an_unknown_status_is_a_receipt_that_is_flagged() -> None:
    event = one(webhook(statuses=[{"id": "wamid.A", "status": "warmed", "timestamp": "1", "recipient_id": "2"}]))
    assert (event.kind, event.flags, event.extra["receipt"]["status"]) == (Kind.RECEIPT, ("partial",), "warmed")


def test_the_arrays_are_believed_and_ids_are_read_as_numbers_too(payloads: Payloads) -> None:
    created, added = decode(payloads["meta/Group_Create_Message"])
    assert (created.kind, created.conversation_display) == (Kind.CONVERSATION_UPDATE, "your-group-subject")
    assert (added.kind, added.extra["op"], added.recipients) == (Kind.MEMBERSHIP, "add", ("16505551234", "16505551235"))
    removed = one(payloads["meta/Group_Remove_Participants"])  # which Meta's example calls a group_create
    assert (removed.kind, removed.extra["op"]) == (Kind.MEMBERSHIP, "remove")
    assert removed.extra["members"] == [{"id": "16505551234"}, {"id": "16505551235"}]
    assert [event.extra["op"] for event in decode(OWN["both ways"])] == ["add", "remove"]


def test_an_echo_is_what_the_firm_sent_from_the_phone() -> None:
    event = one(OWN["echo of a file"])
    assert (event.sender, event.recipients, event.conversation, event.extra["direction"]) == (
        NUMBER,
        (CLIENT,),
        CLIENT,
        "outbound",
    )


def test_a_history_tells_both_sides_and_a_placeholder_is_not_the_message() -> None:
    theirs, ours, placeholder, chunk = decode(OWN["history"])
    assert (theirs.sender, theirs.extra["direction"], theirs.conversation) == (CLIENT, "inbound", CLIENT)
    assert (ours.sender, ours.extra["direction"], ours.conversation) == (NUMBER, "outbound", CLIENT)
    assert chunk.extra["metadata"] == {"phase": 1, "chunk_order": 2, "progress": 55}
    file = one(OWN["file of a history"])
    assert file.key == f"{NUMBER_ID}:wamid.H3" != placeholder.key
    assert all("history" in event.flags for event in (theirs, ours, placeholder, file))


def test_a_history_without_a_mark_is_told_apart_by_the_number() -> None:
    own = message("wamid.H9", **{"from": "+852 2555 0000"})
    (event, _) = decode(webhook("history", history=[{"threads": [{"id": CLIENT, "messages": [own]}]}]))
    assert (event.extra["direction"], event.conversation) == ("outbound", CLIENT)


def test_contacts_of_the_phone_app_are_changes_of_identity() -> None:
    added, removed = decode(OWN["app contacts"])
    assert (added.kind, added.conversation, added.text, added.extra["op"]) == (
        Kind.IDENTITY_CHANGE,
        CLIENT,
        "Ho Ka Man",
        "add",
    )
    assert (removed.extra["op"], removed.sent_at) == ("remove", 1_762_000_010 * SECOND)


def test_a_type_from_the_future_is_kept_partial_with_its_words_and_its_file() -> None:
    event = one(OWN["a type from the future"])
    assert (event.kind, event.flags) == (Kind.MESSAGE, ("partial",))
    assert "look" in event.text
    assert [file.media for file in event.attachments] == ["77"]
    assert event.extra["hologram"]["size"] == {"$number": "1.25"}


def test_a_field_from_the_future_is_one_event_and_the_account_s_own_is_not_partial(payloads: Payloads) -> None:
    assert one(OWN["a field from the future"]).flags == ("partial",)
    assert one(payloads["pywa/account_update/account_violation"]).flags == ()


def test_many_messages_of_one_post_come_in_order() -> None:
    assert [event.key for event in decode(OWN["several at once"])] == [f"{NUMBER_ID}:wamid.1", f"{NUMBER_ID}:wamid.2"]


def test_the_same_message_reads_the_same_whatever_it_comes_with() -> None:
    alone = one(
        webhook(messages=[message("wamid.1")], contacts=OWN["document"]["entry"][0]["changes"][0]["value"]["contacts"])
    )
    assert alone == decode(OWN["several at once"])[0]


def test_equal_things_without_an_id_have_keys_of_their_own_that_last() -> None:
    error = {"code": 1, "title": "again"}
    first, second = decode(webhook(errors=[error, error]))
    assert first.key is not None and second.key is not None
    assert first.key.endswith(":1") and second.key.endswith(":2") and first.key != second.key
    assert [event.key for event in decode(webhook(errors=[error, error]))] == [first.key, second.key]


@pytest.mark.parametrize("stamp", ["", "yesterday", "99999999999999", -1, None, 1.5, [], "١٧٦٢"])
def test_a_time_that_is_none_is_kept_and_never_guessed(stamp: Any) -> None:
    event = decode(webhook(messages=[message(timestamp=stamp)]))[0]
    assert event.sent_at is None


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"1", b"null", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 70 + b"1" + b"}" * 70]
)
def test_what_is_no_object_is_undecodable(raw: bytes) -> None:
    with pytest.raises(Undecodable):
        decode(raw)


def test_half_a_character_and_a_byte_that_is_none_are_marked() -> None:
    whole = json.dumps(webhook(messages=[message(text={"body": "a"})])).encode()
    for broken in (whole.replace(b'"a"', b'"\\ud800"'), whole.replace(b'"a"', b'"\xff"')):
        event = decode(broken)[0]
        assert "\ufffd" in event.text
        assert "partial" in event.flags


def test_a_member_that_comes_twice_is_kept_twice() -> None:
    raw = (
        json.dumps(webhook(messages=[message()]))
        .replace('"wamid.A"', '"wamid.A", "note": "one", "note": "two"')
        .encode()
    )
    event = decode(raw)[0]
    assert (event.extra["note"], event.extra["$again"]) == ("two", [["note", "one"]])
