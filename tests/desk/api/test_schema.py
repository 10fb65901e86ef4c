"""The description of the API is what it does: requests made from it, for each role, get answers that it describes, and no 5xx."""

import json
import re
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.firms import ClientAs, Firm

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
ROLES = ("compliance", "records", "reviewer", "examiner", "adviser", "administrator", "it")
PROGRAM, NOBODY = "program", "nobody"
"""Whoever shows an access token of a compliance officer, and whoever shows nothing."""


@cache
def operations() -> list[SearchStrategy[Any]]:
    """The requests that each operation's description allows; made once, because that takes longer than to ask them."""
    from muniment.site.api import api
    from muniment.site.wsgi import application

    described = json.loads(json.dumps(api.get_openapi_schema()))
    # Who asks is what a test says, not what is generated.
    described["components"].pop("securitySchemes")
    for path in described["paths"].values():
        for operation in path.values():
            operation.pop("security")
    schema = schemathesis.openapi.from_dict(described)
    schema.app = application
    found = []
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        found.append(result.ok().as_strategy())
    return found


def walk(cookies: dict[str, str], headers: dict[str, str], examples: int) -> Counter[int]:
    """Ask each operation so many times as its description allows; how often each status came."""
    statuses: Counter[int] = Counter()
    for cases in operations():

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=cases)
        def ask(case: Any) -> None:
            answer = case.call_and_validate(cookies=cookies, headers=headers, checks=list(CHECKS))
            statuses[answer.status_code] += 1

        ask()
    return statuses


@pytest.mark.parametrize("role", [*ROLES, PROGRAM, NOBODY])
def test_what_the_description_allows_is_answered_as_it_says(client_as: ClientAs, firm: Firm, role: str) -> None:
    check(role, walk(*_who(client_as, role), examples=3))


@pytest.mark.deep
@pytest.mark.parametrize("role", [*ROLES, PROGRAM, NOBODY])
def test_what_the_description_allows_is_answered_as_it_says_many_times(
    client_as: ClientAs, firm: Firm, role: str
) -> None:
    check(role, walk(*_who(client_as, role), examples=100))


def check(role: str, statuses: Counter[int]) -> None:
    """Nobody gets anything; whoever signed in was answered, and was never taken for a stranger."""
    assert sum(statuses.values()) >= 50
    if role == NOBODY:
        assert set(statuses) <= {401}
    else:
        assert statuses[200] > 0
        assert set(statuses) <= {200, 403, 404, 422}


def _who(client_as: ClientAs, role: str) -> tuple[dict[str, str], dict[str, str]]:
    """The cookies and headers of somebody of a role, of a program of theirs, of nobody."""
    from django.conf import settings as django_settings

    if role == NOBODY:
        return {}, {"User-Agent": "tests"}
    browser = client_as("compliance" if role == PROGRAM else role)
    if role == PROGRAM:
        return {}, {"User-Agent": "tests", "Authorization": f"Bearer {token(browser)}"}
    cookies = {name: morsel.value for name, morsel in browser.cookies.items()}
    guard = "a" * 32
    cookies[django_settings.CSRF_COOKIE_NAME] = guard
    return cookies, {"User-Agent": "tests", "X-CSRFToken": guard}


def token(browser: Any) -> str:
    """An access token of whoever is signed in, as their own page shows it."""
    session = browser.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
    session.save()
    until = (datetime.now(UTC) + timedelta(days=30)).date()
    page = browser.post("/account/tokens/new/", {"name": "a program", "until": str(until)}).content.decode()
    found = re.search(r"muniment_[\w-]{43}", page)
    assert found is not None
    return found[0]
