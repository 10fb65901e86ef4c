"""What is kept of a corporation from one look to the next: the child, how often the platform was called, what failed and how often.

The thread that pulls has one and the thread that fetches files another, since a child ends with the thread that started it; the
platform's limit of calls holds for both together.
"""

from muniment.capture.feeds.live import Work
from muniment.capture.feeds.shelf import Shelf
from muniment.capture.wecom.asking import Asker
from muniment.capture.wecom.host import Config, Host
from muniment.capture.wecom.keys import Keys
from muniment.capture.wecom.media import MediaFetcher
from muniment.capture.wecom.pace import Pace
from muniment.capture.wecom.pull import Puller
from muniment.capture.wecom.seam import Sink


class Session:
    """For one thread, until it is closed."""

    def __init__(self, config: Config, pace: Pace) -> None:
        self.host, self._corpid, self._pace = Host(config), config.corpid, pace
        self._puller: Puller | None = None
        self._fetcher: MediaFetcher | None = None
        self._asker: Asker | None = None

    def puller(self, work: Work, keys: Keys, sink: Sink) -> Puller:
        """The puller, going on where the work stands; what it learnt of a page that moves nothing stays."""
        if self._puller is None:
            self._puller = Puller(self.host, self._corpid, keys, sink, clock=work.now, pace=self._pace)
        self._puller.resume(sink, work.cursor)
        return self._puller

    def fetcher(self, work: Work) -> MediaFetcher:
        """The fetcher of files."""
        if self._fetcher is None:
            shelf = Shelf(work.folder)
            self._fetcher = MediaFetcher(self.host, self._corpid, shelf, clock=work.now, pace=self._pace)
        return self._fetcher

    def asker(self, work: Work) -> Asker:
        """Whoever asks what stands beside the messages; its tokens are kept."""
        if self._asker is None:
            self._asker = Asker(work.settings, work.now)
        return self._asker

    def close(self) -> None:
        """End the child."""
        self.host.close()
