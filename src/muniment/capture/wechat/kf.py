"""Customer service (微信客服): the doorbell says that there is something, and here it is pulled, page after page.

Trust: the cursor moves only when the sink has made a page durable; a stop between the two repeats the page, and items that
come again bear the keys they had. The platform keeps items for three days: what is not pulled by then is lost.
"""

import re
from collections.abc import Callable, Sequence
from typing import Protocol
from urllib.parse import unquote

import msgspec

from muniment.capture.connector import LARGEST, Undecodable
from muniment.capture.epoch import from_seconds
from muniment.capture.exact import read_json, text_of
from muniment.capture.feeds.captured import Captured, MediaDue
from muniment.capture.http import Answer
from muniment.capture.outcome import Expired, Fetched, Outcome, RetryAt, TooLarge, retry
from muniment.capture.spans import Span, walk
from muniment.capture.wechat.api import Api, code_of
from muniment.capture.wechat.files import due
from muniment.capture.wechat.kfitems import key_of
from muniment.record.errors import Refused
from muniment.record.record import Assurance

PAGE = 1000
"""Items of a page: the most that the platform gives."""
NOT_THE_TOKEN = {"0", "-1", "45009"}
"""Codes that do not speak of the doorbell's token: none, busy, too often. After any other it is tried once without one."""
NO_SUCH = {"40007", "40058"}
"""Codes that say that a media id names nothing (any more)."""
PATIENCE = 8
"""Tries after which a file without a time is taken to be gone, when the platform says so."""
AMR = 0
"""Voices are asked for in AMR, which the archive can play; 1 would be SILK."""
_NAMED = re.compile(r"""filename\*=(?:UTF-8|utf-8)''([^;\s]+)|filename="([^"]*)\"""")


class Sink(Protocol):
    """Who makes a page durable."""

    def accept(self, items: Sequence[Captured], *, cursor: str | None = None, due: Sequence[MediaDue] = ()) -> None:
        """Keep the items, the files they owe, and the cursor behind them, in one step. When this returns they are acknowledged."""
        ...


class Pulled(msgspec.Struct, frozen=True):
    """How far a pull came: items accepted, the last durable cursor, and why it ended early, if it did."""

    items: int
    cursor: str | None
    wait: RetryAt | None = None


def pull(
    api: Api,
    sink: Sink,
    now: Callable[[], int],
    *,
    cursor: str | None = None,
    token: str | None = None,
    open_kfid: str | None = None,
    limit: int = PAGE,
    stopped: Callable[[], bool] = lambda: False,
    tries: int = 0,
    behind: Callable[[int | None], None] = lambda _: None,
) -> Pulled:
    """Take everything behind `cursor` (None: from the oldest that the platform still has), as one account or all.

    `token` is the doorbell's, good for ten minutes; without it the platform allows few calls. `behind` hears of when the newest
    item of a page is (µs UTC) behind which there is more.
    """
    count = 0
    while not stopped():
        asked = {"limit": limit, "voice_format": AMR}
        named = {"cursor": cursor, "token": token, "open_kfid": open_kfid}
        said = api.post(
            "/cgi-bin/kf/sync_msg", {**asked, **{name: value for name, value in named.items() if value}}, now(), tries
        )
        if isinstance(said, RetryAt):
            return Pulled(count, cursor, said)
        if token is not None and said.code not in NOT_THE_TOKEN:
            token = None
            continue
        if said.code != "0":
            return Pulled(count, cursor, retry(now(), said.code, tries=tries))
        items, owed = cut(said.raw, open_kfid)
        following = text_of(said.members.get("next_cursor"))
        more = said.members.get("has_more") == 1
        if items or (following is not None and following != cursor):
            sink.accept(items, cursor=following or cursor, due=owed)
            count += len(items)
        if more and (following is None or following == cursor):
            return Pulled(count, cursor, retry(now(), "the cursor does not move", tries=tries))
        cursor = following or cursor
        if more and items and (newest := sent_at(items[-1].raw)) is not None:
            behind(newest)
        if not more:
            break
    return Pulled(count, cursor)


