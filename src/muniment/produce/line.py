"""One event of a transcript as HTML: who, when, what, and where its proof is."""

from collections.abc import Container, Mapping
from html import escape

import msgspec

from muniment.produce.event_json import time_text
from muniment.produce.parts import ONE_PIECE, parts
from muniment.produce.script import guess_language
from muniment.produce.visible import visible
from muniment.record.codec import canonical
from muniment.record.decoded import DecodedEvent
from muniment.record.event import Attachment, AttachmentStatus, Event, Kind, Precision
from muniment.record.words import Words, _

Target = tuple[str, str]
"""Account and native key of a message."""

LONG_TEXT = 4000
LONG_LINES = 40
"""Beyond either, a text scrolls within its own box on a screen; on paper it is whole."""

_DAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)
_KINDS = {
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
    Kind.SYSTEM: _("system"),
    Kind.SOURCE_DIVERGENCE: _("differs from an earlier capture"),
    Kind.UNDECODED: _("could not be read"),
}
_BAD = {Kind.DELIVERY_FAILURE, Kind.SOURCE_DIVERGENCE, Kind.UNDECODED}
_STATUS = {
    AttachmentStatus.STORED: _("stored"),
    AttachmentStatus.OMITTED: _("left out by the source"),
    AttachmentStatus.MISSING: _("missing"),
}
_STATUS_CLASS = {AttachmentStatus.STORED: "ok", AttachmentStatus.OMITTED: "low", AttachmentStatus.MISSING: "bad"}


class Amendment(msgspec.Struct, frozen=True, kw_only=True):
    """A later edit or recall of a message: which event it is, and when it was sent (microseconds UTC)."""

    kind: Kind
    record: int
    ordinal: int
    sent_at: int | None
    sent_at_precision: Precision


