"""The connector as it is driven: what the firm enters, the webhook answered, files fetched."""

from muniment.capture.feeds.captured import Delivery, MediaDue, Refusal, Taken
from muniment.capture.feeds.live import Quiet, Setting, Settings, Work
from muniment.capture.http import Http, checked
from muniment.capture.outcome import Outcome
from muniment.capture.whatsapp_cloud.media import Media
from muniment.capture.whatsapp_cloud.receive import Keys, receive
from muniment.record.errors import Refused
from muniment.record.record import Assurance

API = "https://graph.facebook.com/v23.0"


class WhatsAppCloudLive(Quiet):
    """Answers Meta's webhook and fetches what it names. Several app secrets, one a line, hold while one replaces another."""

    name = "whatsapp_cloud"
    version = 1
    assurance = Assurance.API_SIGNED
    settings = (
        Setting("verify_token", secret=True, made=True),
        Setting("app_secrets", secret=True, lines=True),
        Setting("access_token", secret=True),
        Setting("send_key", secret=True, made=True),
        Setting("phone_number_id", required=False),
        Setting("phone_number", required=False),
        Setting("api", required=False, default=API),
    )
    deliveries = True

    def __init__(self, http: Http | None = None) -> None:
        self._http = http or Http()

    def check(self, settings: Settings) -> None:
        """Raise Refused where the API's address is none, or no secret is given."""
        checked(settings.get("api") or API)
        if not _lines(settings.get("app_secrets", "")):
            raise Refused("expected at least one app secret; copy it from the app's basic settings at Meta")

    def receive(self, delivery: Delivery, settings: Settings) -> Taken | Refusal:
        """Answer Meta's question, or take a signed POST."""
        keys = Keys(settings.get("verify_token", ""), _lines(settings.get("app_secrets", "")))
        return receive(delivery, keys)

    def fetch(self, work: Work, due: MediaDue, tries: int, progress: bytes | None) -> tuple[Outcome, bytes | None]:
        """One attempt; a file comes whole or not at all."""
        settings = work.settings
        media = Media(
            self._http,
            settings.get("access_token", ""),
            settings.get("api") or API,
            settings.get("phone_number_id") or None,
        )
        return media.fetch(due, work.now(), tries), None


def _lines(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (line.strip() for line in text.splitlines())))
