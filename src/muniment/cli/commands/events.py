"""`muniment events`: everything that was decoded, oldest first."""

import argparse

from muniment.cli.output import Output, event_line
from muniment.cli.zone import local_zone
from muniment.desk.archive import access
from muniment.desk.desk import open_desk
from muniment.produce.event_json import event_json
from muniment.record.words import _ as mark
from muniment.site.words import _
from muniment.vault.home import locate

HELP = mark("list decoded events, oldest first")


def configure(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("query", nargs="*", metavar="QUERY", help=_("only those that match (docs/formats/query.md)"))
    parser.add_argument("--timezone", metavar="ZONE", help=_("zone in which dates are meant (default: this machine's)"))


def run(options: argparse.Namespace, output: Output) -> int:
    """List them."""
    with open_desk(*locate(), actor=options.actor) as desk:
        for event in access.events(desk, " ".join(options.query), zone=options.timezone or local_zone()):
            output.line(event_line(event))
            output.raw(event_json(event))
    return 0
