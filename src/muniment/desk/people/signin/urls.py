"""The addresses of signing in: those of the sign-in library that we use, by its names; all others are not there."""

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView

from muniment.desk.people.signin import again


def nothing(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """An address that the library names and we do not use: signing up, mails."""
    raise Http404


def leave(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send somebody to the firm's identity provider; the code for that is loaded where a firm has one."""
    from muniment.desk.people.signin import oidc

    return oidc.login(request, provider_id)


def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Somebody comes back from it."""
    from muniment.desk.people.signin import oidc

    return oidc.callback(request, provider_id)


_account = RedirectView.as_view(pattern_name="people:account")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", account.login, name="account_login"),
    path("out/", account.logout, name="account_logout"),
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("again/code/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("again/passkey/", again.AgainByPasskey.as_view(), name="mfa_reauthenticate_webauthn"),
    path("again/provider/", again.page, name="again_provider"),
    path("again/provider/done/", again.done, name="again_done"),
    path("code/", factors.authenticate, name="mfa_authenticate"),
    path("passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("password/", account.password_change, name="account_change_password"),
    path("factors/", _account, name="mfa_index"),
    path("factors/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("factors/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("factors/passkeys/", _account, name="mfa_list_webauthn"),
    path("factors/passkeys/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("factors/passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("factors/recovery/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("factors/recovery/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("with/<str:provider_id>/", leave, name="openid_connect_login"),
    path("with/<str:provider_id>/callback/", come_back, name="openid_connect_callback"),
    *(
        path(f"none/{name}/", nothing, name=name)
        for name in (
            "account_signup",
            "account_inactive",
            "account_email",
            "account_email_verification_sent",
            "account_reset_password",
            "account_set_password",
            "account_confirm_login_code",
            "socialaccount_signup",
            "socialaccount_connections",
            "socialaccount_login_cancelled",
            "socialaccount_login_error",
            "mfa_edit_webauthn",
            "mfa_download_recovery_codes",
            "usersessions_list",
        )
    ),
]
