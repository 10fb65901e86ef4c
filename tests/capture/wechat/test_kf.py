"""Pulling customer service from a platform on loopback that breaks, forgets tokens, and repeats itself."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from muniment.capture.feeds.captured import Captured, MediaDue
from muniment.capture.http import Http
from muniment.capture.outcome import Expired, Fetched, Outcome, RetryAt, TooLarge
from muniment.capture.wechat import kf
from muniment.capture.wechat.api import Api
from muniment.capture.wechat.kf import PATIENCE, Pulled, fetch, pull
from muniment.capture.wechat.live import WeChatLive
from tests.capture.platforms import Asked, Platform, Reply, platform
from tests.capture.wechat.conftest import CORP, NOW, SECOND
from tests.capture.wechat.own import ITEMS, item

QUICK = Http(timeout=0.3, deadline=0.6)
SECRET = "s3cret-of-the-app"


class Stopped(Exception):
    """The machine stops here."""


@dataclass
class Kept:
    """What was made durable: items and cursor in one step. `stop_at` stops before that many pages."""

    items: list[Captured] = field(default_factory=list)
    cursor: str | None = None
    due: list[MediaDue] = field(default_factory=list)
    pages: int = 0
    stop_at: int = -1

    def accept(self, items: Sequence[Captured], *, cursor: str | None = None, due: Sequence[MediaDue] = ()) -> None:
        if self.pages == self.stop_at:
            raise Stopped
        self.pages += 1
        self.items += items
        self.cursor = cursor
        self.due += due


class Desk:
    """The platform's side: items behind cursors, tokens that run out, and faults at the calls that they are named for."""

    def __init__(self, items: Sequence[Any], faults: Mapping[int, Reply] | None = None) -> None:
        self.items, self.faults, self.calls, self.tokens = list(items), dict(faults or {}), 0, 0
        self.files: dict[str, Reply] = {}
        self.bells: list[str | None] = []
        self.doorbell = "BELL"

    def __call__(self, asked: Asked) -> Reply:
        if asked.path == "/cgi-bin/gettoken":
            self.tokens += 1
            assert asked.query == {"corpid": CORP, "corpsecret": SECRET}
            return self.said(access_token=f"AT{self.tokens}", expires_in=7200)
        if asked.path == "/cgi-bin/stable_token":
            self.tokens += 1
            assert json.loads(asked.body) == {"grant_type": "client_credential", "appid": CORP, "secret": SECRET}
            return Reply(body=json.dumps({"access_token": f"AT{self.tokens}", "expires_in": 7200}).encode())
        self.calls += 1
        if self.calls in self.faults:
            return self.faults[self.calls]
        if asked.query["access_token"] != f"AT{self.tokens}":
            return self.said(40014)
        if asked.path == "/cgi-bin/media/get":
            return self.files.get(asked.query["media_id"], self.said(40007))
        body = json.loads(asked.body)
        self.bells.append(body.get("token"))
        if body.get("token") not in {None, self.doorbell}:
            return self.said(95007)
        start = int(body.get("cursor", "0"))
        some = self.items[start : start + body["limit"]]
        end = start + len(some)
        return self.said(msg_list=some, next_cursor=str(end), has_more=int(end < len(self.items)))

    @staticmethod
    def said(errcode: int = 0, **members: Any) -> Reply:
        return Reply(body=json.dumps({"errcode": errcode, "errmsg": "said", **members}, ensure_ascii=False).encode())


FEED = [{**item("text", content=f"n{number}"), "msgid": f"m{number}"} for number in range(25)]


def api(found: Platform, kind: Any = "wecom") -> Api:
    return Api(QUICK, kind, CORP, SECRET, found.base)


def now() -> int:
    return NOW * SECOND


def pulled(desk: Desk, kept: Kept, **more: Any) -> Pulled:
    with platform(desk) as found:
        return pull(api(found), kept, now, cursor=kept.cursor, limit=10, **more)


def keys(kept: Kept) -> list[str | None]:
    return [item.key for item in kept.items]


def test_every_page_is_kept_before_the_cursor_moves() -> None:
    kept, newest = Kept(), list[int | None]()
    feed = [{**each, "send_time": 1_790_000_000 + number} for number, each in enumerate(FEED)]
    assert pulled(Desk(feed), Kept(), behind=newest.append) == Pulled(25, "25")
    assert newest == [1_790_000_009 * SECOND, 1_790_000_019 * SECOND]  # of the pages behind which there is more
    assert pulled(Desk(FEED), kept, token="BELL") == Pulled(25, "25")
    assert keys(kept) == [f"kf:m{number}" for number in range(25)]
    assert (kept.cursor, kept.pages) == ("25", 3)
    assert [json.loads(item.raw) for item in kept.items] == FEED


