"""`muniment serve`: the pages and the worker, which start and end together."""

import argparse
import http.client
import json
import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Sequence
from types import FrameType
from urllib.parse import urlsplit

from muniment.cli.commands import web
from muniment.cli.output import Output
from muniment.record.words import _ as mark
from muniment.site import server
from muniment.site.words import _
from muniment.vault.home import locate, open_home

HELP = mark("serve the pages and run the worker, until it is stopped")
STARTED_SECONDS = 60
STOP_SECONDS = 10
PAUSE_SECONDS = 0.05
FAILED = 1

configure = web.configure


class Stop(Exception):
    """SIGTERM or SIGINT came."""


def run(options: argparse.Namespace, output: Output) -> int:
    """Start both, say where the pages are once they answer, and end both when one ends. Exit code 0 when asked to stop."""
    open_home(*locate())
    address = web.address(options)
    os.environ["MUNIMENT_URL"] = address.public

    def end(number: int, frame: FrameType | None) -> None:
        raise Stop

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        said = ["--host", address.host, "--port", str(address.port), "--processes", str(options.processes)]
        if address.certificate and address.key:
            said += ["--tls-cert", str(address.certificate), "--tls-key", str(address.key)]
        # The web's process looks whether everything is ready, once for both, and loads the pages while the worker starts.
        children["web"] = _start("web", said)
        told = children["web"].stdout
        line = told.readline() if told is not None else b""
        if not line:
            return children["web"].wait()  # it has said why, in one line
        code = json.loads(line)["code"]
        children["worker"] = _start("worker", ["--as", options.actor] if options.actor else [])
        if _until_it_answers(address, children):
            output.line(_("Muniment is at {address} (end with Ctrl-C)").format(address=address.public))
            if code:
                output.line(_("Nobody can sign in yet. The page asks for the set-up code: {code}").format(code=code))
            output.value({"url": address.public})
            sys.stdout.flush()
        while not (ended := _ended(children)):
            time.sleep(PAUSE_SECONDS)
    except Stop:
        return 0
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)  # it is ending already
        _end(list(children.values()))
    output.error(
        _("the {part} ended with exit code {code}, so everything was ended; what it said stands above").format(
            part=ended, code=children[ended].returncode
        )
    )
    return FAILED


def _start(command: str, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    # In a session of its own: Ctrl-C reaches this process alone, which then ends its children in order.
    return subprocess.Popen(
        [sys.executable, "-m", "muniment.cli.main", command, "--part", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if command == "web" else None,
        start_new_session=True,
        preexec_fn=server.end_with_parent,  # noqa: PLW1509  # there are no threads here yet
    )


def _ended(children: dict[str, subprocess.Popen[bytes]]) -> str:
    """The name of the first child that has ended, empty while all live."""
    return next((name for name, child in children.items() if child.poll() is not None), "")


def _until_it_answers(address: server.Address, children: dict[str, subprocess.Popen[bytes]]) -> bool:
    """Wait for the first answer, whatever it says; False when a child has ended instead."""
    public = urlsplit(address.public).netloc
    for _attempt in range(int(STARTED_SECONDS / PAUSE_SECONDS)):
        if _ended(children):
            return False
        asked = _connection(address)
        try:
            asked.request("HEAD", "/", headers={"Host": public})
            asked.getresponse()
        except (OSError, http.client.HTTPException):
            time.sleep(PAUSE_SECONDS)
        else:
            return True
        finally:
            asked.close()
    return False


def _connection(address: server.Address) -> http.client.HTTPConnection:
    if address.certificate is None:
        return http.client.HTTPConnection(address.host, address.port, timeout=STARTED_SECONDS)
    # This asks whether our own child answers; who may trust its certificate is for browsers to say.
    unchecked = ssl._create_unverified_context()  # noqa: S323, SLF001  # the standard library's only name for it
    return http.client.HTTPSConnection(address.host, address.port, timeout=STARTED_SECONDS, context=unchecked)


def _end(children: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask each to end, and make those that do not."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
