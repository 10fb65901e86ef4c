"""Whether somebody showed who they are a short while ago: what takes data or access further asks for that."""

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

from muniment.desk.people import clock

FRESH_SECONDS = 300
ASKED = "reauthenticated"
"""In the record of a sign-in by an identity provider that did ask: others may come from a sign-in of hours ago over there."""


def by_token(request: HttpRequest) -> bool:
    """Whether a program shows an access token: it has no password or factor to show, whatever cookies come along."""
    return request.headers.get("Authorization", "")[:7].lower() == "bearer "


def fresh(request: HttpRequest) -> bool:
    """Whether a password or factor was shown within the last five minutes, in this sign-in, by whoever is signed in."""
    if by_token(request):
        return False
    now = clock.now().timestamp()
    return any(
        now - record["at"] < FRESH_SECONDS
        for record in get_authentication_records(request, request.user)
        if record.get("method") != "socialaccount" or record.get(ASKED)
    )
