"""Files of messages: which ones a record owes us, and fetching them while the platform still has them.

A media id is good for seven days after the webhook; the address that it is exchanged for, for five minutes. So the address is
asked for at the moment of use, and never kept.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from muniment.capture.connector import LARGEST, Undecodable
from muniment.capture.epoch import from_seconds
from muniment.capture.exact import read_json, text_of
from muniment.capture.feeds.captured import MediaDue
from muniment.capture.http import Answer, Failed, Http, checked
from muniment.capture.item import Item
from muniment.capture.outcome import Expired, Fetched, HashMismatch, Outcome, TooLarge, digest_of, retry
from muniment.capture.whatsapp_cloud.files import take_file
from muniment.record.clock import SECOND
from muniment.record.errors import Refused

KEPT = 7 * 86_400 * SECOND
"""How long Meta gives out what a webhook named (developers.facebook.com, Media: 7 days; uploads: 30)."""

NO_SUCH = {"100", "131052"}
"""Meta's error codes for an id that names nothing (any more), and for media that cannot be downloaded."""
PATIENCE = 8
"""Tries after which a file without a time is taken to be gone, when the platform says so."""
META_HOSTS = ("fbsbx.com", "fbcdn.net", "facebook.com", "whatsapp.net")
"""Hosts, with all below them, that get the token beside the API's own."""


def due(raw: bytes) -> list[MediaDue]:
    """The files that a body names, each once, wherever in it: also in messages of a type that nobody knows yet."""
    try:
        value = read_json(raw).value
    except Undecodable:
        return []
    found: dict[str, MediaDue] = {}
    for body, sent_at in _bodies(value, None):
        item = Item(body)
        digest = digest_of(text_of(item.see("sha256")))
        file = take_file(item)
        if file is not None and file.media is not None and file.media not in found:
            until = None if sent_at is None else sent_at + KEPT
            found[file.media] = MediaDue(
                media=file.media, name=file.name, digest=digest, content_type=file.content_type, until=until
            )
    return list(found.values())


def _bodies(value: Any, sent_at: int | None) -> Iterator[tuple[dict[str, Any], int | None]]:
    """Every media body, with the time of the message that it lies in."""
    if type(value) is list:
        for entry in value:
            yield from _bodies(entry, sent_at)
    elif type(value) is dict:
        if text_of(value.get("id")) and type(value.get("mime_type")) is str:
            yield value, sent_at
        told = from_seconds(text_of(value.get("timestamp")))
        for entry in value.values():
            yield from _bodies(entry, told if told is not None else sent_at)


@dataclass(frozen=True, slots=True)
class Media:
    """Fetches files for one account. `base` is the API with its version, `hosts` who else may see the token."""

    http: Http
    token: str = field(repr=False)
    base: str = "https://graph.facebook.com/v23.0"
    number_id: str | None = None
    hosts: tuple[str, ...] = META_HOSTS
    limit: int = LARGEST

    def fetch(self, wanted: MediaDue, now: int, tries: int = 0) -> Outcome:
        """One attempt, at `now` (µs UTC), after `tries` others. Raises Refused where `base` is no address."""
        answer = again = None
        for _ in range(2):  # an address that has run out is asked for once more
            place = self._place(wanted, now, tries)
            if not isinstance(place, _Place):
                return place
            answer = self._get(place.url, self.limit)
            again = place
            if not (isinstance(answer, Answer) and answer.status in {401, 403, 404, 410}):
                break
        assert again is not None
        if isinstance(answer, Failed):
            return TooLarge(self.limit) if answer.fault == "too_large" else retry(now, answer.fault, tries=tries)
        if answer is None:
            return retry(now, "address", tries=tries)
        if answer.status != 200:
            return retry(now, f"http {answer.status}", tries=tries, asked=answer.retry_after)
        return self._compared(wanted, again, answer, now, tries)

    def _compared(self, wanted: MediaDue, place: "_Place", answer: Answer, now: int, tries: int) -> Outcome:
        content = answer.body
        if place.size is not None and len(content) != place.size:
            return retry(now, "size", tries=tries)
        digests = {digest for digest in (wanted.digest, place.digest) if digest is not None}
        content_type = wanted.content_type or place.content_type or answer.headers.get("content-type")
        name = wanted.name or None
        if digests and digests != {f"sha256:{hashlib.sha256(content).hexdigest()}"}:
            return HashMismatch(content=content, content_type=content_type, name=name)
        return Fetched(content=content, content_type=content_type, name=name, checked=bool(digests))

    def _place(self, wanted: MediaDue, now: int, tries: int) -> "_Place | Outcome":
        """Where the file lies at this moment."""
        query = f"?{urlencode({'phone_number_id': self.number_id})}" if self.number_id else ""
        url = f"{self.base.rstrip('/')}/{quote(wanted.media, safe='')}{query}"
        checked(url)
        answer = self._get(url, 2**20)
        if answer is None or isinstance(answer, Failed):
            return retry(now, "address" if answer is None else answer.fault, tries=tries)
        try:
            said = read_json(answer.body).value
        except Undecodable:
            said = None
        item = Item(said if type(said) is dict else {})
        if answer.status != 200:
            code = text_of(item.inner("error").see("code"))
            if (answer.status in {400, 404} and code in NO_SUCH) or answer.status == 410:
                # Meta says the same where a permission is missing: so it is believed only when the time is over.
                over = tries >= PATIENCE if wanted.until is None else now >= wanted.until
                if over:
                    return Expired(code or str(answer.status))
            return retry(now, f"http {answer.status} {code or ''}".strip(), tries=tries, asked=answer.retry_after)
        where = item.see("url")
        if type(where) is not str:
            return retry(now, "no address", tries=tries)
        size = text_of(item.see("file_size"))
        return _Place(
            where,
            digest_of(text_of(item.see("sha256"))),
            int(size) if size and size.isascii() and size.isdigit() and len(size) < 16 else None,
            text_of(item.see("mime_type")),
        )

    def _get(self, url: str, limit: int) -> Answer | Failed | None:
        """Ask with the token; None for an address that may not see it."""
        try:
            host, own = checked(url), checked(self.base)
        except Refused:
            return None
        same = (host.scheme, host.hostname, host.port) == (own.scheme, own.hostname, own.port)
        known = host.scheme == "https" and any(
            host.hostname == one or (host.hostname or "").endswith(f".{one}") for one in self.hosts
        )
        if not (same or known):
            return None
        return self.http.send("GET", url, headers={"Authorization": f"Bearer {self.token}"}, limit=limit)


@dataclass(frozen=True, slots=True)
class _Place:
    """A file's address for the next minutes, and what the platform says of it."""

    url: str = field(repr=False)
    digest: str | None
    size: int | None
    content_type: str | None
