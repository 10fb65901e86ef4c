"""A start brings the desk's tables to this build, and leaves for later what no first page needs."""

import os
import subprocess
import sys

import pytest
from django.db import connections

from muniment.desk.schema import make_desk
from tests.archives import Place
from tests.firms import home_of

LOADED = """
import sys
import muniment.site.wsgi
from django.urls import resolve, reverse
reverse("people:account")
early = {"ninja", "pydantic", "requests"} & sys.modules.keys()
resolve("/api/v1/me")
print(sorted(early), "ninja" in sys.modules)
"""


def test_the_pages_load_without_what_only_programs_and_identity_providers_need(place: Place) -> None:
    given = {**os.environ, "MUNIMENT_HOME": str(place.home), "MUNIMENT_KEYS": str(place.keys)}
    given.pop("MUNIMENT_OIDC_ISSUER", None)
    given["DJANGO_SETTINGS_MODULE"] = "muniment.site.settings"
    said = subprocess.run([sys.executable, "-c", LOADED], env=given, check=True, capture_output=True, text=True)
    assert said.stdout.split("\n")[0] == "[] True"


@pytest.mark.parametrize(
    "losses",
    [
        ("DROP TABLE cache",),
        ("DROP TABLE usersessions_usersession", "DELETE FROM django_migrations WHERE app = 'usersessions'"),
    ],
)
def test_a_desk_that_lacks_something_is_completed(place: Place, losses: tuple[str, ...]) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations")
        (before,) = cursor.fetchone()
        for loss in losses:
            cursor.execute(loss)
    make_desk(home_of(place))
    with connections["default"].cursor() as cursor:
        for table in ("cache", "usersessions_usersession"):
            cursor.execute(f"SELECT count(*) FROM {table}")
        cursor.execute("SELECT count(*) FROM django_migrations")
        assert cursor.fetchone() == (before,)
