"""What the desk says of messages, in the reader's language: how a query was read, kinds, channels, flags, assurance."""

from datetime import datetime, tzinfo

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from muniment.desk.platforms import CHANNELS
from muniment.desk.times import written
from muniment.record.event import Event, Kind
from muniment.record.record import Assurance
from muniment.search.ast import And, Everything, Field, Node, Not, Or, Sent, Text
from muniment.search.tokens import fold

KINDS = {
    Kind.MESSAGE: _("message"),
    Kind.EDIT: _("edit"),
    Kind.RECALL: _("recall"),
    Kind.REACTION: _("reaction"),
    Kind.RECEIPT: _("receipt"),
    Kind.MEMBERSHIP: _("members changed"),
    Kind.CONVERSATION_UPDATE: _("conversation changed"),
    Kind.CONSENT: _("consent"),
    Kind.CALL: _("call"),
    Kind.IDENTITY_CHANGE: _("identity changed"),
    Kind.DELIVERY_FAILURE: _("not delivered"),
    Kind.SYSTEM: pgettext_lazy("kind of message", "system"),
    Kind.SOURCE_DIVERGENCE: _("differs from an earlier capture"),
    Kind.UNDECODED: _("could not be read"),
}
FLAGS = {
    "alternatives_differ": _("its text and its HTML say different things"),
    "ambiguous_author": _("who wrote it is not certain"),
    "ambiguous_boundary": _("where it begins is not certain"),
    "ambiguous_time": _("its time is not certain"),
    "attachment_path_refused": _("an attachment's path was refused"),
    "blocked": _("blocked"),
    "bot": _("written by a program"),
    "charset_guessed": _("its encoding was guessed"),
    "declared_timezone": _("time zone as declared at import"),
    "deleted": _("deleted"),
    "diverged": _("differs from an earlier capture"),
    "doorbell": _("a notice that something waits"),
    "draft": _("draft, not sent"),
    "echo": _("sent from the telephone"),
    "edited": _("edited"),
    "error": _("the platform reports an error"),
    "failed": _("not sent: it failed"),
    "file_deleted": _("a file was deleted"),
    "forwarded": _("forwarded"),
    "frequently_forwarded": _("forwarded many times"),
    "handed_in": _("handed in by the person"),
    "history": _("shown again to somebody who came later"),
    "inbound": _("received"),
    "missed": _("missed"),
    "original_unknown": _("its first words are not known"),
    "outbound": _("sent"),
    "outbox": _("waiting to be sent"),
    "partial": _("not all of it could be read"),
    "placeholder": _("stands for what comes later"),
    "queued": _("waiting in a queue"),
    "rejected": _("turned away"),
    "repaired": _("characters that are none were replaced"),
    "reply": _("reply"),
    "same_id": _("told under an id that came before"),
    "time_ambiguous": _("its time came twice that day"),
    "time_from_received": _("its time is that of the first mail server"),
    "time_inferred": _("its time is that of its message"),
    "time_nonexistent": _("its time did not exist that day"),
    "unanswered": _("no answer is known: it may have been sent"),
    "unchanged": _("touched, its words the same"),
    "unsupported": _("of a type that the platform does not hand over"),
    "vanished": _("vanished from a later export"),
    "voicemail": _("voice mail"),
    "zone_assumed": _("time read as UTC"),
}
MEMBERS = {
    "add": _("added: {names}"),
    "join": _("joined: {names}"),
    "leave": _("left: {names}"),
    "remove": _("removed: {names}"),
}
"""Whose membership of a conversation changed, by what the decoder calls the change."""
THINGS = {
    "attachment": _("attachment"),
    "audio": _("audio"),
    "contact": _("contact"),
    "document": _("document"),
    "image": _("image"),
    "link": pgettext_lazy("in a message", "link"),
    "video": _("video"),
}
ASSURANCE = {
    Assurance.API_SIGNED: _("signed by the platform"),
    Assurance.API_TLS: _("from the platform, over TLS"),
    Assurance.VENDOR_EXPORT: _("vendor's export"),
    Assurance.EXPORT_TEXT: _("text export, from a phone"),
    Assurance.DEVICE_IMAGE: _("image of a device"),
    Assurance.SELF_REPORTED: _("reported by the firm itself"),
    Assurance.INTERNAL: _("made by the archive itself"),
}
ASSURED = {
    Assurance.API_SIGNED: _("signed API"),
    Assurance.API_TLS: _("TLS API"),
    Assurance.VENDOR_EXPORT: _("vendor export"),
    Assurance.EXPORT_TEXT: _("text export"),
    Assurance.DEVICE_IMAGE: _("device image"),
    Assurance.SELF_REPORTED: _("self-reported"),
    Assurance.INTERNAL: pgettext_lazy("assurance", "internal"),
}
"""The same in two words, beside each message."""
GROUPS = {
    "from": _("Person"),
    "in": _("Conversation"),
    "channel": _("Channel"),
    "month": _("Month"),
    "type": _("Kind"),
    "is": _("Marked"),
    "has": _("With"),
}
_FIELDS = {
    "from": _("sent by a person named {value}"),
    "to": _("received by a person named {value}"),
    "with": _("sent or received by a person named {value}"),
    "in": _("in a conversation named {value}"),
    "account": _("in the account {value}"),
    "type": _("of the kind {value}"),
    "channel": _("captured from the channel {value}"),
    "has": _("with {value}"),
    "is": _("marked {value}"),
    "label": _("labelled {value}"),
}


