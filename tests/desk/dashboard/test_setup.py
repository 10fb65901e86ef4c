"""Setting up: a stranger without the terminal's code gets nowhere; two people come out of it, with different roles; nothing is open twice."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from muniment.desk.archive.actions import settle
from muniment.desk.dashboard import opening, setup
from muniment.desk.desk import open_desk
from muniment.desk.people.models import Firm, Grant, User
from muniment.desk.schema import make_desk, use
from tests.archives import Place
from tests.firms import browser_of, home_of, let_go

FIRM = {"name": "Harbour Crest Securities", "zone": "Asia/Hong_Kong", "regimes": ["hk-lc"]}
TWO = {
    "administrator": "k.lau",
    "administrator_shown": "Lau Kit",
    "second": "w.chan",
    "second_shown": "陳詠心",
    "role": "compliance",
}


@pytest.fixture(scope="module")
def bare(pristine: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A new archive with its desk that nobody writes to; `fresh` is a copy of it."""
    copy = pristine.copy(tmp_path_factory.mktemp("bare"))
    let_go()
    make_desk(home_of(copy))
    let_go()
    return copy


@pytest.fixture
def fresh(bare: Place, fast_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A new archive with its desk, and nobody in it."""
    copy = bare.copy(fast_path)
    monkeypatch.setenv("MUNIMENT_HOME", str(copy.home))
    monkeypatch.setenv("MUNIMENT_KEYS", str(copy.keys))
    let_go()
    use(home_of(copy))
    yield copy
    let_go()


def browser() -> Any:
    from django.test import Client

    return Client(SERVER_NAME="127.0.0.1", headers={"user-agent": "tests"})


def test_home_leads_to_the_set_up_until_somebody_can_sign_in(fresh: Place) -> None:
    opening.offer(home_of(fresh))

    assert browser().get("/").headers["Location"] == "/setup/begin/"
    assert browser().get("/setup/").headers["Location"] == "/setup/begin/"


def test_without_a_code_on_the_machine_there_is_no_set_up(fresh: Place) -> None:
    for path in ("/setup/begin/", "/setup/begin/firm/", "/setup/begin/people/"):
        assert browser().get(path).status_code == 404
        assert browser().post(path, {"code": "", **FIRM, **TWO}).status_code == 404


def test_a_stranger_without_the_code_gets_nowhere(fresh: Place) -> None:
    opening.offer(home_of(fresh))
    stranger = browser()

    assert stranger.post("/setup/begin/", {"code": "AAAAA-AAAAA-AAAAA-AAAAA"}).status_code == 422
    assert stranger.post("/setup/begin/firm/", FIRM).status_code == 404
    assert stranger.post("/setup/begin/people/", TWO).status_code == 404
    assert not Firm.objects.exists()
    assert not User.objects.exists()


def test_the_code_is_kept_from_others_on_the_machine_and_stays_the_same(fresh: Place) -> None:
    code = opening.offer(home_of(fresh))

    assert re.fullmatch(r"([2-9A-HJKMNP-Z]{5}-){3}[2-9A-HJKMNP-Z]{5}", code or "")
    assert (fresh.keys / "setup.code").stat().st_mode & 0o777 == 0o600
    assert opening.offer(home_of(fresh)) == code


def test_whoever_types_the_code_makes_the_firm_and_two_people_with_different_roles(fresh: Place) -> None:
    code = opening.offer(home_of(fresh)) or ""
    first = browser()
    assert (
        first.post("/setup/begin/", {"code": f" {code.lower().replace('-', ' ')} "}).headers["Location"]
        == "/setup/begin/firm/"
    )
    assert first.get("/setup/begin/people/").headers["Location"] == "/setup/begin/firm/"
    assert first.post("/setup/begin/firm/", {**FIRM, "zone": "Mars/Base"}).status_code == 422
    assert first.post("/setup/begin/firm/", FIRM).headers["Location"] == "/setup/begin/people/"
    page = first.post("/setup/begin/people/", TWO).content.decode()

    codes = re.findall(r'id="code-\d" tabindex="0">([^<]+)</pre>', page)
    assert len(codes) == 2
    assert {(grant.user.name, grant.role) for grant in Grant.objects.all()} == {
        ("k.lau", "administrator"),
        ("w.chan", "compliance"),
    }
    assert Firm.objects.get().regimes == ["hk-lc"]
    assert not (fresh.keys / "setup.code").exists()
    with open_desk(fresh.home, fresh.keys, "system:test") as desk:
        settle(desk)
        acts = [
            act
            for (act,) in desk.catalog.execute(
                "SELECT act FROM audit_entry WHERE actor = 'system:setup' ORDER BY received_at"
            )
        ]
    assert acts == ["firm.set", "user.add", "grant.give", "user.add", "grant.give", "setup.begin"]


def test_what_was_set_up_is_not_open_again(fresh: Place) -> None:
    code = opening.offer(home_of(fresh)) or ""
    first, late = browser(), browser()
    for each in (first, late):
        each.post("/setup/begin/", {"code": code})
    first.post("/setup/begin/firm/", FIRM)
    first.post("/setup/begin/people/", TWO)

    assert late.post("/setup/begin/people/", {**TWO, "administrator": "thief", "second": "mate"}).status_code == 404
    assert late.post("/setup/begin/firm/", {**FIRM, "name": "Thief"}).status_code == 404
    assert User.objects.count() == 2
    assert opening.offer(home_of(fresh)) is None
    assert first.get("/").headers["Location"].startswith("/sign-in/")


def test_the_second_person_cannot_be_another_administrator(fresh: Place) -> None:
    code = opening.offer(home_of(fresh)) or ""
    first = browser()
    first.post("/setup/begin/", {"code": code})
    first.post("/setup/begin/firm/", FIRM)

    assert first.post("/setup/begin/people/", {**TWO, "role": "administrator"}).status_code == 422
    assert first.post("/setup/begin/people/", {**TWO, "second": TWO["administrator"]}).status_code == 422
    assert not User.objects.exists()


def set_up(fresh: Place) -> dict[str, Any]:
    opening.offer(home_of(fresh))
    from muniment.desk.people.actions import set_firm

    set_firm(setup.first_desk(), "Harbour Crest Securities", "Asia/Hong_Kong", ["hk-lc"])
    setup.add_first_two(("k.lau", "Lau Kit"), ("w.chan", "Chan"), "compliance")
    return {user.name: browser_of(user) for user in User.objects.all()}


def test_the_steps_show_what_is_done_and_finish_when_what_cannot_wait_is(fresh: Place) -> None:
    browsers = set_up(fresh)
    admin, chan = browsers["k.lau"], browsers["w.chan"]
    assert chan.get("/").headers["Location"] == "/setup/"
    page = admin.get("/setup/").content.decode()
    assert page.count('<li class="done">') == 2
    assert "FINRA" not in page
    assert admin.post("/setup/finish/").status_code == 422
    with open_desk(fresh.home, fresh.keys, "system:test") as desk:
        from muniment.capture.audit import Entry

        desk.audit(Entry(act="keys.prove", actor="user:k.lau"), type="key")
    assert admin.get("/setup/").content.decode().count('<li class="done">') == 3
    assert chan.post("/setup/finish/").status_code == 404
    assert admin.post("/setup/finish/").headers["Location"] == "/"
    assert "What needs attention" in chan.get("/").content.decode()


def test_the_firm_is_changed_by_whoever_gives_access_alone(fresh: Place) -> None:
    browsers = set_up(fresh)

    assert browsers["w.chan"].post("/setup/firm/", FIRM).status_code == 404
    assert browsers["k.lau"].post("/setup/firm/", {**FIRM, "name": "Harbour Crest Asia"}).status_code == 302
    assert Firm.objects.get().name == "Harbour Crest Asia"


def test_a_restored_archive_without_its_code_is_not_open(fresh: Place, tmp_path: Path) -> None:
    opening.offer(home_of(fresh))
    shutil.move(fresh.keys / "setup.code", tmp_path / "code")

    assert not opening.is_open(home_of(fresh))
    assert not opening.is_code(home_of(fresh), "")
