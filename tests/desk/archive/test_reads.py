"""Reads leave their entry before content leaves; proofs check outside, and say what is at fault; nobody reads without a role."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

from muniment.desk.archive import access, disposal
from muniment.desk.archive.marks import spans
from muniment.desk.archive.narrow import add, holds, without
from muniment.desk.desk import Desk
from muniment.media.sniff import showable
from muniment.proof import verifier
from muniment.search.grammar import parse
from tests.archives import Place
from tests.firms import PNG, ClientAs, Firm

ADDRESSES = (
    "/search/?q=保本",
    "/search/narrow/?q=保本",
    "/search/names/?q=from:le",
    "/conversations/{talk}/",
    "/events/{leaf}-0/",
    "/records/{leaf}/",
    "/records/{leaf}/raw",
    "/records/{leaf}/proof",
    "/media/{file}-0/0/",
)


def addresses(desk: Desk) -> list[str]:
    """Every address that shows content, of messages that are there."""
    (hit,) = access.workspace(desk, "principal protected").hits
    (file,) = access.workspace(desk, "has:attachment").hits
    given = {"talk": hit.conversation, "leaf": hit.decoded.record, "file": file.decoded.record}
    return [address.format(**given) for address in ADDRESSES]


def test_each_page_of_content_leaves_an_entry(desk: Desk, firm: Firm, client_as: ClientAs) -> None:
    client = client_as("compliance", own=firm.lee)
    for address in [*addresses(desk), "/own/"]:
        before = desk.archive.intake.backlog()[0]
        assert client.get(address).status_code == 200, address
        assert desk.archive.intake.backlog()[0] > before, address


def test_no_content_leaves_when_the_entry_cannot_be_kept(
    desk: Desk, firm: Firm, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = addresses(desk)
    client = client_as("compliance")
    assert client.get(pages[0]).status_code == 200
    # The disk refuses the entry: intake is written by nobody from here on.
    with desk.archive.disk.transaction(desk.archive.intake.database, "intake"):
        desk.archive.intake.database.execute("ALTER TABLE item RENAME TO elsewhere")
    for address in pages:
        client.raise_request_exception = False
        answer = client.get(address)
        assert answer.status_code >= 500, address
        assert b"principal protected" not in answer.content
        assert "保本嘅".encode() not in answer.content


@pytest.mark.parametrize("role", ["adviser", "administrator", "it", None])
def test_whoever_may_not_read_is_told_that_there_is_nothing(
    desk: Desk, firm: Firm, client_as: ClientAs, role: str | None
) -> None:
    client = client_as(role, own=firm.okafor)
    for address in [*addresses(desk), "/search/", "/search/saved/1/"]:
        assert client.get(address).status_code == 404, address


def test_a_stranger_is_sent_to_sign_in(desk: Desk, firm: Firm) -> None:
    from django.test import Client

    for address in [*addresses(desk), "/own/"]:
        assert Client(SERVER_NAME="127.0.0.1").get(address).status_code in (302, 401), address


def test_a_reader_of_one_person_gets_404_for_the_others(desk: Desk, firm: Firm, client_as: ClientAs) -> None:
    client = client_as("reviewer", person=firm.ho)
    for address in addresses(desk)[3:8]:
        assert client.get(address).status_code == 404, address
    assert "Slide 4" not in client.get("/search/?q=type:message").content.decode()


def test_everybody_sees_what_is_captured_about_themself(desk: Desk, firm: Firm, client_as: ClientAs) -> None:
    client = client_as("adviser", own=firm.okafor)
    page = client.get("/own/").content.decode()
    (hit,) = access.workspace(desk, "principal protected").hits

    assert "Removed, thank you" in page and "Slide 4" in page
    assert "保本" not in page
    assert client.get(f"/own/events/{hit.decoded.id}/").status_code == 200
    assert client.get(f"/own/conversations/{hit.conversation}/?at={hit.decoded.id}").status_code == 200
    (other,) = access.workspace(desk, "保本 from:lee").hits
    assert client.get(f"/own/events/{other.decoded.id}/").status_code == 404
    assert "/records/" not in client.get(f"/own/events/{hit.decoded.id}/").content.decode()


def test_a_stranger_checks_a_downloaded_proof_with_the_commands_of_the_page(
    desk: Desk, firm: Firm, client_as: ClientAs, tmp_path: Path
) -> None:
    client = client_as("compliance")
    (hit,) = access.workspace(desk, "principal protected").hits
    leaf = hit.decoded.record
    page = client.get(f"/records/{leaf}/").content.decode()
    (commands,) = re.findall(r"<pre[^>]*>(python3 - .*?)</pre>", page, re.DOTALL)
    (tmp_path / f"records-{leaf}.tlog-proof").write_bytes(client.get(f"/records/{leaf}/proof").content)
    shutil.copy(str(verifier.__file__), tmp_path / "verifier.py")

    script = unescape(commands).partition("\n")[2].rpartition("\n")[0]
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{leaf} example.com/broker/records")


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda home: flip(next((home / "seg" / "records").iterdir()), -3), "is not the one that was sealed"),
        (lambda home: flip(home / "log" / "records" / "checkpoint", -9), "does not check"),
        (lambda home: flip(next((home / "log" / "records" / "tile" / "0" / "000.p").iterdir()), 7), "was changed"),
    ],
    ids=["envelope", "checkpoint", "tile"],
)  # fmt: skip
def test_a_broken_record_is_red_and_says_what_failed(
    place: Place, firm: Firm, client_as: ClientAs, harm: Callable[[Path], object], said: str
) -> None:
    with place.open() as archive:
        last = archive.records.log.checkpoint().size - 1
    client = client_as("compliance")
    assert "chip sealed" in client.get(f"/records/{last}/").content.decode()
    harm(place.home)

    page = client.get(f"/records/{last}/").content.decode()
    assert "chip broken" in page
    assert said in page
    assert client.get(f"/records/{last}/proof").status_code == 404


def test_a_disposed_record_says_so_and_keeps_its_proof(desk: Desk, firm: Firm, client_as: ClientAs) -> None:
    (hit,) = access.workspace(desk, "principal protected").hits
    disposal.destroy(desk, [hit.decoded.record], "test rule")
    client = client_as("compliance")

    page = client.get(f"/records/{hit.decoded.record}/").content.decode()
    assert "chip disposed" in page
    assert "Slide 4" not in page
    assert client.get(f"/records/{hit.decoded.record}/raw").status_code == 404
    assert client.get(f"/events/{hit.decoded.id}/").status_code == 404
    assert client.get(f"/records/{hit.decoded.record}/proof").status_code == 200


def test_who_opened_a_record_stands_in_its_life_for_those_who_may_read_the_log(
    desk: Desk, firm: Firm, client_as: ClientAs
) -> None:
    from muniment.desk.archive.actions import settle

    (hit,) = access.workspace(desk, "principal protected").hits
    client_as("reviewer", name="curious").get(f"/events/{hit.decoded.id}/")
    settle(desk)

    assert "curious" in client_as("compliance").get(f"/records/{hit.decoded.record}/").content.decode()
    assert "curious" not in client_as("records").get(f"/records/{hit.decoded.record}/").content.decode()


@pytest.mark.parametrize(
    ("text", "term"),
    [("", "from:lee"), ("a", 'in:"x y"'), ("a OR b", "on:2026-11"), ("(a b)", "NOT (after:1970 OR before:1970)"), ('"a b" c', "is:reply")],
)  # fmt: skip
def test_a_term_goes_in_and_comes_out_again(text: str, term: str) -> None:
    narrowed = add(text, term)

    assert holds(narrowed, term)
    assert not holds(f"x OR {term}", term)
    assert without(narrowed, term) in (text, f"({text})")
    assert without(f"{term} AND a", term) == "a"


@pytest.mark.parametrize(
    ("text", "query", "hits"),
    [
        ("何太放心，呢隻票據保本嘅", "保本", ["保本"]),
        ("這個產品", "这个", ["這個"]),
        ("Principal-Protected note", '"principal protected"', ["Principal-Protected"]),
        ("guaranteed, not a guarantee", "guarant*", ["guaranteed", "guarantee"]),
        ("note notes", "note", ["note"]),
        ("ＮＯＴＥ", "note", ["ＮＯＴＥ"]),
        ("a b", "NOT a", []),
        ("50萬", "50", ["50"]),
    ],
)
def test_hits_are_marked_where_they_stand(text: str, query: str, hits: list[str]) -> None:
    assert [text[a:b] for a, b in spans(text, parse(query))] == hits


def test_only_what_a_browser_may_show_is_shown() -> None:
    assert showable(PNG) == "image/png"
    assert showable(b"RIFF1234WEBPVP8 ") == "image/webp"
    for other in (b"<svg xmlns=", b"<html>", b"%PDF-1.7", b"RIFF1234AVI ", b"", b"MZ", b"\x00\x00\x00\x18ftypisom"):
        assert showable(other) == ""