class Lines:
    """Writes events in a reader's words; remembers only where the amended originals stand."""

    def __init__(
        self,
        words: Words,
        lang: str,
        amended: Mapping[Target, tuple[Amendment, ...]],
        files: Container[str] | None,
    ) -> None:
        self._say = words.gettext
        self._amended = amended
        self._files = files
        self._han = lang if lang.startswith("zh") else "zh-Hant"
        self._originals: dict[Target, str] = {}
        # What stands on every line is translated once.
        self._kinds = {kind: escape(self._say(word)) for kind, word in _KINDS.items()}
        self._status = {status: escape(self._say(word)) for status, word in _STATUS.items()}
        self._days = [escape(self._say(day)) for day in _DAYS]
        self._sent, self._received = escape(self._say(_("Sent"))), escape(self._say(_("Received")))
        self._no_time, self._day_only = escape(self._say(_("time not given"))), escape(self._say(_("day only")))
        self._to_the_minute = escape(self._say(_("to the minute")))
        self._event, self._record = escape(self._say(_("Event"))), escape(self._say(_("Record")))
        self._native, self._written = escape(self._say(_("Native id"))), escape(self._say(_("As written")))
        self._other, self._bytes = escape(self._say(_("Other fields"))), escape(self._say(_("bytes")))

    def conversation(self, decoded: DecodedEvent) -> str:
        """The opening of a conversation's section with its heading."""
        event = decoded.event
        name = event.conversation_display or event.conversation
        native = f"<span>{_bdi(event.conversation)}</span>" if event.conversation_display else ""
        return (
            f'<section class="card talk"><h2>{_bdi(name)}{native}'
            f"<span>{_bdi(decoded.channel)} · {_bdi(decoded.source)}</span></h2>\n"
        )

    def day(self, decoded: DecodedEvent) -> str:
        """The heading of the day an event was sent, UTC."""
        at = decoded.event.sent_at
        if at is None:
            return escape(self._say(_("No date")))
        # 1970-01-01 was a Thursday.
        return f"{self._days[(at // 86_400_000_000 + 3) % 7]} {time_text(at)[:10]}"

    def event(self, decoded: DecodedEvent) -> str:
        """The event's article."""
        event = decoded.event
        place = f"{decoded.record}-{decoded.ordinal}"
        later = self._amended.get((decoded.source, event.key), ()) if self._amended and event.key is not None else ()
        if later and event.key is not None:
            self._originals[decoded.source, event.key] = place
        classes = "msg" if event.kind in {Kind.MESSAGE, Kind.EDIT} else "msg note"
        chips = self._chips(decoded, later)
        body = self._body(event, struck=bool(later))
        files = "".join(self._attachment(item) for item in event.attachments)
        if files:
            files = f'<ul class="files">{files}</ul>'
        extra = ""
        if event.extra:
            extra = f'<p class="extra">{self._other} <code>{_bdi(canonical(event.extra).decode())}</code></p>'
        return (
            f'<article class="{classes}" id="e{place}"><div class="what"><p class="who">{self._who(event)}'
            f" {self._when(event)}{chips}</p>{body}{files}{extra}</div>"
            f'<div class="proof">{self._proof(decoded, place)}</div></article>\n'
        )

    def _who(self, event: Event) -> str:
        if event.sender is None and event.sender_display is None:
            who = ""
        elif event.sender_display and event.sender:
            who = f"<b>{_bdi(event.sender_display)}</b> {_bdi(event.sender)}"
        else:
            who = f"<b>{_bdi(event.sender_display or event.sender or '')}</b>"
        if event.recipients:
            who += f"<span>→ {', '.join(map(_bdi, event.recipients))}</span>"
        return who

    def _when(self, event: Event) -> str:
        if event.sent_at is None:
            return f'<span class="chip low">{self._no_time}</span>'
        text = time_text(event.sent_at, event.sent_at_precision)
        if event.sent_at_precision is Precision.DAY:
            return f'<time datetime="{text[:10]}">{text[:10]}</time> <span class="chip low">{self._day_only}</span>'
        if event.sent_at_precision is Precision.MINUTE:
            return (
                f'<time datetime="{text}">{self._sent} {text[11:16]} UTC</time>'
                f' <span class="chip low">{self._to_the_minute}</span>'
            )
        return f'<time datetime="{text}">{self._sent} {text[11:-1]} UTC</time>'

    def _chips(self, decoded: DecodedEvent, later: tuple[Amendment, ...]) -> str:
        event = decoded.event
        chips = ""
        if event.kind is not Kind.MESSAGE:
            kind = "bad" if event.kind in _BAD else "amend" if event.kind in {Kind.EDIT, Kind.RECALL} else "kind"
            chips += f' <span class="chip {kind}">{self._kinds[event.kind]}</span>'
        if event.target is not None:
            original = self._originals.get((decoded.source, event.target))
            shown = _bdi(event.target)
            if original:
                shown = f'<a href="#e{original}">{shown}</a>'
            chips += f' <span class="chip">↳ {shown}</span>'
        for by in later:
            word = _("recalled later") if by.kind is Kind.RECALL else _("edited later")
            when = "" if by.sent_at is None else f" {time_text(by.sent_at)[:10]} {time_text(by.sent_at)[11:19]} UTC"
            link = f'<a href="#e{by.record}-{by.ordinal}">{by.record}-{by.ordinal}</a>'
            chips += f' <span class="chip low">{escape(self._say(word))}{when} · {link}</span>'
        for flag in event.flags:
            chips += f' <span class="chip">{_bdi(flag.replace("_", " "))}</span>'
        return chips

    def _body(self, event: Event, *, struck: bool) -> str:
        text = event.text
        if not text:
            return ""
        long = len(text) > LONG_TEXT or text.count("\n") > LONG_LINES
        classes = f"bubble{' was' if struck else ''}{' long' if long else ''}"
        language = guess_language(text, self._han)
        reach = ' tabindex="0"' if long else ""
        shown = visible(text) if len(text) <= ONE_PIECE else "".join(map(_part, parts(text)))
        return f'<div class="{classes}"><bdi class="t" lang="{language}"{reach}>{shown}</bdi></div>'

    def _attachment(self, item: Attachment) -> str:
        size = "" if item.size is None else f" · {item.size:,} {self._bytes}"
        content_type = "" if item.content_type is None else f" · {_bdi(item.content_type)}"
        digest = ""
        if item.sha256 is not None:
            inside = item.status is AttachmentStatus.STORED and (self._files is None or item.sha256 in self._files)
            digest = f"<code>{'attachments/' if inside else 'sha256 '}{_bdi(item.sha256)}</code>"
        status = f'<span class="chip {_STATUS_CLASS[item.status]}">{self._status[item.status]}</span>'
        return f"<li>{_bdi(item.name)}{content_type}{size} {status}{digest}</li>"

    def _proof(self, decoded: DecodedEvent, place: str) -> str:
        event = decoded.event
        received = time_text(decoded.received_at, Precision.MILLISECOND)
        native = "" if event.key is None else f" · {self._native} {_bdi(event.key)}"
        rows = [
            f'{self._received} <time datetime="{received}">{received[:10]} {received[11:-1]} UTC</time>',
            f"{self._event} {place} · {self._record} {decoded.record:,}",
            f"{decoded.assurance.value.replace('_', ' ')}{native}",
        ]
        told = event.sent_at is not None and event.sent_at_precision in {Precision.DAY, Precision.MINUTE}
        if event.sent_at_raw is not None and (event.sent_at is None or told or event.flags):
            rows.append(f"{self._written} {_bdi(event.sent_at_raw)}")
        return "".join(f"<p>{row}</p>" for row in rows)


def _bdi(text: str) -> str:
    return f"<bdi>{visible(text)}</bdi>"


def _part(text: str) -> str:
    return f'<span class="part">{visible(text)}</span>'
