"""`muniment user` gives the first sign-in: a code to type, once, and the audit entries that say who gave what."""

import json
import subprocess
import sys

import pytest

from tests.archives import Place, database


def run(place: Place, *words: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "muniment.cli.main", "user", *words]
    return subprocess.run(argv, env=place.environment, capture_output=True, text=True, check=False)


def test_somebody_is_added_with_a_role_and_a_code(place: Place) -> None:
    done = run(place, "add", "ivan.lam", "--role", "administrator", "--json")
    assert done.returncode == 0, done.stderr
    code = json.loads(done.stdout)["code"]
    assert len(code) >= 12
    again = run(place, "code", "ivan.lam", "--json")
    assert json.loads(again.stdout)["code"] != code

    with database(place, "catalog") as catalog:
        acts = [act for (act,) in catalog.execute("SELECT act FROM audit_entry ORDER BY leaf")]
        bodies = "".join(body for (body,) in catalog.execute("SELECT body FROM audit_entry"))
    assert acts[-3:] == ["user.add", "grant.give", "user.code"]
    assert code not in bodies
    with database(place, "desk") as desk:
        assert code not in repr(desk.execute("SELECT * FROM people_user").fetchall())


@pytest.fixture(scope="module")
def empty(pristine: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """An archive in which nobody can sign in, and nobody shall."""
    return pristine.copy(tmp_path_factory.mktemp("empty"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add", "ivan.lam"], "--role"),
        (["add", "ivan.lam", "--role", "king"], "administrator"),
        (["add", "ivan lam?", "--role", "it"], ""),
        (["add", "e.visitor", "--role", "examiner"], "ends on a day"),
        (["code", "nobody"], "no such"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_leaves_nobody(empty: Place, words: list[str], said: str) -> None:
    done = run(empty, *words)
    assert done.returncode in {2, 3}
    assert len(done.stderr.splitlines()) == 1
    assert said in done.stderr
    if "--role" in words and "king" not in words:
        with database(empty, "desk") as desk:
            assert desk.execute("SELECT count(*) FROM people_user").fetchone() == (0,)
