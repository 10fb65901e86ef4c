"""Events of an account or a corporation: who follows and leaves, who agreed to be archived, whose groups changed, doorbells."""

from typing import Any

from muniment.capture.epoch import from_seconds
from muniment.capture.exact import text_of
from muniment.capture.item import Item, words_in
from muniment.capture.wechat.messages import key_of, within
from muniment.capture.wechat.said import PARTIAL, event
from muniment.record.codec import SAFE_INTEGER
from muniment.record.event import Event, Kind

DOORBELL = "doorbell"
"""Flag: it says that there is something to be pulled, and nothing else."""
DOORBELLS = {"kf_msg_or_event", "conversation_new_message", "msgaudit_notify"}
FOLLOWING = {"subscribe": "join", "unsubscribe": "leave"}
CONSENTS = {"msg_audit_approved", "chat_archive_audit_approved_single", "chat_archive_audit_approved_room"}
SENT = {"templatesendjobfinish", "masssendjobfinish", "subscribe_msg_sent_event"}
IDENTITIES = {"change_external_contact", "change_contact"}
ACTS = frozenset(
    """scan location click view view_miniprogram scancode_push scancode_waitmsg pic_sysphoto pic_photo_or_album pic_weixin
    location_select enter_agent template_card_event template_card_menu_event open_approval_change sys_approval_change
    batch_job_result share_agent_change share_chain_change close_inactive_agent reopen_inactive_agent kf_create_session
    kf_close_session kf_switch_session kf_account_auth_change user_enter_tempsession change_external_tag
    subscribe_msg_popup_event subscribe_msg_change_event suite_ticket create_auth change_auth cancel_auth
    """.split()
)
"""Events that are nothing but what they say: kept with their words."""


def read_event(item: Item) -> Event:
    """One event. Those of a suite name themselves in `InfoType` and carry `TimeStamp`."""
    item.constant("MsgType", "event")
    name = item.words("Event") or item.words("InfoType")
    stamp = item.ident("CreateTime") or item.ident("TimeStamp")
    change = item.words("ChangeType")
    native = "/".join(filter(None, ("wechat:event", name, change)))
    lower = name.lower()
    if change in CONSENTS or lower in CONSENTS:
        return _consent(item, native, stamp)
    if lower == "change_external_chat":
        return _group(item, native, stamp, change)
    if lower in FOLLOWING:
        return _following(item, native, stamp, FOLLOWING[lower])
    if lower in SENT:
        return _sent(item, native, stamp)
    if lower in IDENTITIES:
        return _identity(item, native, stamp, change)
    return _act(item, native, stamp, lower)


def _consent(item: Item, native: str, stamp: str | None) -> Event:
    """A client agreed to be archived in what they write to a colleague."""
    subject = item.ident("ExternalUserID")
    colleague = item.ident("UserID") or item.ident("OpenUserID")
    chat = item.ident("ChatId")
    at = from_seconds(stamp)
    # `extra` holds integers up to 2^53 - 1: a time beyond the year 2255 stands in `sent_at` alone.
    consent = {
        "subject": subject,
        "status": "agree",
        "at": at if at and at <= SAFE_INTEGER else None,
        "with": colleague,
    }
    return event(
        Kind.CONSENT,
        item,
        native,
        conversation=chat or subject or "",
        sender=subject,
        recipients=() if colleague is None else (colleague,),
        stamp=stamp,
        flags=() if subject is not None else (PARTIAL,),
        found={"consent": consent, **({"chat": chat} if chat else {})},
    )


