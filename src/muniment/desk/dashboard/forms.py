"""The forms of the dashboard."""

from functools import cache
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from muniment.desk.dashboard.setup import SECOND
from muniment.desk.people.roles import EFFECTS, NAMES, Role
from muniment.vault.keycopy import LARGEST, SHORTEST


class CopyForm(forms.Form):
    """The passphrase of a copy of the keys, twice."""

    passphrase = forms.CharField(
        label=_("Passphrase"),
        min_length=SHORTEST,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "At least 12 characters: several words that nobody else would put together. Write it down, apart from the file."
        ),
    )
    again = forms.CharField(
        label=_("The same passphrase again"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, str]:
        """Refuse two that differ."""
        given: dict[str, str] = super().clean() or {}
        if given.get("passphrase") and given.get("passphrase") != given.get("again"):
            self.add_error("again", _("The two passphrases differ; type both anew."))
        return given


class ProofForm(forms.Form):
    """A copy of the keys, and the passphrase that opens it."""

    file = forms.FileField(label=_("The file that you downloaded"), max_length=200)
    secret = forms.CharField(
        label=_("Its passphrase"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def data_of_file(self) -> bytes:
        """The bytes of the file, and one more than there may be."""
        data: bytes = self.cleaned_data["file"].read(LARGEST + 1)
        return data


REGIMES = (
    ("us-bd", _("United States: broker-dealer")),
    ("us-ia", _("United States: investment adviser")),
    ("hk-lc", _("Hong Kong: licensed corporation")),
    ("sg-cms", _("Singapore: capital markets services licence")),
    ("uk", _("United Kingdom")),
    ("eu", _("European Union")),
)


class CodeForm(forms.Form):
    """The code that the terminal shows."""

    code = forms.CharField(
        label=_("Code"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_(
            "Where Muniment was started, it says: the set-up code. It is in the file setup.code of the keys folder, too."
        ),
    )


class FirmForm(forms.Form):
    """Which firm this is."""

    name = forms.CharField(label=_("The firm's name"), max_length=200)
    number = forms.CharField(
        label=_("Its number in the regulator's register"),
        max_length=40,
        required=False,
        help_text=_("Such as a CRD number in the United States or a CE number in Hong Kong."),
    )
    zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_(
            "The firm's days begin and end in it: those of desks, roles and counts. Each reader can choose another to read in."
        ),
    )
    regimes = forms.MultipleChoiceField(
        label=_("Rules that the firm answers to"),
        choices=REGIMES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Pages use the words of these regimes and of no others. This can be changed later."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments
        self.fields["zone"].choices = zones()  # type: ignore[attr-defined]


class TwoForm(forms.Form):
    """The first two people."""

    administrator = forms.CharField(
        label=_("Sign-in name of the administrator"), max_length=100, help_text=_(EFFECTS[Role.ADMINISTRATOR])
    )
    administrator_shown = forms.CharField(label=_("The administrator's name, as others see it"), max_length=200)
    second = forms.CharField(label=_("Sign-in name of the second person"), max_length=100)
    second_shown = forms.CharField(label=_("The second person's name, as others see it"), max_length=200)
    role = forms.ChoiceField(
        label=_("What the second person is"),
        choices=[(role.value, _(NAMES[role])) for role in SECOND],
        widget=forms.RadioSelect,
        initial=SECOND[0].value,
    )


@cache
def zones() -> tuple[tuple[str, str], ...]:
    """All time zones; finding them reads a thousand files, so once."""
    return tuple((name, name) for name in sorted(available_timezones()))
