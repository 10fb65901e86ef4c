"""The forms of connected accounts: what is asked, in words; what is refused is the actions' business.

Trust: a secret that was entered is never put into a page again.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from muniment.capture.feeds.live import Live, Setting
from muniment.desk.channels.actions import HOURS, LONGEST, QUIET
from muniment.desk.channels.words.health import OUTCOMES
from muniment.desk.channels.words.setup import asked, choice
from muniment.desk.people.access import person_by_key


class HiddenLines(forms.Textarea):
    """Several lines that are a secret: they are sent, and never sent back."""

    def format_value(self, value: Any) -> str | None:
        """Nothing, whatever was entered."""
        return None


class Owner(forms.CharField):
    """Somebody by the firm's own id; gives the number of their row, None for nobody."""

    def clean(self, value: Any) -> Any:
        """The number; raises ValidationError when there is nobody."""
        key = str(super().clean(value) or "")
        number = person_by_key(key) if key else None
        if key and number is None:
            raise ValidationError(_("There is nobody with this id. Look it up under People."))
        return number


class OwnerForm(forms.Form):
    """Who answers for an account."""

    owner = Owner(
        label=_("Owner, by the firm's id"),
        required=False,
        max_length=100,
        help_text=_("Who answers for it when it falls silent. Home names them."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "field_class": "mid"}),
    )


class StartForm(OwnerForm):
    """Which account, and whose it is to look after."""

    name = forms.CharField(
        label=_("Account"),
        max_length=200,
        help_text=_("One name for one number, corporation or program. A new name makes a new account; it stays."),
        widget=forms.TextInput(attrs={"list": "accounts", "autocomplete": "off", "field_class": "mid"}),
    )
    field_order = ("name", "owner")


class SettingsForm(forms.Form):
    """What a connector needs to know. `kept` are the secrets that are there already: left empty they stay, and those that it
    can do without can be removed.
    """

    def __init__(
        self, live: Live, *given: Any, plain: Mapping[str, str] | None = None, kept: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(*given)
        self._names = [each.name for each in live.settings if not each.made]
        for each in live.settings:
            if not each.made:
                self.fields[f"set_{each.name}"] = _field(live.name, each, plain or {}, there=each.name in kept)
                if each.secret and each.name in kept and not each.required:
                    self.fields[f"remove_{each.name}"] = _removal(live.name, each)

    @property
    def settings(self) -> dict[str, str]:
        """What was entered, by the names of the settings. For a valid form."""
        given = {name: self.cleaned_data[f"set_{name}"] for name in self._names}
        return {name: ("yes" if each else "") if isinstance(each, bool) else str(each) for name, each in given.items()}

    @property
    def removed(self) -> list[str]:
        """Whose secret is to be removed. What may not be is the action's to refuse, also where no box offered it."""
        return [name for name in self._names if self.data.get(f"remove_{name}")]


def _removal(connector: str, setting: Setting) -> forms.Field:
    label = format_lazy(_("Remove what is stored: {name}"), name=asked(connector, setting.name).label)
    return forms.BooleanField(label=label, required=False)


def _field(connector: str, setting: Setting, plain: Mapping[str, str], *, there: bool) -> forms.Field:
    words = asked(connector, setting.name)
    kept = "" if setting.secret else plain.get(setting.name, setting.default)
    if setting.switch:
        return forms.BooleanField(label=words.label, help_text=words.hint, required=False, initial=bool(kept))
    if setting.choices:
        return forms.ChoiceField(
            label=words.label,
            help_text=words.hint,
            initial=kept,
            choices=[(each, choice(connector, setting.name, each)) for each in setting.choices],
            widget=forms.RadioSelect,
        )
    return forms.CharField(
        label=words.label,
        help_text=_("Entered already. Left empty, it stays as it is.") if there else words.hint,
        required=setting.required and not there,
        initial=kept,
        max_length=LONGEST,
        strip=not setting.lines,
        widget=_widget(secret=setting.secret, lines=setting.lines),
    )


class ExplainForm(forms.Form):
    """What came of the gaps that are chosen in the list above it."""

    outcome = forms.ChoiceField(label=_("What came of it"), choices=list(OUTCOMES.items()), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("In your words"),
        max_length=4000,
        help_text=_(
            "What you found, where you looked, and what was done. It is kept for whoever examines the archive."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _widget(*, secret: bool, lines: bool) -> forms.Widget:
    if secret and lines:
        return HiddenLines(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"})
    if secret:
        return forms.PasswordInput(attrs={"autocomplete": "new-password", "field_class": "mid"}, render_value=False)
    if lines:
        return forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})
    return forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "field_class": "mid"})


class QuietForm(forms.Form):
    """How long nothing may come, and in which hours of the firm's day."""

    minutes = forms.IntegerField(
        label=_("Minutes without anything"),
        min_value=QUIET[0],
        max_value=QUIET[-1],
        help_text=_("When nothing came for so long, in the hours below, home turns red."),
        widget=forms.NumberInput(attrs={"field_class": "short"}),
    )
    first = forms.IntegerField(
        label=_("From the hour"),
        min_value=HOURS[0],
        max_value=HOURS[-1],
        help_text=_("On the firm's clock, 0 to 24."),
        widget=forms.NumberInput(attrs={"field_class": "short"}),
    )
    end = forms.IntegerField(
        label=_("Until the hour"),
        min_value=HOURS[0],
        max_value=HOURS[-1],
        help_text=_("The same hour twice is the whole day."),
        widget=forms.NumberInput(attrs={"field_class": "short"}),
    )
    weekdays = forms.BooleanField(label=_("From Monday to Friday alone"), required=False)
