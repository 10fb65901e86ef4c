"""`muniment init`: make an archive."""

import argparse

from muniment.cli.output import Output
from muniment.desk.archive import actions
from muniment.desk.desk import system_user
from muniment.desk.schema import make_desk
from muniment.record.words import _ as mark
from muniment.site.words import _
from muniment.vault.home import locate

HELP = mark("make an archive: keys, logs, databases")


def configure(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument(
        "--origin",
        default="localhost/main",
        metavar="DOMAIN/ENTITY",
        help=_("names the archive in everything it signs, for ever (default: %(default)s)"),
    )


def run(options: argparse.Namespace, output: Output) -> int:
    """Make it, and say where it is and what to back up."""
    path, keys = locate()
    home = actions.create(path, keys, options.origin, options.actor or system_user())
    make_desk(home)
    output.line(_("An archive of {origin} is in {path}.").format(origin=home.origin, path=home.path))
    output.line(
        _("Its keys are in {keys}. Back them up now, apart from the archive: without them nothing can be read.").format(
            keys=home.keys
        )
    )
    output.value({"origin": home.origin, "home": str(home.path), "keys": str(home.keys)})
    return 0
