"""One's own account: how one reads, how one signs in, and where one is signed in now."""

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from muniment.desk.desk import Desk
from muniment.desk.people import access, actions
from muniment.desk.people.door import DEMONSTRATION, authority_for, door, owes_second_factor
from muniment.desk.people.forms import ReadingForm
from muniment.desk.people.pages.common import done


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
