"""What every template can say: a time in the reader's zone, an icon, the badge of a record's proof."""

from datetime import UTC, datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from muniment.record.clock import SECOND

register = template.Library()

ICONS = {
    "sealed": "M2.5 6.3 5 8.7l4.5-5",
    "pending": "M6 3.5V6l1.7 1M6 1.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9",
    "broken": "M3 3l6 6M9 3l-6 6",
    "disposed": "M2.5 6h7",
    "warning": "M6 1.6 11 10.4H1zM6 5v2.4M6 8.9v.1",
    "search": "M5.2 1.8a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8M7.8 7.8l2.5 2.5",
    "play": "M4 2.5v7L9.5 6z",
    "file": "M3 1.5h4l2 2v7H3zM7 1.5v2h2",
    "next": "M4.5 2.5 8 6l-3.5 3.5",
    "back": "M7.5 2.5 4 6l3.5 3.5",
    "menu": "M2 3.2h8M2 6h8M2 8.8h8",
    "hold": "M3 5.5h6v5H3zM4.2 5.5V4a1.8 1.8 0 0 1 3.6 0v1.5",
    "privileged": "M6 1.3 10 3v3c0 2.4-1.6 4-4 4.8C3.6 10 2 8.4 2 6V3z",
    "down": "M6 1.8v6M3.2 5.2 6 8l2.8-2.8M2 10.2h8",
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
def moment(microseconds: int | None, form: str = "long") -> SafeString:
    """A time (µs UTC) in the reader's zone, its name beside it, UTC on hover. `form`: long, time, date."""
    if microseconds is None:
        return format_html('<span class="faint">{}</span>', _("no time given"))
    at = datetime.fromtimestamp(microseconds // SECOND, UTC)
    local = timezone.localtime(at)
    patterns = {"long": "j M Y, H:i:s", "time": "H:i", "date": "j F Y", "short": "j M Y, H:i"}
    shown = date_format(local, patterns[form])
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', at.isoformat(), at.strftime("%Y-%m-%d %H:%M:%S UTC"), shown
    )


@register.simple_tag
def person(name: str) -> SafeString:
    """Somebody's name, in a box of its own direction."""
    return format_html("<bdi>{}</bdi>", name)


@register.simple_tag
def zone_name() -> str:
    """The name of the reader's zone."""
    return str(timezone.get_current_timezone())
