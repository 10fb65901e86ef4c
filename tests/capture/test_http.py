"""The small HTTP client against a server that breaks in every way it knows."""

import pytest

from muniment.capture.http import Answer, Failed, Http, checked
from muniment.record.errors import Refused
from tests.capture.platforms import Asked, Reply, platform

QUICK = Http(timeout=0.3, deadline=0.6, limit=1000)


@pytest.mark.parametrize(
    "reply, fault",
    [(Reply(body=b"x" * 100, fault="truncate"), "truncated"), (Reply(body=b"x" * 100, fault="hang"), "timeout"), (Reply(fault="drip"), "too_large"), (Reply(fault="silent"), "timeout"),
     (Reply(fault="drop"), "connection"), (Reply(fault="reset"), "connection"), (Reply(fault="garble"), "protocol"), (Reply(body=b"x" * 1001), "too_large")],
)  # fmt: skip
def test_each_fault_has_its_name(reply: Reply, fault: str) -> None:
    with platform(lambda _: reply) as server:
        assert QUICK.send("GET", f"{server.base}/a") == Failed(fault)  # type: ignore[arg-type]


def test_an_answer_that_never_ends_is_cut_at_the_deadline() -> None:
    with platform(lambda _: Reply(fault="drip")) as server:
        assert QUICK.send("GET", f"{server.base}/a", limit=10**7) == Failed("timeout")


def test_nobody_there_is_no_answer() -> None:
    assert QUICK.send("GET", "http://127.0.0.1:1/") == Failed("connection")


def test_a_request_arrives_as_it_was_made() -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(
            status=201, body=asked.body[::-1], headers={"X-Seen": asked.headers["x-said"], "Retry-After": "30"}
        )

    with platform(answer) as server:
        found = QUICK.send("POST", f"{server.base}/p?a=1&b=%2F", headers={"X-Said": "hello"}, body=b"abc")
        assert isinstance(found, Answer)
        assert (found.status, found.body, found.headers["x-seen"], found.retry_after) == (201, b"cba", "hello", 30)
        (asked,) = server.asked
        assert (asked.method, asked.path, asked.query) == ("POST", "/p", {"a": "1", "b": "/"})


@pytest.mark.parametrize("value", ["", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", "-1", "1" * 9, "１"])
def test_a_wait_that_is_not_in_seconds_is_none(value: str) -> None:
    assert Answer(503, {"retry-after": value}, b"").retry_after is None


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    with platform(lambda _: Reply(status=302, headers={"location": "/b"})) as server:
        found = QUICK.send("GET", f"{server.base}/a")
        assert isinstance(found, Answer) and found.status == 302
        assert [asked.path for asked in server.asked] == ["/a"]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://127.0.0.1/",
        "https://",
        "https://a:b@example.com/",
        "https://example.com/\r\nX: y",
        "https://example.com:x/",
        "https://[::1",
        "file:///etc/passwd",
        "",
        "//example.com",
        "https://例.com/",
        "http://127.0.0.1.example.com/",
        "http://0.0.0.0/",
    ],
)
def test_an_address_that_must_not_be_called_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(Refused) as caught:
        QUICK.send("GET", url)
    assert "example" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["https://graph.facebook.com/v23.0", "http://localhost:8000/", "http://127.0.0.1/", "http://[::1]:80/"]
)
def test_tls_or_this_machine_may_be_called(url: str) -> None:
    assert checked(url).hostname


def test_what_is_shown_of_an_answer_is_not_its_body() -> None:
    assert "content" not in repr(Answer(200, {}, b"content"))
