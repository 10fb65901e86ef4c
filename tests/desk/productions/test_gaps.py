"""What the archive knows that it missed goes out with a production: listed, proven, and said; and cannot be changed or left out."""

import base64
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from muniment.capture.feeds.gap import Gap, Reason
from muniment.capture.feeds.ledger import Ledger
from muniment.desk.archive.actions import settle
from muniment.desk.desk import Desk
from muniment.desk.productions.actions import produce
from muniment.proof.verifier import verify_bundle
from muniment.record.clock import from_rfc3339
from muniment.record.codec import canonical


def at(day: int) -> int:
    return from_rfc3339(f"2026-11-{day:02}T00:00:00.000000Z")


def note(desk: Desk, account: str, gap: Gap) -> None:
    (source,) = desk.catalog.execute("SELECT source FROM account WHERE name = ?", (account,)).fetchone()
    Ledger(desk.archive).gap_once(source, "ndjson", f"{gap.reason}", gap)
    settle(desk)


def read(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def check(desk: Desk, path: Path) -> Any:
    return verify_bundle(str(path), [signer.vkey for signer in desk.archive.signers.values()])


@pytest.fixture
def listed(desk: Desk, tmp_path: Path) -> Callable[[str], list[Any]]:
    """`listed(query)`: the accounts and reasons of the gaps that its production names."""

    def ask(query: str) -> list[Any]:
        out = tmp_path / f"{len(list(tmp_path.iterdir()))}.zip"
        produce(desk, query, out, "request 7")
        assert check(desk, out).refused is None
        return [(gap["source"], gap["what"]) for gap in json.loads(read(out)["gaps.json"])]

    return ask


def test_a_gap_is_listed_proven_and_said(desk: Desk, tmp_path: Path) -> None:
    note(desk, "lee-wecom", Gap(reason=Reason.SILENCE, since=at(17), until=at(18)))
    out = tmp_path / "bundle.zip"
    produce(desk, "in:c-ho", out, "request 7")
    files = read(out)
    (gap,) = json.loads(files["gaps.json"])
    record = next(
        each for each in map(json.loads, files["records.jsonl"].splitlines()) if each["index"] == gap["record"]
    )

    assert gap["source"] == "lee-wecom"
    assert gap["what"] == "silence"
    assert gap["first_at"] == "2026-11-17T00:00:00.000000Z"
    assert json.loads(base64.b64decode(record["payload"]).split(b"\n", 1)[1])["reason"] == "silence"
    assert json.loads(files["manifest.json"])["not_seen"]["gaps"] == 1
    assert "lee-wecom: nothing came where something was expected" in files["transcript.html"].decode()
    report = check(desk, out)
    assert report.refused is None
    assert "Every gap in the list is one that the archive sealed" in [each.name for each in report.checks]
    assert any("1 gaps in capture" in sentence for sentence in report.not_proven)


def test_gaps_of_other_times_and_of_accounts_that_were_not_asked_about_stay_out(
    desk: Desk, listed: Callable[[str], list[Any]]
) -> None:
    note(desk, "lee-wecom", Gap(reason=Reason.SILENCE, since=at(17), until=at(18)))
    note(desk, "zhao-wecom", Gap(reason=Reason.LAG, since=at(10), until=at(11)))

    assert listed("term OR 保本") == [("lee-wecom", "silence"), ("zhao-wecom", "lag")]
    assert listed("in:c-ho") == [("lee-wecom", "silence")]
    assert listed("before:2026-11-12") == [("zhao-wecom", "lag")]
    assert listed("in:c-ho before:2026-11-12") == []


def test_words_do_not_narrow_what_may_have_been_missed(desk: Desk, listed: Callable[[str], list[Any]]) -> None:
    note(desk, "lee-wecom", Gap(reason=Reason.REFUSED, count=3))
    assert listed("in:c-ho nobody-ever-wrote-this") == [("lee-wecom", "refused")]


def forge_reason(files: dict[str, bytes]) -> None:
    files["gaps.json"] = files["gaps.json"].replace(b'"silence"', b'"refused"')


def forge_time(files: dict[str, bytes]) -> None:
    files["gaps.json"] = files["gaps.json"].replace(b"2026-11-18", b"2026-11-19")


def forge_record(files: dict[str, bytes]) -> None:
    (gap,) = json.loads(files["gaps.json"])
    files["gaps.json"] = canonical([gap | {"record": 0}])


def leave_out(files: dict[str, bytes]) -> None:
    files["gaps.json"] = b"[]"


@pytest.mark.parametrize(
    ("forge", "reason"),
    [
        (forge_reason, "another reason"),
        (forge_time, "other times"),
        (forge_record, "no gap of the bundle"),
        (leave_out, "leaves out a gap"),
    ],
)
def test_an_insider_cannot_change_the_list(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forge: Callable[[dict[str, bytes]], None], reason: str
) -> None:
    """The writer itself lies here: everything that is entered in the audit log fits the lie, the gap's own leaf does not."""
    from muniment.produce import entries
    from muniment.produce.bundle import BundleWriter

    note(desk, "lee-wecom", Gap(reason=Reason.SILENCE, since=at(17), until=at(18)))
    real = BundleWriter.close_manifest

    def lie(self: Any, gaps: Any, not_seen: Any) -> Any:
        import msgspec

        files = {"gaps.json": canonical([msgspec.to_builtins(gap) for gap in gaps])}
        forge(files)
        return real(self, [entries.Gap(**gap) for gap in json.loads(files["gaps.json"])], not_seen)

    monkeypatch.setattr(BundleWriter, "close_manifest", lie)
    out = tmp_path / "lie.zip"
    produce(desk, "in:c-ho", out, "request 7")

    assert reason in (check(desk, out).refused or "")
