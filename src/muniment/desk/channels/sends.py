"""The doors for what the firm sends: a relay in the path of its programs, and a place to tell of calls made beside it.

Nothing is sent that is not durable first: where intake cannot be written, the program is refused, and nothing leaves. What was
sent is answered as the platform answered it, even where its record could not be completed; then it stays unanswered.
Trust: a program comes in by its key alone, before anything of it is read. No key, token or word of a message is logged.
"""

import logging
import secrets
import threading
from http import HTTPStatus

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from muniment.capture.feeds.captured import Delivery, Refusal, Taken
from muniment.capture.feeds.ledger import Ledger
from muniment.capture.feeds.relay import Call, Relay
from muniment.capture.feeds.runner import Connection
from muniment.capture.feeds.sends import Sends
from muniment.capture.http import Answer, Failed
from muniment.capture.registry import relay as find_relay
from muniment.desk.channels import access
from muniment.desk.channels.incoming import headers_of, keep, read
from muniment.desk.seat import leave, nobody
from muniment.record.errors import MunimentError
from muniment.vault.database import ERRORS

AT_ONCE = 2
"""Calls that one process makes at a time: each holds one of its threads (site/server.py) for as long as the platform takes."""
AGAIN_SECONDS = 1

_places = threading.BoundedSemaphore(AT_ONCE)
_log = logging.getLogger(__name__)


@csrf_exempt
def relay(request: HttpRequest, connector: str, hook: str, path: str) -> HttpResponse:
    """A program's call of the platform's API: made durable, made, recorded with its answer, and answered the same."""
    found = _admitted(request, connector, hook)
    if isinstance(found, HttpResponse):
        return found
    connection, by = found
    if not _places.acquire(blocking=False):
        answer = _said(HTTPStatus.SERVICE_UNAVAILABLE, "too many calls at once; nothing was sent, call again")
        answer.headers["Retry-After"] = str(AGAIN_SECONDS)
        return answer
    try:
        return _relayed(request, connection, by, path)
    finally:
        _places.release()


@csrf_exempt
def told(request: HttpRequest, connector: str, hook: str) -> HttpResponse:
    """A call that a program made by itself, told afterwards: durable before it is answered."""
    found = _admitted(request, connector, hook)
    if isinstance(found, HttpResponse):
        return found
    connection, by = found
    archive = nobody().archive
    delivery = _read(request, by)
    if isinstance(delivery, HttpResponse):
        return delivery
    said, ledger = by.told(delivery, connection.settings), Ledger(archive)
    if isinstance(said, Refusal):
        return _said(said.status, said.reason)
    if isinstance(said, Taken):
        return keep(ledger, connection, said, contact=False)
    same = Sends(archive, ledger).take(connection.source, by, said)
    return JsonResponse({"accepted": True, "id": said.id, "differs": not same})


def _admitted(request: HttpRequest, connector: str, hook: str) -> tuple[Connection, Relay] | HttpResponse:
    """The connection that a request is for and its relay, where it comes with the key; nothing of its body is read."""
    archive = nobody().archive
    found = access.by_hook(archive, hook)
    by = None if found is None or found.connector != connector.replace("-", "_") else find_relay(found.connector)
    if found is None or by is None:
        return _said(HTTPStatus.NOT_FOUND, "there is nothing here")
    refused = by.admit(headers_of(request), found.settings)
    if refused is not None:
        Ledger(archive).refused(found.source)
        _log.warning("a send by %s was refused: %s", found.source, refused.status)
        return _said(refused.status, refused.reason)
    if request.method != "POST":
        answer = _said(HTTPStatus.METHOD_NOT_ALLOWED, "expected POST")
        answer.headers["Allow"] = "POST"
        return answer
    return found, by


def _relayed(request: HttpRequest, connection: Connection, by: Relay, path: str) -> HttpResponse:
    delivery = _read(request, by)
    if isinstance(delivery, HttpResponse):
        return delivery
    call = by.begin(path, delivery, connection.settings, secrets.token_hex(16))
    if isinstance(call, Refusal):
        return _said(call.status, call.reason)
    if call.item is not None:
        try:
            archive = nobody().archive
            Sends(archive, Ledger(archive)).begin(connection.source, by, call, call.item)
        except (MunimentError, DatabaseError, *ERRORS) as error:
            leave()
            _log.error(
                "a send by %s could not be made durable, and was not made: %s", connection.source, type(error).__name__
            )
            return _said(
                HTTPStatus.SERVICE_UNAVAILABLE, "the archive cannot record it now, so nothing was sent; call again"
            )
    answer = by.make(call, connection.settings)
    if call.item is not None:
        _recorded(connection, by, call, answer)
    if isinstance(answer, Failed):
        _log.warning("a send by %s was not answered: %s", connection.source, answer.fault)
        return _unanswered(call, answer)
    return _passed_on(by, answer)


def _recorded(connection: Connection, by: Relay, call: Call, answer: Answer | Failed) -> None:
    """Record the call with its answer. Where that fails it was made all the same: it becomes a record without one."""
    try:
        archive = nobody().archive
        item = by.over(call, answer, connection.settings)
        Sends(archive, Ledger(archive)).end(connection.source, by, call, item)
    except (MunimentError, *ERRORS) as error:
        leave()
        _log.error("the answer to a send by %s could not be recorded: %s", connection.source, type(error).__name__)


def _passed_on(by: Relay, answer: Answer) -> HttpResponse:
    """The platform's answer, its body to the byte."""
    response = HttpResponse(answer.body, status=answer.status)
    del response.headers["Content-Type"]
    for name, value in by.passed_on(answer).items():
        response.headers[name] = value
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _unanswered(call: Call, failed: Failed) -> HttpResponse:
    late = failed.fault == "timeout"
    status = HTTPStatus.GATEWAY_TIMEOUT if late else HTTPStatus.BAD_GATEWAY
    if call.item is None:
        return _said(status, f"the platform did not answer ({failed.fault})")
    return _said(
        status,
        f"the platform did not answer ({failed.fault}): the message may have been sent, or not; recorded as unanswered, {call.id}",
    )


def _read(request: HttpRequest, by: Relay) -> Delivery | HttpResponse:
    found = read(request, by.largest, nobody().archive.clock())
    return _said(found.status_code, found.content.decode().strip()) if isinstance(found, HttpResponse) else found


def _said(status: int, text: str) -> HttpResponse:
    """Our own words, in the form in which the platform says its errors; `type` tells the two apart."""
    return JsonResponse({"error": {"message": text, "type": "muniment", "code": int(status)}}, status=status)
