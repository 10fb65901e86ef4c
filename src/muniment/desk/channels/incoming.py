"""What all doors for programs and platforms do: read a request within a size, keep what is authentic, answer in plain words."""

import logging
from collections.abc import Mapping
from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from muniment.capture.feeds.captured import Delivery, Taken
from muniment.capture.feeds.ledger import Ledger
from muniment.capture.feeds.runner import Connection
from muniment.desk.channels import actions
from muniment.record.errors import StorageFailed

_log = logging.getLogger(__name__)


def headers_of(request: HttpRequest) -> dict[str, str]:
    """The headers of a request, their names in lower case."""
    return {name.lower(): value for name, value in request.headers.items()}


def read(
    request: HttpRequest, largest: int, received_at: int, headers: Mapping[str, str] | None = None
) -> Delivery | HttpResponse:
    """The request with its whole body, of at most `largest` bytes, and `headers` in place of its own; else 400 or 413."""
    try:
        too_large = int(request.headers.get("Content-Length") or 0) > largest
        body = b"" if too_large else request.read(largest + 1)
    except (ValueError, RequestDataTooBig, UnreadablePostError):
        return plain(HTTPStatus.BAD_REQUEST, "the body could not be read")
    if too_large or len(body) > largest:
        return plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"expected at most {largest} bytes; send less at a time")
    return Delivery(
        method=request.method or "",
        query=request.GET.dict(),
        headers=headers_of(request) | dict(headers or {}),
        body=body,
        received_at=received_at,
    )


def keep(ledger: Ledger, found: Connection, taken: Taken, *, contact: bool = True) -> HttpResponse:
    """Make durable what was taken, then answer as its connector says; without `contact` its platform had no part in it."""
    try:
        actions.keep(ledger, found, taken, contact=contact)
    except StorageFailed:
        _log.error("a delivery to %s could not be kept; its sender is asked to send it again", found.source)
        raise
    return answered(taken)


def answered(taken: Taken) -> HttpResponse:
    """What the connector answers."""
    response = HttpResponse(taken.answer, status=taken.status, content_type=taken.content_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def plain(status: int, text: str) -> HttpResponse:
    """An answer without a page."""
    return HttpResponse(text + "\n", status=status, content_type="text/plain; charset=utf-8")
