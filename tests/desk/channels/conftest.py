"""A source that programs push to, connected and on; Django has to be set up before the models of connections are read."""

import os
from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any

import django
import pytest

from muniment.capture.feeds.errand import let_go
from muniment.desk.desk import Desk
from tests.capture.wecom.archive import Scenario
from tests.capture.wecom.conftest import library, pairs, scenario
from tests.capture.wecom.driven import Driven, settings
from tests.firms import Firm

__all__ = ["library", "pairs", "scenario"]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muniment.site.settings")
django.setup()

from muniment.desk.archive.actions import settle  # noqa: E402
from muniment.desk.channels import access, actions  # noqa: E402

if TYPE_CHECKING:
    from django.test import Client


@pytest.fixture
def source(desk: Desk) -> str:
    made = actions.connect(desk, "our own system", "ndjson", {})
    actions.switch_on(desk, made)
    settle(desk)
    return made


@pytest.fixture
def key(desk: Desk, source: str) -> str:
    found = access.running(desk.archive)[0]
    return f"{access.connection(desk, source).hook}.{found.settings['key']}"


@pytest.fixture
def browser(place: Any) -> "Client":
    from django.test import Client

    return Client(SERVER_NAME="127.0.0.1")


@pytest.fixture(autouse=True)
def ask_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a connection was a second ago is not what a test asks."""
    # By import_module: the package has a function of the same name.
    monkeypatch.setattr(import_module("muniment.desk.channels.access.connections"), "KEPT_SECONDS", -1.0)


@pytest.fixture
def wecom(desk: Desk, firm: Firm, scenario: Scenario) -> Iterator[Driven]:
    """An account of WeCom whose messages the C double gives out; Lee holds it."""
    from muniment.desk.people.models import Holding

    source = actions.connect(desk, "lee on WeCom", "wecom", settings(scenario))
    actions.switch_on(desk, source)
    Holding.objects.create(source=source, person_id=firm.lee)
    settle(desk)
    found = Driven(desk, source=source)
    yield found
    let_go(found.kept)
