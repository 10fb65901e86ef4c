"""What happens around every page: headers that keep hostile content harmless, the reader's zone, refusals as pages."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, resolve
from django.utils import timezone

from muniment.desk.channels import hooks
from muniment.desk.people.access import firm, one_firm
from muniment.desk.people.models import User
from muniment.desk.seat import leave
from muniment.record.errors import MunimentError, StorageFailed
from muniment.site import errors
from muniment.vault.database import ERRORS

Next = Callable[[HttpRequest], HttpResponse]
_log = logging.getLogger(__name__)

POLICY = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self' data:; "
    "media-src 'self'; "
    "font-src 'self'; "
    "connect-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""Nothing from elsewhere, nothing inline: what a message contains cannot run."""


class Names:
    """Answers each door under its own name: pages under MUNIMENT_URL's, deliveries under that and MUNIMENT_HOOKS_URL's.

    Whoever asks under another name, or for a page under the name that platforms know, learns nothing, not even whose
    archive this is.
    """

    def __init__(self, following: Next) -> None:
        self._following = following

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.META.get("HTTP_HOST") or request.META["SERVER_NAME"]  # no Host at all: the address asked
        delivery = hooks.is_delivery(request.path)
        if validate_host(split_domain_port(given)[0], settings.DELIVERY_HOSTS if delivery else settings.ALLOWED_HOSTS):
            return self._following(request)
        if delivery:
            _log.warning("a delivery was refused: its host is neither MUNIMENT_HOOKS_URL's nor MUNIMENT_URL's")
        return HttpResponse(
            "nothing is answered under this name\n", status=400, content_type="text/plain; charset=utf-8"
        )


class Deliveries:
    """Lets platforms in by a shorter way: a delivery has no session, language or reader, and its sender waits for the answer."""

    def __init__(self, following: Next) -> None:
        self._following = following

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not hooks.is_delivery(request.path):
            return self._following(request)
        try:
            found = resolve(request.path_info)
        except Resolver404:
            return HttpResponse("there is nothing here\n", status=404, content_type="text/plain; charset=utf-8")
        try:
            answer: HttpResponse = found.func(request, *found.args, **found.kwargs)
        except (StorageFailed, *ERRORS):
            leave()
            words = {"error": "the archive cannot keep it now; send the same again"}
            answer = JsonResponse(words, status=HTTPStatus.INSUFFICIENT_STORAGE)
        except MunimentError as refusal:
            answer = JsonResponse({"error": str(refusal)}, status=errors.status_of(refusal))
        answer.headers["Content-Security-Policy"] = "default-src 'none'"
        answer.headers["Cache-Control"] = "no-store"
        return answer


class Headers:
    """Sets the headers that no page may lack; a page that serves a file sets stricter ones itself."""

    def __init__(self, following: Next) -> None:
        self._following = following

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._following(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class Reader:
    """Times are shown in the reader's own zone, else in the firm's."""

    def __init__(self, following: Next) -> None:
        self._following = following

    def __call__(self, request: HttpRequest) -> HttpResponse:
        named = request.user.zone if isinstance(request.user, User) else ""
        with one_firm(), timezone.override(_zone(named or firm().zone)):
            return self._following(request)


class Refusals:
    """A refusal that no page caught becomes a page of its own.

    After a disk or a database has failed, this thread's seat is given up: what it held open refuses everything from then
    on (vault/durable.py), and a connection may stand within a transaction. The next request opens the archive anew.
    """

    def __init__(self, following: Next) -> None:
        self._following = following

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._following(request)
        if response.status_code == HTTPStatus.INSUFFICIENT_STORAGE:  # the API answers its own refusals
            leave()
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a refusal; anything else is a mistake of ours, and Django's to report."""
        if isinstance(error, (StorageFailed, *ERRORS)):
            leave()
        return errors.refusal(request, error) if isinstance(error, MunimentError) else None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
