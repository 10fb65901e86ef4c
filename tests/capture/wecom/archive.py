"""The platform's side of the tests: a scenario folder for the C double, with rows encrypted as the platform encrypts them."""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from muniment.capture.wecom.keys import KeyPair

CORP = "ww0123456789abcdef"


@dataclass
class Scenario:
    """What the double serves. `keys` are the firm's key pairs by version."""

    folder: Path
    library: Path
    sha256: str
    keys: dict[int, KeyPair]

    def serve(self, messages: Iterable[bytes | str], *, first: int = 1, version: int = 1, step: int = 1) -> list[str]:
        """Append messages, numbered from `first`; a text is a whole row, as it stands. The ids of the messages."""
        named = []
        with (self.folder / "chatdata").open("a") as file:
            for place, message in enumerate(messages):
                seq = first + place * step
                row = message if isinstance(message, str) else self.row(seq, message, version)
                file.write(f"{seq}\t{row}\n")
                if isinstance(message, bytes):
                    named.append(json.loads(message)["msgid"])
        return named

    def row(self, seq: int, message: bytes, version: int = 1, /, **changes: Any) -> str:
        """One row of a page."""
        random_key = f"key:{seq:08d}-{version}".encode()
        public = load_pem_public_key(self.keys[version].public)
        assert isinstance(public, rsa.RSAPublicKey)
        return json.dumps(
            {
                "seq": seq,
                "msgid": json.loads(message)["msgid"],
                "publickey_ver": version,
                "encrypt_random_key": base64.b64encode(public.encrypt(random_key, padding.PKCS1v15())).decode(),
                "encrypt_chat_msg": fake_cipher(random_key, message),
                **changes,
            }
        )

    def media(self, name: str, content: bytes) -> None:
        (self.folder / "media" / name).write_bytes(content)

    def set(self, **knobs: object) -> None:
        """The faults from now on; those not named are off."""
        (self.folder / "knobs").write_text("".join(f"{name}={value}\n" for name, value in knobs.items()))

    @property
    def calls(self) -> str:
        """A letter for each call so far: G, D or M."""
        path = self.folder / "calls"
        return path.read_text() if path.exists() else ""


def fake_cipher(key: bytes, plaintext: bytes) -> str:
    """What double.c undoes."""
    total = 2166136261
    for byte in key + plaintext:
        total = ((total ^ byte) * 16777619) & 0xFFFFFFFF
    return f"MU1{total:08x}{hidden(key, plaintext)}"


def hidden(key: bytes, plaintext: bytes) -> str:
    return bytes(byte ^ key[place % len(key)] for place, byte in enumerate(plaintext)).hex()


def text(number: int, content: str = "", **changes: Any) -> bytes:
    """A message of type text."""
    return json.dumps(
        {
            "msgid": f"{1000 + number}_1603875612",
            "action": "send",
            "from": "amy",
            "tolist": ["wmErxtDgAAhteCglUZH2kUt3rq431qmg"],
            "roomid": "",
            "msgtime": 1603875612000 + number,
            "msgtype": "text",
            "text": {"content": content or f"number {number} 你好"},
            **changes,
        },
        ensure_ascii=False,
    ).encode()
