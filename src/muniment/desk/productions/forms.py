"""The form of a production: what is asked, in words; what is refused is the actions' business."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from muniment.desk.imports.forms import Zone

MOST_SEALS = 20


class ProductionForm(forms.Form):
    """What to produce, why, and which seals the receiver holds."""

    query = forms.CharField(
        label=_("Query"),
        required=False,
        max_length=4000,
        strip=True,
        help_text=_(
            "As in search: words, “phrases”, from: to: in: after: before: and so on. Empty is everything you may produce."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    zone = Zone(label=_("Time zone of dates in the query"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        help_text=_("The matter or request that it answers. It stands in the bundle and in the audit log."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    since = forms.CharField(
        label=_("Seals that the receiver holds"),
        required=False,
        max_length=20_000,
        help_text=_("One a line, as they were sent out. The bundle then proves that nothing before them was changed."),
        widget=forms.Textarea(attrs={"rows": 2, "class": "mono"}),
    )

    def clean_since(self) -> tuple[str, ...]:
        """The seals, one a line; raises ValidationError for too many."""
        lines = tuple(line.strip() for line in self.cleaned_data["since"].splitlines() if line.strip())
        if len(lines) > MOST_SEALS:
            raise ValidationError(_("Give at most 20 seals."))
        return lines