def _group(item: Item, native: str, stamp: str | None, change: str) -> Event:
    """A group with clients in it was made, changed or dissolved; of members that came or went there are the names."""
    chat, detail = item.ident("ChatId"), item.words("UpdateDetail")
    op = {"add_member": "add", "del_member": "remove"}.get(detail)
    if change != "update" or op is None:
        known = change in {"create", "dismiss"} or (
            change == "update" and detail in {"change_owner", "change_name", "change_notice"}
        )
        return event(
            Kind.CONVERSATION_UPDATE,
            item,
            native,
            conversation=chat or "",
            stamp=stamp,
            flags=() if known and chat is not None else (PARTIAL,),
            found={"op": detail or change},
        )
    members = _members(item)
    return event(
        Kind.MEMBERSHIP,
        item,
        native,
        conversation=chat or "",
        recipients=tuple(dict.fromkeys(members)),
        stamp=stamp,
        flags=() if chat is not None and members else (PARTIAL,),
        found={"op": op, "detail": detail, "members": [{"id": one} for one in members]},
    )


def _members(item: Item) -> list[str]:
    """The ids in `MemChangeList`, taken where they are all that it holds."""
    listed = item.inner("MemChangeList")
    entries = listed.see("Item")
    found = [text_of(entry) for entry in (entries if type(entries) is list else [entries])]
    ids = [one for one in found if one is not None]
    if len(ids) == len(found):
        listed.left.pop("Item", None)
    item.put("MemChangeList", listed)
    return ids


def _following(item: Item, native: str, stamp: str | None, op: str) -> Event:
    """Somebody follows the account from now on, or does no longer."""
    who, to, agent = item.ident("FromUserName"), item.ident("ToUserName"), item.ident("AgentID")
    return event(
        Kind.MEMBERSHIP,
        item,
        native,
        conversation=within(agent, who),
        sender=who,
        recipients=() if to is None else (to,),
        stamp=stamp,
        flags=() if who is not None else (PARTIAL,),
        found={"op": op, "members": [{"id": who}], **({"agent": agent} if agent is not None else {})},
    )


def _sent(item: Item, native: str, stamp: str | None) -> Event:
    """What became of a message that the account sent by a template, or to many."""
    who, to = item.ident("FromUserName"), item.ident("ToUserName")
    status, sent = item.words("Status"), item.ident("MsgID")
    fine = status.lower() in {"success", "send success", "sendsuccess"}
    return event(
        Kind.RECEIPT if fine or not status else Kind.DELIVERY_FAILURE,
        item,
        native,
        conversation=who or "",
        sender=to,
        recipients=() if who is None else (who,),
        stamp=stamp,
        text="" if fine else status,
        target=None if sent is None else key_of(to, sent),
        flags=() if status and sent is not None else (PARTIAL,),
        found={"receipt": {"status": "sent" if fine else "failed", "said": status}},
    )


def _identity(item: Item, native: str, stamp: str | None, change: str) -> Event:
    """A colleague's contact, or the corporation's own directory, changed."""
    client, colleague = item.ident("ExternalUserID"), item.ident("UserID")
    return event(
        Kind.IDENTITY_CHANGE,
        item,
        native,
        conversation=client or "",
        sender=colleague or client,
        recipients=() if client is None else (client,),
        stamp=stamp,
        flags=() if change and (client is not None or colleague is not None or words_in(item.left)) else (PARTIAL,),
        found={"op": change},
    )


def _act(item: Item, native: str, stamp: str | None, name: str) -> Event:
    """Anything else: a button that was pressed, a place that was told, a doorbell, or what nobody knows yet."""
    who, to, agent = item.ident("FromUserName"), item.ident("ToUserName"), item.ident("AgentID")
    pressed = item.ident("EventKey")
    found: dict[str, Any] = {} if agent is None else {"agent": agent}
    known = name in ACTS or name in DOORBELLS
    return event(
        Kind.SYSTEM,
        item,
        native,
        conversation=within(agent, who) if who not in {None, "sys"} else "",
        sender=who,
        recipients=() if to is None else (to,),
        stamp=stamp,
        text=pressed or ("" if known else words_in(item.left)),
        flags=(*((DOORBELL,) if name in DOORBELLS else ()), *(() if known else (PARTIAL,))),
        found=found,
    )