def cut(page: bytes, open_kfid: str | None = None) -> tuple[list[Captured], list[MediaDue]]:
    """The items of an answer, each with the bytes it had there, and the files they owe."""
    items: list[Captured] = []
    owed: dict[str, MediaDue] = {}
    for span in walk(page, (("msg_list", "*"),)):
        if isinstance(span, Span) and span.wanted:
            raw = page[span.start : span.end]
            meta: dict[str, str] = {"form": "kf"}
            if open_kfid is not None:
                meta["asked"] = open_kfid
            items.append(Captured(raw=raw, key=_key(raw), meta=meta, assurance=Assurance.API_TLS))
            for one in due(raw):
                owed.setdefault(one.media, one)
    return items, list(owed.values())


def sent_at(raw: bytes) -> int | None:
    """When an item was sent (µs UTC); None where it does not say."""
    try:
        value = read_json(raw).value
    except Undecodable:
        return None
    return from_seconds(text_of(value.get("send_time"))) if type(value) is dict else None


def _key(raw: bytes) -> str | None:
    try:
        value = read_json(raw).value
    except Undecodable:
        return None
    native = text_of(value.get("msgid")) if type(value) is dict else None
    return None if native is None else key_of(native)


def fetch(api: Api, wanted: MediaDue, now: int, tries: int = 0, limit: int = LARGEST) -> Outcome:
    """One attempt to fetch a file; the platform declares no hash.

    It is given up when the platform says that it is gone and its time is over: a wrong secret gets the same answer.
    """
    answer = api.get("/cgi-bin/media/get", {"media_id": wanted.media}, now, tries, limit)
    if answer == "too_large":
        return TooLarge(limit)
    if isinstance(answer, RetryAt):
        return answer
    assert isinstance(answer, Answer)
    code = code_of(answer)
    if code in NO_SUCH and (tries >= PATIENCE if wanted.until is None else now >= wanted.until):
        return Expired(code)
    if code is not None and code != "0":
        return retry(now, code, tries=tries)
    elsewhere = _elsewhere(answer)
    if elsewhere is not None:
        return _fetch_elsewhere(api, elsewhere, now, tries, limit)
    content_type = answer.headers.get("content-type")
    return Fetched(
        content=answer.body, content_type=content_type, name=_name(answer.headers.get("content-disposition", ""))
    )


def _elsewhere(answer: Answer) -> str | None:
    """Where the file lies: an official account's videos come as an address in JSON."""
    if len(answer.body) > 65536 or answer.body.lstrip()[:1] != b"{":
        return None
    try:
        value = read_json(answer.body).value
    except Undecodable:
        return None
    url = value.get("video_url") if type(value) is dict else None
    return url if type(url) is str else None


def _fetch_elsewhere(api: Api, url: str, now: int, tries: int, limit: int) -> Outcome:
    """Fetch from an address that holds no secret of ours, and is sent none; over TLS, whatever it says."""
    if url.startswith("http://") and not api.base.startswith("http://"):
        url = f"https://{url.removeprefix('http://')}"
    try:
        answer = api.http.send("GET", url, limit=limit)
    except Refused:
        return retry(now, "address", tries=tries)
    if not isinstance(answer, Answer):
        return TooLarge(limit) if answer.fault == "too_large" else retry(now, answer.fault, tries=tries)
    if answer.status != 200:
        return retry(now, f"http {answer.status}", tries=tries, asked=answer.retry_after)
    return Fetched(content=answer.body, content_type=answer.headers.get("content-type"))


def _name(disposition: str) -> str | None:
    """The name that the platform gives a file; a name alone, never a path."""
    match = _NAMED.search(disposition)
    if match is None:
        return None
    try:
        name = unquote(match[1], errors="strict") if match[1] else match[2].encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None
    return name.replace("\\", "/").rpartition("/")[2].replace("\x00", "") or None
