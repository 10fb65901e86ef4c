"""The life of a message taken apart: read, sealed, acknowledged, journalled, projected, each by itself on a part of the corpus."""

import hashlib
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bench import yardsticks
from bench.corpus import head
from bench.measure import Span, percentile, python
from bench.report import Promise
from bench.setting import Place, Setting
from muniment.capture.archive import Archive, open_archive
from muniment.capture.connector import ImportOptions, Part, SourceFile
from muniment.capture.intake import Sealed
from muniment.capture.leader import BATCH, Leader
from muniment.capture.ndjson import connector
from muniment.catalog.database import open_catalog
from muniment.catalog.projector import Projector
from muniment.desk.archive import actions
from muniment.record.record import Header, join_payload

SOURCE = "abench"
SINGLES = 2_000


def take_apart(setting: Setting) -> None:
    """Read, seal, journal and project, one after the other."""
    say, count = setting.report.say, setting.part
    with Span() as span:
        parts = read(setting)
    say(
        "read",
        "NDJSON read and checked",
        count / span.wall,
        "messages/s",
        yardstick=setting.report.beside(yardsticks.LOOP),
    )
    with archive(setting.place("stages")) as opened:
        with Span() as span:
            items = seal(opened, parts)
        say("seal", "sealed", count / span.wall, "messages/s", yardstick=setting.report.beside(yardsticks.AES))
        with Leader(opened) as leader, Span() as span:
            for start in range(0, count, BATCH):
                leader.commit("records", items[start : start + BATCH])
        say(
            "journal",
            "journal: keys, segment, leaf, checkpoint",
            count / span.wall,
            "records/s",
            promise=Promise("at least", 40_000),
            yardstick=setting.report.beside(yardsticks.FSYNC),
        )
        catalog = open_catalog(opened.home.catalog)
        projector = Projector(opened, catalog)
        with Span() as span:
            projector.catch_up()
        say(
            "project",
            "projector alone",
            count / span.wall,
            "messages/s",
            yardstick=setting.report.beside(yardsticks.FTS),
        )
        say("project", "projector alone, processor time", span.cpu / count * 1e6, "µs/message")
        catalog.close()


def intake(setting: Setting) -> None:
    """Acknowledging: in batches, one by one, and one by one beside a projector that is busy."""
    say, count = setting.report.say, setting.part
    parts = read(setting)
    with archive(setting.place("intake")) as opened:
        with Span() as span:
            for start in range(0, count, BATCH):
                opened.intake.accept(seal(opened, parts[start : start + BATCH]))
        say(
            "intake",
            f"acknowledged in batches of {BATCH}, sealing included",
            count / span.wall,
            "messages/s",
            promise=Promise("at least", 50_000),
            yardstick=setting.report.beside(yardsticks.FSYNC),
        )
        with Leader(opened) as leader:
            with Span() as span:
                leader.drain()
            say("intake", "drained from intake into the log", count / span.wall, "messages/s")
            singles(setting, opened, parts, "one by one")
            with projecting(Place(setting.folder / "intake")):
                singles(setting, opened, parts, "one by one, while projecting")
            leader.drain()


def singles(setting: Setting, opened: Archive, parts: Sequence[Part], how: str) -> None:
    """Seal and acknowledge one message after the other, as a webhook would have it."""
    fsync = setting.report.value(yardsticks.FSYNC_P99) or 0.0
    times = []
    for number in range(setting.runs(SINGLES)):
        part = parts[number % len(parts)]
        began = time.perf_counter()
        opened.intake.accept(seal(opened, [part]))
        times.append((time.perf_counter() - began) * 1000)
    setting.report.say("intake", f"acknowledged {how}, p50", percentile(times, 0.5), "ms", runs=len(times))
    setting.report.say(
        "intake",
        f"acknowledged {how}, p99",
        percentile(times, 0.99),
        "ms",
        runs=len(times),
        promise=Promise("under", round(10 + fsync, 2)),
        yardstick=setting.report.beside(yardsticks.FSYNC_P99),
    )


def read(setting: Setting) -> list[Part]:
    """The parts of the corpus's beginning, as the connector cuts them."""
    path = head(setting.corpus, setting.folder / f"first-{setting.part}.ndjson", setting.part)
    data = path.read_bytes()
    source = SourceFile(path=path, name=path.name, size=len(data), sha256=hashlib.sha256(data).hexdigest())
    return [part for part in connector.read(source, ImportOptions()) if isinstance(part, Part)]


def seal(opened: Archive, parts: Sequence[Part]) -> list[Sealed]:
    """Seal parts as the importer does."""
    sealed = []
    for part in parts:
        header = Header(
            by=connector.name,
            v=connector.version,
            part=part.kind,
            assurance=connector.assurance,
            imp="00000000-0000-7000-8000-000000000000",
            key=part.key,
            at=part.at,
            meta=part.meta,
        )
        sealed.append(opened.sealer.seal(join_payload(header, part.raw), log="records", type="rec", source=SOURCE))
    return sealed


@contextmanager
def archive(place: Place) -> Iterator[Archive]:
    """A new archive, opened."""
    actions.create(place.home, place.keys, "localhost/bench", "bench")
    with open_archive(place.home, place.keys) as opened:
        yield opened


@contextmanager
def projecting(place: Place) -> Iterator[None]:
    """The projector as a process of its own, at work on all that is sealed."""
    with subprocess.Popen(
        python("-m", "muniment.catalog.follow"), stdin=subprocess.PIPE, env=place.environment()
    ) as child:
        catalog = place.home / "catalog.sqlite3"
        before, deadline = catalog.stat().st_mtime_ns, time.monotonic() + 20
        log = catalog.with_name("catalog.sqlite3-wal")
        while child.poll() is None and time.monotonic() < deadline:
            if catalog.stat().st_mtime_ns != before or (log.exists() and log.stat().st_size):
                break  # it has begun to write
            time.sleep(0.01)
        try:
            yield
        finally:
            assert child.stdin is not None
            child.stdin.close()  # the end of its input: it finishes what is sealed, and stops
            child.wait()
