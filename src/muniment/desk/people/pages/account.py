"""One's own account: how one reads, how one signs in, and where one is signed in now."""

from datetime import timedelta

from allauth.account.authentication import get_authentication_records
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from muniment.desk.desk import Desk
from muniment.desk.people import access, actions
from muniment.desk.people.door import DEMONSTRATION, authority_for, door, owes_second_factor, showed_two
from muniment.desk.people.forms import ReadingForm, TokenForm
from muniment.desk.people.pages.common import done

USUAL = timedelta(days=90)
"""How long a token works unless somebody says otherwise."""


@door(methods=("GET", "POST"), unfinished=True)
def account(request: HttpRequest, desk: Desk) -> HttpResponse:
    """My sign-in: language, zone, factors, sign-ins. It is the first page of somebody who has no second factor yet."""
    mine = access.own_account(desk)
    form = ReadingForm(request.POST or None, initial={"language": mine.language, "zone": mine.zone})
    if request.method == "POST" and done(request, form, lambda: _choose(desk, form), _("Kept.")):
        response = redirect("people:account")
        _speak(response, form.cleaned_data["language"])
        return response
    context = {
        "title": _("My sign-in"),
        "mine": mine,
        "form": form,
        "sign_ins": access.own_sign_ins(desk, request.session.session_key or ""),
        "tokens": access.own_tokens(desk),
        "owes": owes_second_factor(request, authority_for(request, request.user)),  # type: ignore[arg-type]  # the door let a user in
        "demonstration": bool(request.session.get(DEMONSTRATION)),
        "by_provider": any(
            record.get("method") == "socialaccount" for record in get_authentication_records(request, request.user)
        ),
    }
    return render(request, "people/account.html", context)


@door(methods=("POST",), unfinished=True)
def end_sign_in(request: HttpRequest, desk: Desk, row: int) -> HttpResponse:
    """End one of one's own sign-ins."""
    form = ReadingForm({})
    done(request, form, lambda: actions.end_sign_in(desk, row), _("That sign-in has ended."))
    return redirect("people:account")


@door(methods=("GET", "POST"), fresh=True)
@sensitive_variables("made")
def new_token(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Make an access token; the answer shows it, once. It needs no factor later, so two are shown now, whoever makes it."""
    if not showed_two(request) and not request.session.get(DEMONSTRATION):
        messages.warning(request, _("Add a passkey or an authenticator app first: a token opens what those protect."))
        return redirect("people:account")
    form = TokenForm(request.POST or None, initial={"until": access.firm_day() + USUAL})
    made: list[str] = []

    def act() -> None:
        made.append(actions.make_token(desk, form.cleaned_data["name"], form.cleaned_data["until"]))

    if request.method == "POST" and done(request, form, act, ""):
        context = {"title": _("Access token"), "name": form.cleaned_data["name"], "token": made[0]}
        return render(request, "people/token.html", context)
    context = {"title": _("Make an access token"), "form": form, "back": reverse("people:account")}
    return render(request, "people/form.html", context, status=422 if form.errors else 200)


@door(methods=("POST",), unfinished=True)
def revoke_token(request: HttpRequest, desk: Desk, row: int) -> HttpResponse:
    """Revoke one of one's own tokens."""
    done(request, ReadingForm({}), lambda: actions.revoke_token(desk, row), _("Revoked. It no longer works."))
    return redirect("people:account")


def _choose(desk: Desk, form: ReadingForm) -> None:
    actions.choose_reading(desk, form.cleaned_data["language"], form.cleaned_data["zone"])


def _speak(response: HttpResponse, language: str) -> None:
    """Let the browser ask for that language from now on, as the switch in the rail does."""
    from django.conf import settings

    if language and translation.check_for_language(language):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 24 * 3600,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
