"""Ends a sign-in that was left alone, or that has lasted long enough; a page that asks again by itself keeps none alive.

An element that polls says so: `hx-headers='{"Muniment-Poll": "yes"}'`. tests/desk/people holds every template to that.
"""

from collections.abc import Callable
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from muniment.desk.people import clock
from muniment.desk.people.models import User
from muniment.desk.people.signin import throttle
from muniment.desk.people.signin.network import client_address

BEGAN = "began"
SEEN = "seen"
POLL = "Muniment-Poll"
STEP = 30
"""Seconds within which being seen again is not written down again."""


class Limits:
    """The middleware of both limits. It stands after the one that knows who is signed in."""

    def __init__(self, following: Callable[[HttpRequest], HttpResponse]) -> None:
        self._following = following

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User):
            ended = self._ended(request)
            if ended:
                return self._end(request, ended)
            self._see(request)
        response = self._following(request)
        throttle.remember(request, response)
        if language := getattr(request, "speak", ""):  # somebody has just signed in who chose one
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                language,
                max_age=settings.ABSOLUTE_SECONDS,
                secure=settings.SESSION_COOKIE_SECURE,
                samesite="Lax",
            )
        return response

    @staticmethod
    def _ended(request: HttpRequest) -> str:
        """Which limit the sign-in has passed, if any."""
        now, session = clock.now().timestamp(), request.session
        if now - session.get(BEGAN, now) >= settings.ABSOLUTE_SECONDS:
            return "absolute"
        return "idle" if now - session.get(SEEN, now) >= settings.IDLE_SECONDS else ""

    @staticmethod
    def _end(request: HttpRequest, limit: str) -> HttpResponse:
        UserSession.objects.filter(session_key=request.session.session_key).delete()
        request.ended_by_limit = limit  # type: ignore[attr-defined]  # what the entry of the audit log says
        logout(request)
        where = request.get_full_path() if request.method == "GET" and not request.headers.get("HX-Request") else "/"
        if request.headers.get("HX-Request"):
            response = HttpResponse(status=401)
            response.headers["HX-Redirect"] = redirect_to_login(where).url
            return response
        messages.info(
            request, _("You were signed out, because nothing happened here for a while. Sign in again to go on.")
        )
        return redirect_to_login(where)

    @staticmethod
    def _see(request: HttpRequest) -> None:
        now, session = clock.now().timestamp(), request.session
        session.setdefault(BEGAN, now)
        if request.headers.get(POLL) or now - session.get(SEEN, 0) < STEP:
            return
        session[SEEN] = now
        session.set_expiry(timedelta(seconds=max(1, settings.ABSOLUTE_SECONDS - int(now - session[BEGAN]))))
        if session.session_key:
            UserSession.objects.filter(session_key=session.session_key).update(
                last_seen_at=clock.now(), ip=client_address(request)
            )
