"""What people type into the archive's pages, beside the search line itself."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SaveSearch(forms.Form):
    """A name for a search; the search itself comes along unseen."""

    name = forms.CharField(label=_("Name of the search"), max_length=100)
    q = forms.CharField(max_length=10_000, required=False, strip=False, widget=forms.HiddenInput)
    zone = forms.CharField(max_length=60, widget=forms.HiddenInput)
