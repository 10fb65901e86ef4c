"""`muniment key`: the public keys that a stranger needs, and the way back from a copy of the secret ones."""

import argparse
import getpass
from pathlib import Path

from muniment.cli.output import Output
from muniment.desk.desk import open_desk
from muniment.record.errors import Refused
from muniment.record.words import _ as mark
from muniment.site.words import _
from muniment.vault import keycopy
from muniment.vault.durable import Disk
from muniment.vault.home import locate

HELP = mark("show the public keys, for strangers who verify; put lost keys back from their copy")


def configure(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument(
        "what",
        choices=("show", "restore"),
        help=_("show: print one public key a line, records, then audit; restore: put back the keys that are missing"),
    )
    parser.add_argument(
        "copy", nargs="?", type=Path, metavar="FILE", help=_("restore: the copy that the pages gave out")
    )
    parser.add_argument(
        "--passphrase-file",
        type=Path,
        metavar="FILE",
        help=_("restore: the file whose first line is the passphrase (default: it is asked for)"),
    )


def run(options: argparse.Namespace, output: Output) -> int:
    """Print them, or put them back."""
    return _restore(options, output) if options.what == "restore" else _show(options, output)


def _restore(options: argparse.Namespace, output: Output) -> int:
    if options.copy is None:
        raise Refused("name the copy of the keys: muniment key restore FILE")
    _home, keys = locate()
    try:
        data = options.copy.read_bytes()
        given = options.passphrase_file
        passphrase = getpass.getpass(_("Passphrase: ")) if given is None else given.read_text("utf-8").split("\n")[0]
    except OSError as error:
        raise Refused("{file} cannot be read: {reason}", file=str(error.filename), reason=str(error.strerror)) from None
    opened = keycopy.open(data, passphrase)
    written = keycopy.put_back(opened, keys, Disk())
    if written:
        output.line(_("Put back into {folder}: {names}").format(folder=keys, names=", ".join(written)))
    else:
        output.line(_("The keys of {origin} are all in {folder} already.").format(origin=opened.origin, folder=keys))
    output.value({"origin": opened.origin, "written": written})
    return 0


def _show(options: argparse.Namespace, output: Output) -> int:
    with open_desk(*locate(), actor=options.actor) as desk:
        for reader in (desk.archive.records, desk.archive.audit):
            reader.log.checkpoint()  # a key that did not sign this log must not be shown as its key
        vkeys = {name: signer.vkey for name, signer in desk.archive.signers.items()}
    for vkey in vkeys.values():
        output.line(vkey)
    output.value({"keys": vkeys})
    return 0
