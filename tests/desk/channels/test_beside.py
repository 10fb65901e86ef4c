"""What the pages say of WeCom beside its messages: whether consent, members and names are asked for, and what did not open."""

import html
import re
from typing import TYPE_CHECKING

from muniment.desk.channels import access, actions
from muniment.desk.channels.words.health import code
from muniment.desk.desk import Desk
from tests.capture.wecom.archive import CORP, Scenario, text
from tests.capture.wecom.driven import Driven, pem
from tests.capture.wecom.platform import Platform, serving
from tests.desk.channels.looks import look
from tests.firms import ClientAs

if TYPE_CHECKING:
    from django.test import Client


def page(browser: "Client", path: str) -> str:
    said = browser.get(path)
    assert said.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.unescape(said.content.decode())))


def test_the_page_says_that_nothing_is_asked_and_then_how_much(
    wecom: Driven, desk: Desk, scenario: Scenario, client_as: ClientAs
) -> None:
    officer, path = client_as("records"), f"/capture/{wecom.source}/"
    scenario.serve([text(1)])
    look(wecom)
    said = page(officer, path)
    assert said.count("No secret is entered: nothing is asked.") == 2
    assert "2 questions wait" in said

    with serving(Platform(CORP)) as platform:
        platform.answers["msgaudit/get_permit_user_list"] = b'{"errcode":0,"ids":["amy"]}'
        platform.answers["msgaudit/check_single_agree"] = b'{"errcode":48002,"errmsg":"api forbidden"}'
        actions.change(desk, wecom.source, {"companion_secret": platform.secret, "api": platform.base})
        look(wecom)

    said = page(officer, path)
    assert said.count("No secret is entered: nothing is asked.") == 1
    assert "1 of 2 questions answered" in said
    assert "1 not answered" in said and "48002" in said
    assert platform.secret not in officer.get(path).content.decode()
    row = access.connection(desk, wecom.source)
    assert row.feed is not None and row.feed.failure == "companion 48002"
    assert code("wecom", "companion 40001") == "messages come; consent, members and names do not: the secret is wrong"


def test_a_gap_whose_rows_were_opened_is_over(
    wecom: Driven, desk: Desk, scenario: Scenario, client_as: ClientAs
) -> None:
    officer = client_as("records")
    scenario.serve([text(1)], version=2)
    look(wecom)
    assert "Find the private key of the version that it names" in page(officer, "/capture/gaps/")
    assert "1 record cannot be read" not in page(client_as("compliance"), "/attention/")
    assert "2 records cannot be read" in page(client_as("compliance"), "/attention/")

    actions.change(desk, wecom.source, {"private_keys": pem({n: scenario.keys[n] for n in (1, 2)})})
    look(wecom)

    said = page(officer, "/capture/gaps/")
    assert "It is over: every row of it was opened since" in said
    assert "Find the private key" not in said
    assert "1 record cannot be read" in page(
        client_as("compliance"), "/attention/"
    )  # the broken line of the small firm
