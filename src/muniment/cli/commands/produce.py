"""`muniment produce`: write a bundle that proves itself."""

import argparse
from pathlib import Path

from muniment.cli.output import Output, harmless
from muniment.cli.zone import local_zone
from muniment.desk.desk import open_desk
from muniment.desk.productions import actions
from muniment.record.words import _ as mark
from muniment.site.words import _, choose, words
from muniment.vault.home import locate

HELP = mark("write everything that matches a query into a bundle that a stranger can verify")

TAGS = {"en": "en", "zh-hant": "zh-Hant", "zh-hans": "zh-Hans"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument(
        "query",
        nargs="*",
        metavar="QUERY",
        help=_("what to produce; everything where it is empty (docs/formats/query.md)"),
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE.zip", help=_("the bundle to write; must not exist")
    )
    parser.add_argument(
        "--reason",
        required=True,
        metavar="TEXT",
        help=_("the request or matter that it answers; recorded in the audit log"),
    )
    parser.add_argument(
        "--since",
        action="append",
        default=[],
        metavar="SEAL",
        help=_("also prove that the archive extends this earlier seal"),
    )
    parser.add_argument("--timezone", metavar="ZONE", help=_("zone in which dates are meant (default: this machine's)"))


def run(options: argparse.Namespace, output: Output) -> int:
    """Write it, and say how to check it."""
    with open_desk(*locate(), actor=options.actor) as desk:
        made = actions.produce(
            desk,
            " ".join(options.query),
            options.out,
            options.reason,
            zone=options.timezone or local_zone(),
            since=options.since,
            words=words(),
            lang=TAGS[options.lang or choose()],
            tell=lambda done, total: output.progress(f"{done:,} / {total:,}"),
        )
    output.clear_progress()
    output.line(
        _(
            "{path}: {events} events of {records} records, {withheld} of them withheld, {attachments} attachments"
        ).format(
            path=harmless(str(made.path)),
            events=made.events,
            records=made.records,
            withheld=made.withheld,
            attachments=made.attachments,
        )
    )
    output.line(
        _(
            "Entered in the audit log before it was handed out. Check it with `muniment verify-bundle` or verifier.py and `muniment key show`."
        )
    )
    output.line(_("Seal after this production, for the receiver to keep:"))
    output.line(made.seal)
    output.value(
        {
            "file": str(made.path),
            "records": made.records,
            "withheld": made.withheld,
            "events": made.events,
            "attachments": made.attachments,
            "manifest_sha256": made.manifest_sha256,
            "seal": made.seal,
        }
    )
    return 0
