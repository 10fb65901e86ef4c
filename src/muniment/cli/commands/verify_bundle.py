"""`muniment verify-bundle`: check a bundle, as a stranger would; no archive is needed."""

import argparse
import json

from muniment.cli.output import Output
from muniment.desk.productions.redecode import redecode
from muniment.proof import note, verifier
from muniment.record.errors import NotFound, Refused
from muniment.record.words import _ as mark
from muniment.site.words import _

HELP = mark("check a bundle offline against public keys that came another way")


def configure(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("bundle", metavar="FILE.zip", help=_("the bundle"))
    parser.add_argument(
        "--key",
        action="append",
        required=True,
        metavar="VKEY",
        help=_("a public key of the archive (`muniment key show`); give both"),
    )
    parser.add_argument(
        "--since", metavar="SEAL", help=_("an earlier seal (`muniment checkpoint`): prove that the archive extends it")
    )
    parser.add_argument(
        "--redecode", action="store_true", help=_("also read every record again with this build's decoders")
    )


def run(options: argparse.Namespace, output: Output) -> int:
    """Check it with the one-file verifier's own code; exit code 1 when it is refused."""
    try:
        report = verifier.verify_bundle(
            options.bundle, options.key, options.since, redecode if options.redecode else None, note.verify
        )
    except verifier.Invalid as problem:
        raise Refused(
            "a key or a seal cannot be read: {problem}; copy them whole, on one line", problem=problem
        ) from None
    except OSError as problem:
        raise NotFound(
            "the bundle {file} cannot be opened: {reason}", file=options.bundle, reason=problem.strerror or "?"
        ) from None
    output.line(verifier.render(report))
    output.raw(json.dumps(report.as_json(), sort_keys=True, ensure_ascii=False).encode())
    return 0 if report.refused is None else 1
