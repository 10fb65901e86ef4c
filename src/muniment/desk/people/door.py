"""The door of every page: who it is, whether they may, and the desk they then sit at.

Trust: a page without a door is found by a test that walks all routes.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect

from muniment.desk.authority import Authority, Capability
from muniment.desk.desk import Desk
from muniment.desk.people.access import authority_of, in_demonstration
from muniment.desk.people.models import User
from muniment.desk.people.roles import CONTENT
from muniment.desk.people.signin.fresh import fresh as is_fresh
from muniment.desk.seat import accounts, nobody, sit

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, Desk, P], HttpResponseBase]
DEMONSTRATION = "demonstration"
"""Set in the session of somebody who signed in to a demonstration firm with one click."""


def door(
    capability: Capability | None = None,
    *,
    methods: tuple[str, ...] = ("GET",),
    fresh: bool = False,
    unfinished: bool = False,
) -> Callable[[Page[P]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]]:
    """Let in whoever signed in and holds `capability` (None: everybody who signed in); the page gets their desk.

    Others are sent to sign in, or told that there is nothing here (404). `fresh` asks those for their password or factor
    again who showed it longer than five minutes ago; `unfinished` lets in those who still have to add a second factor.
    """
    allowed = ("GET", "HEAD", *(method for method in methods if method != "GET")) if "GET" in methods else methods

    def hang(page: Page[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(page)
        def enter(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            user = request.user
            if not isinstance(user, User):
                if in_demonstration(nobody()):
                    return redirect("people:demonstration")
                return redirect_to_login(request.get_full_path())
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            authority = authority_for(request, user)
            if capability is not None:
                authority.require(capability)
            if not unfinished and owes_second_factor(request, authority):
                return redirect("people:account")
            if fresh and not request.session.get(DEMONSTRATION) and not is_fresh(request):
                raise ReauthenticationRequired
            with sit(actor_of(user), authority, user=user.pk, person=user.person_id) as desk:
                return page(request, desk, *args, **kwargs)

        enter.door = (capability, allowed)  # type: ignore[attr-defined]  # read by the test that walks all routes
        return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", enter)

    return hang


def actor_of(user: User) -> str:
    """What the audit log calls somebody who signed in."""
    return f"user:{user.name}"


def authority_for(request: HttpRequest, user: User) -> Authority:
    """What `user` may do, worked out once a request."""
    held: Authority | None = getattr(request, "authority", None)
    if held is None:
        held = authority_of(user, accounts(nobody()))
        request.authority = held  # type: ignore[attr-defined]
    return held


def owes_second_factor(request: HttpRequest, authority: Authority) -> bool:
    """Whether content is within reach of somebody who has shown one factor alone."""
    if not any(authority.holds(capability) for capability in CONTENT) or request.session.get(DEMONSTRATION):
        return False
    return not showed_two(request)


def showed_two(request: HttpRequest) -> bool:
    """Whether whoever signed in has shown two factors, to us or to the firm's identity provider."""
    shown = get_authentication_records(request, request.user)  # those of this user alone: it gives none without a name
    return any(record.get("method") in ("mfa", "socialaccount") for record in shown)
