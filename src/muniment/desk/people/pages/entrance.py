"""Before signing in: the page for a set-up code, and in a demonstration the page of its roles."""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.account.models import Login
from allauth.account.utils import perform_login
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from muniment.desk.people import access, actions
from muniment.desk.people.door import DEMONSTRATION
from muniment.desk.people.forms import WelcomeForm
from muniment.desk.people.pages.common import said_of
from muniment.desk.people.signin import throttle
from muniment.desk.people.signin.adapters import AccountAdapter, attempt
from muniment.desk.people.signin.log import log
from muniment.desk.seat import nobody
from muniment.record.errors import NotFound, Refused


@never_cache
@sensitive_post_parameters("code", "password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """The first sign-in: a name, the code that somebody handed over, and a password; the second factor comes next."""
    form = WelcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (answer := _begin(request, form)) is not None:
        return answer
    return render(request, "people/welcome.html", {"title": _("Your first sign-in"), "form": form})


@never_cache
@require_safe
def demonstration(request: HttpRequest) -> HttpResponse:
    """The roles of a demonstration firm, each a button; there is no such page in a real archive."""
    users = access.demonstration_users(nobody())
    return render(request, "people/demonstration.html", {"title": _("Look around as"), "rows": users})


@never_cache
@require_http_methods(["POST"])
def enter_demonstration(request: HttpRequest, name: str) -> HttpResponse:
    """Sign in to a demonstration as one of its roles."""
    row = next((row for row in access.demonstration_users(nobody()) if row.name == name), None)
    if row is None:
        raise NotFound("there is no such {what}", what="user")
    if request.user.is_authenticated:
        AccountAdapter(request).logout(request)
    user = get_user_model().objects.get(pk=row.number)
    response: HttpResponse = perform_login(request, user, email_verification="none", redirect_url="/")
    request.session[DEMONSTRATION] = True
    return response


def _begin(request: HttpRequest, form: WelcomeForm) -> HttpResponse | None:
    """Use the code up and sign in; None, with the form saying why, when that could not be."""
    name, code, password = (form.cleaned_data[field] for field in ("name", "code", "password"))
    try:
        attempt(request, name, AccountAdapter(request))
        number = actions.use_setup_code(nobody(), name, code, password)
    except ValidationError as too_many:
        form.add_error(None, too_many)
        return None
    except Refused as weak:
        form.add_error("password", said_of(weak))
        throttle.succeed(request, name)  # the code was right
        return None
    if number is None:
        log(request, "signin.fail", None, by="code")
        form.add_error(
            None, _("Name and code do not belong together, or the code is too old or was used. Ask for a new one.")
        )
        return None
    throttle.succeed(request, name)
    user = get_user_model().objects.get(pk=number)
    if request.user.is_authenticated:
        AccountAdapter(request).logout(request)
    perform_password_login(request, {"username": user.get_username()}, Login(user=user))
    reauthenticate_by_password(request)
    return redirect("people:account")
