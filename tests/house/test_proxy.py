"""What stands between the internet and us: nginx with our two files passes what is delivered, and nothing else."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.client import HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import django
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muniment.site.settings")
django.setup()

from muniment.desk.channels.hooks import LARGEST, PATHS  # noqa: E402

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations"
NAME = "hooks.example.com"


def outside() -> str:
    return (OPERATIONS / "nginx-hooks.conf").read_text(encoding="utf-8")


def test_the_proxy_passes_what_is_delivered_and_nothing_else() -> None:
    passed = re.findall(r"location (?:=|~) \^?(/api\S+|/hooks/)\S* \{\n\s+proxy_pass", outside())
    assert passed == [PATHS[0], PATHS[1]]
    sizes = {int(size) * 2**20 for size in re.findall(r"client_\w+_size (\d+)m;", outside())}
    assert sizes == {LARGEST}, "a proxy that takes less loses deliveries, and one that takes more holds what is refused"


class Upstream(BaseHTTPRequestHandler):
    """Says what reached it: the method, the address, the host, and how many bytes."""

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        said = f"{self.command} {self.path} {self.headers['Host']} {len(body)}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST = answer  # noqa: N815  # names that http.server asks for

    def log_message(self, format: str, *args: object) -> None:
        pass


def free_ports(number: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def certificate(folder: Path, name: str) -> None:
    """A certificate that nobody vouches for, and its key, as `fullchain.pem` and `key.pem` with `name` before."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "example.com")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / f"{name}fullchain.pem").write_bytes(made.public_bytes(Encoding.PEM))
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / f"{name}key.pem").write_bytes(plain)


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[int]:
    """The port of nginx with our two files, moved to free ports and a folder of its own; Upstream stands behind it."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("nginx is not installed")
    behind = ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    pages, deliveries, plain = free_ports(3)
    for name in ("", "hooks-"):
        certificate(tmp_path, name)
    ours = (OPERATIONS / "nginx.conf").read_text(encoding="utf-8") + outside()
    ours = re.sub(r"listen \[::\].*\n", "", ours)
    for old, new in ((443, pages), (8443, deliveries), (80, plain)):
        ours = re.sub(rf"listen {old}\b", f"listen 127.0.0.1:{new}", ours)
    ours = ours.replace("127.0.0.1:8000", f"127.0.0.1:{behind.server_port}").replace("/etc/ssl/muniment", str(tmp_path))
    kept = "".join(f"{each}_temp_path {tmp_path};" for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    configuration = tmp_path / "nginx.conf"
    configuration.write_text(
        f"daemon off; master_process off; pid {tmp_path}/pid; error_log stderr warn; events {{}} http {{ {kept}\n{ours} }}",
        encoding="utf-8",
    )
    threading.Thread(target=behind.serve_forever, daemon=True).start()
    server = subprocess.Popen([program, "-e", "stderr", "-p", tmp_path, "-c", configuration], stderr=subprocess.DEVNULL)
    try:
        while server.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", deliveries)) == 0:
                    break
        assert server.poll() is None, "nginx does not take our files"
        yield deliveries
    finally:
        server.terminate()
        server.wait(30)
        behind.shutdown()
        behind.server_close()


def ask(
    port: int, method: str, path: str, body: bytes = b"", host: str = NAME, length: int | None = None
) -> tuple[int, str]:
    """One request over TLS, its address as it stands; raises SSLError where the handshake is refused."""
    unchecked = ssl.create_default_context()
    unchecked.check_hostname, unchecked.verify_mode = False, ssl.CERT_NONE
    connection = HTTPSConnection("127.0.0.1", port, context=unchecked)
    connection.sock = unchecked.wrap_socket(socket.create_connection(("127.0.0.1", port)), server_hostname=host)
    with closing(connection):
        connection.request(
            method, path, body, {"Host": host, **({} if length is None else {"Content-Length": str(length)})}
        )
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def test_a_stranger_at_the_public_name_reaches_the_doors_alone(proxy: int) -> None:
    hook = "/hooks/whatsapp-cloud/00112233445566778899aabbccddeeff/"
    assert ask(proxy, "GET", f"{hook}?hub.challenge=1") == (200, f"GET {hook}?hub.challenge=1 {NAME} 0")
    assert ask(proxy, "POST", "/api/v1/capture", b"x" * 2**20) == (200, f"POST /api/v1/capture {NAME} {2**20}")
    nothing = (404, "there is nothing here\n")
    for path in (
        "/",
        "/sign-in/",
        "/capture/",
        "/api/v1/me",
        "/api/v1/capture/x",
        "/static/muniment/icon.svg",
        "/hooks",
    ):
        assert ask(proxy, "GET", path) == nothing, path
    for path in (f"{hook}send/v23.0/7001/messages", f"{hook}sent"):
        assert ask(proxy, "POST", path) == nothing, path
    for path in ("/hooks/../capture/", "/hooks/%2e%2e/capture/", "//capture/"):
        assert ask(proxy, "GET", path)[0] == 404, path
    assert ask(proxy, "POST", hook, length=LARGEST + 1)[0] == 413  # before a byte of it is sent
    assert ask(proxy, "POST", hook, b"x" * LARGEST) == (200, f"POST {hook} {NAME} {LARGEST}")
    with pytest.raises(ssl.SSLError):
        ask(proxy, "GET", hook, host="archive.example.com")
