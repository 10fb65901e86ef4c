"""Live capture: acknowledgements over HTTP, one by one and in batches, decoders by themselves, files fetched and sealed.

The clock stands at the sender's end of kept-open connections on this machine. An acknowledgement is the answer that follows
the commit in intake; beside it stands the disk's fsync of the same run.
"""

import hashlib
import http.client
import http.server
import json
import os
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import SplitResult, urlsplit

from bench import yardsticks
from bench.corpus import lines
from bench.desk import serving
from bench.measure import ROOT, Span, percentile, python, run
from bench.report import Promise
from bench.setting import Setting
from muniment.capture import registry
from muniment.capture.archive import open_archive
from muniment.capture.feeds.captured import MediaDue
from muniment.capture.feeds.ledger import Ledger
from muniment.capture.feeds.runner import Connection, fetch_some
from muniment.record.record import Assurance, Header

SINGLE, BATCH, SENDERS = 1_500, 1_000, 4
MIB = 2**20
FILES = 64
SHARED = ROOT.parent / "shared" / "data"
PATH = "/api/v1/capture"


def push(setting: Setting) -> None:
    """Post lines to a served archive: alone, in batches, and alone again while what came is being projected."""
    place, report = setting.place("pushed"), setting.report
    assert place.muniment("init", "--origin", "bench.example/push").code == 0
    made = run(python("-m", "bench.capture_source"), environment=place.environment())
    if made.code:
        raise RuntimeError(made.out[-2000:])
    key = json.loads(made.out.splitlines()[-1])["key"]
    body = [line.rstrip(b"\n") + b"\n" for line in lines(setting.corpus.path, setting.part)]
    singles, batches = setting.runs(SINGLE), max(5, len(body) // BATCH // 2)
    beside = report.beside(yardsticks.FSYNC_P99)
    with serving(place) as where:
        _posts(where, key, body[:20])
        times, span = _posts(where, key, body[20 : 20 + singles])
        _say(setting, "single posts, nothing else going on", times, span, 1, beside)
        rest = body[20 + singles :]
        posts = [b"".join(rest[start : start + BATCH]) for start in range(0, batches * BATCH, BATCH)]
        posts = [post for post in posts if post]
        times, span = _posts(where, key, posts)
        _say(setting, f"posts of {BATCH:,} lines", times, span, BATCH, beside)
        times, span = _posts(where, key, [_anew(line, number) for number, line in enumerate(body[:singles])])
        _say(setting, "single posts while projecting", times, span, 1, beside)


def _say(setting: Setting, name: str, times: list[float], wall: float, each: int, beside: str) -> None:
    say = setting.report.say
    say("capture", f"{name}: acknowledged", len(times) * each / wall, "messages/s", runs=len(times), yardstick=beside)
    say("capture", f"{name}, p50", statistics.median(times) * 1000, "ms", runs=len(times))
    promise = None
    if each == 1:
        promise = Promise("under", 10 + (setting.report.value(yardsticks.FSYNC_P99) or 0.0))
    say(
        "capture",
        f"{name}, p99",
        percentile(times, 0.99) * 1000,
        "ms",
        runs=len(times),
        promise=promise,
        yardstick=beside,
    )


def _anew(line: bytes, number: int) -> bytes:
    said = json.loads(line)
    return json.dumps({**said, "id": f"again-{number}"}, ensure_ascii=False).encode() + b"\n"


def _posts(where: SplitResult, key: str, bodies: list[bytes]) -> tuple[list[float], float]:
    """Seconds of each post, sent over a few connections at once, and of all of them."""
    times: list[float] = []
    queue = iter(bodies)
    lock = threading.Lock()

    def send() -> None:
        connection = http.client.HTTPConnection(str(where.hostname), where.port, timeout=120)
        while True:
            with lock:
                body = next(queue, None)
            if body is None:
                return
            began = time.perf_counter()
            connection.request("POST", PATH, body, {"Authorization": f"Bearer {key}"})
            answer = connection.getresponse()
            answer.read()
            took = time.perf_counter() - began
            if answer.status != http.client.OK:
                raise RuntimeError(f"a post was answered {answer.status}")
            with lock:
                times.append(took)

    threads = [threading.Thread(target=send) for _ in range(min(SENDERS, len(bodies)))]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(times) != len(bodies):
        raise RuntimeError("a sender failed")
    return times, time.perf_counter() - began


# ── Decoders ─────────────────────────────────────────────────────────────────────────────────────────────────────────

PAYLOADS = {
    "wecom": ("wecom-archive-samples", "*.json"),
    "whatsapp_cloud": ("whatsapp-cloud-webhooks", "**/*.json"),
    "email": ("eml-fixtures", "**/*.eml"),
}
"""Decoders, and the public payloads that they are given, over and over."""


def decoders(setting: Setting) -> None:
    """How many payloads a decoder reads in a second, one process."""
    for name, (folder, pattern) in PAYLOADS.items():
        found = [path.read_bytes() for path in sorted((SHARED / folder).glob(pattern))] if SHARED.is_dir() else []
        if not found or name not in registry.decoders():
            setting.report.leave_out(f"decoder {name}", "../shared/data is absent")
            continue
        decoder = registry.decoder(name)
        header = Header(
            by=name, v=decoder.version, part="message", assurance=Assurance.API_TLS, key="k", meta={"corp": "c"}
        )
        count, turns = 0, max(1, setting.runs(40))
        with Span() as span:
            for _ in range(turns):
                for raw in found:
                    count += len(registry.decode(header, raw))
        size = turns * sum(map(len, found)) / MIB
        setting.report.say("capture", f"decoder {name}", count / span.wall, "events/s", runs=turns * len(found))
        setting.report.say("capture", f"decoder {name}, bytes", size / span.wall, "MiB/s", runs=turns * len(found))


# ── Files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def files(setting: Setting) -> None:
    """Files of 1 MiB, fetched over HTTP from this machine as a platform gives them out, checked, sealed and accepted."""
    place, count = setting.place("files"), setting.runs(FILES)
    assert place.muniment("init", "--origin", "bench.example/files").code == 0
    content = os.urandom(MIB)
    digest = hashlib.sha256(content).hexdigest()
    with _platform(content, digest) as base, open_archive(place.home, place.keys) as archive:
        ledger = Ledger(archive)
        settings = {"access_token": "t", "api": base, "app_secrets": "s", "verify_token": "v"}
        connection = Connection("a1", "whatsapp_cloud", settings)
        due = [MediaDue(media=f"m{number}", digest=f"sha256:{digest}") for number in range(count)]
        ledger.accept("a1", [], due=due)
        with Span() as span:
            while fetch_some(archive, ledger, {"a1": connection}, registry.live, threading.Event()):
                pass
        kept = archive.intake.backlog("records")[0]
    setting.report.check("capture", "every file came and is durable", kept == count, f"{kept} of {count}")
    setting.report.say("capture", "files fetched, checked and sealed", count / span.wall, "MiB/s", runs=count)


@contextmanager
def _platform(content: bytes, digest: str) -> Iterator[str]:
    """A server on this machine that tells of every file the same way, and gives it out."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            host = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]
            body = content
            if not self.path.startswith("/file/"):
                name = urlsplit(self.path).path.rpartition("/")[2]
                body = json.dumps({"url": f"{host}/file/{name}", "sha256": digest, "file_size": len(content)}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def capture(setting: Setting) -> None:
    """All of it."""
    push(setting)
    decoders(setting)
    files(setting)
