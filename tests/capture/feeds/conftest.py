"""WeCom's C double, for the runner too, and a connection to it."""

import pytest

from muniment.capture.feeds.runner import Connection
from muniment.capture.wecom.keys import KeyPair
from tests.capture.wecom.archive import CORP, Scenario
from tests.capture.wecom.conftest import library, pairs, scenario

__all__ = ["connection", "library", "pairs", "pem", "scenario"]

WECOM = "a00000000000000wc"


def pem(pairs: dict[int, KeyPair]) -> str:
    return "\n".join(f"version {version}\n{pair.private.decode()}" for version, pair in pairs.items())


@pytest.fixture
def connection(scenario: Scenario, pairs: dict[int, KeyPair]) -> Connection:
    settings = {
        "corpid": CORP, "secret": str(scenario.folder), "private_keys": pem(pairs),
        "library_path": str(scenario.library), "library_sha256": scenario.sha256,
    }  # fmt: skip
    return Connection(WECOM, "wecom", settings)
