"""What stands in the path of what a firm sends: a program's call that is recorded, made in its name, and answered as it was answered.

A folder `capture/<name>/` that can do so offers one as `relay`. Like `live` it knows no database: whoever drives it (desk) makes
durable what `begin` hands over before it lets `make` do anything, and records what `over` hands over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from muniment.capture.feeds.captured import Captured, Delivery, MediaDue, Refusal, Taken
from muniment.capture.feeds.live import Settings
from muniment.capture.http import Answer, Failed
from muniment.record.record import Assurance


@dataclass(frozen=True, slots=True)
class Call:
    """One call that is to be made for a program. `began_at` is µs UTC; `item` the record that it leaves when no answer ever comes.

    `item` is None for a call that says nothing to anybody, of which nothing is recorded.
    """

    id: str
    path: str
    content_type: str
    began_at: int
    body: bytes = field(repr=False)
    item: Captured | None = field(repr=False)
    due: tuple[MediaDue, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Told:
    """A call that was made beside us, as the program tells it. `id` is its own, `content` the same for the same exchange.

    `item` is the record to be; `differing` the one where the same id came with other content before.
    """

    id: str
    content: bytes = field(repr=False)
    item: Captured = field(repr=False)
    differing: Captured = field(repr=False)
    due: tuple[MediaDue, ...] = field(default=(), repr=False)


class Relay(Protocol):
    """How a platform is called for a firm's own program."""

    name: str
    version: int
    assurance: Assurance
    largest: int
    """Bytes of the largest body that is let in."""

    def admit(self, headers: Mapping[str, str], settings: Settings) -> Refusal | None:
        """Why a request is turned away by its key alone, before its body is read; None where it may come in."""
        ...

    def begin(self, path: str, delivery: Delivery, settings: Settings, id: str) -> Call | Refusal:
        """The call that an admitted request asks for; `path` is what stands behind our own address. Pure."""
        ...

    def make(self, call: Call, settings: Settings) -> Answer | Failed:
        """Make it, once, within a bounded time."""
        ...

    def passed_on(self, answer: Answer) -> Mapping[str, str]:
        """The headers of an answer that its program gets."""
        ...

    def over(self, call: Call, answer: Answer | Failed, settings: Settings) -> Captured:
        """The record of a call that was answered, or given up. Pure."""
        ...

    def told(self, delivery: Delivery, settings: Settings) -> Told | Taken | Refusal:
        """Read what an admitted program tells of a call of its own; Taken where that could not be read and is kept all the same."""
        ...
