"""What every test may use, and the ground they all stand on: a fixed zone, a fixed language, known hypothesis profiles."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parents[1]

pytest_plugins = ["tests.postgres", "tests.archives"]

# A zone nobody is in, with an offset nobody expects: what leans on the tester's own zone fails everywhere.
os.environ["TZ"] = "CHAST-12:45"
time.tzset()
os.environ.update(LC_ALL="C.UTF-8", LANG="C.UTF-8", LANGUAGE="en")
for name in ("MUNIMENT_HOME", "MUNIMENT_KEYS", "DATABASE_URL"):
    os.environ.pop(name, None)

CI = os.environ.get("CI") == "true"
_common = settings(
    deadline=None,  # a busy machine is no bug
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("dev", _common, max_examples=50)
settings.register_profile("ci", _common, max_examples=300, database=None)
settings.register_profile("deep", _common, max_examples=3000, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if CI else "dev"))


def pytest_configure() -> None:
    """Let the tests' folders lie in memory: an archive waits for its disk at every step, and a disk's patience tests nothing."""
    from tests.postgres import roomy_memory

    memory = roomy_memory()
    if memory is not None and not os.statvfs(memory).f_flag & os.ST_NOEXEC:  # tests load what they have built there
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """`shared_data("gold")` is the folder of that name in the public data beside the checkout.

    The test is skipped, by that name, where the data is absent. `MUNIMENT_SHARED` may name another place.
    """
    base = Path(os.environ.get("MUNIMENT_SHARED") or ROOT.parent / "shared" / "data")

    def find(name: str) -> Path:
        path = base / name
        if not path.exists():
            pytest.skip(f"../shared/data is absent: {name}")
        return path

    return find
