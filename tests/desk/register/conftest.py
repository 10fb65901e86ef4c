"""A firm that answers to Hong Kong's regime, and an account of one of its people; Django is set up before models are read."""

import os
from datetime import date

import django
import pytest

from muniment.desk.desk import Desk

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muniment.site.settings")
django.setup()

from muniment.desk.archive.actions import settle  # noqa: E402
from muniment.desk.channels import actions as channels  # noqa: E402
from muniment.desk.people import actions as people  # noqa: E402
from muniment.desk.register import actions  # noqa: E402
from tests.firms import Firm  # noqa: E402

ON = date(2026, 11, 2)


def approval(reference: str = "memo 17") -> actions.Approval:
    """A written approval."""
    return actions.Approval("Amy Wong", ON, reference)


@pytest.fixture
def regime(place: object) -> None:
    """The firm is licensed in Hong Kong."""
    from muniment.desk.people.models import Firm as Row

    Row.objects.update(regimes=["hk-lc"])


@pytest.fixture
def source(desk: Desk, firm: Firm) -> str:
    """An account of Leung Ka-yan, connected and off."""
    made = channels.connect(desk, "lee phone", "ndjson", {})
    settle(desk)
    people.begin_holding(desk, firm.lee, made)
    return made


@pytest.fixture
def channel(desk: Desk) -> int:
    """A channel that nobody decided about."""
    return actions.add_channel(desk, "Desk chat", ["ndjson"])


def assess(desk: Desk, channel: int, review_by: date = date(2099, 1, 1)) -> None:
    findings = actions.Findings("text and files", "two minutes", "in transit", "telephone the desk")
    actions.assess(desk, channel, findings, "Amy Wong", ON, review_by)