def test_a_stop_between_page_and_cursor_loses_nothing_and_doubles_no_key() -> None:
    for stop_at in range(3):
        kept = Kept(stop_at=stop_at)
        with pytest.raises(Stopped):
            pulled(Desk(FEED), kept)
        assert kept.cursor == (str(10 * stop_at) if stop_at else None)
        kept.stop_at = -1
        pulled(Desk(FEED), kept)
        assert keys(kept) == [f"kf:m{number}" for number in range(25)]


def test_what_is_new_later_is_behind_the_cursor() -> None:
    kept, desk = Kept(), Desk(FEED[:5])
    pulled(desk, kept)
    assert pulled(desk, kept) == Pulled(0, "5")
    desk.items += FEED[5:8]
    assert pulled(desk, kept).items == 3
    assert len(keys(kept)) == len(set(keys(kept))) == 8


@pytest.mark.parametrize(
    "fault", [Reply(status=502), Reply(body=b"no json"), Reply(body=b"[]"), Reply(body=b'{"errcode":-1,"errmsg":"busy"}'), Reply(body=b'{"errcode":45009,"errmsg":"often"}'),
              Reply(body=b'{"errcode":0,"msg_list":[', fault="truncate"), Reply(fault="silent"), Reply(fault="drop"), Reply(fault="drip"), Reply(body=b"x" * 100, fault="hang"), Reply(fault="garble")],
    ids=["502", "text", "list", "busy", "often", "truncated", "silent", "dropped", "dripping", "hanging", "garbled"],
)  # fmt: skip
def test_a_fault_in_the_middle_keeps_what_came_and_goes_on_later(fault: Reply) -> None:
    kept = Kept()
    found = pulled(Desk(FEED, {2: fault}), kept)
    assert (found.items, kept.cursor) == (10, "10")
    assert isinstance(found.wait, RetryAt) and found.wait.at > now()
    assert SECRET not in found.wait.reason and "http:" not in found.wait.reason and "AT" not in found.wait.reason
    assert pulled(Desk(FEED), kept).items == 15
    assert keys(kept) == [f"kf:m{number}" for number in range(25)]


def test_a_token_that_has_run_out_is_replaced_once() -> None:
    desk, kept = Desk(FEED, {2: Desk.said(42001)}), Kept()
    assert pulled(desk, kept).items == 25
    assert desk.tokens == 2
    stuck = Desk(FEED, {number: Desk.said(40014) for number in range(1, 9)})
    found = pulled(stuck, Kept())
    assert found.wait is not None and found.wait.reason == "40014"


def test_one_token_serves_many_calls_and_ends_before_its_end() -> None:
    desk, kept = Desk(FEED), Kept()
    with platform(desk) as found:
        shared = api(found)
        for _ in range(3):
            pull(shared, kept, now, cursor=kept.cursor)
        assert desk.tokens == 1
        pull(shared, kept, lambda: (NOW + 7000) * SECOND, cursor=kept.cursor)
        assert desk.tokens == 2


def test_a_doorbell_s_token_that_is_refused_is_left_away() -> None:
    desk, kept = Desk(FEED[:3]), Kept()
    assert pulled(desk, kept, token="OLD BELL") == Pulled(3, "3")
    assert desk.bells == ["OLD BELL", None]


def test_a_cursor_that_does_not_move_is_no_endless_loop() -> None:
    stuck = Desk.said(msg_list=[FEED[0]], next_cursor="same", has_more=1)
    desk, kept = Desk(FEED, dict.fromkeys(range(1, 99), stuck)), Kept()
    found = pulled(desk, kept)
    assert found.wait is not None and desk.calls == 2
    missing = Desk(FEED, {1: Desk.said(msg_list=[FEED[0]], has_more=1)})
    assert pulled(missing, Kept()).wait is not None


def test_a_stop_is_obeyed_between_pages() -> None:
    kept, asked = Kept(), iter([False, True])
    assert pulled(Desk(FEED), kept, stopped=lambda: next(asked)).items == 10


def test_all_kinds_of_items_pass_and_their_files_are_owed() -> None:
    kept = Kept()
    pulled(Desk(list(ITEMS.values())), kept)
    assert [json.loads(one.raw) for one in kept.items] == list(ITEMS.values())
    assert [one.media for one in kept.due] == ["K1", "K2", "K3", "K4", "K5", "K6"]
    assert {one.until for one in kept.due} == {(NOW + 3 * 86_400) * SECOND}


def got(
    reply: Reply | None,
    *,
    at: int = NOW,
    tries: int = 0,
    limit: int = 10**6,
    kind: Any = "wecom",
    want: MediaDue | None = None,
) -> Outcome:
    desk = Desk([])
    if reply is not None:
        desk.files["K1"] = reply
    with platform(desk) as found:
        return fetch(
            api(found, kind), want or MediaDue(media="K1", until=(NOW + 60) * SECOND), at * SECOND, tries, limit
        )


FILE = bytes(range(256)) * 20


