"""The forms of signing in, in our words, with every guess counted (throttle.py)."""

from typing import Any

from allauth.account.forms import ChangePasswordForm as _ChangePassword
from allauth.account.forms import LoginForm as _Login
from allauth.account.forms import ReauthenticateForm as _Reauthenticate
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm as _Authenticate
from allauth.mfa.base.forms import ReauthenticateForm as _ReauthenticateCode
from allauth.mfa.totp.forms import ActivateTOTPForm as _Activate
from allauth.mfa.webauthn.forms import AddWebAuthnForm as _AddPasskey
from allauth.mfa.webauthn.forms import LoginWebAuthnForm as _LoginPasskey
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from muniment.desk.people.signin import throttle
from muniment.desk.people.signin.adapters import AccountAdapter, attempt
from muniment.desk.people.signin.log import log

WRONG_CODE = _("That code is not right, or was used already. Wait for the next one, and type it within 30 seconds.")


class LoginForm(_Login):  # type: ignore[misc]  # no stubs exist
    """Name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label, self.fields["password"].label = _("Sign-in name"), _("Password")
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class ReauthenticateForm(_Reauthenticate):  # type: ignore[misc]  # no stubs exist
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Password")
        self.fields["password"].widget.attrs.pop("placeholder", None)


class _Counted(forms.Form):
    """A one-time code: six digits are few, so each try is counted as a failed sign-in until it is right."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = _("Code")
        code.help_text = _("Six digits from your authenticator app, or a recovery code.")
        code.widget.attrs.pop("placeholder", None)
        code.widget.attrs["inputmode"] = "numeric"

    def clean_code(self) -> str:
        """The code, when it is right; raises ValidationError."""
        name = self.user.name  # type: ignore[attr-defined]
        attempt(context.request, name, AccountAdapter(context.request))
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except ValidationError:
            raise ValidationError(WRONG_CODE) from None
        throttle.succeed(context.request, name)
        return code


class AuthenticateForm(_Counted, _Authenticate):  # type: ignore[misc]  # no stubs exist
    """A code after the password."""


class ReauthenticateCodeForm(_Counted, _ReauthenticateCode):  # type: ignore[misc]  # no stubs exist
    """A code once more."""


class ActivateTOTPForm(_Activate):  # type: ignore[misc]  # no stubs exist
    """The first code of a new authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code that the app shows now")
        self.fields["code"].widget.attrs.pop("placeholder", None)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"

    def clean_code(self) -> str:
        try:
            code: str = super().clean_code()
        except ValidationError:
            raise ValidationError(WRONG_CODE) from None
        return code


class AddPasskeyForm(_AddPasskey):  # type: ignore[misc]  # no stubs exist
    """A passkey, by default one that signs in by itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("What to call it")
        self.fields["passwordless"].label = _("Sign in with this passkey alone")
        self.fields["passwordless"].help_text = _("It then asks for your fingerprint, face or PIN each time.")
        self.fields["passwordless"].initial = True


class LoginPasskeyForm(_LoginPasskey):  # type: ignore[misc]  # no stubs exist
    """A passkey instead of name and password."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()
        except ValidationError:
            log(context.request, "signin.fail", None, by="passkey")
            raise


class ChangePasswordForm(_ChangePassword):  # type: ignore[misc]  # no stubs exist
    """Another password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "oldpassword": _("Password until now"),
            "password1": _("New password"),
            "password2": _("New password again"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].help_text = ""
            self.fields[name].widget.attrs.pop("placeholder", None)
