"""`muniment search`: find messages; the same parser and answer as the pages."""

import argparse

from muniment.cli.output import Output, event_line
from muniment.cli.zone import local_zone
from muniment.desk.archive import access
from muniment.desk.desk import open_desk
from muniment.produce.event_json import event_json
from muniment.record.words import _ as mark
from muniment.search.explain import explain
from muniment.site.words import _, ngettext
from muniment.vault.home import locate

HELP = mark("find messages, newest first")


def configure(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument(
        "query", nargs="+", metavar="QUERY", help=_("words, phrases and fields (docs/formats/query.md)")
    )
    parser.add_argument(
        "--limit", type=_positive, default=50, metavar="N", help=_("how many to show (default: %(default)s)")
    )
    parser.add_argument("--count", action="store_true", help=_("print how many match, the number alone"))
    parser.add_argument("--timezone", metavar="ZONE", help=_("zone in which dates are meant (default: this machine's)"))


def _positive(text: str) -> int:
    """How many events to show; at most a million, which fit in memory."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 1_000_000):
        raise argparse.ArgumentTypeError(f"expected a number from 1 to 1000000, got {text!r}")
    return int(text)


def run(options: argparse.Namespace, output: Output) -> int:
    """Search, and say under the result what the answer rests on."""
    text, zone = " ".join(options.query), options.timezone or local_zone()
    with open_desk(*locate(), actor=options.actor) as desk:
        if options.count:
            output.bare(str(access.count(desk, text, zone=zone)))
            return 0
        answer = access.search(desk, text, zone=zone, limit=options.limit)
    for event in answer.events:
        output.line(event_line(event))
        output.raw(event_json(event))
    output.line(
        ngettext("{n} shown", "{n} shown", len(answer.events)).format(n=len(answer.events))
        + " · "
        + explain(answer.query)
        + " · "
        + _("complete up to {time}").format(time=answer.complete_up_to)
        + " · "
        + _("{records} undecoded, {files} attachments not read into").format(
            records=answer.unsearchable.undecoded, files=answer.unsearchable.attachments
        )
    )
    return 0
