"""What the pages of people can say: a first and last day in words, options of a passkey for the script."""

import json
from datetime import date
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from muniment.desk.people.access import Dates
from muniment.desk.times import written

register = template.Library()


@register.filter
def as_json(value: Any) -> str:
    """Data for a script, in an attribute; it is escaped like any text."""
    return json.dumps(value, cls=DjangoJSONEncoder)


@register.simple_tag
def span(dates: Dates) -> SafeString:
    """From when until when something is so."""
    if dates.since is None and dates.until is None:
        return format_html('<span class="muted">{}</span>', _("always"))
    if dates.until is None:
        return format_html("{}", _("from {day}").format(day=_day(dates.since)))
    if dates.since is None:
        return format_html("{}", _("until before {day}").format(day=_day(dates.until)))
    return format_html(
        "{}", _("from {first} until before {end}").format(first=_day(dates.since), end=_day(dates.until))
    )


def _day(day: date | None) -> str:
    return written(day, "day") if day else ""
