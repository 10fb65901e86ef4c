"""Files of messages against a platform on loopback that also breaks, lies, hangs and forgets."""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.capture.feeds.captured import MediaDue
from muniment.capture.http import Http
from muniment.capture.outcome import Expired, Fetched, HashMismatch, Outcome, RetryAt, TooLarge, digest_of
from muniment.capture.whatsapp_cloud.media import KEPT, PATIENCE, Media, due
from tests.capture.platforms import Asked, Platform, Reply, platform
from tests.capture.whatsapp_cloud.conftest import CLIENT, decode, message, webhook
from tests.capture.whatsapp_cloud.own import OWN

NOW, SECOND = 1_762_000_100_000_000, 1_000_000
CONTENT = b"%PDF-1.7 " + bytes(range(256)) * 40
HASH = hashlib.sha256(CONTENT)
DUE = MediaDue(
    media="5501", name="a.pdf", digest=f"sha256:{HASH.hexdigest()}", content_type="application/pdf", until=NOW + KEPT
)
QUICK = Http(timeout=0.3, deadline=0.6)


def raw(payload: Any) -> bytes:
    return json.dumps(payload).encode()


def place(api: Platform, **more: Any) -> Reply:
    """Meta's answer to a media id."""
    said = {"messaging_product": "whatsapp", "url": f"{api.base}/file?mid=1&hash=secret", "mime_type": "application/pdf",
            "sha256": HASH.hexdigest(), "file_size": len(CONTENT), "id": "5501"}  # fmt: skip
    return Reply(body=json.dumps({**said, **more}).encode())


def fetch(file: Reply | Callable[[int], Reply], *, asked: Reply | None = None, want: MediaDue = DUE, now: int = NOW, limit: int = 10**6,
          tries: int = 0, **more: Any) -> tuple[Outcome, list[Asked]]:  # fmt: skip
    """One attempt against a platform that answers the id with `asked` (as Meta does, otherwise) and the address with `file`."""
    count = 0

    def answer(request: Asked) -> Reply:
        nonlocal count
        if request.path != "/file":
            return asked or place(api, **more)
        count += 1
        return file(count) if callable(file) else file

    with platform(answer) as api:
        media = Media(QUICK, "EAAG-token", f"{api.base}/v23.0", number_id="7001", limit=limit)
        return media.fetch(want, now, tries), api.asked


def test_the_files_of_a_body_are_named_once_with_their_hash_and_their_end() -> None:
    (found,) = due(raw(OWN["document"]))
    assert found == MediaDue(
        media="5501", name="條款.pdf", digest="sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        content_type="application/pdf", until=1_762_000_000 * SECOND + KEPT,
    )  # fmt: skip
    twice = webhook(
        messages=[
            message("a", type="image", image={"id": 7, "mime_type": "image/png"}),
            message("b", type="image", image={"id": "7", "mime_type": "image/png"}),
        ]
    )
    assert [one.media for one in due(raw(twice))] == ["7"]
    assert [one.media for one in due(raw(OWN["a type from the future"]))] == ["77"]
    assert due(b"no json") == due(b"[]") == []


def test_what_is_due_is_what_the_attachments_of_the_events_name(payloads: dict[str, Any]) -> None:
    for name, payload in [*payloads.items(), *OWN.items()]:
        named = {file.media for event in decode(payload) for file in event.attachments}
        assert {one.media for one in due(raw(payload))} == named, name


def test_a_file_is_fetched_with_the_token_and_compared() -> None:
    outcome, asked = fetch(Reply(body=CONTENT))
    assert outcome == Fetched(content=CONTENT, content_type="application/pdf", name="a.pdf", checked=True)
    assert [(one.path, one.headers["authorization"]) for one in asked] == [
        ("/v23.0/5501", "Bearer EAAG-token"),
        ("/file", "Bearer EAAG-token"),
    ]
    assert asked[0].query == {"phone_number_id": "7001"}


@pytest.mark.parametrize(
    "declared",
    [
        HASH.hexdigest(),
        HASH.hexdigest().upper(),
        base64.b64encode(HASH.digest()).decode(),
        base64.b64encode(HASH.digest()).decode().rstrip("="),
    ],
)
def test_a_hash_is_read_in_hex_and_in_base64(declared: str) -> None:
    assert digest_of(declared) == f"sha256:{HASH.hexdigest()}"
    outcome, _ = fetch(Reply(body=CONTENT), sha256=declared)
    assert isinstance(outcome, Fetched) and outcome.checked


@pytest.mark.parametrize("declared", ["4654+8g=", "", "x" * 64, "SfInY0gGKTsJlUWbwxC1k+FAD0FZHv", "你"])
def test_what_is_no_hash_proves_nothing(declared: str) -> None:
    assert digest_of(declared) is None
    outcome, _ = fetch(Reply(body=CONTENT), want=replace_digest(None), sha256=declared)
    assert isinstance(outcome, Fetched) and not outcome.checked


def replace_digest(digest: str | None) -> MediaDue:
    return MediaDue(media="5501", name="a.pdf", digest=digest, until=NOW + KEPT)


@given(st.binary(min_size=32, max_size=32))
def test_every_hash_is_the_same_in_each_form(digest: bytes) -> None:
    assert digest_of(digest.hex()) == digest_of(base64.b64encode(digest).decode()) == f"sha256:{digest.hex()}"


