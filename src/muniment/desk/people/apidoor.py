"""The door of the API: an access token, or the same sign-in and second factor as for the pages; the same authority.

What all routers share stands here too: the forms of times and ids, and how a refusal looks.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, cast

from django.conf import settings
from django.http import HttpRequest
from ninja import Field, Schema
from ninja.errors import AuthenticationError, HttpError
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf
from pydantic import BeforeValidator

from muniment.desk.desk import Desk
from muniment.desk.people import actions
from muniment.desk.people.access import authority_of
from muniment.desk.people.door import actor_of, authority_for, owes_second_factor
from muniment.desk.people.models import User
from muniment.desk.people.signin.fresh import by_token
from muniment.desk.people.signin.log import log
from muniment.desk.people.signin.network import client_address
from muniment.desk.seat import accounts, nobody, sit
from muniment.record.clock import rfc3339

GREATEST = 2**63 - 1


def _time(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return rfc3339(value) if isinstance(value, int) else value


def _hex(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else value


Moment = Annotated[str, BeforeValidator(_time), Field(json_schema_extra={"format": "date-time"})]
"""A time: RFC 3339, UTC, microseconds."""
Hex = Annotated[str, BeforeValidator(_hex), Field(pattern=r"^([0-9a-f]{2})*$")]
"""Bytes."""
Whole = Annotated[int, Field(ge=0, le=GREATEST)]
"""A number that counts or names something."""
Cursor = Annotated[str, Field(pattern=r"^[0-9]{1,19}$")]
"""Where a page ends, to be handed back as it came. Text, because it is larger than what JavaScript counts exactly."""


class Problem(Schema):
    """Why something was refused: one sentence, and a word for programs."""

    error: str
    code: str


ERRORS = frozenset({400, 401, 403, 404, 422, 500, 503, 507})


def answers(schema: Any) -> dict[Any, Any]:
    """What an operation may answer: what was asked for, or a refusal."""
    return {200: schema, ERRORS: Problem}


class Bearer(HttpBearer):
    """A program with an access token of somebody, who is asked for what they may do now. A request that shows one stands on it alone."""

    def __call__(self, request: HttpRequest) -> Desk | None:
        """The desk of the token's owner; None where no token is shown; raises AuthenticationError (401) for one that does not work."""
        if not by_token(request):
            return None
        return self.authenticate(request, request.headers["Authorization"][len("Bearer ") :].strip())

    def authenticate(self, request: HttpRequest, token: str) -> Desk:
        """The same, for the token itself."""
        shown = actions.show_token(token, client_address(request))
        if shown is None or not shown.works:
            if shown is not None and shown.tell:
                log(request, "token.refuse", shown.user, number=shown.number)
            raise AuthenticationError
        user = shown.user
        authority = authority_of(user, accounts(nobody()))
        with sit(actor_of(user), authority, user=user.pk, person=user.person_id, token=shown.number) as desk:
            return desk


class Session(APIKeyCookie):
    """Whoever signed in; what changes something must carry the token of a page of ours. Gives the desk they sit at."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Desk | None:
        """The desk of whoever asks; None (401) for a stranger; 403 without the token or the second factor."""
        user = request.user
        if not isinstance(user, User):
            return None
        if check_csrf(request):
            raise HttpError(403, "the request came without the token of a page of this archive; send X-CSRFToken")
        authority = authority_for(request, user)
        if owes_second_factor(request, authority):
            raise HttpError(403, "a second factor is needed; sign in with a passkey or an authenticator app")
        with sit(actor_of(user), authority, user=user.pk, person=user.person_id) as desk:
            return desk

    def authenticate(self, request: HttpRequest, key: str | None) -> Desk | None:
        """The same."""
        return self(request)


def let_in(request: HttpRequest) -> Desk | None:
    """The desk of whoever asks, by token or sign-in; None for a stranger, AuthenticationError and 403 as they say."""
    return Bearer()(request) or Session()(request)


def desk_at(request: HttpRequest) -> Desk:
    """The desk that the door has opened for this request."""
    return cast("Desk", request.auth)  # type: ignore[attr-defined]  # ninja's own name for what its door gave
