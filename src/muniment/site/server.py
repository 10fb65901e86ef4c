"""The web server: granian in front of the pages, in one process or several, with TLS of its own where certificates are given.

Trust: whoever can reach its port can ask; who may see what is decided behind it. It keeps no access log, because an
address can hold what somebody searched for.
"""

import ctypes
import os
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from ipaddress import ip_address
from pathlib import Path
from types import FrameType
from typing import Any

from muniment.record.errors import Refused

THREADS = 4
"""Requests that one process works on at a time; each thread holds the archive's databases open."""
STOP_SECONDS = 5
"""How long a request may still take once the server is told to stop."""
API_SECONDS = 3.0
"""How long after its start a process loads the API, unless a program asks for it sooner."""
LOOK_SECONDS = 0.05
"""How often it is looked whether the server takes connections yet."""
NEXT_PORTS = 100
_TO_STDERR = {"formatter": "generic", "class": "logging.StreamHandler", "stream": "ext://sys.stderr"}


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen. `public` is what people type into a browser."""

    host: str
    port: int
    public: str
    certificate: Path | None = None
    key: Path | None = None

    @property
    def typed(self) -> str:
        """The address as people at this machine type it, where nothing else was said."""
        if self.certificate is None and self.host == "127.0.0.1":
            return f"http://localhost:{self.port}"  # a passkey belongs to a name, never to a number
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.certificate else 'http'}://{host}:{self.port}"


def find_address(
    host: str,
    port: int,
    public: str = "",
    certificate: Path | None = None,
    key: Path | None = None,
    *,
    seek: bool = False,
) -> Address:
    """An address that is free to listen on; port 0 means any, `seek` the next free one. Raises Refused."""
    if (certificate is None) != (key is None):
        raise Refused("a certificate and its key go together; give both --tls-cert and --tls-key, or neither")
    for file in (certificate, key):
        if file is not None and not os.access(file, os.R_OK):
            raise Refused("{file} cannot be read; name a certificate and its key in PEM form", file=str(file))
    if not public and not _only_this_machine(host):
        raise Refused(
            "to listen on {host}, set MUNIMENT_URL to the address that people type, such as https://archive.example.com",
            host=host,
        )
    last = min(port + NEXT_PORTS, 65_536) if seek and port else port + 1
    for candidate in range(port, last):
        if free := _free(host, candidate):
            found = Address(host, free, public, certificate, key)
            return found if public else Address(host, free, found.typed, certificate, key)
    raise Refused(
        "port {port} of {host} is taken; end what listens there, or name another --port", port=port, host=host
    )


def _only_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _free(host: str, port: int) -> int:
    """`port` where nobody listens on it (for 0, one that the system chose), else 0; raises Refused for a host that is not here."""
    try:
        family, _, _, _, name = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except OSError:
        raise Refused(
            "there is no address {host}; give this machine's name or number as --host", host=repr(host)
        ) from None
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # Without SO_REUSEPORT, which the server itself sets: with it, two servers would share a port and nobody be told.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(name)
            probe.listen(1)
        except PermissionError:
            raise Refused(
                "port {port} needs rights that this user has not; name one above 1023 with --port", port=port
            ) from None
        except OSError as error:
            if error.errno in (98, 48):  # EADDRINUSE, on Linux and elsewhere
                return 0
            raise Refused(
                "cannot listen on {host}: {reason}; give an address of this machine as --host",
                host=host,
                reason=error.strerror,
            ) from None
        return int(probe.getsockname()[1])


def serve(address: Address, processes: int, listening: Callable[[], None] | None = None) -> None:
    """Serve the pages until SIGTERM or SIGINT; when one of its processes dies, all end, and SystemExit says so.

    `listening` is called once, in this process, when the first of them takes connections.
    """
    from django.db import connections
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    load_pages()  # here, once: the processes that serve are copies of this one
    connections.close_all()
    web = Server(
        "muniment.site.wsgi:application",
        address=address.host,
        port=address.port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=THREADS,
        blocking_threads_idle_timeout=600,
        backpressure=64,
        http=HTTPModes.auto,
        websockets=False,
        log_level=LogLevels.warning,
        log_access=False,
        log_dictconfig={
            "handlers": {"console": _TO_STDERR, "access": _TO_STDERR}
        },  # standard output is the command's own
        ssl_cert=address.certificate,
        ssl_key=address.key,
        workers_kill_timeout=STOP_SECONDS,
        respawn_failed_workers=False,
    )
    if listening is not None:
        web.on_startup(lambda: _when_it_listens(address, listening))
    web.serve(target_loader=load, wrap_loader=False)


def _when_it_listens(address: Address, then: Callable[[], None]) -> None:
    """Call `then` when somebody could connect; looked at by a timer, since a thread would be copied into what is forked next."""
    family, _, _, _, place = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0]

    def look(number: int, frame: FrameType | None) -> None:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.settimeout(LOOK_SECONDS)
            closed = probe.connect_ex(place)
        if closed:
            signal.setitimer(signal.ITIMER_REAL, LOOK_SECONDS)  # rings once, so that no look interrupts another
        else:
            then()

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, LOOK_SECONDS)


def load() -> Callable[..., Any]:
    """The pages, in a process of the server; it ends with the process that started it, however that ends."""
    end_with_parent()
    pages = load_pages()
    later = threading.Timer(API_SECONDS, load_api)
    later.daemon = True
    later.start()
    return pages


def load_pages() -> Callable[..., Any]:
    """The application, with every page that it has."""
    from muniment.site.wsgi import application

    return application


def load_api() -> None:
    """Load the API, which no page needs: the first page does not wait for it, and the first program does not either."""
    import_module("muniment.site.api")


def end_with_parent() -> None:
    """Ask Linux to end this process when the one that started it ends, even if that was killed."""
    parent_death_signal = 1  # PR_SET_PDEATHSIG, <sys/prctl.h>
    parent = os.getppid()
    ctypes.CDLL(None).prctl(parent_death_signal, signal.SIGTERM)
    if os.getppid() != parent:  # it ended before we asked
        os.kill(os.getpid(), signal.SIGTERM)
