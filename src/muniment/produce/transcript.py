"""The transcript: what was produced, as one HTML file for people, that opens offline and is safe against its own content.

No script, no link that leads out, one style sheet that the page's own policy names by hash; everything from outside is
escaped, isolated from the direction of the text around it, and shows its hidden characters (visible.py). The file is
written as events come, so that its length costs no memory.
"""

from base64 import b64encode
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from hashlib import sha256
from html import escape
from importlib.resources import files as resources
from typing import BinaryIO

import msgspec

from muniment.produce.event_json import time_text
from muniment.produce.line import Amendment, Lines, Target
from muniment.produce.visible import plain, visible
from muniment.record.decoded import DecodedEvent
from muniment.record.errors import Refused
from muniment.record.event import Kind, Precision
from muniment.record.words import ENGLISH, Words, _

STYLE = resources("muniment.produce").joinpath("transcript.css").read_text("utf-8")

POLICY = (
    "default-src 'none'; "
    f"style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'; "
    "img-src 'none'; script-src 'none'; base-uri 'none'; form-action 'none'"
)
"""The page's Content-Security-Policy: its own style sheet and nothing else."""

_PIECE = 64 * 1024


class TranscriptHead(msgspec.Struct, frozen=True, kw_only=True):
    """What stands above the events: of which archive, what was asked, why, when, by whom, and what it leaves open.

    Times are microseconds UTC. `gaps` and `not_proven` are sentences in the reader's language, most important first.
    """

    origin: str
    query: str
    reason: str
    produced_at: int
    produced_by: str
    count: int
    complete_up_to: int | None = None
    gaps: tuple[str, ...] = ()
    not_proven: tuple[str, ...] = ()


def write_transcript(
    out: BinaryIO,
    head: TranscriptHead,
    events: Iterable[DecodedEvent],
    words: Words = ENGLISH,
    *,
    lang: str = "en",
    amended: Mapping[Target, tuple[Amendment, ...]] | None = None,
    files: Container[str] | None = None,
) -> None:
    """Write `transcript` to a binary file."""
    out.writelines(transcript(head, events, words, lang=lang, amended=amended, files=files))


def transcript(
    head: TranscriptHead,
    events: Iterable[DecodedEvent],
    words: Words = ENGLISH,
    *,
    lang: str = "en",
    amended: Mapping[Target, tuple[Amendment, ...]] | None = None,
    files: Container[str] | None = None,
) -> Iterator[bytes]:
    """The transcript in pieces of some 64 KiB, UTF-8. Raises Refused at the end where there were not `head.count` events.

    Events stand in the order they come; a heading stands wherever the conversation changes, a rule wherever the day does.
    `lang` is the reader's language (`en`, `zh-Hant`, `zh-Hans`), for which `words` are the words. `amended` says of each
    message that was edited or recalled, by account and native key, what came later (see `amendments`): only with it is
    the original struck. `files` are the SHA-256 of the files that lie in `attachments/` beside the transcript; None means all
    stored ones.
    """
    lines = Lines(words, lang, amended or {}, files)
    pieces = [_top(head, words.gettext, lang)]
    size = count = 0
    talk: tuple[str, str, str] | None = None
    day: str | None = None
    for decoded in events:
        count += 1
        event = decoded.event
        here = decoded.source, decoded.channel, event.conversation
        if here != talk:
            pieces.append("" if talk is None else "</section>\n")
            pieces.append(lines.conversation(decoded))
            talk, day = here, None
        today = lines.day(decoded)
        if today != day:
            pieces.append(f'<h3 class="day"><span>{today}</span></h3>\n')
            day = today
        piece = lines.event(decoded)
        pieces.append(piece)
        size += len(piece)
        if size >= _PIECE:
            yield "".join(pieces).encode()
            pieces, size = [], 0
    if count != head.count:
        raise Refused("the transcript was announced with {count} events and got {got}", count=head.count, got=count)
    pieces.append("" if talk is None else "</section>\n")
    end = words.ngettext("End of the transcript: {n} event.", "End of the transcript: {n} events.", count)
    pieces.append(f'<p class="end">{escape(end.format(n=count))}</p>\n</main>\n</body>\n</html>\n')
    yield "".join(pieces).encode()


def amendments(events: Iterable[DecodedEvent]) -> dict[Target, tuple[Amendment, ...]]:
    """What edits and recalls among the events change, by account and native key; memory grows with these alone."""
    found: dict[Target, tuple[Amendment, ...]] = {}
    for decoded in events:
        event = decoded.event
        if event.target is not None and event.kind in {Kind.EDIT, Kind.RECALL}:
            target = decoded.source, event.target
            by = Amendment(
                kind=event.kind,
                record=decoded.record,
                ordinal=decoded.ordinal,
                sent_at=event.sent_at,
                sent_at_precision=event.sent_at_precision,
            )
            found[target] = (*found.get(target, ()), by)
    return found


def _top(head: TranscriptHead, say: Callable[[str], str], lang: str) -> str:
    complete = say(_("not known")) if head.complete_up_to is None else _moment(head.complete_up_to)
    facts = (
        (_("Archive"), f"<code><bdi>{visible(head.origin)}</bdi></code>"),
        (_("Query"), f"<bdi>{visible(head.query)}</bdi>"),
        (_("Reason"), f"<bdi>{visible(head.reason)}</bdi>"),
        (_("Produced"), _moment(head.produced_at)),
        (_("Produced by"), f"<bdi>{visible(head.produced_by)}</bdi>"),
        (_("Events"), f"{head.count:,}"),
        (_("Complete up to"), complete),
        (_("Times"), escape(say(_("UTC. Sent: as the source says. Received: by the archive's clock.")))),
    )
    rows = "".join(f"<dt>{escape(say(name))}</dt><dd>{value}</dd>\n" for name, value in facts)
    limits = _sentences(say(_("What the archive knows that it missed")), head.gaps)
    limits += _sentences(say(_("What this does not prove")), head.not_proven)
    title = escape(say(_("Transcript")))
    return (
        f'<!doctype html>\n<html lang="{escape(lang)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY, quote=False)}">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="format-detection" content="telephone=no">\n'
        f"<title>{title} · {plain(head.origin)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f'<main class="page">\n<header class="card"><div class="facts"><h1>{title}</h1>\n<dl>\n{rows}</dl></div>\n'
        f"{limits}</header>\n"
    )


def _sentences(heading: str, said: tuple[str, ...]) -> str:
    items = "".join(f"<li><bdi>{visible(sentence)}</bdi></li>\n" for sentence in said)
    return f'<div class="limits"><h2>{escape(heading)}</h2>\n<ul>\n{items}</ul></div>\n' if said else ""


def _moment(at: int) -> str:
    text = time_text(at, Precision.SECOND)
    return f'<time datetime="{text}">{text[:10]} {text[11:-1]} UTC</time>'