@pytest.mark.parametrize("kind", ["wecom", "official"])
def test_a_file_comes_with_its_name(kind: str) -> None:
    headers = {"content-type": "image/jpeg", "content-disposition": 'attachment; filename="a.jpg"'}
    assert got(Reply(body=FILE, headers=headers), kind=kind) == Fetched(
        content=FILE, content_type="image/jpeg", name="a.jpg"
    )


@pytest.mark.parametrize(
    "said, name",
    [
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ("attachment; filename*=UTF-8''%E6%A2%9D.pdf", "條.pdf"),
        ("attachment", None),
        ('x; filename="\xe6\xa2\x9d.pdf"', "條.pdf"),
        ('x; filename="\xff"', None),
        ('x; filename=""', None),
    ],
)
def test_a_name_is_a_name_and_no_path(said: str, name: str | None) -> None:
    assert kf._name(said) == name


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=500),
        Reply(body=FILE, fault="truncate"),
        Reply(body=FILE, fault="hang"),
        Reply(fault="drip"),
        Reply(fault="drop"),
        Reply(body=b'{"errcode":-1,"errmsg":"busy"}'),
        None,
    ],
    ids=["500", "truncated", "hanging", "dripping", "dropped", "busy", "not there"],
)
def test_a_file_that_does_not_come_is_tried_again(reply: Reply | None) -> None:
    assert isinstance(got(reply), RetryAt)


def test_a_file_is_given_up_when_its_time_is_over() -> None:
    assert got(None, at=NOW + 60) == Expired("40007")
    assert got(None, want=MediaDue(media="K1"), tries=PATIENCE) == Expired("40007")
    assert isinstance(got(None, want=MediaDue(media="K1")), RetryAt)


def test_a_file_beyond_the_limit_is_not_read() -> None:
    assert got(Reply(body=FILE), limit=100) == TooLarge(100)


def test_a_file_that_is_json_is_a_file() -> None:
    assert isinstance(got(Reply(body=b'{"errcode": 5}')), Fetched)


def test_a_video_of_an_official_account_is_fetched_where_it_lies_without_the_token() -> None:
    with platform(lambda _: Reply(body=FILE)) as other:
        assert got(Reply(body=json.dumps({"video_url": f"{other.base}/v"}).encode()), kind="official") == Fetched(
            content=FILE
        )
        (asked,) = other.asked
        assert asked.query == {} and "authorization" not in asked.headers


@dataclass
class Errand:
    """Work for one account (`feeds.live.Work`), kept in memory."""

    settings: Mapping[str, str]
    kept: Kept = field(default_factory=Kept)
    failures: list[str] = field(default_factory=list)
    newest: list[int | None] = field(default_factory=list)
    source: str = "c1"
    folder: Path = Path("not made")
    bell: str | None = None
    beside: Any = None

    @property
    def cursor(self) -> str | None:
        return self.kept.cursor

    def now(self) -> int:
        return now()

    def stopped(self) -> bool:
        return False

    def pause(self, seconds: float) -> None:
        raise AssertionError

    def accept(
        self,
        items: Sequence[Captured],
        *,
        cursor: str | None = None,
        due: Sequence[MediaDue] = (),
        gaps: Sequence[Any] = (),
    ) -> None:
        self.kept.accept(items, cursor=cursor, due=due)

    def gap_once(self, name: str, gap: Any) -> None:
        raise AssertionError

    def gap_over(self, name: str) -> None:
        raise AssertionError

    def keep(self, make: Any) -> Any:
        raise AssertionError

    def behind(self, newest: int | None) -> None:
        self.newest.append(newest)

    def failed(self, code: str) -> None:
        self.failures.append(code)


def test_the_connector_pulls_each_account_behind_its_own_cursor_and_fetches() -> None:
    desk = Desk(FEED)
    desk.files["K1"] = Reply(body=FILE)
    with platform(desk) as found:
        work = Errand(
            {"receiver": CORP, "secret": SECRET, "customer_service": "yes", "open_kfids": "wk1\nwk2", "api": found.base}
        )
        live = WeChatLive(QUICK)
        assert live.pull(work) == 300
        assert json.loads(work.cursor or "") == {"wk1": "25", "wk2": "25"}
        assert [json.loads(asked.body)["open_kfid"] for asked in found.asked if "sync_msg" in asked.path] == [
            "wk1",
            "wk2",
        ]
        assert live.fetch(work, MediaDue(media="K1"), 0, None) == (Fetched(content=FILE), None)
        assert desk.tokens == 1
        assert work.newest == [None]
        desk.faults = {desk.calls + 1: Reply(status=500)}
        assert live.pull(work) == 15
        assert work.failures == ["http 500"]


def test_an_account_without_customer_service_pulls_nothing() -> None:
    assert WeChatLive(QUICK).pull(Errand({"receiver": CORP})) == 3600


def test_nothing_shown_is_a_secret() -> None:
    shown = repr(Api(QUICK, "wecom", CORP, SECRET))
    assert SECRET not in shown