def plainly(node: Node, zone: tzinfo) -> str:
    """A query in words: every join in parentheses, every word folded as it is compared, times in `zone`."""
    return _say(node, zone, outermost=True)


def _say(node: Node, zone: tzinfo, *, outermost: bool = False) -> str:
    match node:
        case Everything():
            return gettext("everything")
        case Text(text, prefix):
            words = " ".join(fold(text).split())
            return gettext("words that begin with “{words}”").format(words=words) if prefix else f"“{words}”"
        case Field(name, value, prefix):
            return str(_FIELDS[name]).format(value=f"“{_word(name, value)}{'…' if prefix else ''}”")
        case Sent():
            return _when(node, zone)
        case Not(part):
            return gettext("not {part}").format(part=_say(part, zone))
        case And(parts) | Or(parts):
            link = gettext(" and ") if isinstance(node, And) else gettext(" or ")
            joined = link.join(_say(part, zone) for part in parts)
            return joined if outermost else f"({joined})"


def _word(name: str, value: str) -> str:
    known = {"type": KINDS, "has": THINGS, "is": FLAGS, "channel": CHANNELS}.get(name, {})
    return str(known.get(fold(value), fold(value)))  # type: ignore[attr-defined]  # each maps text to text


def _when(sent: Sent, zone: tzinfo) -> str:
    first = None if sent.first is None else _moment(sent.first, zone)
    end = None if sent.end is None else _moment(sent.end, zone)
    if first and end:
        return gettext("sent from {first} until before {end}").format(first=first, end=end)
    if first:
        return gettext("sent on or after {first}").format(first=first)
    if end:
        return gettext("sent before {end}").format(end=end)
    return gettext("sent at a known time")


def _moment(seconds: int, zone: tzinfo) -> str:
    try:
        at = datetime.fromtimestamp(seconds, zone)
    except (OverflowError, ValueError, OSError):
        return gettext("a time outside the calendar")
    return written(at, "day" if (at.hour, at.minute, at.second) == (0, 0, 0) else "long")


def flag(name: str) -> str:
    """What an event is marked with."""
    return str(FLAGS.get(name, name.replace("_", " ")))


def happened(event: Event) -> str:
    """What an event without a text of its own says, in a list of what was found; empty where its kind says it all."""
    if event.text:
        return ""
    if event.kind is Kind.RECALL or (event.kind is Kind.MESSAGE and "deleted" in event.flags):
        known = event.target is not None
        return (
            gettext("A message was recalled:")
            if known
            else gettext("A message was recalled; the source does not say which.")
        )
    if event.kind is Kind.SOURCE_DIVERGENCE and "vanished" in event.flags:
        return gettext("A later export of the same time no longer holds this message:")
    return ""


def label(field: str, value: str) -> str:
    """A value of a facet, for people; a month as its name and year, empty for undated messages."""
    if field == "month":
        return written(datetime(int(value[:4]), int(value[5:]), 1), "month") if value else gettext("no time given")  # noqa: DTZ001  # a month has no zone
    known = {"type": KINDS, "has": THINGS, "is": FLAGS, "channel": CHANNELS}.get(field, {})
    return str(known.get(value, value))  # type: ignore[attr-defined]
