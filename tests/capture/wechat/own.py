"""Callbacks and items of our own. Names of members are the platform's; words and people are made up."""

from typing import Any

from tests.capture.wechat.conftest import CORP, NOW, xml

OPENID, GH = "oUser1", "gh_100000000001"


def said(kind: str, native: int = 6_054_768_590_064_713_728, **more: Any) -> str:
    """A message to an official account."""
    return xml(ToUserName=GH, FromUserName=OPENID, CreateTime=NOW, MsgType=kind, **more, MsgId=native)


def told(name: str, who: str = OPENID, **more: Any) -> str:
    """An event."""
    return xml(ToUserName=GH, FromUserName=who, CreateTime=NOW, MsgType="event", Event=name, **more)


CALLBACKS: dict[str, str] = {
    "text": said("text", Content="你好 <b>&amp;</b> 早晨"),
    "image": said("image", PicUrl="http://mmbiz.example/1", MediaId="M1"),
    "voice": said("voice", MediaId="M2", Format="speex", Recognition="買入"),
    "video": said("video", MediaId="M3", ThumbMediaId="M4"),
    "shortvideo": said("shortvideo", MediaId="M5", ThumbMediaId="M6"),
    "location": said("location", Location_X="23.134", Location_Y="113.358", Scale=20, Label="中環"),
    "link": said("link", Title="T", Description="D", Url="https://example.com"),
    "from the future": said("hologram", Hologram={"Say": "look", "MediaId": "M7"}),
    "to an application": xml(ToUserName=CORP, FromUserName="amy", CreateTime=NOW, MsgType="text", Content="to the app", MsgId=1, AgentID=1000002),
    "subscribe": told("subscribe", EventKey="qrscene_1", Ticket="TK"),
    "unsubscribe": told("unsubscribe", EventKey=""),
    "click": told("CLICK", EventKey="BUY"),
    "view": told("VIEW", EventKey="https://example.com/p"),
    "place": told("LOCATION", Latitude="23.1", Longitude="113.3", Precision="119.3"),
    "template sent": told("TEMPLATESENDJOBFINISH", MsgID=200163836, Status="success"),
    "template blocked": told("TEMPLATESENDJOBFINISH", MsgID=200163840, Status="failed:user block"),
    "pictures": told("pic_weixin", EventKey="k", SendPicsInfo={"Count": 2, "PicList": {"item": [{"PicMd5Sum": "a"}, {"PicMd5Sum": "b"}]}}),
    "an event from the future": told("dreamt", Dream="of a bull"),
    "members gone": told("change_external_chat", "sys", ChatId="wr1", ChangeType="update", UpdateDetail="del_member", QuitScene=1, MemChangeCnt=1, MemChangeList={"Item": "wm1"}),
    "name changed": told("change_external_chat", "sys", ChatId="wr1", ChangeType="update", UpdateDetail="change_name"),
    "agreed in a group": xml(SuiteId="s", AuthCorpId="c", InfoType="chat_archive_audit_approved_room", TimeStamp=NOW, ChatId="wr1", ExternalUserID="wm1"),
    "colleague": told("change_contact", "sys", ChangeType="update_user", UserID="amy", NewUserID="amy2", Department="1,2"),
    "repeated": xml(ToUserName=GH, FromUserName=OPENID, CreateTime=NOW, MsgType="text", Content=["one", "two"], MsgId=9),
    "with attributes": '<xml a="1"><ToUserName b="2">x</ToUserName>words<MsgType>text</MsgType></xml>',
}  # fmt: skip


def item(kind: str, origin: int = 3, **body: Any) -> dict[str, Any]:
    """An item of customer service."""
    return {"msgid": f"m-{kind}", "open_kfid": "wk1", "external_userid": "wm1", "send_time": NOW, "origin": origin,
            "servicer_userid": "amy", "msgtype": kind, kind: body}  # fmt: skip


def desk(kind: str, **body: Any) -> dict[str, Any]:
    """An event of customer service."""
    return {
        "msgid": f"e-{kind}",
        "send_time": NOW,
        "origin": 4,
        "msgtype": "event",
        "event": {"event_type": kind, "open_kfid": "wk1", "external_userid": "wm1", **body},
    }


MENU = [
    {"type": "click", "click": {"id": "101", "content": "滿意"}},
    {"type": "view", "view": {"url": "https://example.com", "content": "Details"}},
    {"type": "text", "text": {"content": "text\nonly", "no_newline": 1}},
]
ITEMS: dict[str, dict[str, Any]] = {
    **{f"{kind} {origin}": item(kind, origin, **body) for kind, origin, body in (
        ("text", 3, {"content": "幫我買", "menu_id": "101"}), ("text", 5, {"content": "已落單"}), ("text", 4, {"content": "s"}), ("image", 3, {"media_id": "K1"}),
        ("voice", 3, {"media_id": "K2"}), ("video", 5, {"media_id": "K3"}), ("file", 3, {"media_id": "K4"}),
        ("location", 3, {"latitude": 23.1060218811035, "longitude": 113.320503234863, "name": "廣州", "address": "A"}),
        ("link", 3, {"title": "T", "desc": "D", "url": "https://example.com", "pic_url": "https://example.com/p"}), ("business_card", 3, {"userid": "bob"}),
        ("miniprogram", 3, {"title": "MP", "appid": "wx1", "pagepath": "p", "thumb_media_id": "K5"}),
        ("msgmenu", 5, {"head_content": "H", "list": MENU, "tail_content": "T"}), ("hologram", 3, {"say": "look", "media_id": "K6"}),
        ("merged_msg", 3, {"title": "Chat", "item": [{"send_time": 1, "msgtype": "text", "sender_name": "A", "msg_content": '{"msgtype":"text","text":{"content":"inner"}}'}]}),
    )},
    "entered": desk("enter_session", scene="s", scene_param="p", welcome_code="w"),
    "failed": desk("msg_send_fail", fail_msgid="m-text", fail_type=4),
    "recalled": desk("user_recall_msg", recall_msgid="m-text"),
    "recalled by the desk": desk("servicer_recall_msg", recall_msgid="m-text", servicer_userid="amy"),
    "changed": desk("session_status_change", change_type=1, old_servicer_userid="a", new_servicer_userid="b", msg_code="c"),
    "dreamt": desk("dreamt", dream="of a bull"),
    "odd": {"msgtype": "text", "text": "no object", "msgid": 7, "send_time": "yesterday", "origin": "3", "open_kfid": None},
}  # fmt: skip
