"""Passwords of tests are hashed in no time: hundreds of guesses would otherwise wait for the slow hash that the product has."""

from collections.abc import Iterator

import pytest
from django.test import override_settings


@pytest.fixture(autouse=True)
def quick_hash(request: pytest.FixtureRequest) -> Iterator[None]:
    """The quick hash, for tests that stand on an archive."""
    if "place" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("place")
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield
