"""What every template can say: a message's text, a name, a time, a number with its set, an icon, the badge of a proof.

| tag | prints |
|---|---|
| `{% message text marks=spans visible=v limit=400 lines=12 more=url %}` | a message's text (marks, limit, lines, more: optional) |
| `{% person name %}` `{% filename name %}` `{% comma %}` | a name in a box of its own direction; what stands between two |
| `{% moment us precision=p form="long" %}` | a time in the reader's zone; form: long, exact, short, time, date, month |
| `{% ago us %}` | how long ago |
| `{% count n url %}` | a number as a link to the set that it counts |
| `{% amount bytes %}` | a size |
| `{% badge state %}` `{% icon name %}` `{% zone_name %}` | the state of a record; a drawing; the reader's zone |
| `text\\|conceals` | whether `visible` would show more |
| `day\\|said_as:"day"` | a day, or a time, that is no message's, in the reader's zone; form as of `moment`, or day |
| `n\\|grouped` | a number with its thousands apart, where no link belongs |
| `sentence\\|coded` | a sentence of ours, with what stands between backticks as code |
| `name\\|channel_name` | what people call a channel or connector |
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from django import template
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from muniment.desk import show
from muniment.desk.language import guess
from muniment.desk.platforms import channel
from muniment.desk.times import age, city, said, written
from muniment.record.clock import SECOND

register = template.Library()

ICONS = {
    "sealed": "M2.5 6.3 5 8.7l4.5-5",
    "pending": "M6 3.5V6l1.7 1M6 1.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9",
    "broken": "M3 3l6 6M9 3l-6 6",
    "disposed": "M2.5 6h7",
    "hold": "M3 5.5h6v5H3zM4.2 5.5V4a1.8 1.8 0 0 1 3.6 0v1.5",
    "privileged": "M6 1.3 10 3v3c0 2.4-1.6 4-4 4.8C3.6 10 2 8.4 2 6V3z",
    "warning": "M6 1.6 11 10.4H1zM6 5v2.4M6 8.9v.1",
    "search": "M5.2 1.8a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8M7.8 7.8l2.5 2.5",
    "play": "M4 2.5v7L9.5 6z",
    "file": "M3 1.5h4l2 2v7H3zM7 1.5v2h2",
    "phone": "M3.2 1.8h1.6l.9 2.3-1.2.9a6 6 0 0 0 2.5 2.5l.9-1.2 2.3.9v1.6a1 1 0 0 1-1.1 1A8.2 8.2 0 0 1 2.2 2.9a1 1 0 0 1 1-1.1z",
    "down": "M6 1.8v6M3.2 5.2 6 8l2.8-2.8M2 10.2h8",
    "next": "M4.5 2.5 8 6l-3.5 3.5",
    "back": "M7.5 2.5 4 6l3.5 3.5",
    "menu": "M2 3.2h8M2 6h8M2 8.8h8",
    "person": "M6 1.6a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4M1.8 10.6c.4-2.2 2-3.2 4.2-3.2s3.8 1 4.2 3.2",
}
"""Paths in a box of 12 × 12."""


@register.simple_tag
def icon(name: str) -> SafeString:
    """A small drawing; always beside a word, never instead of one."""
    return format_html(
        '<svg class="ico" viewBox="0 0 12 12" aria-hidden="true" focusable="false"><path d="{}"/></svg>', ICONS[name]
    )


@register.simple_tag
def badge(state: str) -> SafeString:
    """What became of a record: sealed, pending, disposed, broken; or what it is under: hold, privileged."""
    words = {
        "sealed": _("sealed"),
        "pending": _("pending"),
        "disposed": _("disposed"),
        "broken": _("broken"),
        "hold": pgettext("kept from disposal", "on hold"),
        "privileged": _("privileged"),
    }
    return format_html('<span class="chip {}">{}{}</span>', state, icon(state), words[state])


@register.simple_tag
def message(
    text: str,
    marks: Iterable[show.Span] = (),
    *,
    visible: bool = False,
    limit: int | None = None,
    lines: int | None = None,
    more: str = "",
) -> SafeString:
    """A message's text: escaped, hits marked, in its own direction and language; nothing for an empty one.

    `more` is the address where all of it stands, for a text that `limit` or `lines` cut.
    """
    if not text:
        return mark_safe("")
    shown = show.show(text, marks, visible=bool(visible), limit=limit, lines=lines)
    cut = "" if not shown.before + shown.after else _rest(len(text), more)
    return format_html(
        '<bdi class="text" dir="auto" lang="{}">{}{}{}</bdi>{}',
        guess(text),
        "…" if shown.before else "",
        mark_safe(shown.html),  # noqa: S308 - escaped by show, whose tests say what it can hold
        "…" if shown.after else "",
        cut,
    )


def _rest(length: int, more: str) -> SafeString:
    words = ngettext("all {n} character", "all {n} characters", length).format(n=f"{length:,}")
    return link(words, more) if more else format_html('<span class="why">{}</span>', words)


@register.filter
def conceals(text: str) -> bool:
    """Whether `text` holds characters that nobody sees, or that look like others."""
    return show.conceals(text)


@register.filter
def grouped(n: int) -> str:
    """`n` with its thousands apart; Django's own filter would set them four digits apart in simplified Chinese."""
    return f"{n:,}"


