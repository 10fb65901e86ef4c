"""The whole path as an operator runs it: `muniment import` of the corpus, `rebuild`, `verify`, each a process of its own."""

import json
from functools import partial

from bench import yardsticks
from bench.measure import Finished, percentile, python, repeat, run
from bench.report import Promise
from bench.setting import Place, Setting

ACCOUNT = "bench"
RATE = "end to end: imported, sealed, projected, searchable"


def bring_in(setting: Setting) -> None:
    """Import the whole corpus into a new archive."""
    place, report, count = setting.whole, setting.report, setting.corpus.messages
    place.remove()
    finished = import_file(place, str(setting.corpus.path))
    say = report.say
    balanced = finished.code == 0 and place.sealed() >= count
    report.check(
        "import",
        "every line of the corpus is a sealed record, and the balance sheet balances",
        balanced,
        "" if balanced else finished.out[-200:],
    )
    yardstick = f"{report.beside(yardsticks.LOOP)}, {report.beside(yardsticks.FTS)}"
    say("import", RATE, count / finished.wall, "messages/s", promise=Promise("at least", 15_000), yardstick=yardstick)
    say("import", "end to end, wall time", finished.wall, "s")
    say("import", "end to end, processor time of all processes", finished.cpu / count * 1e6, "µs/message")
    say("import", "end to end, most memory of the importer", finished.peak(), "MiB")
    if finished.peak(children=True):  # a small file is projected by the importer itself
        used = finished.used(children=True)
        say("import", "end to end, processor time of the projector's processes", used / count * 1e6, "µs/message")
        say("import", "end to end, most memory of a projector's process", finished.peak(children=True), "MiB")
    say("import", "end to end, memory of both at 10 % of the corpus", finished.rss_at(0.1), "MiB")
    say(
        "import",
        "end to end, memory of both at 100 % of the corpus",
        finished.rss_at(1.0),
        "MiB",
        promise=Promise("under", round(2 * finished.rss_at(0.1) + 64)),
        yardstick="twice that at 10 % and 64 MiB",
    )
    sizes = {path.name: path.stat().st_size for path in place.folder.rglob("*") if path.is_file()}
    say(
        "import",
        "archive on disk",
        sum(sizes.values()) / count,
        "bytes/message",
        yardstick=f"corpus {setting.corpus.path.stat().st_size / count:.0f} bytes/message",
    )
    say("import", "of it the catalog with its index", sizes.get("catalog.sqlite3", 0) / count, "bytes/message")


def import_file(place: Place, file: str) -> Finished:
    """Make an archive and import a file, timed."""
    made = place.muniment("init", "--origin", "localhost/bench")
    return made if made.code else place.muniment("import", "ndjson", file, "--account", ACCOUNT)


def rebuild(setting: Setting) -> None:
    """Make the catalog again, twice: the second must be equal to the first."""
    count = setting.corpus.messages
    first = setting.whole.muniment("rebuild", "--json")
    setting.report.say(
        "rebuild", "rebuilt from the log", count / first.wall, "messages/s", yardstick=setting.report.beside(RATE)
    )
    setting.report.say("rebuild", "rebuild, most memory", first.peak(), "MiB")
    digest = json.loads(first.out.splitlines()[-1])["logical_sha256"] if first.code == 0 else first.out[-200:]
    setting.report.check("rebuild", "rebuild ends well", first.code == 0, digest[:16])


def verify(setting: Setting) -> None:
    """Check the whole archive: logs, segments, keys, catalog and index."""
    finished = setting.whole.muniment("verify")
    records = setting.whole.sealed()
    say = setting.report.say
    say(
        "verify",
        "whole archive verified",
        records / finished.wall,
        "records/s",
        yardstick=setting.report.beside(yardsticks.SHA256),
    )
    say("verify", "verify, most memory of a process", finished.peak(), "MiB")
    setting.report.check(
        "verify", "the archive is sound", finished.code == 0, "" if finished.code == 0 else finished.out[-200:]
    )


def start(setting: Setting) -> None:
    """How long the shortest commands take."""
    say, place, runs = setting.report.say, setting.whole, setting.runs(5)
    bare = repeat(lambda: run(python("-c", "pass"), every=9), runs)
    yardstick = f"python -c pass {percentile(bare, 0.5) * 1000:.0f} ms"
    for name, arguments in (
        ("muniment --version", ["--version"]),
        ("muniment search --count", ["search", "--count", "zanzibarite"]),
    ):
        times = repeat(partial(place.muniment, *arguments), runs)
        say("start", f"{name}, start to end", percentile(times, 0.5) * 1000, "ms", runs=runs, yardstick=yardstick)
