"""The audit log's pages: everything is found, nothing is read unnoticed, strangers get 404, files hold no formula."""

import ast
import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from muniment.capture.audit import Entry
from muniment.capture.balance import WHAT
from muniment.desk.archive.actions import settle
from muniment.desk.audit import access
from muniment.desk.audit.files import COLUMNS, csv_lines, ndjson_lines, safe
from muniment.desk.audit.numbers import NUMBERS, number_name
from muniment.desk.audit.sentences import SENTENCES, plain, sentence
from muniment.desk.desk import Desk
from tests.firms import ClientAs, Firm

SOURCE = Path(__file__).parents[3] / "src" / "muniment"
ACT = re.compile(
    r'(?:act="|act: str = "|\blog\([\w.]+, "|\bfactor\("|_enter\(\s*(?:\w+,\s*)?"|_entry\(\s*(?:\w+,\s*)?")([a-z]+(?:\.[a-z]+)*)"'
)
STRANGERS = ["reviewer", "adviser", "examiner", "records", "administrator", "it"]


def fill(desk: Desk, number: int) -> None:
    for each in range(number):
        desk.audit(Entry(act=f"test.{each % 3}", actor=f"user:{each % 2}", object=f"thing:{each % 5}", query="=1+1"))
    settle(desk)


def test_pages_hold_every_entry_once_and_newest_first(desk: Desk, firm: Firm) -> None:
    fill(desk, 40)
    seen: list[int] = []
    before = None
    while True:
        found = access.page(desk, access.Filter(), before, limit=7)
        seen += [row.leaf for row in found.rows if row.leaf is not None]
        if found.older is None:
            break
        before = found.older
    assert seen == sorted(seen, reverse=True)
    assert seen == list(range(max(seen), -1, -1))


@given(
    act=st.sampled_from(["", "test.0", "test.1", "import", "nothing"]),
    actor=st.sampled_from(["", "user:0", "user:1", "system:test"]),
    thing=st.sampled_from(["", "thing:0", "thing:4"]),
)
def test_a_filter_gives_exactly_what_a_reading_of_all_entries_gives(
    filled: Desk, act: str, actor: str, thing: str
) -> None:
    everything = list(access.export(filled, access.Filter()))
    wanted = [
        row.leaf
        for row in everything
        if act in ("", row.entry.act) and actor in ("", row.entry.actor) and thing in ("", row.entry.object or "")
    ]
    narrowed = access.Filter(act=act, actor=actor, object=thing)
    assert [row.leaf for row in access.export(filled, narrowed)] == wanted
    assert access.page(filled, narrowed).total == len(wanted)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from muniment.desk.desk import open_desk
    from tests.firms import make_firm

    place, _ = make_firm(tmp_path_factory.mktemp("filled"))
    with open_desk(place.home, place.keys, "system:test") as opened:
        fill(opened, 30)
        yield opened


def test_reading_the_log_is_an_entry_of_the_log_and_waits_to_be_sealed_at_first(
    client_as: ClientAs, firm: Firm
) -> None:
    browser = client_as("compliance", name="chan")
    browser.get("/audit/?act=import")
    page = browser.get("/audit/").content.decode()

    assert "chan</bdi> read the audit log" in page
    assert "act:import" in page
    assert "pending" in page


@pytest.mark.parametrize("role", STRANGERS)
@pytest.mark.parametrize("path", ["/audit/", "/audit/0/", "/audit/audit.csv", "/audit/audit.ndjson"])
def test_strangers_get_404(client_as: ClientAs, firm: Firm, role: str, path: str) -> None:
    assert client_as(role).get(path).status_code == 404


def test_an_entry_shows_what_was_sealed_and_one_that_is_not_there_is_404(client_as: ClientAs, firm: Firm) -> None:
    browser = client_as("compliance")
    page = browser.get("/audit/0/").content.decode()

    assert "made the archive" in page
    assert "example.com/broker" in page
    assert browser.get("/audit/999999/").status_code == 404
    assert browser.get("/audit/99999999999999999999999999/").status_code == 404


def test_a_broken_filter_narrows_nothing_and_breaks_nothing(client_as: ClientAs, firm: Firm) -> None:
    browser = client_as("compliance")
    for query in (
        "since=x",
        "before=x",
        "before=9-9-9",
        "before=99999999999999999999-1",
        "since=0001-01-01&until=9999-12-31",
        "actor=%00",
    ):
        assert browser.get(f"/audit/?{query}").status_code == 200, query


def test_a_file_is_entered_before_it_is_given_and_holds_what_the_pages_hold(
    client_as: ClientAs, desk: Desk, firm: Firm
) -> None:
    fill(desk, 5)
    answer = client_as("compliance", name="chan").get("/audit/audit.csv?act=test.0")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]

    assert [row["act"] for row in rows] == ["test.0", "test.0"]
    assert rows[0]["query"] == "'=1+1"
    settle(desk)
    (taken,) = [row.entry for row in access.export(desk, access.Filter(act="audit.export", actor="user:chan"))]
    assert (taken.query, taken.counts) == ("act:test.0", {"found": 2})


def test_ndjson_gives_the_entry_as_it_was_sealed(desk: Desk, firm: Firm) -> None:
    lines = [json.loads(line) for line in ndjson_lines(access.export(desk, access.Filter(act="archive.create")))]

    assert [(line["leaf"], line["entry"]["act"]) for line in lines] == [(0, "archive.create")]


@given(st.text())
@example("\uff20SUM(A1)")
def test_no_cell_of_a_file_is_a_formula(text: str) -> None:
    row = access.Row(leaf=1, type="act", at=0, entry=Entry(act=text, actor=text, object=text, query=text))
    (_, *rows) = csv.reader(io.StringIO("".join(csv_lines([row])).removeprefix("\ufeff"), newline=""))
    for cell in rows[0]:
        assert not cell.startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r"))
    assert len(rows[0]) == len(COLUMNS)
    assert safe(text).removeprefix("'") == text.removeprefix("'")


def test_every_act_that_the_product_enters_has_a_sentence() -> None:
    entered = {act for path in SOURCE.rglob("*.py") for act in ACT.findall(path.read_text("utf-8"))}

    assert len(entered) > 20
    assert entered - set(SENTENCES) == set()


def test_every_number_that_the_product_enters_has_a_name() -> None:
    """What an entry counts is written as a literal in the code, or is a line of a balance sheet."""
    entered = {f"{what}.{fate}" for what in WHAT for fate in ("seen", "stored", "duplicate", "rejected")}
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"Entry", "_entry"}:
                entered |= {each.arg for each in node.keywords if each.arg in {"shown", "found"}}
            if isinstance(node, ast.keyword) and node.arg == "counts":
                entered |= members(node.value)
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "counts" and "desk" in path.parts:
                entered |= members(node.value)

    assert {"shown", "found", "values", "leavings", "messages.stored"} <= entered
    assert {name for name in entered if name not in NUMBERS and number_name(name) == name} == set()


def members(node: ast.expr) -> set[str]:
    """The names in a dict that is written out."""
    keys = node.keys if isinstance(node, ast.Dict) else []
    return {key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}


@given(st.text(), st.text())
def test_a_sentence_escapes_whatever_an_entry_holds(actor: str, thing: str) -> None:
    for act in [*SENTENCES, "unknown.act"]:
        said = sentence(Entry(act=act, actor=f"<i>{actor}", object=f"<b>{thing}", detail={"name": "<u>"}))
        assert re.findall(r"</?(\w+)", said).count("bdi") % 2 == 0
        assert not re.search(r"<(i|b|u)>", said)
        assert plain(Entry(act=act, actor=actor, object=thing))
