"""What messages speak of that the platform can be asked about: groups, clients to whom colleagues write, robots, everybody's name."""

from collections.abc import Iterable, Iterator

from muniment.capture.connector import Undecodable
from muniment.capture.feeds.captured import Captured
from muniment.capture.feeds.question import Question
from muniment.capture.wecom import ids
from muniment.capture.wecom.decode import MESSAGE
from muniment.capture.wecom.plain import read_object, text_of
from muniment.record.clock import SECOND

HOUR = 3_600 * SECOND
"""A group that is written in is asked about again so long after the last time: it may have other members by now."""

PERMITTED = "permitted"
INTERNAL_ROOM = "internal_room"
EXTERNAL_ROOM = "external_room"
ROOM_CONSENT = "room_consent"
SINGLE_CONSENT = "single_consent"
ROBOT = "robot"
CLIENT = "client"
COLLEAGUE = "colleague"
SOON = frozenset({INTERNAL_ROOM, EXTERNAL_ROOM, ROOM_CONSENT, SINGLE_CONSENT})


def seen_in(items: Iterable[Captured]) -> tuple[Question, ...]:
    """The questions that messages give, each once."""
    found: dict[tuple[str, tuple[str, ...]], None] = {(PERMITTED, ("",)): None}
    for item in items:
        if item.part == MESSAGE:
            found |= dict.fromkeys(_of_message(item.raw))
    return tuple(Question(kind=kind, about=about, soon=HOUR if kind in SOON else None) for kind, about in found)


def _of_message(raw: bytes) -> Iterator[tuple[str, tuple[str, ...]]]:
    try:
        members, _ = read_object(raw)
    except Undecodable:
        return
    sender, roomid = text_of(members.get("from")) or text_of(members.get("user")), text_of(members.get("roomid"))
    everybody = dict.fromkeys((sender, *(ids.handles_of(members.get("tolist")) or ())))
    everybody.pop("", None)
    clients = [each for each in everybody if ids.is_external(each)]
    robots = [each for each in everybody if ids.is_bot(each)]
    colleagues = [each for each in everybody if each not in clients and each not in robots]
    yield from ((CLIENT, (each,)) for each in clients)
    yield from ((ROBOT, (each,)) for each in robots)
    yield from ((COLLEAGUE, (each,)) for each in colleagues)
    if roomid and (clients or text_of(members.get("msgid")).endswith(ids.EXTERNAL_SUFFIX)):
        yield EXTERNAL_ROOM, (roomid,)
        yield ROOM_CONSENT, (roomid,)
    elif roomid:
        yield INTERNAL_ROOM, (roomid,)
    elif len(clients) == 1 and len(colleagues) == 1:
        yield SINGLE_CONSENT, (colleagues[0], clients[0])
