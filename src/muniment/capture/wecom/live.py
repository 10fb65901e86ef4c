"""The connector as it is driven: what the firm enters, the archive pulled, its files fetched."""

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from muniment.capture.feeds.captured import Captured, MediaDue
from muniment.capture.feeds.gap import Gap
from muniment.capture.feeds.live import Quiet, Setting, Settings, Work
from muniment.capture.http import checked
from muniment.capture.outcome import Expired, Fetched, Outcome, RetryAt
from muniment.capture.wecom.host import Config
from muniment.capture.wecom.keys import Keys
from muniment.capture.wecom.pace import Pace
from muniment.capture.wecom.pull import IDLE, Puller
from muniment.capture.wecom.reopen import reopen
from muniment.capture.wecom.seen import seen_in
from muniment.capture.wecom.session import Session
from muniment.record.clock import SECOND
from muniment.record.errors import Refused
from muniment.record.record import Assurance

_KEY = re.compile(
    r"(?:(?:version)?[ :]*(\d{1,9})\s*)?(-----BEGIN [A-Z ]+-----.*?-----END [A-Z ]+-----)", re.DOTALL | re.IGNORECASE
)


class WeComLive(Quiet):
    """The chat archive of one corporation. Its library runs in a child of the thread that pulls or fetches."""

    name = "wecom"
    version = 1
    assurance = Assurance.API_TLS
    settings = (
        Setting("corpid"),
        Setting("secret", secret=True),
        Setting("private_keys", secret=True, lines=True),
        Setting("library_path"),
        Setting("library_sha256"),
        Setting("companion_secret", secret=True, required=False),
        Setting("contacts_secret", secret=True, required=False),
        Setting("api", required=False),
        Setting("proxy", required=False),
        Setting("proxy_password", secret=True, required=False),
    )
    pulls = True

    def __init__(self) -> None:
        self._paces: dict[tuple[Path, str], Pace] = {}
        self._lock = threading.Lock()

    def check(self, settings: Settings) -> None:
        """Raise Refused where a key is none, or the library's hash cannot be one."""
        keys_of(settings.get("private_keys", ""))
        if not re.fullmatch(r"[0-9a-f]{64}", settings.get("library_sha256", "").lower()):
            raise Refused("expected the library's SHA-256 as 64 hexadecimal digits; run sha256sum on the file")
        if not Path(settings.get("library_path", "")).is_absolute():
            raise Refused("expected the library's whole path, beginning with /; correct it")
        if settings.get("api"):
            checked(settings["api"])

    def pull(self, work: Work) -> float:
        """Take everything there is, page by page; open what was sealed for lack of a key; then ask what stands beside it."""
        session, keys = self._session(work), keys_of(work.settings["private_keys"])
        wait, reached = _pages(work, session.puller(work, keys, _Kept(work)))
        if reopen(work, keys, session.host):
            wait = min(wait, IDLE / SECOND)
        if reached and (code := session.asker(work).ask(work)) is not None:
            # The archive was reached all the same: that stays true, and what stands in the way of the rest is told.
            work.accept(())
            work.failed(f"companion {code}")
        return wait

    def fetch(self, work: Work, due: MediaDue, tries: int, progress: bytes | None) -> tuple[Outcome, bytes | None]:
        """One attempt at a file: by pieces, on from where it was stopped."""
        found = self._session(work).fetcher(work).fetch(due, tries)
        if found.state == "retry":
            return RetryAt(found.next_at or work.now(), found.code or "retry", found.asked), None
        if found.item is None:
            return Expired(found.code or "lost"), None
        name = str(found.item.meta.get("name") or "") or None
        return Fetched(content=found.item.raw, content_type=due.content_type, name=name, flags=found.flags), None

    def _session(self, work: Work) -> Session:
        """What is kept for this connection in this thread. The platform counts the calls of a corporation, not of a connection."""

        def make() -> Session:
            corpid = work.settings["corpid"]
            with self._lock:
                pace = self._paces.setdefault((work.folder.parent, corpid), Pace())
            return Session(_config(work.settings), pace)

        return work.keep(make)


@dataclass(frozen=True, slots=True)
class _Kept:
    """The work's own ways, as the puller calls them."""

    work: Work

    def accept(self, items: Sequence[Captured], cursor: str, due: Sequence[MediaDue], gaps: Sequence[Gap]) -> None:
        self.work.beside.speaks_of(seen_in(items))
        self.work.accept(items, cursor=cursor, due=due, gaps=gaps)

    def gap_once(self, name: str, gap: Gap) -> None:
        self.work.gap_once(name, gap)

    def gap_over(self, name: str) -> None:
        self.work.gap_over(name)


def _pages(work: Work, puller: Puller) -> tuple[float, bool]:
    """Take page after page; in how many seconds to look again, and whether the platform answered as it should in the end."""
    while True:
        outcome = puller.once()
        if outcome.code and outcome.code != "pace":
            work.failed(outcome.code)
        if outcome.code is None and not (outcome.more and outcome.newest is None):
            work.behind(outcome.newest if outcome.more else None)
        wait = max(0.0, (outcome.next_at - work.now()) / SECOND)
        seen = outcome.code is None and not outcome.more
        if work.stopped() or seen or outcome.state == "alarm" or wait > IDLE / SECOND:
            return wait, outcome.code is None
        work.pause(wait)


def keys_of(text: str) -> Keys:
    """The private keys that were entered: PEM blocks, the version of each on the line before it (1 where there is but one).

    Raises Refused.
    """
    found = _KEY.findall(text)
    if not found:
        raise Refused("expected at least one private key in PEM, from BEGIN to END; paste it")
    keys: dict[int, bytes] = {}
    for version, pem in found:
        if not version and len(found) > 1:
            raise Refused("expected the version of each key on the line before it, as the platform shows it; add it")
        number = int(version or 1)
        if number in keys:
            raise Refused("two keys are given as version {version}; correct one", version=number)
        keys[number] = pem.encode()
    return Keys(keys)


def _config(settings: Settings) -> Config:
    return Config(
        corpid=settings["corpid"],
        secret=settings["secret"],
        library=Path(settings["library_path"]),
        sha256=settings["library_sha256"].lower(),
        proxy=settings.get("proxy", ""),
        proxy_password=settings.get("proxy_password", ""),
    )
