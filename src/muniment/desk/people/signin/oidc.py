"""OpenID Connect: the two addresses of a sign-in by the firm's identity provider. The signature of what it says is checked.

The library trusts an id token that it fetched itself over TLS, as the specification allows; we check it all the same,
because a firm may well have a proxy in between.
"""

from typing import Any

from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse


class CheckedAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # no stubs exist
    """Checks signature, issuer, audience and times of every id token."""

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> Any:
        if not kwargs["response"].get("id_token"):
            from allauth.socialaccount.providers.oauth2.client import OAuth2Error

            raise OAuth2Error("no id token")
        return super().complete_login(request, app, token, **kwargs)

    def _decode_id_token(self, app: SocialApp, id_token: str) -> Any:
        return jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
            verify_signature=True,
        )


def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send somebody to the provider."""
    return _view(OAuth2LoginView, request, provider_id)


def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Somebody comes back from the provider."""
    return _view(OAuth2CallbackView, request, provider_id)


def _view(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        answer: HttpResponse = view.adapter_view(CheckedAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    return answer
