"""What is handed out: inclusion proofs, and productions that a stranger's copy of the one-file verifier checks."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from bench import yardsticks
from bench.corpus import DAYS, START
from bench.measure import Finished, Span, percentile, python, run
from bench.questions import read_times
from bench.report import Promise
from bench.setting import Setting
from muniment.capture.archive import open_archive
from muniment.proof import verifier
from muniment.proof.merkle import leaf_hash

PROOFS = 1_000


def proofs(setting: Setting) -> None:
    """Draw a thousand proofs of leaves all over the log, then check them."""
    with open_archive(setting.whole.home, setting.whole.keys) as archive:
        log = archive.records.log
        sealed = log.checkpoint()
        chance = Random(1)
        wanted = [chance.randrange(sealed.size) for _ in range(PROOFS)]
        drawn = []
        times = []
        for _ in range(3):
            with Span() as span:
                prover = log.prover(sealed.size)
                drawn = [prover.inclusion(index) for index in wanted]
            times.append(span.wall)
        setting.report.say(
            "proofs",
            "1,000 inclusion proofs drawn",
            percentile(times, 0.5),
            "s",
            runs=3,
            promise=Promise("under", 0.1),
            yardstick=setting.report.beside(yardsticks.SHA256),
        )
        hashes = [leaf_hash(log.leaves(index, index + 1, sealed.size)[0]) for index in wanted]
        with Span() as span:
            for index, hashed, proof in zip(wanted, hashes, drawn, strict=True):
                verifier.verify_inclusion(index, sealed.size, hashed, proof, sealed.root)
        setting.report.say("proofs", "1,000 inclusion proofs checked", span.wall, "s")
    setting.report.check("proofs", "every proof leads to the signed root", len(drawn) == PROOFS)


def productions(setting: Setting) -> None:
    """Produce a hundredth and a tenth of the corpus (at a million: 10,000 and 100,000 messages), and verify both offline."""
    small, small_report = _produce(setting, "a hundredth", 0.01)
    large, large_report = _produce(setting, "a tenth", 0.1)
    whole = setting.corpus.messages >= 900_000  # the promises speak of 100,000 messages and of 10,000
    large_limit, small_limit = (Promise("under", 90), Promise("under", 2)) if whole else (None, None)
    say = setting.report.say
    say(
        "produce",
        f"production of {large_report[0]:,} messages",
        large.wall,
        "s",
        promise=large_limit,
        yardstick=f"{large.wall / max(large_report[0], 1) * 1e6:.0f} µs a message",
    )
    say("produce", f"production of {small_report[0]:,} messages", small.wall, "s")
    say("produce", f"production of {small_report[0]:,}, most memory", small.peak(), "MiB")
    say(
        "produce",
        f"production of {large_report[0]:,}, most memory",
        large.peak(),
        "MiB",
        promise=Promise("under", round(small.peak() * 2)),
        yardstick="twice that of a tenth of it",
    )
    say(
        "bundle",
        f"bundle of {small_report[0]:,} verified by the one file, python -I",
        small_report[1],
        "s",
        promise=small_limit,
        runs=3,
        yardstick=setting.report.beside(yardsticks.SHA256),
    )
    say("bundle", f"bundle of {large_report[0]:,} verified by the one file", large_report[1], "s")
    say("bundle", f"bundle of {large_report[0]:,}, most memory of the verifier", large_report[2], "MiB")


def _produce(setting: Setting, name: str, share: float) -> tuple[Finished, tuple[int, float, float]]:
    first = START + timedelta(days=30)
    last = first + timedelta(days=round(DAYS * share))
    bundle = setting.folder / f"bundle-{share}.zip"
    bundle.unlink(missing_ok=True)
    finished = setting.whole.muniment(
        "produce",
        f"after:{first:%Y-%m-%d}",
        f"before:{last:%Y-%m-%d}",
        "--timezone",
        "UTC",
        "--out",
        str(bundle),
        "--reason",
        "bench",
    )
    setting.report.check(
        "produce", f"{name} of the corpus is produced", finished.code == 0, finished.out[-200:] if finished.code else ""
    )
    if finished.code:
        return finished, (0, 0.0, 0.0)
    wanted = _sent_within(setting.corpus.path, first, last)
    keys = setting.whole.muniment("key", "show").out
    verified = [_verify(bundle, keys, setting.folder) for _ in range(3)]
    middle = sorted(verified, key=lambda run: run.wall)[1]
    right = middle.code == 0 and f"{wanted}" in middle.out.replace(",", "")
    setting.report.check(
        "bundle",
        f"the bundle of {wanted:,} messages is accepted, and holds as many",
        right,
        "" if right else middle.out[-300:],
    )
    return finished, (wanted, middle.wall, middle.peak())


def _verify(bundle: Path, keys: str, folder: Path) -> Finished:
    alone = folder / "verifier.py"
    shutil.copyfile(verifier.__file__, alone)
    vkeys = [word for word in keys.split() if word.count("+") >= 2]
    arguments = [argument for vkey in vkeys for argument in ("--key", vkey)]
    return run(python("-I", str(alone), "verify-bundle", str(bundle), *arguments), cwd=folder, every=0.02)


def _sent_within(path: Path, first: datetime, last: datetime) -> int:
    """How many messages were sent from `first` to before `last`, by reading all of them."""
    low, high = int(first.astimezone(UTC).timestamp()), int(last.astimezone(UTC).timestamp())
    return sum(low <= sent < high for sent in read_times(path))
