"""What narrows the audit log: act, actor, object, first and last day. It stands in the address, so that a link keeps it."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from muniment.desk.audit.access import Filter
from muniment.record.clock import SECOND


class FilterForm(forms.Form):
    """The filter line."""

    actor = forms.CharField(label=_("Who"), required=False, max_length=200)
    act = forms.CharField(label=_("What"), required=False, max_length=60)
    object = forms.CharField(label=_("Acted upon"), required=False, max_length=500)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("Up to and including"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *arguments: Any, acts: list[str] | None = None, actors: list[str] | None = None) -> None:
        super().__init__(*arguments)
        for name, values in (("act", acts or []), ("actor", actors or [])):
            chosen = self.data.get(name, "")
            offered = sorted({*values, *([chosen] if chosen else [])})
            self.fields[name].widget = forms.Select(choices=[("", _("all")), *((value, value) for value in offered)])

    def filter(self) -> Filter:
        """The filter; fields that hold nothing usable are left out of it."""
        self.full_clean()
        given = self.cleaned_data
        return Filter(
            act=given.get("act", ""),
            actor=given.get("actor", ""),
            object=given.get("object", ""),
            since=_begin(given.get("since"), 0),
            until=_begin(given.get("until"), 1),
        )


def _begin(day: date | None, later: int) -> int | None:
    """When a day of the reader's zone begins, `later` days on (µs UTC)."""
    if day is None:
        return None
    try:
        midnight = datetime.combine(day + timedelta(days=later), time(), timezone.get_current_timezone())
        return int(midnight.timestamp()) * SECOND
    except OverflowError:
        return None
