"""`muniment restore`: make an archive out of a backup, and prove that it is whole."""

import argparse
from pathlib import Path

from muniment.cli.commands import verify
from muniment.cli.output import Output
from muniment.journal.check_finding import Finding
from muniment.record.words import _ as mark
from muniment.site.words import _
from muniment.vault.home import LOGS, locate

HELP = mark("make the archive anew out of a backup, in empty folders, and check all of it")


def configure(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help=_("the archive's folder of the backup"))
    parser.add_argument(
        "--keys", type=Path, required=True, metavar="DIR", help=_("the keys' folder of the same backup")
    )


def run(options: argparse.Namespace, output: Output) -> int:
    """Restore, verify, and say what is proven. Exit code 0 when nothing is at fault; an import that ran then is to be run again."""
    from muniment.desk.archive.restore import restore

    def found(finding: Finding) -> None:
        output.value(verify.as_json(finding))
        output.line(verify.sentence(finding))

    path, keys = locate()
    done = restore(
        options.folder.expanduser().absolute(),
        options.keys.expanduser().absolute(),
        path,
        keys,
        found,
        actor=options.actor,
    )
    made = done.manifest
    output.line(
        _("The archive of {origin} as of {time} is in {path}, its keys in {keys}.").format(
            origin=made.origin, time=made.made_at, path=path, keys=keys
        )
    )
    for name in LOGS:
        sealed = made.logs[name]
        output.line(
            "  " + _("{log}: {size} leaves, root {root}").format(log=name, size=f"{sealed.size:,}", root=sealed.root)
        )
    verify.print_verdict(done.verdict, output)
    output.line(_("What was accepted after that time is not in it. Never let this archive and the old one both run."))
    output.value(
        {
            **verify.summary(done.verdict),
            "made_at": made.made_at,
            "logs": {name: {"size": sealed.size, "root": sealed.root} for name, sealed in made.logs.items()},
        }
    )
    return verify.AT_FAULT if done.verdict.faults else 0
