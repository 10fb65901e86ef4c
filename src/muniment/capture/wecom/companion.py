"""The calls beside the archive: who is in a group, who agreed to be archived, whom the archive covers, what a robot is called.

Each answer becomes a record as it came. What the archive itself does not carry (rosters, names) is known only as of the moment
it was asked for.

Trust: secret and access token go to the platform over TLS and nowhere else; no error names the address, which holds the token.
"""

import random
from collections.abc import Callable, Sequence
from typing import Any, Literal
from urllib.parse import urlencode

import msgspec

from muniment.capture.feeds.captured import Captured
from muniment.capture.http import Failed, Http
from muniment.capture.wecom.codes import TOKEN, Means, means
from muniment.capture.wecom.decode import CONSENT, DIRECTORY, ROSTER
from muniment.capture.wecom.pace import Backoff, Pace
from muniment.record.clock import SECOND, Clock, now

BASE = "https://qyapi.weixin.qq.com"
CALLS = 300
"""Calls a minute that we allow ourselves: well below what the platform is known to allow (to verify)."""
ASKED_AT_ONCE = 100
"""Pairs of colleague and client in one question about consent."""
EARLY = 120 * SECOND
"""A token is replaced so long before it expires."""
ALARMED = 300 * SECOND


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one call: `ok` with the answer as a record to be; `retry` and `alarm` with a code, and when to ask again."""

    state: Literal["ok", "retry", "alarm"]
    item: Captured | None = None
    code: str | None = None
    next_at: int = 0


class _Answer(msgspec.Struct, frozen=True):
    errcode: int = 0
    access_token: str = ""
    expires_in: int = 0


_answer = msgspec.json.Decoder(_Answer)


class Companion:
    """The calls of one corporation. `secret` is the archive's; calls about external groups and names need the contacts' own.

    `base` is another address in tests, or a proxy of the firm's.
    """

    def __init__(
        self,
        corpid: str,
        secret: str,
        *,
        base: str = BASE,
        http: Http | None = None,
        clock: Clock = now,
        chance: Callable[[], float] = random.random,
        calls: int = CALLS,
    ) -> None:
        self._corpid, self._secret, self._base = corpid, secret, base.rstrip("/")
        self._http, self._clock = http or Http(), clock
        self._pace, self._backoff = Pace(calls), Backoff(chance)
        self._token, self._expires = "", 0

    def single_agreements(self, pairs: Sequence[tuple[str, str]]) -> Asked:
        """Whether clients agreed, for up to ASKED_AT_ONCE pairs of colleague and client."""
        # `exteranalopenid` is the platform's own spelling.
        info = [{"userid": colleague, "exteranalopenid": client} for colleague, client in pairs[:ASKED_AT_ONCE]]
        return self._ask("msgaudit/check_single_agree", {"info": info}, CONSENT)

    def room_agreements(self, roomid: str) -> Asked:
        """Whether the clients in a group agreed."""
        return self._ask("msgaudit/check_room_agree", {"roomid": roomid}, CONSENT)

    def permitted(self, edition: int | None = None) -> Asked:
        """Whom the archive covers; `edition` 1 office, 2 service, 3 enterprise, None all."""
        return self._ask("msgaudit/get_permit_user_list", {} if edition is None else {"type": edition}, DIRECTORY)

    def internal_room(self, roomid: str) -> Asked:
        """The roster of a group of colleagues alone."""
        return self._ask("msgaudit/groupchat/get", {"roomid": roomid}, ROSTER)

    def external_room(self, roomid: str) -> Asked:
        """The roster of a group with clients, with names."""
        return self._ask("externalcontact/groupchat/get", {"chat_id": roomid, "need_name": 1}, ROSTER)

    def robot(self, robot_id: str) -> Asked:
        """What a robot is called, and who made it."""
        return self._ask("msgaudit/get_robot_info", {}, DIRECTORY, {"robot_id": robot_id})

    def client(self, external_userid: str) -> Asked:
        """What a client is called, and which colleagues know them."""
        return self._ask("externalcontact/get", {}, DIRECTORY, {"external_userid": external_userid})

    def colleague(self, userid: str) -> Asked:
        """What a colleague is called."""
        return self._ask("user/get", {}, DIRECTORY, {"userid": userid})

    def _ask(self, call: str, body: dict[str, Any], part: str, query: dict[str, str] | None = None) -> Asked:
        asked = {**body, **(query or {})}
        for last in (False, True):
            if (refused := self._sign_in()) is not None:
                return refused
            sent = self._send(
                "GET" if query else "POST",
                call,
                {**(query or {}), "access_token": self._token},
                None if query else body,
            )
            if isinstance(sent, Asked):
                return sent
            raw, errcode = sent
            if errcode in TOKEN and not last:
                self._token = ""  # somebody else may have fetched one since: ours is then no longer good
                continue
            if errcode:
                return self._told(errcode)
            self._backoff.worked()
            at = self._clock()
            meta = {"corpid": self._corpid, "call": call, "asked": asked, "at": at}
            return Asked(state="ok", item=Captured(raw=raw, part=part, meta=meta), next_at=at)
        raise AssertionError

    def _sign_in(self) -> Asked | None:
        """Have a token that lasts; what stands in the way, if anything does."""
        if self._token and self._clock() < self._expires:
            return None
        sent = self._send("GET", "gettoken", {"corpid": self._corpid, "corpsecret": self._secret}, None)
        if isinstance(sent, Asked):
            return sent
        raw, errcode = sent
        answer = _answer.decode(raw)
        if errcode:
            return self._told(errcode)
        if not answer.access_token:
            return self._again("answer")
        self._token = answer.access_token
        self._expires = self._clock() + max(answer.expires_in * SECOND - EARLY, 0)
        return None

    def _send(
        self, method: str, call: str, query: dict[str, str], body: dict[str, Any] | None
    ) -> tuple[bytes, int] | Asked:
        """The answer's bytes and its errcode, or why there is none."""
        at = self._clock()
        free = self._pace.free_at(at)
        if free > at:
            return Asked(state="retry", code="pace", next_at=free)
        self._pace.called(at)
        answer = self._http.send(
            method,
            f"{self._base}/cgi-bin/{call}?{urlencode(query)}",
            headers={"Content-Type": "application/json"},
            body=None if body is None else msgspec.json.encode(body),
        )
        if isinstance(answer, Failed):
            return self._again(answer.fault)
        if answer.status != 200:
            return self._again(f"HTTP {answer.status}", answer.retry_after)
        try:
            return answer.body, _answer.decode(answer.body.removeprefix(b"\xef\xbb\xbf")).errcode
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return self._again("answer")

    def _told(self, errcode: int) -> Asked:
        if means(errcode) is Means.RETRY:
            return self._again(str(errcode))
        return Asked(state="alarm", code=str(errcode), next_at=self._clock() + ALARMED)

    def _again(self, code: str, asked: int | None = None) -> Asked:
        wait = self._backoff.failed()
        return Asked(state="retry", code=code, next_at=self._clock() + max(wait, (asked or 0) * SECOND))
