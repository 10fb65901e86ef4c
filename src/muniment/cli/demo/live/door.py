"""What stands between a platform of the demonstration and an account: the delivery, and the function that takes every one in."""

from collections.abc import Mapping

from muniment.capture.feeds.captured import Delivery, Refusal, Taken
from muniment.capture.feeds.runner import Connection
from muniment.cli.demo.clock import Clock
from muniment.desk.desk import Desk

PAUSE = 17
"""Seconds between two deliveries."""


class NotTaken(Exception):
    """A delivery that ought to be taken was refused: the demonstration is wrong about its platform."""


class Door:
    """One connected account that is on, as whoever delivers to it meets it."""

    def __init__(self, desk: Desk, clock: Clock, source: str) -> None:
        from muniment.desk.channels import access

        self._desk, self._clock, self.source = desk, clock, source
        found = access.by_hook(desk.archive, access.connection(desk, source).hook)
        if found is None:
            raise LookupError(source)
        self.connection: Connection = found

    @property
    def settings(self) -> Mapping[str, str]:
        """What the firm and the platform share."""
        return self.connection.settings

    def now(self) -> int:
        """Seconds UTC, by the archive's clock."""
        return self._desk.archive.clock() // 1_000_000

    def hand_in(self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str] | None = None) -> Taken:
        """Deliver what is authentic; raises NotTaken."""
        answer = self.post(body, headers, query)
        if isinstance(answer, Refusal):
            raise NotTaken(answer.reason)
        return answer

    def post(self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str] | None = None) -> Taken | Refusal:
        """Deliver; what the sender is answered. A little later the next may come."""
        from muniment.desk.channels import actions

        delivery = Delivery(
            method="POST", query=query or {}, headers=headers, body=body, received_at=self._desk.archive.clock()
        )
        answer = actions.take(self._desk.archive, self.connection, delivery)
        self._clock.run_on(PAUSE)
        return answer
