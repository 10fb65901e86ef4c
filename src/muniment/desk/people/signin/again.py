"""Showing again who one is: by passkey, or at the firm's identity provider, for users who have no factor of ours.

We ask the provider to ask (`prompt=login`, `max_age=0`: OpenID Connect Core 3.1.2.1), and believe that it did only by the
time that its id token then has to carry, `auth_time`: a sign-in of hours ago over there is none of now.
"""

from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from muniment.desk.people import clock
from muniment.desk.people.models import User
from muniment.desk.people.signin.fresh import ASKED, fresh
from muniment.desk.people.signin.log import log

BEGAN = "again"
"""In the session: when somebody was sent to the provider to be asked."""
SKEW = 60
"""Seconds by which the provider's clock may be behind ours."""
NEXT = "next"


class AgainByPasskey(ReauthenticateWebAuthnView):  # type: ignore[misc]  # no stubs exist
    """A passkey once more; one that is not theirs leads back to the same question, and is entered."""

    def form_invalid(self, form: Any) -> HttpResponse:
        log(self.request, "signin.fail", self.request.user, by="passkey")
        messages.error(self.request, _("That is not a passkey of yours. Try again, or use another way."))
        going = self.request.POST.get(NEXT) or self.request.GET.get(NEXT, "/")
        return redirect(f"{self.request.path}?{urlencode({NEXT: going})}")


def page(request: HttpRequest) -> HttpResponse:
    """Say that the provider will ask, and send somebody there."""
    providers = getattr(settings, "SOCIALACCOUNT_PROVIDERS", {}).get("openid_connect", {}).get("APPS", [])
    if not providers or not isinstance(request.user, User):
        raise Http404
    (provider,) = providers
    request.session[BEGAN] = clock.now().timestamp()
    back = f"{reverse('again_done')}?{urlencode({NEXT: request.GET.get(NEXT, '/')})}"
    asks = {"process": AuthProcess.REDIRECT, NEXT: back, "auth_params": urlencode({"prompt": "login", "max_age": 0})}
    there = f"{reverse('openid_connect_login', args=[provider['provider_id']])}?{urlencode(asks)}"
    return render(request, "people/again.html", {"provider": provider["name"], "there": there})


def come_back(request: HttpRequest, sociallogin: SocialLogin, user: User) -> None:
    """Note that `user`, who is the one that is signed in, was asked just now; raises ImmediateHttpResponse when they were not."""
    began = request.session.pop(BEGAN, None)
    asked = (sociallogin.account.extra_data.get("id_token") or {}).get("auth_time")
    same = isinstance(request.user, User) and request.user.pk == user.pk
    if not same or began is None or isinstance(asked, bool) or not isinstance(asked, int) or asked < began - SKEW:
        log(request, "signin.fail", request.user if isinstance(request.user, User) else None, by="openid_connect")
        text = _("Your identity provider did not say that it asked you just now. Try again, or add a passkey here.")
        context = {"title": _("You could not show again who you are"), "text": text}
        raise ImmediateHttpResponse(render(request, "error.html", context, status=403))
    account = sociallogin.account
    record_authentication(request, user, "socialaccount", provider=account.provider, uid=account.uid, **{ASKED: True})
    log(request, "signin.again", user, factor="openid_connect")


def done(request: HttpRequest) -> HttpResponse:
    """Go on with what was asked for."""
    if not isinstance(request.user, User) or not fresh(request):
        return redirect("people:account")
    return resume_request(request) or redirect("/")
