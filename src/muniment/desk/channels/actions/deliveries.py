"""Takes a delivery in: its connector authenticates it, and what is kept of it is durable before its sender is answered.

Trust: what is not authentic leaves a count and nothing else; what is authentic is never refused for what it contains.
"""

from muniment.capture.archive import Archive
from muniment.capture.feeds.captured import Delivery, Refusal, Taken
from muniment.capture.feeds.ledger import Ledger
from muniment.capture.feeds.runner import Connection
from muniment.capture.registry import live as find_live


def take(archive: Archive, found: Connection, delivery: Delivery) -> Taken | Refusal:
    """What to answer the sender of a delivery to a connection that is on; by then it is kept, or counted as refused.

    Raises StorageFailed, upon which the sender must hear that it is to send it again.
    """
    ledger, live = Ledger(archive), find_live(found.connector)
    answer = live.receive(delivery, found.settings)
    if isinstance(answer, Refusal):
        if delivery.method == "POST":
            ledger.refused(found.source)
    else:
        keep(ledger, found, answer)
    return answer


def keep(ledger: Ledger, found: Connection, taken: Taken, *, contact: bool = True) -> None:
    """Make durable what was taken; without `contact` its platform had no part in it. Raises StorageFailed."""
    live = find_live(found.connector)
    if taken.items or taken.due or taken.ring:
        sealed = ledger.seal(found.source, live.name, live.version, live.assurance, taken.items)
        ledger.accept(found.source, sealed, due=taken.due, rung=taken.ring, bell=taken.bell, contact=contact)
