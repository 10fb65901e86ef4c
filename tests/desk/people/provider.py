"""A small OpenID Connect provider on this machine: real HTTP, real RS256 id tokens, and faults where a test wants them."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT = "muniment"
SECRET = "between the two of us"


@dataclass
class Provider:
    """Who is signed in at the provider, and what it says of them. `signer` may be another key than the published one."""

    address: str = ""
    subject: str = "u-1001"
    email: str = ""
    email_verified: object = False
    issuer: str | None = None
    audience: str = CLIENT
    lasts: int = 300
    info_subject: str | None = None
    asked_ago: int | None = 0
    """How many seconds ago it asked for a password, as it says where it is asked when; None: it does not say."""
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    signer: rsa.RSAPrivateKey | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    seen: list[dict[str, str]] = field(default_factory=list)

    def claims(self) -> dict[str, Any]:
        now = int(time.time())
        when = {} if self.asked_ago is None or "max_age" not in self.seen[-1] else {"auth_time": now - self.asked_ago}
        said = {"iss": self.issuer or self.address, "aud": self.audience, "iat": now, "exp": now + self.lasts}
        return {**said, **when, "sub": self.subject, **self.person()}

    def person(self) -> dict[str, Any]:
        return {"email": self.email, "email_verified": self.email_verified} if self.email else {}

    def answer(self, path: str, form: dict[str, str], query: dict[str, str]) -> tuple[int, dict[str, Any] | str]:
        """Status and JSON, or the address to go to."""
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "userinfo_endpoint": f"{self.address}/userinfo",
                "jwks_uri": f"{self.address}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }
        if path == "/keys":
            public = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
            return 200, {"keys": [{**public, "kid": "one", "alg": "RS256", "use": "sig"}]}
        if path == "/authorize":
            self.seen.append(query)
            code = secrets.token_urlsafe()
            self.codes[code] = query
            return 302, f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"
        if path == "/token":
            asked = self.codes.pop(form.get("code", ""), None)
            proof = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).rstrip(
                b"="
            )
            if asked is None or form.get("client_secret") != SECRET or asked["code_challenge"] != proof.decode():
                return 400, {"error": "invalid_grant"}
            token = jwt.encode(self.claims(), self.signer or self.key, algorithm="RS256", headers={"kid": "one"})
            return 200, {"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": token}
        if path == "/userinfo":
            return 200, {"sub": self.info_subject or self.subject, **self.person()}
        return 404, {}


@contextmanager
def serving(provider: Provider) -> Iterator[Provider]:
    """The provider, listening on a free port of this machine for the length of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            form = _flat(self.rfile.read(length).decode())
            status, body = provider.answer(parts.path, form, _flat(parts.query))
            self.send_response(status)
            if isinstance(body, str):
                self.send_header("Location", body)
                body = {}
            data = json.dumps(body).encode()
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_POST = do_GET  # noqa: N815  # the library's own name

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _flat(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text).items()}
