"""What a live connector is: it says which settings it needs, and answers deliveries, pulls, or fetches files, or some of these.

A folder `capture/<name>/` offers one as `live`. It knows no database: whoever drives it (desk, runner.py) makes durable what it
hands over, and only then answers or goes on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from muniment.capture.feeds.captured import Captured, Delivery, MediaDue, Refusal, Taken
from muniment.capture.feeds.gap import Gap
from muniment.capture.feeds.question import Open, Question, Reply
from muniment.capture.outcome import Outcome
from muniment.record.record import Assurance

Settings = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that the firm enters when it connects an account. The words for people stand in the desk.

    A `secret` is sealed and never shown again; `lines` is one of several lines, such as a PEM key; `made` is one that we make
    and the firm enters at the platform. Of `choices` it is one; a `switch` is "yes" or nothing.
    """

    name: str
    secret: bool = False
    required: bool = True
    lines: bool = False
    made: bool = False
    default: str = ""
    choices: tuple[str, ...] = ()
    switch: bool = False


class Beside(Protocol):
    """What stands beside the feed of one account. Nothing that is kept by it shows that the account is heard."""

    def speaks_of(self, questions: Sequence[Question]) -> None:
        """The feed speaks of these: a new one is asked at once, another soon, where it may be. Durable when this returns."""
        ...

    def open(self, kind: str, limit: int) -> Sequence[Open]:
        """Questions of a kind whose turn has come."""
        ...

    def replied(self, item: Captured | None, replies: Sequence[Reply]) -> bool:
        """They were asked; whether the answer was kept: where it says something new of one of them."""
        ...

    def unread(self, part: str, after: int, limit: int) -> Sequence[tuple[int, Captured]]:
        """Records of this part that nobody can read, with their leaves, in order, behind the leaf `after`."""
        ...

    def mark(self, name: str) -> str | None:
        """What was stored last under this name."""
        ...

    def store(self, items: Sequence[Captured], due: Sequence[MediaDue], marks: Mapping[str, str]) -> None:
        """Make records, files owed and marks durable in one step."""
        ...


class Closing(Protocol):
    """What has an end."""

    def close(self) -> None: ...


Kept = TypeVar("Kept", bound=Closing)


class Work(Protocol):
    """What a connector is given while it works for one account."""

    @property
    def beside(self) -> Beside: ...

    @property
    def source(self) -> str: ...

    @property
    def settings(self) -> Settings: ...

    @property
    def cursor(self) -> str | None:
        """Where it stands, durably."""
        ...

    @property
    def bell(self) -> str | None:
        """What the doorbell said that waits for an answer."""
        ...

    @property
    def folder(self) -> Path:
        """Where pieces of files lie until they are whole (shelf.py); made by whoever needs it."""
        ...

    def now(self) -> int:
        """Our clock, µs UTC."""
        ...

    def stopped(self) -> bool:
        """Whether it is to end soon."""
        ...

    def pause(self, seconds: float) -> None:
        """Wait, or until it is to end."""
        ...

    def accept(
        self,
        items: Sequence[Captured],
        *,
        cursor: str | None = None,
        due: Sequence[MediaDue] = (),
        gaps: Sequence[Gap] = (),
    ) -> None:
        """Make these durable, in one step with the cursor. When this returns they are acknowledged."""
        ...

    def gap_once(self, name: str, gap: Gap) -> None:
        """Seal a gap unless the one of this name is open."""
        ...

    def gap_over(self, name: str) -> None:
        """The gap of this name has ended."""
        ...

    def keep(self, make: Callable[[], Kept]) -> Kept:
        """What the connector keeps from one call to the next: made once, and closed when the account is switched off or changed.

        The thread that pulls has one and the thread that fetches files another.
        """
        ...

    def behind(self, newest: int | None) -> None:
        """There is more behind a full page whose newest message is of then (µs UTC); None: everything was pulled."""
        ...

    def failed(self, code: str) -> None:
        """The source did not answer as it should; `code` is its own word or ours, never content."""
        ...


class Live(Protocol):
    """A live connector."""

    name: str
    version: int
    assurance: Assurance
    settings: tuple[Setting, ...]
    deliveries: bool
    """It has a webhook: `receive` answers it."""
    pulls: bool
    """It has to look by itself: `pull`."""

    def check(self, settings: Settings) -> None:
        """Raise Refused where a setting cannot be what it should be (a key that is no key)."""
        ...

    def looks(self, settings: Settings) -> bool:
        """Whether it pulls for an account with these settings, so that reaching its platform is evidence too."""
        ...

    def receive(self, delivery: Delivery, settings: Settings) -> Taken | Refusal:
        """Authenticate one delivery and say what is kept of it. Pure."""
        ...

    def pull(self, work: Work) -> float:
        """Take what is new; returns in how many seconds to look again. Ends early when `work.stopped()`."""
        ...

    def fetch(self, work: Work, due: MediaDue, tries: int, progress: bytes | None) -> tuple[Outcome, bytes | None]:
        """One attempt to fetch a file that a message names, and how far it has come where it is to go on later."""
        ...


class Quiet:
    """What a connector does not do."""

    deliveries = False
    pulls = False

    def check(self, settings: Settings) -> None:
        """Nothing can be told from the settings alone."""

    def looks(self, settings: Settings) -> bool:
        """As it pulls, whatever the settings."""
        return self.pulls

    def receive(self, delivery: Delivery, settings: Settings) -> Taken | Refusal:
        """It has no webhook."""
        return Refusal(status=404, reason="this connector takes no deliveries")

    def pull(self, work: Work) -> float:
        """It has nothing to look at."""
        return 3600.0

    def fetch(self, work: Work, due: MediaDue, tries: int, progress: bytes | None) -> tuple[Outcome, bytes | None]:
        """It owes no files."""
        raise NotImplementedError
