"""The generic push, through the real door: a key for each source, each line answered, durable before it is answered."""

import json
from typing import TYPE_CHECKING, Any

import pytest

from muniment.desk.archive.actions import settle
from muniment.desk.channels import access, actions
from muniment.desk.desk import Desk
from muniment.record.errors import NotFound, Refused
from tests.desk.channels.pushing import PATH, line, push

if TYPE_CHECKING:
    from django.test import Client


def events(desk: Desk, source: str) -> list[tuple[str, str]]:
    rows = desk.catalog.execute(
        "SELECT event.kind, event.body FROM event JOIN record ON record.leaf = event.leaf WHERE record.source = ? ORDER BY event.leaf, ordinal",
        (source,),
    )
    return [(kind, json.loads(body).get("text", "")) for kind, body in rows]


def test_lines_are_kept_before_they_are_answered(browser: "Client", desk: Desk, source: str, key: str) -> None:
    answer = push(browser, line(1) + b"\n" + line(2, "second"), key)

    assert answer.status_code == 200
    assert answer.json() == {
        "accepted": 2,
        "rejected": 0,
        "lines": [{"line": 1, "accepted": True, "id": "p1"}, {"line": 3, "accepted": True, "id": "p2"}],
    }
    assert desk.archive.intake.backlog("records")[0] == 2  # durable, and not yet in the log
    settle(desk)
    assert events(desk, source) == [("message", "你好, hello"), ("message", "second")]


def test_what_is_sent_again_is_there_once(browser: "Client", desk: Desk, source: str, key: str) -> None:
    for _ in range(3):
        assert push(browser, line(1) + line(2) + b"{}\n", key).status_code == 422
    settle(desk)

    assert [kind for kind, _ in events(desk, source)] == ["message", "message", "undecoded"]
    (count,) = desk.catalog.execute("SELECT count(*) FROM record WHERE source = ?", (source,)).fetchone()
    assert count == 9  # every delivery is a record


def test_other_words_under_an_id_stand_beside_the_first(browser: "Client", desk: Desk, source: str, key: str) -> None:
    push(browser, line(1, "buy"), key)
    push(browser, line(1, "sell"), key)
    push(browser, line(1, "sell"), key)
    settle(desk)

    assert events(desk, source) == [("message", "buy"), ("source_divergence", "sell")]


def test_a_line_that_is_no_message_is_named_and_kept(browser: "Client", desk: Desk, source: str, key: str) -> None:
    answer = push(browser, line(1) + b'{"id": "x"}\n\xff\xfe\n' + line(4), key)

    assert answer.status_code == 422
    told = answer.json()
    assert (told["accepted"], told["rejected"]) == (2, 2)
    assert [each["line"] for each in told["lines"] if not each["accepted"]] == [2, 3]
    assert told["lines"][1]["error"].startswith("expected conversation")
    settle(desk)
    assert [kind for kind, _ in events(desk, source)] == ["message", "undecoded", "undecoded", "message"]


@pytest.mark.parametrize(
    "wrong, status",
    [
        (lambda _: None, 401),
        (lambda key: key[:-1], 403),
        (lambda key: "0" * 32 + key[32:], 403),
        (lambda key: key + "x", 403),
    ],
)
def test_nobody_pushes_without_the_key(
    browser: "Client", desk: Desk, source: str, key: str, wrong: Any, status: int
) -> None:
    assert push(browser, line(1), wrong(key)).status_code == status
    assert desk.archive.intake.backlog("records")[0] == 0


def test_a_wrong_key_is_counted_for_its_source(browser: "Client", desk: Desk, source: str, key: str) -> None:
    push(browser, line(1), key[:-2])

    feed = access.connection(desk, source).feed
    assert feed is not None
    assert feed.refused == 1


def test_a_source_that_is_off_takes_nothing(browser: "Client", desk: Desk, source: str, key: str) -> None:
    actions.disconnect(desk, source)

    assert push(browser, line(1), key).status_code == 403
    assert desk.archive.intake.backlog("records")[0] == 0


def test_too_much_is_refused_whole(browser: "Client", desk: Desk, source: str, key: str) -> None:
    wide = line(1, "x" * 2**20)
    for body, first, limit in (
        (line(1) * 100_000, 20_001, "20000 lines"),
        (b"\n" * 20_000 + line(1).rstrip(), 20_001, "20000 lines"),
        (line(1) * 3 + wide * 16, 19, f"{2**24} bytes"),
        (b"\n" * 20_000 + line(1, "x" * 2**24), 20_001, "20000 lines"),
        (line(1) * 7 + line(1, "x" * 2**24) + b"\n" * 30_000, 8, f"{2**24} bytes"),
    ):
        answer = push(browser, body, key)
        assert answer.status_code == 413
        assert answer.json() == {"error": f"expected at most {limit}; send fewer lines at a time", "line": first}
    assert desk.archive.intake.backlog("records")[0] == 0


def test_what_is_too_much_to_be_read_is_refused_without_a_line(
    browser: "Client", desk: Desk, source: str, key: str
) -> None:
    answer = push(browser, line(1, "x" * 2**25), key)

    assert answer.status_code == 413
    assert answer.content.startswith(b"expected at most")
    assert desk.archive.intake.backlog("records")[0] == 0


def test_as_much_as_may_come_is_taken(browser: "Client", desk: Desk, source: str, key: str) -> None:
    assert push(browser, b"\n" * 19_999 + line(1).rstrip(), key).status_code == 200
    assert push(browser, b"\n" * 19_999 + line(2), key).json()["lines"] == [
        {"line": 20_000, "accepted": True, "id": "p2"}
    ]


def test_another_method_is_told_the_right_one(browser: "Client", source: str) -> None:
    answer = browser.get(PATH)

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"


def test_a_connection_is_entered_and_its_secret_is_nowhere(desk: Desk, source: str, key: str) -> None:
    settle(desk)
    secret = key.partition(".")[2]
    bodies = [body for (body,) in desk.catalog.execute("SELECT body FROM audit_entry WHERE object = ?", (source,))]

    assert [json.loads(body)["act"] for body in bodies] == ["account.add", "connection.add", "connection.on"]
    assert not any(secret in body for body in bodies)
    assert secret not in repr(access.connection(desk, source))
    assert secret not in repr(access.running(desk.archive))


def test_what_cannot_be_a_setting_is_refused(desk: Desk, source: str) -> None:
    with pytest.raises(Refused, match="no setting"):
        actions.change(desk, source, {"colour": "blue"})
    with pytest.raises(NotFound):
        actions.change(desk, "a0", {})
    with pytest.raises(Refused, match="connected already"):
        actions.connect(desk, "our own system", "ndjson", {})
