"""`muniment checkpoint`: the one-line seal that somebody outside keeps."""

import argparse

from muniment.cli.output import Output
from muniment.desk.archive import actions
from muniment.desk.desk import open_desk
from muniment.record.words import _ as mark
from muniment.vault.home import locate

HELP = mark("seal everything, and print the one-line seal to send to an auditor")


def configure(parser: argparse.ArgumentParser) -> None:
    """It has none of its own."""


def run(options: argparse.Namespace, output: Output) -> int:
    """Print it."""
    with open_desk(*locate(), actor=options.actor) as desk:
        line = actions.make_seal(desk)
    output.line(line)
    output.value({"seal": line})
    return 0
