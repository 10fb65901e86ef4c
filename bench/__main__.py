"""`./dev bench`: run the stages in order and print each number beside its promise and its yardstick."""

import argparse
import os
import platform
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench import capture, desk, end_to_end, evidence, others, search, stages, yardsticks
from bench.corpus import generate
from bench.measure import Span
from bench.report import Report
from bench.setting import Setting

STAGES: dict[str, Callable[[Setting], None]] = {
    "machine": yardsticks.machine,
    "sqlite": yardsticks.sqlite,
    "stages": stages.take_apart,
    "intake": stages.intake,
    "import": end_to_end.bring_in,
    "search": search.ask,
    "facets": search.facets,
    "proofs": evidence.proofs,
    "productions": evidence.productions,
    "verify": end_to_end.verify,
    "rebuild": end_to_end.rebuild,
    "start": end_to_end.start,
    "desk": desk.pages,
    "capture": capture.capture,
    "others": others.compare,
}
ON_THE_WHOLE = ("search", "facets", "proofs", "productions", "verify", "rebuild", "start", "desk")
"""Stages that read the archive which `import` makes."""


def main(arguments: list[str] | None = None) -> int:
    """Run it; 1 when an answer was wrong, whatever the times were."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory(prefix="muniment-bench-") as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        report = Report(_machine(options.messages))
        path = folder / f"corpus-{options.messages}.ndjson"
        found = path.exists()
        with Span() as span:
            corpus = generate(path, options.messages)
        if not found:
            report.say("corpus", "corpus generated", options.messages / span.wall, "messages/s")
        report.say("corpus", "mean length of a message", corpus.characters / corpus.messages, "characters")
        setting = Setting(folder, corpus, report)
        wanted = options.only or list(STAGES)
        if (
            any(name in ON_THE_WHOLE for name in wanted)
            and "import" not in wanted
            and setting.whole.sealed() < corpus.messages
        ):
            wanted = [name for name in STAGES if name in {*wanted, "import"}]
        for name, stage in STAGES.items():
            if name in wanted:
                stage(setting)
    code = report.finish()
    if options.json is not None:
        report.write(options.json)
    return code


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument(
        "--messages", type=int, default=1_000_000, metavar="N", help="how many to generate (default: %(default)s)"
    )
    parser.add_argument("stages", nargs="*", metavar="STAGE", help="the same as --only")
    parser.add_argument("--only", type=_names, metavar="NAME,…", help=f"only these stages: {', '.join(STAGES)}")
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="work in DIR and leave everything there; a second run finds it again"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the numbers as JSON")
    options = parser.parse_args(arguments)
    if options.stages:
        try:
            options.only = [*(options.only or []), *_names(",".join(options.stages))]
        except argparse.ArgumentTypeError as error:
            parser.error(str(error))
    if options.messages < 1000:
        parser.error("expected at least 1000 messages")
    return options


def _names(text: str) -> list[str]:
    names = text.split(",")
    unknown = [name for name in names if name not in STAGES]
    if unknown:
        raise argparse.ArgumentTypeError(f"no such stage: {', '.join(unknown)}; expected some of {', '.join(STAGES)}")
    return names


def _machine(messages: int) -> dict[str, str]:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    loads = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "machine": f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}",
        "load average": f"{loads} (1, 5 and 15 minutes; above the number of cores it slows every line)",
        "versions": f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}",
        "messages": f"{messages:,}",
    }


if __name__ == "__main__":
    sys.exit(main())
