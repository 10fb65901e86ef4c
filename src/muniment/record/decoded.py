"""An event with its place: which record it was read in, on which account, and how that record came."""

import msgspec

from muniment.record.event import Event
from muniment.record.record import Assurance


class DecodedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event as it is found, shown and produced.

    `id` is `<record>-<ordinal>`: the leaf index in the records log, and the position among that record's events, from 0.
    `source` is the account's name, `channel` the connector's, `received_at` our clock in microseconds UTC.
    """

    id: str
    record: int
    ordinal: int
    source: str
    channel: str
    received_at: int
    assurance: Assurance
    event: Event
