"""The pages of things that went wrong: each says what was expected, what came, and what to do."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from muniment.record.errors import Busy, Damaged, MunimentError, NotFound, Refused, StorageFailed, WrongKey
from muniment.site.words import load, say

STATUS: dict[type[MunimentError], HTTPStatus] = {
    Refused: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFound: HTTPStatus.NOT_FOUND,
    Busy: HTTPStatus.SERVICE_UNAVAILABLE,
    Damaged: HTTPStatus.INTERNAL_SERVER_ERROR,
    WrongKey: HTTPStatus.INTERNAL_SERVER_ERROR,
    StorageFailed: HTTPStatus.INSUFFICIENT_STORAGE,
}


def status_of(error: MunimentError) -> HTTPStatus:
    """The HTTP status that says the same as `error`."""
    return STATUS.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR)


def spoken(error: MunimentError) -> str:
    """`error` in the reader's language."""
    return say(error, load(get_language() or "en"))


def refusal(request: HttpRequest, error: MunimentError) -> HttpResponse:
    """The page of a refusal."""
    code = status_of(error)
    title = _("There is nothing here") if code == HTTPStatus.NOT_FOUND else _("That did not work")
    return _page(request, code, title, spoken(error))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request itself is broken."""
    text = _("The request could not be read. Go back, load the page again, and repeat what you did.")
    return _page(request, HTTPStatus.BAD_REQUEST, _("That did not work"), text)


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """403: most often a form that was open for too long."""
    text = _("The form was open for too long, or came from another site. Load the page again, and repeat what you did.")
    return _page(request, HTTPStatus.FORBIDDEN, _("That did not work"), text)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: not there, or not for this reader; which of the two is not said."""
    text = _("The address is wrong, or what it names is not for you to see. Ask whoever gives access in your firm.")
    return _page(request, HTTPStatus.NOT_FOUND, _("There is nothing here"), text)


def failed(request: HttpRequest) -> HttpResponse:
    """500: our fault. Nothing of the archive was changed by it."""
    text = _("Muniment made a mistake. What was captured is safe; tell IT the time at which this happened.")
    return _page(request, HTTPStatus.INTERNAL_SERVER_ERROR, _("That did not work"), text)


def _page(request: HttpRequest, code: HTTPStatus, title: str, text: str) -> HttpResponse:
    """The page in the house's frame; where even that cannot be made, the same words without it."""
    context = {"title": title, "text": text, "code": code.value}
    try:
        return render(request, "error.html", context, status=code)
    except Exception:  # noqa: BLE001  # the frame asks databases, and one of those may be what failed
        return HttpResponse(render_to_string("bare.html", context), status=code)
