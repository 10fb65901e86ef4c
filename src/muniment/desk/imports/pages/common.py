"""What the pages share: trying an action and putting its refusal beside the form, and where the pages of other rooms are."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from muniment.desk.jobs import spoken
from muniment.record.errors import Busy, MunimentError, Refused

REFUSALS = (Refused, Busy)


def done(request: HttpRequest, form: BaseForm, act: Callable[[], object], said: str, field: str | None = None) -> bool:
    """Whether the form was right and `act` was not refused; a refusal stands in the form afterwards, beside `field`."""
    if not form.is_valid():
        return False
    try:
        act()
    except REFUSALS as refusal:
        form.add_error(field, spoken(refusal))
        return False
    messages.success(request, said)
    return True


def attempt(request: HttpRequest, act: Callable[[], object], said: str) -> None:
    """Do something that no form of its own asks for, and say how it went."""
    try:
        act()
    except REFUSALS as refusal:
        messages.error(request, spoken(refusal))
    else:
        messages.success(request, said)


def there(name: str, *given: object) -> str:
    """The address of a page; empty where this build has none."""
    try:
        return reverse(name, args=given)
    except NoReverseMatch:
        return ""


__all__ = ["MunimentError", "attempt", "done", "there"]
