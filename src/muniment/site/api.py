"""The API, /api/v1: routers of the apps, thin, over the same access and actions as the pages. Its description is OpenAPI.

Trust: who may see what is decided where the pages decide it (desk/*/access); nothing here can go around that.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from muniment.desk.archive.api import routers as archive
from muniment.desk.audit.api import router as audit
from muniment.desk.channels.api import router as channels
from muniment.desk.dashboard.api import router as dashboard
from muniment.desk.imports.api import router as imports
from muniment.desk.people.api import router as people
from muniment.desk.people.apidoor import Bearer, Session, let_in
from muniment.desk.people.signin.fresh import by_token
from muniment.desk.productions.api import router as productions
from muniment.desk.register.api import router as register
from muniment.record.errors import MunimentError, NotFound
from muniment.site.errors import spoken, status_of
from muniment.site.version import version

CODES = {
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.UNPROCESSABLE_ENTITY: "refused",
    HTTPStatus.SERVICE_UNAVAILABLE: "busy",
    HTTPStatus.INSUFFICIENT_STORAGE: "storage_failed",
}


def for_those_who_signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The description is for those who may use the API."""

    @wraps(getattr(view, "func", view))
    def enter(request: HttpRequest, **more: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        try:
            if let_in(request) is None:
                raise AuthenticationError
        except AuthenticationError as error:
            return unauthenticated(request, error)
        except HttpError as error:
            return problem(request, error.status_code, str(error), "forbidden")
        return view(request, **more)

    enter.door = (None, ("GET", "HEAD"))  # type: ignore[attr-defined]  # read by the test that walks all routes
    return enter


api = NinjaAPI(
    title="Muniment",
    version=version(),
    description="What the pages do, for programs. Times are RFC 3339 in UTC; a refusal is one sentence and a word.",
    docs_url=None,
    docs_decorator=for_those_who_signed_in,
    auth=[Bearer(), Session()],
    urls_namespace="api",
)
for router in (*archive, imports, channels, register, productions, people, audit, dashboard):
    api.add_router("", router)


def problem(request: HttpRequest, status: int, error: str, code: str) -> HttpResponse:
    """A refusal as JSON."""
    return api.create_response(request, {"error": error, "code": code}, status=status)


@api.exception_handler(MunimentError)
def refused(request: HttpRequest, error: Any) -> HttpResponse:
    """A refusal of ours."""
    status = status_of(error)
    return problem(request, status, spoken(error), CODES.get(status, "failed"))


@api.exception_handler(AuthenticationError)
def unauthenticated(request: HttpRequest, error: Any) -> HttpResponse:
    """Nobody signed in, or a token that does not work; which of its reasons is not said."""
    text = _("This token does not work: make another under My sign-in.") if by_token(request) else _("Sign in first.")
    response = problem(request, HTTPStatus.UNAUTHORIZED, text, "unauthenticated")
    response.headers["WWW-Authenticate"] = 'Bearer realm="Muniment"'
    return response


@api.exception_handler(HttpError)
def forbidden(request: HttpRequest, error: Any) -> HttpResponse:
    """Signed in, and not enough."""
    code = "forbidden" if error.status_code == HTTPStatus.FORBIDDEN else "bad_request"
    return problem(request, error.status_code, str(error), code)


@api.exception_handler(Http404)
def absent(request: HttpRequest, error: Any) -> HttpResponse:
    """Nothing there."""
    return refused(
        request, NotFound("there is nothing here for you; ask whoever gives access in your firm if there should be")
    )


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: Any) -> HttpResponse:
    """A parameter that is not what the description says: it is named, its value is not repeated."""
    places = sorted({".".join(str(part) for part in each["loc"]) for each in error.errors})
    text = _("these parameters are not what the description says: {names}").format(names=", ".join(places))
    return problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, text, "invalid")


urlpatterns, _application, _namespace = api.urls
