"""The platform's API: calls with an access token, which is fetched, kept while it holds, and fetched anew when it does not.

Two platforms speak alike: the corporation's (qyapi.weixin.qq.com: corp id and an application's secret) and the official
accounts' (api.weixin.qq.com: AppId and AppSecret). For the second the stable token is asked for, since the other kind of call
would end the token that the firm's own programs use.
"""

import json
import threading
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

from muniment.capture.connector import Undecodable
from muniment.capture.exact import read_json, text_of
from muniment.capture.http import Answer, Http
from muniment.capture.outcome import RetryAt, retry
from muniment.record.clock import SECOND

Platform = Literal["wecom", "official"]
BASES: dict[Platform, str] = {"wecom": "https://qyapi.weixin.qq.com", "official": "https://api.weixin.qq.com"}
TOKEN_OVER = {"40001", "40014", "41001", "42001"}
"""Error codes that ask for a new access token."""
MARGIN = 300
"""Seconds before its end at which a token is not used any more."""
LARGEST_ANSWER = 32 * 2**20


@dataclass(frozen=True, slots=True)
class Said:
    """An answer in JSON: its members, its bytes, and the platform's error code (`0` is none)."""

    members: dict[str, Any]
    raw: bytes = field(repr=False)
    code: str


@dataclass(slots=True)
class Api:
    """Calls for one account. `base` may name another place. Safe to share between threads; nothing shown of it is a secret."""

    http: Http
    platform: Platform
    account: str
    secret: str = field(repr=False)
    base: str = ""
    _token: str = field(default="", repr=False)
    _until: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def post(self, path: str, body: dict[str, Any], now: int, tries: int = 0) -> Said | RetryAt:
        """Call with a JSON body; a token that has run out is replaced once."""
        sent = json.dumps(body, ensure_ascii=False).encode()
        answer = self._call("POST", path, {}, sent, now, tries)
        return answer if isinstance(answer, RetryAt) else _said(answer, now, tries)

    def get(
        self, path: str, query: dict[str, str], now: int, tries: int = 0, limit: int | None = None
    ) -> Answer | RetryAt | Literal["too_large"]:
        """Call for bytes, or for JSON that says why there are none."""
        answer = self._call("GET", path, query, None, now, tries, limit)
        return "too_large" if isinstance(answer, RetryAt) and answer.reason == "too_large" else answer

    def _call(
        self,
        method: str,
        path: str,
        query: dict[str, str],
        body: bytes | None,
        now: int,
        tries: int,
        limit: int | None = None,
    ) -> Answer | RetryAt:
        for attempt in range(2):
            token = self._access_token(now, tries)
            if isinstance(token, RetryAt):
                return token
            asked = urlencode({"access_token": token, **query})
            answer = self.http.send(
                method,
                f"{self._base}{path}?{asked}",
                headers=_JSON if body else {},
                body=body,
                limit=limit or LARGEST_ANSWER,
            )
            if not isinstance(answer, Answer):
                return retry(now, answer.fault, tries=tries)
            if answer.status != 200:
                return retry(now, f"http {answer.status}", tries=tries, asked=answer.retry_after)
            if attempt == 0 and code_of(answer) in TOKEN_OVER:
                self._forget(token)
                continue
            return answer
        raise AssertionError  # the second attempt returns

    @property
    def _base(self) -> str:
        return (self.base or BASES[self.platform]).rstrip("/")

    def _access_token(self, now: int, tries: int) -> str | RetryAt:
        with self._lock:
            if self._token and now < self._until:
                return self._token
            said = self._ask(now, tries)
            if isinstance(said, RetryAt):
                return said
            token, seconds = text_of(said.members.get("access_token")), said.members.get("expires_in")
            if token is None or said.code != "0":
                return retry(now, f"token {said.code}", tries=tries)
            self._token = token
            self._until = now + max(60, (seconds if type(seconds) is int else 0) - MARGIN) * SECOND
            return token

    def _ask(self, now: int, tries: int) -> Said | RetryAt:
        if self.platform == "wecom":
            asked = urlencode({"corpid": self.account, "corpsecret": self.secret})
            answer = self.http.send("GET", f"{self._base}/cgi-bin/gettoken?{asked}", limit=2**20)
        else:
            body = json.dumps(
                {"grant_type": "client_credential", "appid": self.account, "secret": self.secret}
            ).encode()
            answer = self.http.send("POST", f"{self._base}/cgi-bin/stable_token", headers=_JSON, body=body, limit=2**20)
        if not isinstance(answer, Answer):
            return retry(now, f"token {answer.fault}", tries=tries)
        if answer.status != 200:
            return retry(now, f"token http {answer.status}", tries=tries, asked=answer.retry_after)
        return _said(answer, now, tries)

    def _forget(self, token: str) -> None:
        with self._lock:
            if self._token == token:
                self._token = ""


_JSON = {"Content-Type": "application/json"}


def _said(answer: Answer, now: int, tries: int) -> Said | RetryAt:
    try:
        value = read_json(answer.body).value
    except Undecodable:
        value = None
    if type(value) is not dict:
        return retry(now, "no json", tries=tries)
    return Said(value, answer.body, text_of(value.get("errcode")) or "0")


def code_of(answer: Answer) -> str | None:
    """The error code of an answer that is JSON and holds one; None for a file."""
    if len(answer.body) > 65536 or answer.body.lstrip()[:1] != b"{":
        return None
    try:
        value = read_json(answer.body).value
    except Undecodable:
        return None
    return text_of(value.get("errcode")) if type(value) is dict and "errmsg" in value else None
