"""A small HTTP client for the platforms' own APIs: one request, one whole answer, within a time and a size.

Trust: a token is sent over TLS, or to this machine, and nowhere else; no redirect is followed; what goes wrong is told by the
kind of fault alone, since addresses of these APIs carry secrets.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from muniment.record.errors import Refused

PIECE = 1 << 16

Fault = Literal["timeout", "connection", "tls", "truncated", "too_large", "protocol"]


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. Header names are in lower case; of a header that came twice the last is kept."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def retry_after(self) -> int | None:
        """Seconds that the server asks to wait, where it says so in seconds (RFC 9110 §10.2.3)."""
        value = self.headers.get("retry-after", "")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else None


@dataclass(frozen=True, slots=True)
class Failed:
    """No whole answer came. It may have been acted on all the same."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class Http:
    """`timeout` seconds for each step, `deadline` seconds for everything, `limit` bytes of an answer's body."""

    timeout: float = 15.0
    deadline: float = 120.0
    limit: int = 16 * 2**20
    tls: ssl.SSLContext | None = field(default=None, repr=False)

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        limit: int | None = None,
    ) -> Answer | Failed:
        """Send one request and read its answer whole. Raises Refused for an address that must not be called."""
        parts = checked(url)
        host, port = parts.hostname or "", parts.port
        connection: http.client.HTTPConnection
        if parts.scheme == "https":
            context = self.tls or ssl.create_default_context()
            connection = http.client.HTTPSConnection(host, port, timeout=self.timeout, context=context)
        else:
            connection = http.client.HTTPConnection(host, port, timeout=self.timeout)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        late = threading.Event()
        guard: threading.Timer | None = None
        try:
            connection.connect()
            guard = threading.Timer(self.deadline, _cut, (connection.sock, late))
            guard.daemon = True
            guard.start()
            connection.request(method, path, body, dict(headers or {}))
            answer = _read(connection, self.limit if limit is None else limit)
        except TimeoutError:
            answer = Failed("timeout")
        except ssl.SSLError:
            answer = Failed("tls")
        except http.client.IncompleteRead:
            answer = Failed("truncated")
        except ConnectionError:  # also the connection that ends before any answer
            answer = Failed("connection")
        except (http.client.HTTPException, ValueError):
            answer = Failed("protocol")
        except OSError:
            answer = Failed("connection")
        finally:
            if guard is not None:
                guard.cancel()
            connection.close()
        return Failed("timeout") if late.is_set() else answer


def checked(url: str) -> SplitResult:
    """The parts of an address that may be called: https, or http on this machine. Raises Refused, never showing the address."""
    try:
        parts = urlsplit(url)
        local = parts.scheme == "http" and _is_local(parts.hostname or "")
        fine = (
            (parts.scheme == "https" or local) and bool(parts.hostname) and parts.username is None and parts.port != 0
        )
    except ValueError:
        fine = False
    if not fine or not url.isascii() or any(c <= " " or c == "\x7f" for c in url):
        raise Refused(
            "expected an https address (or http on this machine) without a user name, got another; correct it"
        )
    return parts


def _is_local(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _read(connection: http.client.HTTPConnection, limit: int) -> Answer | Failed:
    response = connection.getresponse()
    if response.length is not None and response.length > limit:
        return Failed("too_large")
    pieces: list[bytes] = []
    size = 0
    while piece := response.read(PIECE):
        size += len(piece)
        if size > limit:
            return Failed("too_large")
        pieces.append(piece)
    if response.length:  # a read of some size ends silently where the connection did
        return Failed("truncated")
    return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, b"".join(pieces))


def _cut(sock: socket.socket, late: threading.Event) -> None:
    """End a connection that takes too long, whatever it is waiting for."""
    late.set()
    try:
        socket.socket.shutdown(sock, socket.SHUT_RDWR)  # beneath TLS, whose own state another thread is using
    except OSError:
        pass  # it has just ended by itself
