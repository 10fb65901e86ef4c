"""The platform's HTTP side: a real server on this machine, with faults to be chosen."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, bytes]


class Platform:
    """Tokens count up, for each secret, and only the newest is good. `faults` are answered first, one a call; then `answers` by call."""

    def __init__(self, corpid: str = "ww1") -> None:
        self.corpid, self.secret, self.contacts = corpid, "s3cret", "c0ntacts"
        self.tokens = self.contacts_tokens = 0
        self.faults: list[Answer] = []
        self.answers: dict[str, bytes | Callable[[Any], bytes]] = {}
        self.calls: list[tuple[str, Any]] = []
        """Name of each call and what it asked."""
        self.base = ""
        self.expires_in = 7200

    def token_dies(self) -> None:
        """Somebody else fetched one."""
        self.tokens += 1

    def answer(self, path: str, query: dict[str, str], body: bytes) -> Answer:
        call = path.removeprefix("/cgi-bin/")
        asked = json.loads(body) if body else {name: value for name, value in query.items() if name != "access_token"}
        self.calls.append((call, asked))
        if self.faults:
            return self.faults.pop(0)
        if call == "gettoken":
            secret = query.get("corpsecret")
            if query.get("corpid") != self.corpid or secret not in (self.secret, self.contacts):
                return 200, b'{"errcode":40001,"errmsg":"invalid credential"}'
            if secret == self.contacts:
                self.contacts_tokens += 1
            else:
                self.tokens += 1
            made = f"c{self.contacts_tokens}" if secret == self.contacts else f"t{self.tokens}"
            token = {"errcode": 0, "errmsg": "ok", "access_token": made, "expires_in": self.expires_in}
            return 200, json.dumps(token).encode()
        if "access_token" not in query:
            return 200, b'{"errcode":41001,"errmsg":"access_token missing"}'
        own = f"c{self.contacts_tokens}" if call.startswith(("externalcontact/", "user/")) else f"t{self.tokens}"
        if query["access_token"] != own:
            return 200, b'{"errcode":40014,"errmsg":"invalid access_token"}'
        found = self.answers.get(call, b'{"errcode":0,"errmsg":"ok"}')
        return 200, found if isinstance(found, bytes) else found(asked)


@contextmanager
def serving(platform: Platform) -> Iterator[Platform]:
    """The platform at `platform.base`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._do(lambda: b"")

        def do_POST(self) -> None:
            self._do(lambda: self.rfile.read(int(self.headers["Content-Length"])))

        def _do(self, body: Callable[[], bytes]) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            status, content = platform.answer(parts.path, query, body())
            if status == 0:  # the line goes dead
                self.connection.close()
                return
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            if status == 503:
                self.send_header("Retry-After", "77")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    platform.base = f"http://127.0.0.1:{server.server_port}"
    try:
        yield platform
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
