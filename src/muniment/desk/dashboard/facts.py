"""What is known of the archive at one moment, in plain values: the checks of attention.py read this and nothing else.

No content: names of accounts and users, numbers, times (µs UTC).
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """One capture account. `week` are its events of the last seven days, oldest first, today last."""

    source: str
    name: str
    connector: str
    records: int
    events: int
    received_at: int | None
    sent_at: int | None
    newest: date | None
    """The firm's day of its newest event."""
    daily: bool
    usual: int
    longest: int
    week: tuple[int, ...]
    holder: str
    """Who holds the account today; empty when nobody was named."""


@dataclass(frozen=True, slots=True)
class ImportFacts:
    """An import that was begun and is not finished."""

    id: str
    name: str
    started_at: int
    running: bool
    """Whether a job works on it now."""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A check of the whole archive: when, and what it found."""

    at: int
    leaf: int
    sound: bool
    faults: int


@dataclass(frozen=True, slots=True)
class ExaminerFacts:
    """Somebody from outside who can read until a day."""

    user: int
    name: str
    until: date


@dataclass(frozen=True, slots=True)
class FeedFacts:
    """A connected account and how it is heard. `state` and `alarm` as channels/condition.py has them."""

    source: str
    name: str
    on: bool
    state: str
    alarm: bool
    since: int | None
    owner: str
    """Who answers for it; empty where nobody was named."""
    contacted_at: int | None = None
    received_at: int | None = None
    lost: int = 0
    """Files that will never come."""
    owed: int = 0
    """Files that are still to come, and when a message named the oldest of them."""
    owed_since: int | None = None
    refused: int = 0
    refused_at: int | None = None
    proven: bool = True
    """Whether a test message ever came back."""
    proven_at: int | None = None
    pulls: bool = False
    """It asks its platform by itself, so that the time since the last answer is how far it lags."""
    gaps: int = 0
    """Gaps of it that nobody has explained."""
    made_at: int | None = None
    """When it was connected."""


@dataclass(frozen=True, slots=True)
class WithdrawnFacts:
    """A conversation whose client refuses to be archived."""

    account: str
    conversation: int
    at: int | None
    holder: str
    """Who holds the account today; empty when nobody was named."""


@dataclass(frozen=True, slots=True)
class DivergenceFacts:
    """Messages that came again and were not the same: how many, and when the first and the last of them came (µs UTC)."""

    count: int
    since: int
    newest: int


@dataclass(frozen=True, slots=True)
class LackFacts:
    """What the register lacks for an account that is connected and on. `lack`: prohibited, channel, assessment, registration."""

    account: str
    lack: str
    channel: int | None
    channel_name: str
    person_name: str
    ended: date | None
    """When the person's last registration ended; None where there was none."""


@dataclass(frozen=True, slots=True)
class Owners:
    """Who answers for what in this firm, by display name; empty where the role has nobody."""

    compliance: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    administrators: tuple[str, ...] = ()
    it: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LogFacts:
    """The two logs, what waits for them, and who seals."""

    records: int
    audit: int
    checkpoint_at: int | None
    """When the newest checkpoint's file was written."""
    waiting: int
    oldest: int | None
    """When the oldest item that is not sealed was received."""
    behind: int
    """Leaves that are sealed and not in the catalog."""
    heartbeat_at: int | None
    holder: str = ""
    """Who last held the lock of the logs, and since when."""
    held_since: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the checks look at."""

    now: int
    today: date
    owners: Owners
    log: LogFacts
    accounts: tuple[AccountFacts, ...] = ()
    feeds: tuple[FeedFacts, ...] = ()
    gaps: int = 0
    """Gaps that nobody has explained, and when the oldest was sealed."""
    gaps_since: int | None = None
    looked_at: int | None = None
    """When the worker last looked for what is missing in live sources; None where it never did."""
    divergences: DivergenceFacts | None = None
    withdrawn: tuple[WithdrawnFacts, ...] = ()
    uncounted: int = 0
    """Leaves of the catalog that the daily counts do not hold yet."""
    imports: tuple[ImportFacts, ...] = ()
    failed_jobs: tuple[tuple[str, int], ...] = ()
    """What failed and was not taken up again: the job's kind, and when it ended."""
    undecoded: int = 0
    unmatched: int = 0
    """1 when one of the first few handles that seem to be nobody's is in a message."""
    last_run: RunFacts | None = None
    last_sound: int | None = None
    seal_at: int | None = None
    backup_at: int | None = None
    keys_proven_at: int | None = None
    no_second_factor: tuple[str, ...] = ()
    examiners: tuple[ExaminerFacts, ...] = ()
    lacks: tuple[LackFacts, ...] = ()
    posture_failed: tuple[str, ...] = ()
    """Accounts and devices on which something is not as it must be, once for each thing."""
    posture_overdue: tuple[str, ...] = ()
    reviews: tuple[tuple[int, str, date], ...] = ()
    """Channels whose risk assessment should have been looked at again: number, name, and by which day."""
    disk_free: int = 0
    disk_total: int = 0
    archive_since: int | None = None
    """When the archive was made."""
