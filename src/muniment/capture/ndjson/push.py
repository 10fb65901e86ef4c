"""NDJSON over HTTP: the generic door for whatever a firm has built itself (docs/formats/push.md).

The lines are those of a file (docs/formats/ndjson.md). Each line is a record of its own and is answered by its number: what
is no message is kept all the same, and said.
"""

import hashlib
import hmac
import json
from io import BytesIO

from muniment.capture.feeds.captured import Captured, Delivery, Refusal, Taken
from muniment.capture.feeds.live import Quiet, Setting, Settings
from muniment.capture.ndjson.lines import LINE_LIMIT, cut
from muniment.capture.ndjson.message import read_line
from muniment.capture.rejected import LineRejected
from muniment.record.record import Assurance

LARGEST_BODY = 16 * 2**20
"""Bytes of one request."""
MOST_LINES = 20_000
"""Lines of one request."""


class Push(Quiet):
    """Takes lines with a key; the sender asks again with the same ids when it got no answer."""

    name = "ndjson"
    version = 1
    assurance = Assurance.API_TLS
    settings = (Setting("key", secret=True, made=True),)
    deliveries = True

    def receive(self, delivery: Delivery, settings: Settings) -> Taken | Refusal:
        """Authenticate a request and read its lines. 200 when all were messages, 422 when some were not."""
        given = delivery.headers.get("authorization", "")
        if not given.lower().startswith("bearer "):
            return Refusal(status=401, reason="expected Authorization: Bearer and the key of this source")
        if not hmac.compare_digest(given[7:].strip().encode(), settings["key"].encode()):
            return Refusal(status=403, reason="the key is not that of this source")
        over = _over(delivery.body)
        if over is not None:
            line, limit = over
            answer = _say(error=f"expected at most {limit}; send fewer lines at a time", line=line)
            return Taken(status=413, answer=answer, content_type=JSON)
        return read_push(delivery.body)


JSON = "application/json"


def _over(body: bytes) -> tuple[int, str] | None:
    """The first line (from 1) that is more than a request may hold, and the limit that it passes; None where all is within."""
    lines = body.count(b"\n") + (not body.endswith(b"\n"))
    # The line in which the first byte too many stands.
    too_long = body.count(b"\n", 0, LARGEST_BODY) + 1 if len(body) > LARGEST_BODY else None
    if lines > MOST_LINES and (too_long is None or too_long > MOST_LINES):
        return MOST_LINES + 1, f"{MOST_LINES} lines"
    return None if too_long is None else (too_long, f"{LARGEST_BODY} bytes")


def read_push(body: bytes) -> Taken:
    """The lines of a request as records, and the answer that says of each what became of it."""
    items: list[Captured] = []
    lines: list[dict[str, object]] = []
    number = rejected = 0
    for line in cut(BytesIO(body)):
        if line.blank:
            number += line.lines
            continue
        number += line.lines
        try:
            if line.long:
                raise LineRejected(f"expected at most {LINE_LIMIT} bytes in a line, got more")
            key = read_line(line.raw, None, None).key
        except LineRejected as problem:
            rejected += 1
            # Recognised by what it is: whoever sends it again adds nothing.
            key = f"rejected:{hashlib.sha256(line.raw).hexdigest()}"
            items.append(Captured(raw=line.raw, key=key, part="span", meta={"rejected": problem.reason}))
            lines.append({"line": number, "accepted": False, "error": problem.reason})
        else:
            items.append(Captured(raw=line.raw, key=key))
            lines.append({"line": number, "accepted": True, "id": key})
    accepted = len(lines) - rejected
    answer = _say(accepted=accepted, rejected=rejected, lines=lines)
    return Taken(items=tuple(items), status=422 if rejected else 200, answer=answer, content_type=JSON)


def _say(**said: object) -> bytes:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


live = Push()
