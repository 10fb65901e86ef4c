"""The history that a phone app hands over when it is connected: chunks of threads of messages."""

from typing import Any

from muniment.capture.item import Item, words_in
from muniment.capture.whatsapp_cloud.frame import PARTIAL, Frame
from muniment.capture.whatsapp_cloud.messages import read_message
from muniment.record.event import Event, Kind

FLAG = "history"
"""Flag: told by the phone app afterwards, not as it happened."""


def read_chunk(frame: Frame, members: dict[str, Any]) -> list[Event]:
    """The messages of one chunk, and what the chunk says of itself: how far the history is told, or why it is not."""
    chunk = Item(members)
    events: list[Event] = []
    threads: list[dict[str, Any]] = []
    for members_of_thread in chunk.items("threads"):
        thread = Item(members_of_thread)
        with_whom = thread.ident("id")
        messages = thread.items("messages")
        events += [read_message(frame, message, outbound=None, thread=with_whom, flags=(FLAG,)) for message in messages]
        if not messages and with_whom is not None:
            thread.left["id"] = with_whom
        if thread.left:
            threads.append(thread.left)
    chunk.put("left", threads)
    failed = chunk.see("errors") is not None
    head = frame.event(
        Kind.SYSTEM,
        chunk,
        "whatsapp_cloud:history",
        text=words_in(chunk.see("errors")),
        flags=("error",) if failed else (PARTIAL,) if threads else (),
    )
    return [*events, head]
