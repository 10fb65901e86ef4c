"""Access: who can sign in, with which roles on whose messages, until when, and where they are signed in now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.people import access, actions
from muniment.desk.people.door import door
from muniment.desk.people.forms import EndForm, GrantForm, TieForm, UserForm
from muniment.desk.people.pages.common import done
from muniment.desk.people.roles import EFFECTS, NAMES, Role


@door(Capability.ACCESS)
def listing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Everybody who can sign in, and what each role lets them do, in plain words."""
    ended = request.GET.get("ended") == "yes"
    context = {
        "title": _("Access"),
        "rows": access.list_users(desk, ended=ended),
        "ended": ended,
        "roles": [(NAMES[role], EFFECTS[role]) for role in Role],
    }
    return render(request, "people/access.html", context)


@door(Capability.ACCESS)
def user(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """One user."""
    return _user(request, desk, number)


@door(Capability.ACCESS, methods=("GET", "POST"), fresh=True)
def add(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Add somebody who can sign in; the answer shows their set-up code, once."""
    form = UserForm(request.POST or None)
    codes: list[str] = []

    def act() -> None:
        given = form.cleaned_data
        codes.append(
            actions.add_user(
                desk, given["name"], given["display"], given["email"], given["person"], subject=given["subject"]
            )
        )

    if request.method == "POST" and done(request, form, act, ""):
        return _code(request, access.user_number(form.cleaned_data["name"]), form.cleaned_data["name"], codes[0])
    context = {"title": _("Add a user"), "form": form, "back": reverse("people:access")}
    return render(request, "people/form.html", context)


@door(Capability.ACCESS, methods=("POST",), fresh=True)
def new_code(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """A new set-up code, shown once; password and factors until now stop working."""
    code = actions.new_setup_code(desk, number)
    return _code(request, number, access.user_page(desk, number).row.name, code)


@door(Capability.ACCESS, methods=("POST",), fresh=True)
def give(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Give a role."""
    form = GrantForm(request.POST, rows=access.groups(desk))

    def act() -> None:
        given = form.cleaned_data
        actions.grant(
            desk,
            number,
            given["role"],
            group=given["group"],
            person=given["person"],
            since=given["since"],
            until=given["until"],
        )

    if done(request, form, act, _("Given. It holds from the first day on, at the next page they open.")):
        return redirect("people:user", number)
    return _user(request, desk, number, form=form, status=422)


@door(Capability.ACCESS, methods=("POST",), fresh=True)
def end_grant(request: HttpRequest, desk: Desk, number: int, row: int) -> HttpResponse:
    """End a role on a day."""
    form = EndForm(request.POST)
    said = _("Ended. It no longer holds from that day on; today means at once.")
    if done(request, form, lambda: actions.end_grant(desk, row, form.cleaned_data["until"]), said):
        return redirect("people:user", number)
    return _user(request, desk, number, refused=form, status=422)


@door(Capability.ACCESS, methods=("POST",), fresh=True)
def tie(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Say which person stands behind a user."""
    form = TieForm(request.POST)

    def act() -> None:
        actions.tie_user(desk, number, form.cleaned_data["person"], form.cleaned_data["subject"])

    if done(request, form, act, _("Changed.")):
        return redirect("people:user", number)
    return _user(request, desk, number, tie=form, status=422)


@door(Capability.ACCESS, methods=("POST",), fresh=True)
def end(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """End a user and all their sign-ins."""
    form = EndForm({})
    if done(request, form, lambda: actions.end_user(desk, number), _("Ended, with all their sign-ins.")):
        return redirect("people:user", number)
    return _user(request, desk, number, refused=form, status=422)


@door(Capability.ACCESS, methods=("POST",))
def end_sign_in(request: HttpRequest, desk: Desk, number: int, row: int) -> HttpResponse:
    """End one of their sign-ins."""
    done(request, EndForm({}), lambda: actions.end_sign_in(desk, row), _("That sign-in has ended."))
    return redirect("people:user", number)


@door(Capability.ACCESS, methods=("POST",))
def revoke_token(request: HttpRequest, desk: Desk, number: int, row: int) -> HttpResponse:
    """Revoke one of their access tokens."""
    done(request, EndForm({}), lambda: actions.revoke_token(desk, row), _("Revoked. It no longer works."))
    return redirect("people:user", number)


@sensitive_variables("code")
def _code(request: HttpRequest, number: int, name: str, code: str) -> HttpResponse:
    return render(
        request, "people/code.html", {"title": _("Set-up code"), "number": number, "name": name, "code": code}
    )


def _user(
    request: HttpRequest,
    desk: Desk,
    number: int,
    *,
    form: GrantForm | None = None,
    tie: TieForm | None = None,
    refused: EndForm | None = None,
    status: int = 200,
) -> HttpResponse:
    page = access.user_page(desk, number)
    row = page.row
    context = {
        "title": row.shown,
        "page": page,
        "tokens": access.tokens_of(desk, number),
        "form": form or GrantForm(rows=access.groups(desk)),
        "tie": tie or TieForm(initial={"person": row.person_key, "subject": row.subject}),
        "ending": EndForm(auto_id=False),
        "refused": refused,
        "self": number == desk.user,
        "effects": [(role.value, NAMES[role], EFFECTS[role]) for role in Role],
    }
    return render(request, "people/user.html", context, status=status)
