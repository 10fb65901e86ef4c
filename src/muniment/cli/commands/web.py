"""`muniment web`: serve the pages."""

import argparse
import json
import os
import sys
from pathlib import Path

from muniment.cli.output import Output
from muniment.record.words import _ as mark
from muniment.site import server
from muniment.site.words import _
from muniment.vault.home import Home, locate

HELP = mark("serve the pages; the worker runs apart")


def configure(parser: argparse.ArgumentParser) -> None:
    """Its arguments; `serve` has the same."""
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help=_("where to listen (default: %(default)s, this machine alone)"),
    )
    parser.add_argument(
        "--port", type=port, default=8000, metavar="N", help=_("its port (default: %(default)s; 0 is any free one)")
    )
    parser.add_argument("--next-port", action="store_true", help=_("take the next free port where that one is taken"))
    parser.add_argument(
        "--processes",
        type=positive,
        default=1,
        metavar="N",
        help=_("processes that serve pages (default: %(default)s)"),
    )
    parser.add_argument("--tls-cert", type=Path, metavar="FILE", help=_("certificate and chain in PEM form, for https"))
    parser.add_argument("--tls-key", type=Path, metavar="FILE", help=_("its key in PEM form"))
    parser.add_argument("--part", action="store_true", help=argparse.SUPPRESS)  # of `serve`, which says the rest itself


def port(text: str) -> int:
    """A port's number."""
    if not (text.isascii() and text.isdigit() and int(text) < 65_536):
        raise argparse.ArgumentTypeError(_("{given} is not a port; expected 0 to 65535").format(given=repr(text)))
    return int(text)


def positive(text: str) -> int:
    """A number of processes."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 64):
        raise argparse.ArgumentTypeError(_("{given} is not a number from 1 to 64").format(given=repr(text)))
    return int(text)


def address(options: argparse.Namespace) -> server.Address:
    """Where to listen; raises Refused."""
    return server.find_address(
        options.host,
        options.port,
        os.environ.get("MUNIMENT_URL", ""),
        options.tls_cert,
        options.tls_key,
        seek=options.next_port,
    )


def run(options: argparse.Namespace, output: Output) -> int:
    """Serve until SIGTERM or SIGINT."""
    found = address(options)
    os.environ["MUNIMENT_URL"] = found.public  # before the settings are read
    from muniment.desk.archive.ready import make_ready

    code = set_up_code(make_ready(*locate()))
    if options.part:
        print(json.dumps({"code": code}), flush=True)
        server.serve(found, options.processes)
        return 0

    def listening() -> None:
        output.line(_("The pages are at {address} (end with Ctrl-C)").format(address=found.public))
        if code:
            output.line(_("Nobody can sign in yet. The page asks for the set-up code: {code}").format(code=code))
        output.value({"url": found.public})
        sys.stdout.flush()

    server.serve(found, options.processes, listening)
    return 0


def set_up_code(home: Home) -> str | None:
    """The code to show on the terminal while nobody can sign in; Django must be set up (make_ready)."""
    from muniment.desk.dashboard import opening

    return opening.offer(home)
