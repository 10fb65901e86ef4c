"""The description of the API is what it does: requests made from it, for each role, get answers that it describes, and no 5xx."""

import json
from collections import Counter
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
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
NOBODY = "nobody"


def walk(browser: Any, examples: int) -> Counter[int]:
    """Ask each operation so many times as its description allows; how often each status came."""
    from django.conf import settings as django_settings

    from muniment.site.api import api
    from muniment.site.wsgi import application

    described = json.loads(json.dumps(api.get_openapi_schema()))
    # Who asks is what a test says, not what is generated.
    described["components"].pop("securitySchemes")
    for operations in described["paths"].values():
        for operation in operations.values():
            operation.pop("security")
    schema = schemathesis.openapi.from_dict(described)
    schema.app = application
    cookies = {name: morsel.value for name, morsel in browser.cookies.items()}
    token = "a" * 32
    cookies[django_settings.CSRF_COOKIE_NAME] = token
    headers = {"User-Agent": "tests", "X-CSRFToken": token}
    statuses: Counter[int] = Counter()
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            answer = case.call_and_validate(cookies=cookies, headers=headers, checks=list(CHECKS))
            statuses[answer.status_code] += 1

        ask()
    return statuses


@pytest.mark.parametrize("role", [*ROLES, NOBODY])
def test_what_the_description_allows_is_answered_as_it_says(client_as: ClientAs, firm: Firm, role: str) -> None:
    check(role, walk(_browser(client_as, role), examples=3))


@pytest.mark.deep
@pytest.mark.parametrize("role", [*ROLES, NOBODY])
def test_what_the_description_allows_is_answered_as_it_says_many_times(
    client_as: ClientAs, firm: Firm, role: str
) -> None:
    check(role, walk(_browser(client_as, role), examples=100))


def check(role: str, statuses: Counter[int]) -> None:
    """Nobody gets anything; whoever signed in was answered, and was never taken for a stranger."""
    assert sum(statuses.values()) >= 50
    if role == NOBODY:
        assert set(statuses) <= {401}
    else:
        assert statuses[200] > 0
        assert set(statuses) <= {200, 403, 404, 422}


def _browser(client_as: ClientAs, role: str) -> Any:
    from django.test import Client

    return Client(SERVER_NAME="127.0.0.1") if role == NOBODY else client_as(role)
