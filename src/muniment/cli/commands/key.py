"""`muniment key show`: the public keys that a stranger needs."""

import argparse

from muniment.cli.output import Output
from muniment.desk.desk import open_desk
from muniment.record.words import _ as mark
from muniment.site.words import _
from muniment.vault.home import locate

HELP = mark("show the public keys, for strangers who verify")


def configure(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("what", choices=("show",), help=_("print one key a line: records, then audit"))


def run(options: argparse.Namespace, output: Output) -> int:
    """Print them."""
    with open_desk(*locate(), actor=options.actor) as desk:
        for reader in (desk.archive.records, desk.archive.audit):
            reader.log.checkpoint()  # a key that did not sign this log must not be shown as its key
        vkeys = {name: signer.vkey for name, signer in desk.archive.signers.items()}
    for vkey in vkeys.values():
        output.line(vkey)
    output.value({"keys": vkeys})
    return 0
