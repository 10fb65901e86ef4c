"""The bench measures what it says and asks questions whose answers it knows. Nothing here looks at a time."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench.__main__ import STAGES, main
from bench.corpus import Corpus, generate
from bench.measure import percentile, python, run
from bench.questions import QUESTIONS, read_plainly
from bench.report import Promise, number

pytestmark = pytest.mark.sqlite  # it measures archives of files
MESSAGES = 2_000


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return generate(tmp_path_factory.mktemp("corpus") / "corpus.ndjson", MESSAGES)


def test_the_same_number_and_seed_give_the_same_messages(corpus: Corpus, tmp_path: Path) -> None:
    again = generate(tmp_path / "again.ndjson", MESSAGES)
    assert again.path.read_bytes() == corpus.path.read_bytes()
    assert generate(tmp_path / "other.ndjson", MESSAGES, seed=1).path.read_bytes() != corpus.path.read_bytes()


def test_the_messages_are_of_two_languages_about_seventy_five_characters_and_two_years(corpus: Corpus) -> None:
    lines = [json.loads(line) for line in corpus.path.read_text("utf-8").splitlines()]
    assert len(lines) == MESSAGES
    assert 60 < corpus.characters / MESSAGES < 90
    english = sum(any("a" <= character <= "z" for character in line["text"]) for line in lines)
    assert 0.5 < english / MESSAGES < 0.7
    assert lines[0]["sent_at"][:7] == "2024-10" and lines[-1]["sent_at"][:7] in {"2026-09", "2026-10"}
    assert sorted(line["id"] for line in lines) == [line["id"] for line in lines]
    assert any("reply_to" in line for line in lines) and any("edits" in line for line in lines)


def test_every_question_has_an_answer_in_the_corpus_that_a_plain_reading_finds(corpus: Corpus) -> None:
    found = read_plainly(corpus.path)
    assert {question.name for question in QUESTIONS if not found[question.name]} <= {"filtered: word from a sender"}
    assert len(found["rare word"]) == corpus.planted["zanzibarite"]
    assert len(found["Chinese, three characters"]) == corpus.planted["保證金"] + corpus.planted["保证金"]


def measured(out: Path, stages: list[str]) -> dict[str, Any]:
    """What these stages find, all of whose checks have passed."""
    # In a process of its own: the bench is a program, and its connections and Django's settings are not the tests'.
    finished = run(python("-m", "bench", "--messages", str(MESSAGES), "--only", ",".join(stages), "--json", str(out)))
    assert finished.code == 0, finished.out
    found: dict[str, Any] = json.loads(out.read_text("utf-8"))
    assert [check for check in found["checks"] if not check["passed"]] == []
    assert all(line["value"] > 0 for line in found["lines"])
    assert all(line["name"] in finished.out for line in found["lines"])
    return found


def test_every_stage_prints_its_numbers_and_every_answer_is_right(tmp_path: Path) -> None:
    found = measured(tmp_path / "numbers.json", [name for name in STAGES if name not in ("desk", "others")])
    assert len(found["checks"]) >= len(QUESTIONS) + 10
    assert {line["stage"] for line in found["lines"]} >= {
        "corpus", "yardstick", "read", "seal", "journal", "project", "intake", "import", "search", "facets", "proofs",
        "produce", "bundle", "rebuild", "start",
    }  # fmt: skip


@pytest.mark.deep
def test_the_pages_of_a_thousand_people_are_measured_while_an_import_runs(tmp_path: Path) -> None:
    found = measured(tmp_path / "numbers.json", ["desk"])
    assert {line["stage"] for line in found["lines"]} >= {"desk"}


def test_a_stage_that_does_not_exist_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--only", "machine,nonsense"])
    assert stopped.value.code == 2
    assert "no such stage: nonsense" in capsys.readouterr().err


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(value) for value in range(1, 101)]
    assert percentile(values, 0.5) == 50
    assert percentile(values, 0.95) == 95
    assert percentile(values, 1.0) == 100
    assert percentile([7.0], 0.95) == 7


def test_a_promise_is_reached_on_its_own_side_of_the_bound() -> None:
    assert Promise("at least", 10).reached(10) and not Promise("at least", 10).reached(9.9)
    assert Promise("under", 10).reached(9.9) and not Promise("under", 10).reached(10)


def test_numbers_are_short_and_keep_their_size() -> None:
    assert [number(value) for value in (1234567.8, 99.94, 9.876, 0.01234)] == ["1,234,568", "99.9", "9.88", "0.0123"]
