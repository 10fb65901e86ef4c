"""Search over the whole corpus: the newest page, the exact count, facets; every answer held against a plain reading of all messages."""

import statistics
from datetime import UTC
from functools import partial

from bench.corpus import Corpus
from bench.measure import percentile, repeat
from bench.questions import QUESTIONS, Question, read_plainly
from bench.report import Promise
from bench.setting import Setting
from muniment.catalog.read import events_of
from muniment.desk.archive import access
from muniment.desk.desk import Desk, open_desk
from muniment.search.ast import Query
from muniment.search.grammar import parse
from muniment.search.index import By, Facet
from muniment.search.sqlite import Index

RUNS = 40
FACETS: tuple[By, ...] = ("month", "channel", "type")


def ask(setting: Setting) -> None:
    """Each class of question."""
    truth = read_plainly(setting.corpus.path)
    report = setting.report
    _planted(setting, truth)
    with open_desk(setting.whole.home, setting.whole.keys, "bench") as desk:
        slow: list[float] = []
        for question in QUESTIONS:
            _right(setting, desk, question, truth[question.name])
            slow += _time(setting, desk, question, len(truth[question.name]))
        median, p95 = statistics.median(slow) * 1000, percentile(slow, 0.95) * 1000
        report.say(
            "search", "newest 50 as the desk answers it (events read, audited), p50", median, "ms", runs=len(slow)
        )
        report.say("search", "newest 50 as the desk answers it, p95", p95, "ms", runs=len(slow))


def facets(setting: Setting) -> None:
    """Counts by month, channel and type of one query: what stands beside a page of results."""
    with open_desk(setting.whole.home, setting.whole.keys, "bench") as desk:
        index = Index(desk.catalog)
        for question in (QUESTIONS[0], QUESTIONS[1], QUESTIONS[9]):
            query = parse(question.query)
            by = _facets(index, query)
            sums = {sum(facet.count for facet in some) for some in by}
            right = sums == {index.count(query)}
            setting.report.check("facets", f"facets of {question.name} add up to its count", right, str(sums))
            times = repeat(partial(_facets, index, query), setting.runs(RUNS // 2))
            setting.report.say(
                "facets",
                f"{question.name}: facets by {', '.join(FACETS)}, p95",
                percentile(times, 0.95) * 1000,
                "ms",
                runs=len(times),
                promise=Promise("under", 300),
            )


def _facets(index: Index, query: Query) -> list[list[Facet]]:
    return [index.facets(query, by, zone=UTC) for by in FACETS]


def _planted(setting: Setting, truth: dict[str, set[int]]) -> None:
    """The generator's own count of what it planted, where nothing else can make it: no ordinary word is or begins like it."""
    corpus: Corpus = setting.corpus
    for name, forms in (
        ("rare word", ("zanzibarite",)),
        ("Chinese, three characters", ("保證金", "保证金")),
        ("Chinese, six characters", ("對賭協議條款", "对赌协议条款")),
    ):
        planted, read = sum(corpus.planted.get(form, 0) for form in forms), len(truth[name])
        setting.report.check(
            "search", f"{name}: a plain reading finds what was planted", planted == read, f"{read} of {planted}"
        )


def _right(setting: Setting, desk: Desk, question: Question, wanted: set[int]) -> None:
    index, query = Index(desk.catalog), parse(question.query)
    ids = list(index.matches(query))
    leaves = {event.record for event in events_of(desk.catalog, ids)}
    missed, wrong, counted = len(wanted - leaves), len(leaves - wanted), index.count(query)
    newest = index.search(query, limit=50)
    right = not missed and not wrong and counted == len(wanted) and newest == sorted(ids, reverse=True)[:50]
    setting.report.check(
        "search",
        f"{question.name}: recall and precision 1.0 over {len(wanted):,} messages",
        right,
        "" if right else f"missed {missed}, wrong {wrong}, counted {counted}",
    )


def _time(setting: Setting, desk: Desk, question: Question, found: int) -> list[float]:
    index, query, say = Index(desk.catalog), parse(question.query), setting.report.say
    runs = setting.runs(RUNS)
    pages = repeat(lambda: index.search(query, limit=50), runs)
    counts = repeat(lambda: index.count(query), runs)
    what = f"{question.name} ({found:,})"
    say("search", f"{what}: newest 50, p50", statistics.median(pages) * 1000, "ms", runs=runs)
    say(
        "search",
        f"{what}: newest 50, p95",
        percentile(pages, 0.95) * 1000,
        "ms",
        runs=runs,
        promise=Promise("under", 20),
    )
    say("search", f"{what}: count, p50", statistics.median(counts) * 1000, "ms", runs=runs)
    say("search", f"{what}: count, p95", percentile(counts, 0.95) * 1000, "ms", runs=runs, promise=Promise("under", 50))
    return repeat(lambda: access.search(desk, question.query, limit=50), setting.runs(5))
