"""The doors for platforms: a delivery is authenticated by its connector, made durable, and only then answered.

Nobody signs in here, so nothing is shown: an unknown address, a connection that is off and a wrong method look the same.
Trust: what is not authentic leaves a count and nothing else; what is authentic is never refused for what it contains.
"""

import hmac
import logging
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from muniment.capture.feeds.captured import Refusal
from muniment.capture.feeds.ledger import Ledger
from muniment.capture.feeds.runner import Connection
from muniment.desk.channels import access, actions
from muniment.desk.channels.incoming import answered, plain, read
from muniment.desk.seat import nobody
from muniment.record.errors import StorageFailed

LARGEST = 17 * 2**20
"""Bytes of one delivery: platforms send far less, and a firm's own push says 16 MiB itself."""

PATHS = ("/hooks/", "/api/v1/capture")

_log = logging.getLogger(__name__)


def is_delivery(path: str) -> bool:
    """Whether an address is one of these doors."""
    return path.startswith(PATHS[0]) or path == PATHS[1]


@csrf_exempt
def deliver(request: HttpRequest, connector: str, hook: str) -> HttpResponse:
    """A platform's GET that verifies the address, or its POST that delivers."""
    archive = nobody().archive
    found = access.by_hook(archive, hook)
    if found is None or found.connector != connector.replace("-", "_"):
        return plain(HTTPStatus.NOT_FOUND, "there is nothing here")
    return _take(request, found)


@csrf_exempt
def push(request: HttpRequest) -> HttpResponse:
    """`POST /api/v1/capture`: lines of NDJSON under the key of a source, `<address>.<secret>`."""
    if request.method != "POST":
        refused = plain(HTTPStatus.METHOD_NOT_ALLOWED, "expected POST")
        refused.headers["Allow"] = "POST"
        return refused
    given = request.headers.get("Authorization", "")
    scheme, _, key = given.partition(" ")
    hook, _, secret = key.strip().partition(".")
    if scheme.lower() != "bearer" or not secret:
        return plain(HTTPStatus.UNAUTHORIZED, "expected Authorization: Bearer and the key of a source")
    found = access.by_hook(nobody().archive, hook)
    if (
        found is None
        or found.connector != "ndjson"
        or not hmac.compare_digest(secret.encode(), found.settings["key"].encode())
    ):
        if found is not None:
            Ledger(nobody().archive).refused(found.source)
        return plain(HTTPStatus.FORBIDDEN, "the key is not that of a source that is on")
    return _take(request, found, {"authorization": f"Bearer {secret}"})


def _take(request: HttpRequest, found: Connection, headers: dict[str, str] | None = None) -> HttpResponse:
    archive = nobody().archive
    delivery = read(request, LARGEST, archive.clock(), headers or {})
    if isinstance(delivery, HttpResponse):
        return delivery
    try:
        answer = actions.take(archive, found, delivery)
    except StorageFailed:
        _log.error("a delivery to %s could not be kept; its sender is asked to send it again", found.source)
        raise
    if isinstance(answer, Refusal):
        if request.method == "POST":
            _log.warning("a delivery to %s was refused: %s", found.source, answer.status)
        return plain(answer.status, answer.reason)
    return answered(answer)
