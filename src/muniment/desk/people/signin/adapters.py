"""What the sign-in library asks us: who may sign in, from where, how often; nobody signs up, nobody is made by a provider.

Trust: a user that an administrator did not add does not exist, whatever a provider says of them.
"""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muniment.desk.people.models import User
from muniment.desk.people.signin import again, throttle
from muniment.desk.people.signin.fresh import fresh
from muniment.desk.people.signin.log import log
from muniment.desk.people.signin.network import client_address
from muniment.desk.people.signin.sealing import seal, unseal
from muniment.desk.seat import nobody

WRONG = gettext_lazy("Name and password do not belong together. Try again, or ask whoever gives access in your firm.")
TOO_MANY = gettext_lazy("Too many attempts from here. Wait 15 minutes, or sign in on a device that you used before.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # no stubs exist
    """Password sign-ins."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG,
        "too_many_login_attempts": TOO_MANY,
        "incorrect_password": gettext_lazy("That is not your password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The user of these credentials, None when they are wrong; counted and audited either way."""
        name = str(credentials.get("username", ""))
        attempt(request, name, self)
        user = authenticate(request, **credentials)
        if isinstance(user, User):
            throttle.succeed(request, name)
            return user
        log(request, "signin.fail", User.objects.filter(name__iexact=name).first(), by="password")
        return None

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        return redirect("account_login")

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Not of somebody who showed who they are a short while ago, be it by signing in."""
        return not fresh(context.request)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, str]]:
        """How somebody can show again who they are; for whom the firm's identity provider signs in, over there too."""
        ways: list[dict[str, str]] = super().get_reauthentication_methods(user)
        if getattr(settings, "SOCIALACCOUNT_PROVIDERS", None) and SocialAccount.objects.filter(user=user.pk).exists():
            ways.append({"id": "provider", "url": reverse("again_provider")})
        return ways

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our pages say themselves what happened."""


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # no stubs exist
    """Second factors: named for people, by the sign-in name; their secrets sealed."""

    def encrypt(self, text: str) -> str:
        """A secret as the database keeps it."""
        return seal(nobody().archive.kek, text)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret; raises WrongKey."""
        return unseal(nobody().archive.kek, encrypted_text)

    def _get_user_identifier(self, user: User) -> str:
        return user.name

    def _get_site_name(self) -> str:
        return "Muniment"

    def generate_authenticator_name(self, user: User, type: str) -> str:
        return _("Passkey")


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # no stubs exist
    """Sign-ins by the firm's identity provider (OpenID Connect)."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the user whom an administrator added: by subject, else by an e-mail that the provider has verified."""
        claims = sociallogin.account.extra_data
        told = {str(part["sub"]) for part in (claims.get("id_token"), claims.get("userinfo")) if part and "sub" in part}
        user = None
        if told == {sociallogin.account.uid}:  # one subject in all that the provider says (OpenID Connect Core 5.3.2)
            user = _expected(sociallogin)
        if user is None:
            log(request, "signin.fail", None, by="openid_connect")
            raise ImmediateHttpResponse(refused(request))
        if sociallogin.state.get("process") == AuthProcess.REDIRECT:
            again.come_back(request, sociallogin, user)
            return
        if sociallogin.is_existing and sociallogin.user.pk == user.pk:
            return
        SocialAccount.objects.filter(provider=sociallogin.account.provider, uid=sociallogin.account.uid).delete()
        sociallogin.connect(request, user)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        log(request, "signin.fail", None, by="openid_connect")
        raise ImmediateHttpResponse(refused(request))

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """There is no mail server."""


def refused(request: HttpRequest) -> HttpResponse:
    """The page for somebody whom the provider knows and this archive does not."""
    text = _("Nobody gave you access here. Ask an administrator of the archive to add you, then sign in again.")
    return render(request, "error.html", {"title": _("You could not be signed in"), "text": text}, status=403)


def attempt(request: HttpRequest, name: str, adapter: AccountAdapter) -> None:
    """Count an attempt to sign in as `name`; raises ValidationError when there were too many."""
    verdict = throttle.begin(request, name)
    if verdict.reached:
        log(request, "signin.lock", User.objects.filter(name__iexact=name).first(), limits=list(verdict.reached))
    if verdict.refused:
        raise adapter.validation_error("too_many_login_attempts")


def _expected(sociallogin: SocialLogin) -> User | None:
    subject = User.objects.filter(subject=sociallogin.account.uid, is_active=True).first()
    if subject is not None:
        return subject
    # A user for whom a subject is known is nobody else's, however the provider's e-mails change hands.
    addresses = {each.email.casefold() for each in sociallogin.email_addresses if each.verified is True}
    found = [
        user for address in addresses for user in User.objects.filter(email__iexact=address, subject="", is_active=True)
    ]
    return found[0] if len(found) == 1 else None
