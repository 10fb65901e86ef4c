"""Tencent's side of an official account: callbacks in its form, encrypted and signed as its own are.

Names of members are Tencent's; ids, words and people are made up.
"""

import hashlib
import os
from typing import Any

from muniment.capture.wechat.crypto import Key, encrypt, signature
from muniment.cli.demo.cast import Person
from muniment.cli.demo.live.door import Door

ACCOUNT, APP = "gh_0a1b2c3d4e5f", "wx0a1b2c3d4e5f6789"


def openid_of(who: Person) -> str:
    """What somebody is called towards this account."""
    return "oHLS" + hashlib.sha256(who.id.encode()).hexdigest()[:24]


class Tencent:
    """Delivers what happened at one official account."""

    def __init__(self, door: Door) -> None:
        self._door = door
        given = door.settings
        self._key = Key(given["token"], given["encoding_aes_key"], (given["receiver"],))

    def says(self, who: Person, number: int, text: str) -> None:
        """Somebody writes to the account."""
        self._post(who, MsgType="text", Content=text, MsgId=24_500_000_000_000_000 + number)

    def does(self, who: Person, event: str, key: str = "") -> None:
        """Somebody follows the account, leaves it, or presses a button of its menu."""
        self._post(who, MsgType="event", Event=event, EventKey=key)

    def _post(self, who: Person, **members: Any) -> None:
        plain = _xml(ToUserName=ACCOUNT, FromUserName=openid_of(who), CreateTime=self._door.now() - 2, **members)
        sealed = encrypt(self._key, plain.encode())
        query = self._signed(sealed)
        body = _xml(ToUserName=ACCOUNT, Encrypt=sealed).encode()
        self._door.hand_in(body, {"content-type": "text/xml"}, query)

    def knock(self) -> None:
        """Somebody who has the address and not the token tries their luck."""
        sealed = encrypt(self._key, b"<xml/>")
        query = self._signed(sealed) | {"msg_signature": os.urandom(20).hex()}
        self._door.post(_xml(ToUserName=ACCOUNT, Encrypt=sealed).encode(), {"content-type": "text/xml"}, query)

    def _signed(self, sealed: str) -> dict[str, str]:
        at, nonce = str(self._door.now()), os.urandom(5).hex()
        return {
            "msg_signature": signature(self._key.token, at, nonce, sealed),
            "timestamp": at,
            "nonce": nonce,
            "openid": "",
            "encrypt_type": "aes",
        }


def _xml(**members: Any) -> str:
    inner = (
        f"<{name}>{value}</{name}>" if isinstance(value, int) else f"<{name}><![CDATA[{value}]]></{name}>"
        for name, value in members.items()
    )
    return f"<xml>{''.join(inner)}</xml>"
