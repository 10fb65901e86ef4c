"""The forms of the dashboard."""

from django import forms
from django.utils.translation import gettext_lazy as _

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
