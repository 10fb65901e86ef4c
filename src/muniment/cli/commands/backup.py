"""`muniment backup`: copy a living archive and its keys into two folders that belong apart."""

import argparse
from pathlib import Path

from muniment.cli.output import Output
from muniment.desk.archive.backup import back_up
from muniment.desk.desk import open_desk
from muniment.record.words import _ as mark
from muniment.site.words import _
from muniment.vault.home import LOGS, locate

HELP = mark("copy the archive and its keys, while they are in use, into two folders that belong apart")


def configure(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help=_("a new folder for the archive"))
    parser.add_argument(
        "--keys", type=Path, required=True, metavar="DIR", help=_("a new folder for the keys, on another device")
    )


def run(options: argparse.Namespace, output: Output) -> int:
    """Make the copy, and say up to where it reaches and what it does not hold."""
    with open_desk(*locate(), actor=options.actor) as desk:
        made = back_up(desk, options.folder, options.keys, lambda done: output.progress(f"{done:,}"))
    output.clear_progress()
    output.line(
        _("The archive is copied to {folder}, its keys to {keys}.").format(folder=options.folder, keys=options.keys)
    )
    for name in LOGS:
        sealed = made.logs[name]
        output.line(
            "  " + _("{log}: {size} leaves, root {root}").format(log=name, size=f"{sealed.size:,}", root=sealed.root)
        )
    for name in made.left_out:
        output.line("  " + _("not copied: {name}").format(name=name))
    output.line(_("Destroy the copy of the keys within 30 days: what was disposed of lives on in it."))
    output.value(
        {
            "folder": str(options.folder),
            "keys": str(options.keys),
            "made_at": made.made_at,
            "logs": {name: {"size": sealed.size, "root": sealed.root} for name, sealed in made.logs.items()},
            "left_out": made.left_out,
        }
    )
    return 0
