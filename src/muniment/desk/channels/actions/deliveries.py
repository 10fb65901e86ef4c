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
    elif answer.items or answer.due or answer.ring:
        sealed = ledger.seal(found.source, live.name, live.version, live.assurance, answer.items)
        ledger.accept(found.source, sealed, due=answer.due, rung=answer.ring, bell=answer.bell)
    return answer
