"""A platform's API on loopback: a real HTTP server that answers as it is told, and breaks as it is told."""

import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """An answer. `fault`: `truncate` sends half of the body, `hang` says nothing more after half, `drip` sends byte after
    byte for ever, `silent` never answers, `drop` ends the connection at once, `reset` breaks it, `garble` sends no HTTP."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


class Platform:
    """What was asked, and where to ask."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.asked: list[Asked] = []
        self.over = threading.Event()


Answering = Callable[[Asked], Reply]


@contextmanager
def platform(answer: Answering) -> Iterator[Platform]:
    """A server on a free port of this machine, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, parts.path, dict(parse_qsl(parts.query)), headers, body)
            found.asked.append(asked)
            self._reply(answer(asked))

        def do_POST(self) -> None:
            self.do_GET()

        def _reply(self, reply: Reply) -> None:
            self.close_connection = bool(reply.fault)
            if reply.fault == "silent":
                found.over.wait(20)
                return
            if reply.fault == "drop":
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            if reply.fault == "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                os.close(self.connection.detach())
                return
            if reply.fault == "garble":
                self.wfile.write(b"\x00\x01 this is no HTTP\r\n\r\n")
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            length = 10**6 if reply.fault == "drip" else len(reply.body)
            self.send_header("content-length", str(length))
            self.end_headers()
            half = len(reply.body) // 2
            if reply.fault in {"truncate", "hang"}:
                self.wfile.write(reply.body[:half])
                self.wfile.flush()
                if reply.fault == "hang":
                    found.over.wait(20)
            elif reply.fault == "drip":
                while not found.over.is_set():
                    try:
                        self.wfile.write(b".")
                        self.wfile.flush()
                    except OSError:
                        return
                    time.sleep(0.01)
            else:
                self.wfile.write(reply.body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            pass  # a client that has had enough

    server = Server(("127.0.0.1", 0), Handler)
    found = Platform(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield found
    finally:
        found.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