@register.simple_tag
def person(name: str) -> SafeString:
    """Somebody's name, in a box of its own direction; its language picks the form of its characters."""
    html = show.show(name, limit=120).html
    return format_html('<bdi lang="{}">{}</bdi>', guess(name), mark_safe(html))  # noqa: S308 - escaped by show


@register.simple_tag
def comma() -> str:
    """What stands between names in a list."""
    return pgettext("between names", ", ")


@register.simple_tag
def filename(name: str) -> SafeString:
    """A file's name on one line, its hidden characters named, so that its true ending is seen."""
    return format_html("<bdi>{}</bdi>", mark_safe(show.inline(name)))  # noqa: S308 - escaped by show


@register.simple_tag
def moment(microseconds: int | None, form: str = "long", precision: str = "s") -> SafeString:
    """A time (µs UTC) in the reader's zone, UTC on hover. `form`: long, exact, short, time, date, month.

    `precision` is what the source told (`muniment.record.event.Precision`): what it did not tell is not shown, and said.
    """
    if microseconds is None:
        return format_html('<span class="vague">{}</span>', _("no time given"))
    at = datetime.fromtimestamp(microseconds // SECOND, UTC).replace(microsecond=microseconds % SECOND)
    local = timezone.localtime(at)
    words = written(local, form, precision)
    utc = said(at, precision)
    why = {"min": _("to the minute, as the source gave it"), "day": _("the source gave a day and no time")}.get(
        precision
    )
    if why is None or form in {"date", "month"}:
        return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), utc, words)
    return format_html(
        '<time class="vague" datetime="{}" title="{} · {}">{}</time>{}',
        at.isoformat(),
        utc,
        why,
        words,
        format_html(' <span class="why">{}</span>', why) if form in ("long", "exact") else "",
    )


@register.filter
def said_as(at: date, form: str) -> str:
    """A day, or a time in the reader's zone, in the reader's language."""
    return written(timezone.localtime(at) if isinstance(at, datetime) else at, form)


@register.simple_tag
def ago(microseconds: int | None) -> SafeString:
    """How long ago a time (µs UTC) was, the time itself on hover."""
    if microseconds is None:
        return format_html('<span class="faint">{}</span>', _("never"))
    at = datetime.fromtimestamp(microseconds // SECOND, UTC)
    seconds = int((timezone.now() - at).total_seconds())
    title = written(timezone.localtime(at), "long", "s")
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), title, age(seconds))


@register.simple_tag
def count(n: int | None, url: str = "") -> SafeString:
    """A number as a link to exactly what it counts; without an address the number alone, without a number a dash."""
    if n is None:
        return format_html('<span class="faint">{}</span>', "–")
    return link(f"{n:,}", url) if url else format_html('<span class="n">{}</span>', f"{n:,}")


def link(words: str, url: str) -> SafeString:
    """A link to one of our own pages; raises ValueError for any other."""
    if not url.startswith(("/", "?", "#")) or url.startswith("//"):
        raise ValueError("not an address of ours")
    return format_html('<a class="n" href="{}">{}</a>', url, words)


@register.simple_tag
def amount(size: int | None) -> SafeString:
    """A size in bytes, rounded; the exact number on hover."""
    if size is None:
        return format_html('<span class="faint">{}</span>', _("size not known"))
    exact = ngettext("{n} byte", "{n} bytes", size).format(n=f"{size:,}")
    return format_html('<span class="n" title="{}">{}</span>', exact, filesizeformat(size))


@register.filter
def coded(sentence: str) -> SafeString:
    """A sentence, with what stands between backticks as code."""
    parts = str(sentence).split("`")
    if len(parts) % 2 == 0:
        return format_html("{}", sentence)
    pieces = (format_html("<code>{}</code>" if at % 2 else "{}", part) for at, part in enumerate(parts))
    return mark_safe("".join(pieces))  # noqa: S308  # each piece is escaped above


@register.filter
def channel_name(name: str) -> str:
    """What people call a channel or connector."""
    return channel(name)


@register.simple_tag
def zone_name() -> str:
    """The reader's zone, by the city that names it."""
    return city(str(timezone.get_current_timezone()))
