"""Webhooks of our own, for what the public ones do not show. Field names are Meta's; all words and people are made up."""

from typing import Any

from tests.capture.whatsapp_cloud.conftest import CLIENT, NUMBER, message, webhook

FILE = {
    "id": "5501",
    "mime_type": "application/pdf",
    "sha256": "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=",
    "filename": "條款.pdf",
    "caption": "睇下",
}
HISTORY = {
    "metadata": {"phase": 1, "chunk_order": 2, "progress": 55},
    "threads": [
        {
            "id": CLIENT,
            "messages": [
                message("wamid.H1", history_context={"status": "READ"}),
                message("wamid.H2", **{"from": NUMBER, "to": CLIENT}, history_context={"status": "DELIVERED", "from_me": True}),
                {"from": CLIENT, "id": "wamid.H3", "timestamp": "1762000003", "type": "media_placeholder", "history_context": {"status": "READ"}},
            ],
        }
    ],
}  # fmt: skip
CONTACT = {"profile": {"name": "陳大文", "username": "ctm"}, "wa_id": CLIENT, "user_id": "HK.1"}
OWN: dict[str, Any] = {
    "group message": webhook(messages=[message(group_id="G1")], contacts=[CONTACT]),
    "several at once": webhook(messages=[message("wamid.1"), message("wamid.2", text={"body": "two"}, type="text")], contacts=[CONTACT]),
    "without a number": webhook(messages=[{"from_user_id": "HK.1", "id": "wamid.B", "timestamp": "1762000000", "type": "text", "text": {"body": "hi"}}],
                                contacts=[{"profile": {"name": "A"}, "user_id": "HK.1"}]),
    "document": webhook(messages=[message(type="document", document=FILE)], contacts=[CONTACT]),
    "request_welcome": webhook(messages=[message(type="request_welcome")]),
    "edit of words": webhook(messages=[message("wamid.E", type="edit", edit={"original_message_id": "wamid.A", "message": {"type": "text", "text": {"body": "改咗"}}})]),
    "a type from the future": webhook(messages=[message(type="hologram", hologram={"id": "77", "mime_type": "model/gltf", "sha256": "x", "title": "look", "size": 1.25})]),
    "history": webhook("history", history=[HISTORY]),
    "history declined": webhook("history", history=[{"errors": [{"code": 2593109, "title": "off", "error_data": {"details": "turned off"}}]}]),
    "file of a history": webhook("history", messages=[message("wamid.H3", type="image", image={"id": "88", "mime_type": "image/jpeg", "sha256": "ab" * 32})]),
    "app contacts": webhook("smb_app_state_sync", state_sync=[
        {"type": "contact", "action": "add", "metadata": {"timestamp": "1762000009"}, "contact": {"full_name": "Ho Ka Man", "first_name": "Ho", "phone_number": CLIENT}},
        {"type": "contact", "action": "remove", "metadata": {"timestamp": "1762000010"}, "contact": {"phone_number": CLIENT}},
    ]),
    "echo of a file": webhook("smb_message_echoes", message_echoes=[{"from": NUMBER, "to": CLIENT, "id": "wamid.O", "timestamp": "1762000001", "type": "image", "image": {"id": "99", "mime_type": "image/png", "sha256": "zz"}}]),
    "group settings": webhook("group_settings_update", groups=[{"timestamp": "1762000002", "group_id": "G1", "type": "group_settings_update", "subject": "新股", "description": "d"}]),
    "join request": webhook("group_participants_update", groups=[{"timestamp": "1762000002", "group_id": "G1", "type": "group_join_request_created", "join_request_id": "J1", "wa_id": CLIENT}]),
    "both ways": webhook("group_participants_update", groups=[{"timestamp": "1762000002", "group_id": "G1", "type": "x", "added_participants": [{"input": "+852 6", "wa_id": 8526}], "removed_participants": [{"user_id": "HK.9"}]}]),
    "a field from the future": webhook("telepathy", thoughts=[{"id": "t1", "text": "buy"}]),
    "half known": webhook(messages=[message()], premonitions=[{"id": "p"}], contacts=[CONTACT, {"wa_id": "1", "profile": {"name": "who"}}]),
    "error of the number": webhook(errors=[{"code": 131000, "title": "Something went wrong", "error_data": {"details": "d"}}]),
    "no object": {"object": "page", "entry": [{"id": "1", "time": 5}], "more": [1, 2.5, None, True]},
    "odd shapes": {"object": "whatsapp_business_account", "entry": [3, {"id": "1", "changes": ["x", {"field": "messages", "value": [1]}, {"field": 7, "value": {"messages": [5, {"id": 6}]}}]}]},
}  # fmt: skip