def test_another_file_than_the_declared_is_a_mismatch_and_is_handed_over() -> None:
    wrong = bytes(len(CONTENT))
    assert fetch(Reply(body=wrong))[0] == HashMismatch(content=wrong, content_type="application/pdf", name="a.pdf")
    contradiction, _ = fetch(Reply(body=CONTENT), want=replace_digest("sha256:" + "0" * 64))
    assert isinstance(contradiction, HashMismatch)


def test_an_address_that_has_run_out_is_asked_for_again_once() -> None:
    outcome, asked = fetch(lambda count: Reply(status=404) if count == 1 else Reply(body=CONTENT))
    assert isinstance(outcome, Fetched)
    assert [one.path for one in asked] == ["/v23.0/5501", "/file", "/v23.0/5501", "/file"]
    outcome, asked = fetch(Reply(status=404))
    assert isinstance(outcome, RetryAt) and len(asked) == 4


@pytest.mark.parametrize(
    "reply", [Reply(status=500), Reply(status=503, headers={"retry-after": "120"}), Reply(body=CONTENT, fault="truncate"), Reply(body=CONTENT, fault="hang"),
              Reply(fault="drip"), Reply(fault="silent"), Reply(fault="drop"), Reply(fault="garble"), Reply(body=CONTENT[:-1]), Reply(status=302, headers={"location": "http://evil.example/"})],
    ids=["500", "503", "truncated", "hanging", "dripping", "silent", "dropped", "garbled", "short", "redirect"],
)  # fmt: skip
def test_what_fails_is_tried_again_later(reply: Reply) -> None:
    outcome, asked = fetch(reply)
    assert isinstance(outcome, RetryAt)
    assert outcome.at > NOW
    if "retry-after" in reply.headers:
        assert outcome.at == NOW + 120 * SECOND
    assert all(secret not in outcome.reason for secret in ("EAAG", "http://", "secret"))
    assert {one.path for one in asked} <= {"/v23.0/5501", "/file"}


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=500),
        Reply(status=401, body=b'{"error":{"code":190}}'),
        Reply(body=b"no json"),
        Reply(body=b"[]"),
        Reply(body=b"{}"),
        Reply(fault="silent"),
        Reply(body=b'{"url": 7}'),
    ],
)
def test_an_id_that_is_not_answered_is_tried_again_later(reply: Reply) -> None:
    assert isinstance(fetch(Reply(body=CONTENT), asked=reply)[0], RetryAt)


def test_each_failure_waits_longer_up_to_an_hour() -> None:
    waits = [fetch(Reply(), asked=Reply(status=500), tries=tries)[0] for tries in (0, 1, 4, 40)]
    assert [(wait.at - NOW) // SECOND for wait in waits if isinstance(wait, RetryAt)] == [15, 30, 240, 3600]


GONE = Reply(status=400, body=b'{"error":{"message":"Unsupported get request","code":100,"error_subcode":33}}')


def test_a_file_is_given_up_only_when_its_time_is_over() -> None:
    """Meta gives the same answer where a permission is missing."""
    assert isinstance(fetch(Reply(), asked=GONE)[0], RetryAt)
    assert fetch(Reply(), asked=GONE, now=NOW + KEPT)[0] == Expired("100")
    timeless = MediaDue(media="5501")
    assert isinstance(fetch(Reply(), asked=GONE, want=timeless)[0], RetryAt)
    assert fetch(Reply(), asked=GONE, want=timeless, tries=PATIENCE)[0] == Expired("100")


def test_a_file_beyond_the_limit_is_not_read() -> None:
    assert fetch(Reply(body=CONTENT), limit=100)[0] == TooLarge(100)


@pytest.mark.parametrize(
    "url",
    [
        "http://evil.example/file",
        "https://evil.example/file",
        "https://lookaside.fbsbx.com.evil.example/f",
        "https://user@graph.facebook.com/",
        "file:///etc/passwd",
        "http://127.0.0.1:1/file",
        "//x",
        "",
        "https://fbsbx.com\r\nx: y/",
    ],
)
def test_the_token_goes_to_no_other_host(url: str) -> None:
    outcome, asked = fetch(Reply(body=CONTENT), url=url)
    assert isinstance(outcome, RetryAt)
    assert {one.path for one in asked} == {"/v23.0/5501"}


def test_a_redirect_is_not_followed() -> None:
    with platform(lambda _: Reply(body=b"stolen")) as other:
        outcome, _ = fetch(Reply(status=302, headers={"location": f"{other.base}/file"}))
        assert isinstance(outcome, RetryAt)
        assert other.asked == []


def test_an_id_is_no_path() -> None:
    odd = MediaDue(media="../../me?x=1#f", until=NOW + KEPT)
    _, asked = fetch(Reply(body=CONTENT), want=odd)
    assert asked[0].path == "/v23.0/..%2F..%2Fme%3Fx%3D1%23f"


def test_what_is_shown_of_the_client_holds_no_token() -> None:
    media = Media(QUICK, "EAAG-token")
    assert "EAAG" not in repr(media) and "EAAG" not in repr(replace(media, number_id="1"))
    assert CLIENT not in repr(media)
