"""Whether somebody showed who they are a short while ago: what takes data or access further asks for that."""

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

from muniment.desk.people import clock

FRESH_SECONDS = 300


def fresh(request: HttpRequest) -> bool:
    """Whether a password or factor was shown within the last five minutes, in this sign-in, by whoever is signed in."""
    now = clock.now().timestamp()
    return any(now - record["at"] < FRESH_SECONDS for record in get_authentication_records(request, request.user))
