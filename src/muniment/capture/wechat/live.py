"""The connector as it is driven: what the firm enters, callbacks answered, customer service pulled, files fetched."""

import json
from collections.abc import Sequence

from muniment.capture.feeds.captured import Captured, Delivery, MediaDue, Refusal, Taken
from muniment.capture.feeds.live import Quiet, Setting, Settings, Work
from muniment.capture.http import Http, checked
from muniment.capture.outcome import Outcome
from muniment.capture.wechat import kf
from muniment.capture.wechat.api import Api
from muniment.capture.wechat.crypto import Key
from muniment.capture.wechat.receive import WINDOW, Keys, receive
from muniment.record.clock import SECOND
from muniment.record.errors import Refused
from muniment.record.record import Assurance

PAUSE = 300.0
"""Seconds between looks without a doorbell."""


class WeChatLive(Quiet):
    """An official account, an application of the corporation, or its customer service: which, the settings say.

    `receiver` is the AppId or the corporation's id; beside a `secret` files can be fetched, and with `customer_service` the feed
    is pulled. While a token or a key is replaced, the old one stands on a second line.
    """

    name = "wechat"
    version = 1
    assurance = Assurance.API_SIGNED
    settings = (
        Setting("platform", default="wecom", choices=("wecom", "official")),
        Setting("receiver"),
        Setting("token", secret=True, lines=True),
        Setting("encoding_aes_key", secret=True, lines=True),
        Setting("secret", secret=True, required=False),
        Setting("customer_service", required=False, switch=True),
        Setting("open_kfids", required=False, lines=True),
        Setting("plain", required=False, switch=True),
        Setting("window", required=False, default=str(WINDOW)),
        Setting("api", required=False),
    )
    deliveries = True
    pulls = True

    def __init__(self, http: Http | None = None) -> None:
        self._http = http or Http()
        self._apis: dict[tuple[str, ...], Api] = {}

    def check(self, settings: Settings) -> None:
        """Raise Refused where a key is none, or a choice is not one of those there are."""
        _keys(settings)
        if (settings.get("platform") or "wecom") not in {"wecom", "official"}:
            raise Refused("expected platform as wecom or official, got another; correct it")
        if settings.get("api"):
            checked(settings["api"])
        if settings.get("customer_service") and not settings.get("secret"):
            raise Refused("customer service is pulled with the application's secret; enter it")

    def looks(self, settings: Settings) -> bool:
        """Customer service alone is pulled."""
        return bool(settings.get("customer_service"))

    def receive(self, delivery: Delivery, settings: Settings) -> Taken | Refusal:
        """Answer the platform's question, or take a callback."""
        return receive(delivery, _keys(settings))

    def pull(self, work: Work) -> float:
        """Take what is new of each customer-service account. Each has a cursor of its own; all stand in the work's."""
        settings = work.settings
        if not settings.get("customer_service"):
            return 3600.0
        pause, whole = PAUSE, True
        for account in _lines(settings.get("open_kfids", "")) or ("",):
            held = _Cursors(work, account)
            found = kf.pull(
                self._api(settings),
                held,
                work.now,
                cursor=held.cursor,
                token=work.bell,
                open_kfid=account or None,
                stopped=work.stopped,
                behind=work.behind,
            )
            whole &= found.wait is None and not work.stopped()
            if found.wait is not None:
                work.failed(found.wait.reason)
                pause = min(pause, max(1.0, (found.wait.at - work.now()) / SECOND))
        if whole:
            work.behind(None)
        return pause

    def fetch(self, work: Work, due: MediaDue, tries: int, progress: bytes | None) -> tuple[Outcome, bytes | None]:
        """One attempt; a file comes whole or not at all."""
        return kf.fetch(self._api(work.settings), due, work.now(), tries), None

    def _api(self, settings: Settings) -> Api:
        """The API of an account, which keeps its token from one call to the next."""
        platform = "official" if settings.get("platform") == "official" else "wecom"
        named = (platform, _lines(settings.get("receiver", ""))[0], settings.get("secret", ""), settings.get("api", ""))
        if named not in self._apis:
            self._apis[named] = Api(self._http, "official" if platform == "official" else "wecom", *named[1:])
        return self._apis[named]


class _Cursors:
    """The cursors of several customer-service accounts in one: JSON, by account."""

    def __init__(self, work: Work, account: str) -> None:
        self._work, self._account = work, account

    @property
    def cursor(self) -> str | None:
        found = self._all().get(self._account)
        return found if type(found) is str else None

    def accept(self, items: Sequence[Captured], *, cursor: str | None = None, due: Sequence[MediaDue] = ()) -> None:
        """Keep a page and where its account stands behind it."""
        moved = json.dumps({**self._all(), self._account: cursor}, sort_keys=True)
        self._work.accept(items, cursor=moved, due=due)

    def _all(self) -> dict[str, object]:
        return dict(json.loads(self._work.cursor)) if self._work.cursor else {}


def _keys(settings: Settings) -> Keys:
    tokens, aes_keys = _lines(settings.get("token", "")), _lines(settings.get("encoding_aes_key", ""))
    receivers = _lines(settings.get("receiver", ""))
    window = settings.get("window", "") or str(WINDOW)
    if not window.isdigit() or not tokens or not aes_keys:
        raise Refused("expected a token, an EncodingAESKey and a window in seconds (0 for none); correct the settings")
    keys = tuple(Key(token, aes_key, receivers) for token in tokens for aes_key in aes_keys)
    return Keys(keys, bool(settings.get("plain")), int(window) or None)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (line.strip() for line in text.splitlines())))
