"""`muniment rebuild`: make the catalog again from the logs."""

import argparse

from muniment.cli.output import Output
from muniment.desk.archive import actions
from muniment.record.words import _ as mark
from muniment.site.words import _
from muniment.vault.home import locate

HELP = mark("make the catalog and the search index again, from the sealed records alone")


def configure(parser: argparse.ArgumentParser) -> None:
    """It has none of its own."""


def run(options: argparse.Namespace, output: Output) -> int:
    """Rebuild, and print the hash over what the catalog now holds."""
    digest = actions.rebuild(
        *locate(), actor=options.actor, progress=lambda done, size: output.progress(f"{done:,} / {size:,}")
    )
    output.clear_progress()
    output.line(
        _("The catalog was made again from the sealed records; its logical hash is {digest}.").format(digest=digest)
    )
    output.value({"logical_sha256": digest})
    return 0
