"""Read one attachment: its type, its text and places, its sound."""

from muniment.media import types
from muniment.media.limits import Limits
from muniment.media.readers import VERSION, Request, module_for
from muniment.media.reading import Note, Reading, Status
from muniment.media.sandbox import Answer, run
from muniment.media.sniff import sniff


def read(raw: bytes, claimed_type: str | None = None, name: str = "", *, limits: Limits | None = None) -> Reading:
    """What can be read in `raw`. Never raises for what a file holds: `extract_status` and `notes` say how far it went.

    `claimed_type` and `name` are the sender's and decide nothing; `agrees` tells whether they were right. Takes a process of
    its own for as long as `limits` lets it. Raises `Busy` where no process can be started.
    """
    limits = limits or Limits()
    found = sniff(raw, claimed_type, name)
    if not raw:
        answer = Answer(status=Status.EMPTY)
    elif found.type == types.LOCKED_OFFICE:
        answer = Answer(status=Status.ENCRYPTED)
    elif not (reader := module_for(found.type)):
        answer = Answer(status=Status.UNSUPPORTED)
    elif len(raw) > limits.input_bytes:
        answer = Answer(status=Status.TOO_LARGE, notes=(Note.INPUT_LIMIT,))
    else:
        answer = run(Request(type=found.type, reader=reader, limits=limits), raw)
    return Reading(
        type=found.type,
        family=found.family,
        agrees=found.agrees,
        extract_status=answer.status,
        reader=VERSION,
        text=answer.text,
        places=answer.places,
        notes=answer.notes,
        duration=answer.duration,
        playable=answer.playable,
        confined=answer.confined,
    )
