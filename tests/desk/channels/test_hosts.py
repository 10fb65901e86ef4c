"""Under which name each door answers, with HTTPS and two names: asked in a process that starts with those settings."""

import json
import subprocess
import sys
from typing import Any

from muniment.desk.channels import access, actions
from muniment.desk.desk import Desk
from tests.archives import Place
from tests.desk.channels.pushing import PATH, line
from tests.firms import MakeUser

PAGES, HOOKS, OTHER = "archive.example.com", "hooks.example.com", "else.example.com"
ASK = """
import json, sys
import django
django.setup()
from django.test import Client
from muniment.desk.people.models import User
from tests.firms import browser_of
user, asked = json.load(sys.stdin)
answers = []
for signed, method, path, host, headers, body in asked:
    client = browser_of(User.objects.get(name=user)) if signed else Client()
    answer = client.generic(method, path, body, content_type="application/x-ndjson", headers={"host": host, **headers})
    answers.append([answer.status_code, b"".join(answer).decode()])
print(json.dumps(answers))
"""


def ask(place: Place, user: str, *asked: tuple[Any, ...]) -> list[tuple[int, str]]:
    """The answers of an archive that is set up for two names; stderr is the last of them, with the status 0."""
    given = {
        **place.environment,
        "DJANGO_SETTINGS_MODULE": "muniment.site.settings",
        "MUNIMENT_URL": f"https://{PAGES}",
        "MUNIMENT_HOOKS_URL": f"https://{HOOKS}",
    }
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        env=given,
        input=json.dumps([user, asked]),
        check=True,
        capture_output=True,
        text=True,
    )
    return [*((status, text) for status, text in json.loads(done.stdout)), (0, done.stderr)]


def test_each_door_answers_under_its_own_name(
    place: Place, desk: Desk, source: str, key: str, user_as: MakeUser
) -> None:
    meta = actions.connect(
        desk, "the number", "whatsapp_cloud", {"app_secrets": "one", "access_token": "two", "verify_token": "three"}
    )
    actions.switch_on(desk, meta)
    user = user_as("records", name="rita").name
    hook = f"/hooks/whatsapp-cloud/{access.connection(desk, meta).hook}/"
    verifies = f"{hook}?hub.mode=subscribe&hub.verify_token=three&hub.challenge=1158201444"
    key_of = {"Authorization": f"Bearer {key}"}

    def pushed(number: int, host: str) -> tuple[Any, ...]:
        return (False, "POST", PATH, host, key_of, line(number).decode())

    def got(path: str, host: str, *, signed: bool = False) -> tuple[Any, ...]:
        return (signed, "GET", path, host, {}, "")

    answers = ask(
        place,
        user,
        pushed(1, HOOKS),
        pushed(2, f"{HOOKS}:443"),
        pushed(3, PAGES),
        pushed(4, OTHER),
        got(verifies, HOOKS),
        got(verifies, OTHER),
        got("/sign-in/", PAGES),
        got("/sign-in/", HOOKS),
        got("/capture/", HOOKS, signed=True),
        got("/static/muniment/icon.svg", HOOKS),
        got("/api/v1/me", HOOKS, signed=True),
        got("/hooks", HOOKS),
        got(f"/capture/{meta}/platform/", PAGES, signed=True),
        got(f"/capture/{source}/platform/", PAGES, signed=True),
    )

    nothing = (400, "nothing is answered under this name\n")
    assert [status for status, _ in answers[:3]] == [200, 200, 200]
    assert answers[3] == nothing
    assert answers[4] == (200, "1158201444")
    assert answers[5] == nothing
    assert answers[6][0] == 200
    assert answers[7:12] == [nothing] * 5, "a page, a file of a page, the API: not under the name that platforms know"
    assert f"https://{HOOKS}{hook}<" in answers[12][1]
    assert "without HTTPS" not in answers[12][1]
    assert f"https://{HOOKS}{PATH}<" in answers[13][1]
    assert f"https://{PAGES}{PATH} as well" in answers[13][1]
    assert answers[14][1].count("a delivery was refused: its host is neither") == 2
    assert desk.archive.intake.backlog("records")[0] == 3
