"""Meta's side of a WhatsApp Business number: POSTs in its form, signed with the app's secret, and the files that they name.

Names of members are Meta's; numbers, words and people are made up.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from muniment.capture.http import Answer, Failed, Http
from muniment.cli.demo import attachments
from muniment.cli.demo.cast import Person
from muniment.cli.demo.live.door import Door

NUMBER, NUMBER_ID, WABA = "85205558800", "100000000000551", "100000000000552"
GONE = "never-again"
"""A media id of which the platform has nothing any more."""


def number_of(who: Person) -> str:
    """A telephone number as the platform writes it."""
    return "".join(c for c in who.phone if c.isdigit())


def wamid(number: int) -> str:
    """The platform's id of a message."""
    return f"wamid.HLS{number:06d}"


class Meta:
    """Delivers what happened at one number."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self.shelf = Shelf()

    def says(self, who: Person, number: int, kind: str = "text", *, ago: int = 2, **more: Any) -> bytes:
        """Somebody writes to the number: the body that was delivered."""
        return self.post("messages", messages=[self.message(who, number, kind, ago=ago, **more)], contacts=[card(who)])

    def writes(self, text: str, to: Person, number: int, **more: Any) -> None:
        """Somebody of the firm answers in the app on the phone; the platform echoes it."""
        said = self.message(to, number, "text", text={"body": text}, **more)
        self.post("smb_message_echoes", message_echoes=[{**said, "from": NUMBER, "to": number_of(to)}])

    def status(self, number: int, status: str, to: Person) -> None:
        """What became of a message of the firm's."""
        told = {"id": wamid(number), "status": status, "timestamp": self._at(2), "recipient_id": number_of(to)}
        self.post("messages", statuses=[told], contacts=[card(to)])

    def group(self, key: str, change: str, *, about: str = "group_participants_update", **more: Any) -> None:
        """A group was made, or its members changed."""
        self.post(about, groups=[{"timestamp": self._at(2), "group_id": key, "type": change, **more}])

    def message(self, who: Person, number: int, kind: str, *, ago: int = 2, **more: Any) -> dict[str, Any]:
        """A message in the platform's form, sent some seconds ago."""
        return {"from": number_of(who), "id": wamid(number), "timestamp": self._at(ago), "type": kind, **more}

    def post(self, about: str, **value: Any) -> bytes:
        """Deliver one change; its body."""
        metadata = {"display_phone_number": NUMBER, "phone_number_id": NUMBER_ID}
        change = {"field": about, "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}
        body = json.dumps(
            {"object": "whatsapp_business_account", "entry": [{"id": WABA, "changes": [change]}]}, ensure_ascii=False
        ).encode()
        self.again(body)
        return body

    def again(self, body: bytes) -> None:
        """Deliver a body, perhaps once more: the platform repeats what it thinks was not answered."""
        secret = self._door.settings["app_secrets"].encode()
        signature = hmac.new(secret, body, hashlib.sha256).hexdigest()
        self._door.hand_in(body, {"content-type": "application/json", "x-hub-signature-256": f"sha256={signature}"})

    def _at(self, ago: int) -> str:
        return str(self._door.now() - ago)


def card(who: Person) -> dict[str, Any]:
    """How the platform introduces somebody."""
    return {"profile": {"name": who.name}, "wa_id": number_of(who)}


def people(*who: Person) -> list[dict[str, str]]:
    """Members of a group, as the platform lists them."""
    return [{"input": each.phone, "wa_id": number_of(each)} for each in who]


@dataclass(frozen=True, slots=True)
class Shelf(Http):
    """The files of a number, answered from memory in place of the platform: no connection is made."""

    files: dict[str, tuple[bytes, str]] = field(default_factory=dict, repr=False)

    def put(self, media: str, kind: str, title: str, choose: Random, *, other: bool = False) -> dict[str, str]:
        """Keep a file and give back how a message names it; with `other`, by the digest of other bytes."""
        content = attachments.make(kind, title, choose)
        self.files[media] = content, attachments.CONTENT_TYPES[kind]
        digest = hashlib.sha256(content + b"other" * other).hexdigest()
        return {"id": media, "mime_type": attachments.CONTENT_TYPES[kind], "sha256": digest}

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        limit: int | None = None,
    ) -> Answer | Failed:
        """First where a file lies, then the file."""
        place, _, _ = url.partition("?")
        media = place.rpartition("/")[2]
        if media not in self.files:
            return Answer(410, {}, b"{}")
        content, kind = self.files[media]
        if place.endswith(f"/files/{media}"):
            return Answer(200, {"content-type": kind}, content)
        said = {"url": f"{place.rpartition('/')[0]}/files/{media}", "mime_type": kind, "file_size": len(content)}
        return Answer(200, {"content-type": "application/json"}, json.dumps(said).encode())
