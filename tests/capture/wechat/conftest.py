"""Callbacks and feeds of the platform: the public samples, our own, and the platform's side of the crypto."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from muniment.capture.feeds.captured import Delivery
from muniment.capture.wechat import connector
from muniment.capture.wechat.crypto import Key, encrypt, signature
from muniment.record.event import Event
from muniment.record.record import Header, join_payload, split_payload

CORP = "ww0000000000000001"
KEY = Key("t0ken", "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR", (CORP,))
NOW = 1_762_000_000
SECOND = 1_000_000


def decode(raw: bytes | str | dict[str, Any], form: str = "callback") -> Event:
    """The event of a record, as it is read out of an archive."""
    if isinstance(raw, dict):
        raw = json.dumps(raw, ensure_ascii=False)
    if isinstance(raw, str):
        raw = raw.encode()
    header = Header(by=connector.name, v=1, part="message", assurance=connector.assurance, meta={"form": form})
    (event,) = connector.decode(*split_payload(join_payload(header, raw)))
    return event


def xml(**members: Any) -> str:
    """A callback in the clear."""
    return f"<xml>{''.join(_element(name, value) for name, value in members.items())}</xml>"


def _element(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return f"<{name}>{''.join(_element(inner, one) for inner, one in value.items())}</{name}>"
    if isinstance(value, list):
        return "".join(_element(name, one) for one in value)
    return f"<{name}>{value}</{name}>" if isinstance(value, int) else f"<{name}><![CDATA[{value}]]></{name}>"


def signed(sealed: str, key: Key = KEY, at: int = NOW, nonce: str = "n0nce") -> dict[str, str]:
    """The query by which the platform signs a ciphertext."""
    return {"msg_signature": signature(key.token, str(at), nonce, sealed), "timestamp": str(at), "nonce": nonce}


def sealed(plain: str | bytes, key: Key = KEY, at: int = NOW) -> tuple[dict[str, str], bytes]:
    """A POST as the platform makes it: query and body."""
    text = encrypt(key, plain.encode() if isinstance(plain, str) else plain)
    return (
        signed(text, key, at),
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><Encrypt><![CDATA[{text}]]></Encrypt><AgentID><![CDATA[7]]></AgentID></xml>".encode(),
    )


def delivery(query: Mapping[str, str], body: bytes = b"", method: str = "POST", at: int = NOW) -> Delivery:
    return Delivery(
        method=method, query=query, headers={"content-type": "text/xml"}, body=body, received_at=at * SECOND
    )


@pytest.fixture(scope="session")
def samples(shared_data: Callable[[str], Path]) -> dict[str, bytes]:
    """The public callbacks by name, bytes as they are: some begin with a byte-order mark."""
    return {path.stem: path.read_bytes() for path in sorted(shared_data("wecom-callbacks").rglob("*.xml"))}


@pytest.fixture(scope="session")
def page(shared_data: Callable[[str], Path]) -> bytes:
    """The public answer of `kf/sync_msg`."""
    (path,) = shared_data("wecom-callbacks").rglob("CgibinKfSyncMessageResponse.json")
    return path.read_bytes()
