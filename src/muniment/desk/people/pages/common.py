"""What the pages of people share: doing what a form asks, and saying what was refused beside it."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext

from muniment.record.errors import Refused


def done(request: HttpRequest, form: forms.Form, act: Callable[[], object], said: str) -> bool:
    """Whether the form was in order and `act` went through; what was refused stands above the form, in the reader's language."""
    if not form.is_valid():
        return False
    try:
        act()
    except Refused as refusal:
        form.add_error(None, said_of(refusal))
        return False
    if said:
        messages.success(request, said)
    return True


def said_of(refusal: Refused) -> str:
    """A refusal in the reader's language; in English where a translation does not fit the values."""
    try:
        return gettext(refusal.template).format(**refusal.values)
    except (KeyError, IndexError, ValueError):
        return str(refusal)
