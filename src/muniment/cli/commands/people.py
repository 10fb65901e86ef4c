"""`muniment people import`: bring in a people feed; what it would change is shown first."""

import argparse
from contextlib import suppress
from pathlib import Path

from muniment.cli.output import Output, clip, harmless
from muniment.desk.archive import actions as archive
from muniment.desk.archive.ready import make_ready
from muniment.desk.desk import open_desk
from muniment.desk.people.sheet import ENCODINGS
from muniment.record.errors import Busy, NotFound
from muniment.record.words import _ as mark
from muniment.site.words import _, say
from muniment.vault.home import locate

HELP = mark("bring in a people feed: what it would change, then with --apply the change")
REJECTED = 1
"""The exit code when rows were rejected."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("act", choices=("import",), help=_("bring in a CSV file (docs/formats/people-feed.md)"))
    parser.add_argument("file", type=Path, metavar="FILE.csv", help=_("the people feed"))
    parser.add_argument("--apply", action="store_true", help=_("change what it says; without, nothing is changed"))
    parser.add_argument("--encoding", choices=ENCODINGS, default="", help=_("the file's encoding (default: found out)"))


def run(options: argparse.Namespace, output: Output) -> int:
    """Show the balance sheet, and bring the feed in when that was asked for. Exit code 1 when rows were rejected."""
    try:
        content = options.file.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        raise NotFound("there is no file {file}", file=str(options.file)) from None
    path, keys = locate()
    make_ready(path, keys)
    from muniment.desk.people import actions

    with open_desk(path, keys, options.actor) as desk:
        act = actions.apply_feed if options.apply else actions.preview_feed
        balance = act(desk, content, options.encoding)
        if options.apply:
            with suppress(Busy):  # whoever writes the archive seals the entry then
                archive.settle(desk)
    counts = {
        name: len(getattr(balance, name))
        for name in ("added", "changed", "unchanged", "rejected", "missing", "unlisted")
    }
    for change in balance.changed:
        fields = "; ".join(f"{name}: {before or '—'} → {after}" for name, before, after in change.fields)
        output.line(f"{change.number:>7}  {clip(change.key, 16)}  {harmless(fields)}")
    for row in balance.rejected:
        output.line(f"{row.number:>7}  {clip(row.key, 16)}  {harmless(say(row.reason))}")
    output.line(
        _(
            "{seen} rows: {added} added, {changed} changed, {unchanged} unchanged, {rejected} rejected; {missing} people are not in the feed"
        ).format(seen=balance.seen, **counts)
    )
    if not options.apply:
        output.line(_("Nothing was changed. Bring it in with --apply."))
    output.value(
        {
            "applied": options.apply,
            "encoding": balance.encoding,
            "sha256": balance.sha256,
            "seen": balance.seen,
            **counts,
            "rejections": [{"row": row.number, "key": row.key, "reason": str(row.reason)} for row in balance.rejected],
        }
    )
    return REJECTED if balance.rejected else 0
