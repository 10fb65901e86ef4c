"""Files of messages are played and read: by whoever may open the message, in a confined process, and recorded by the worker."""

import io
import json
import os
import wave
from base64 import b64encode
from pathlib import Path

import django
import pysilk
import pytest

from muniment.capture.connector import ImportOptions
from muniment.desk.archive import access, actions, disposal
from muniment.desk.desk import Desk
from muniment.media import types
from muniment.media.readers import VERSION
from tests.firms import ClientAs, Firm, line, write_lines
from tests.media import files

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muniment.site.settings")
django.setup()

from muniment.desk.archive import reader  # noqa: E402
from muniment.desk.archive.models import Reading  # noqa: E402

HIDDEN = "\u202e"
LETTER = files.word(files.paragraph("Quokka terms &lt;script&gt;alert(1)&lt;/script&gt;") + files.paragraph("年息八厘"))
PAGES = files.pdf("Page one of zanzibarite", "Second page")


def silk(seconds: int = 2) -> bytes:
    out = io.BytesIO()
    pysilk.encode(io.BytesIO(bytes(48_000 * seconds)), out, 24_000, 24_000, tencent=True)
    return out.getvalue()


FILES = [
    ("voice.silk", silk(), "audio/silk"),
    ("voice.amr", files.silent_amr(7, 7, 7, 7), "audio/amr"),
    ("broken.amr", b"#!AMR\n\x3c\x01", "audio/amr"),
    (f"letter{HIDDEN}.docx", LETTER, "image/png"),
    ("pages.pdf", PAGES, "application/pdf"),
    ("plain.txt", b"long text of a file\n" * 3_000, "text/plain"),
    ("bad.docx", LETTER[: len(LETTER) // 2], types.DOCX),
]


@pytest.fixture
def leaf(desk: Desk, firm: Firm, tmp_path: Path) -> int:
    """The record of a message of Lee's with these files in it."""
    attachments = [{"name": n, "base64": b64encode(raw).decode(), "content_type": kind} for n, raw, kind in FILES]
    message = line(70, "c-ho", "lee", "19T09:00:00", "here they are", recipients=["mrs-ho"], attachments=attachments)
    file = write_lines(tmp_path / "more.ndjson", [message])
    actions.bring_in(desk, file, "ndjson", "lee-wecom", ImportOptions())
    return next(each.record for each in access.events(desk, "") if each.event.text == "here they are")


def read_all(desk: Desk) -> int:
    """What the worker does, until there is nothing left; how many steps it took."""
    steps = 0
    while reader.step(desk):
        steps += 1
        assert steps < 50
    return steps


def entries(desk: Desk, act: str) -> int:
    actions.settle(desk)
    return int(desk.catalog.execute("SELECT count(*) FROM audit_entry WHERE act = ?", (act,)).fetchone()[0])


@pytest.mark.parametrize(("number", "rate", "frames"), [(0, 24_000, 48_000), (1, 8_000, 640)])
def test_a_voice_is_played_as_a_wave_and_entered(
    desk: Desk, leaf: int, client_as: ClientAs, number: int, rate: int, frames: int
) -> None:
    before = entries(desk, "attachment.play")
    answer = client_as("compliance").get(f"/media/{leaf}-0/{number}/sound")

    with wave.open(io.BytesIO(answer.content)) as sound:
        assert (sound.getframerate(), sound.getnframes()) == (rate, frames)
    assert answer.headers["Content-Type"] == "audio/wav"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert entries(desk, "attachment.play") == before + 1


def test_a_voice_that_cannot_be_played_says_why(leaf: int, client_as: ClientAs) -> None:
    client = client_as("compliance")
    answer = client.get(f"/media/{leaf}-0/2/sound")
    page = client.get(f"/texts/{leaf}-0/2/").content.decode()

    assert answer.status_code == 422
    assert "not a whole file of its type" in answer.content.decode()
    assert "<audio" not in page
    assert "cannot be played here" in page
    assert f'href="/media/{leaf}-0/2/"' in page, "the file itself is offered"


def test_what_is_no_voice_is_not_played(leaf: int, client_as: ClientAs) -> None:
    assert client_as("compliance").get(f"/media/{leaf}-0/4/sound").status_code == 404


def test_the_text_of_a_letter_is_escaped_and_its_false_claim_said(desk: Desk, leaf: int, client_as: ClientAs) -> None:
    before = entries(desk, "attachment.text")
    page = client_as("compliance").get(f"/texts/{leaf}-0/3/").content.decode()

    assert "Quokka terms &lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert "年息八厘" in page
    assert "not what it is" in page and "image/png" in page and types.DOCX in page
    assert "this is not the record itself" in page
    assert "read to its end" in page
    assert HIDDEN not in page
    assert entries(desk, "attachment.text") == before + 1


def test_a_document_is_shown_page_by_page(leaf: int, client_as: ClientAs) -> None:
    page = client_as("compliance").get(f"/texts/{leaf}-0/4/").content.decode()

    assert page.index("Page 1") < page.index("zanzibarite") < page.index("Page 2") < page.index("Second page")


def test_a_long_text_is_shown_in_pieces_that_follow_each_other(leaf: int, client_as: ClientAs) -> None:
    client = client_as("compliance")
    first = client.get(f"/texts/{leaf}-0/5/").content.decode()
    second = client.get(f"/texts/{leaf}-0/5/", {"from": "20000"}).content.decode()

    assert f"/texts/{leaf}-0/5/?from=20000" in first
    assert first.count("long text of a file") == 1_000
    assert f"/texts/{leaf}-0/5/?from=40000" in second
    assert client.get(f"/texts/{leaf}-0/5/", {"from": "999999"}).status_code == 422


def test_a_file_that_was_cut_does_not_break_its_page(leaf: int, client_as: ClientAs) -> None:
    page = client_as("compliance").get(f"/texts/{leaf}-0/6/")

    assert page.status_code == 200
    assert "Show hidden characters" not in page.content.decode()


def test_who_may_not_open_the_message_neither_hears_nor_reads_its_files(
    desk: Desk, firm: Firm, leaf: int, client_as: ClientAs
) -> None:
    stranger = client_as("reviewer", person=firm.zhao)
    oneself = client_as("adviser", own=firm.lee)
    before = entries(desk, "attachment.play") + entries(desk, "attachment.text")
    for path in (f"/media/{leaf}-0/0/sound", f"/texts/{leaf}-0/4/"):
        assert stranger.get(path).status_code == 404
        assert stranger.get(f"/own{path}").status_code == 404
    assert entries(desk, "attachment.play") + entries(desk, "attachment.text") == before

    assert oneself.get(f"/own/media/{leaf}-0/0/sound").status_code == 200
    assert "zanzibarite" in oneself.get(f"/own/texts/{leaf}-0/4/").content.decode()
    assert oneself.get(f"/texts/{leaf}-0/4/").status_code == 404


def test_the_worker_records_each_file_once(desk: Desk, leaf: int) -> None:
    read_all(desk)
    rows = list(Reading.objects.filter(leaf=leaf).order_by("place"))

    assert [row.status for row in rows] == ["ok", "ok", "damaged", "ok", "ok", "ok", "damaged"]
    assert [row.duration for row in rows[:2]] == [2_000, 80]
    assert [row.agrees for row in rows] == [True, True, True, False, True, True, False]
    assert {row.reader for row in Reading.objects.all()} == {VERSION}
    assert all(row.made_at for row in rows)
    assert "zanzibarite" not in json.dumps(list(Reading.objects.values()), default=str), "no text is kept"

    stamps = dict(Reading.objects.values_list("key", "made_at"))
    assert reader.step(desk) is False
    Reading.objects.filter(pk=rows[0].pk).update(reader="media/0")
    read_all(desk)
    again = dict(Reading.objects.values_list("key", "made_at"))
    assert {key for key in stamps if stamps[key] != again[key]} == {rows[0].key}


def test_the_newest_file_is_read_first_and_a_stop_loses_nothing(desk: Desk, leaf: int) -> None:
    reader.step(desk)
    (row,) = Reading.objects.filter(reader=VERSION)

    assert row.leaf == leaf
    assert Reading.objects.filter(reader="").count() > len(FILES) - 2
    read_all(desk)
    assert not Reading.objects.filter(reader="").exists()


def test_what_was_recorded_goes_with_the_record(desk: Desk, leaf: int, tmp_path: Path) -> None:
    again = {"name": "copy.pdf", "base64": b64encode(PAGES).decode(), "content_type": "application/pdf"}
    message = line(71, "c-ho", "lee", "19T09:01:00", "again", recipients=["mrs-ho"], attachments=[again])
    actions.bring_in(desk, write_lines(tmp_path / "again.ndjson", [message]), "ndjson", "lee-wecom", ImportOptions())
    other = next(each.record for each in access.events(desk, "") if each.event.text == "again")
    read_all(desk)
    assert Reading.objects.filter(leaf=leaf).count() == len(FILES), "equal bytes have one row"

    disposal.destroy(desk, [leaf], "test")
    read_all(desk)

    assert not Reading.objects.filter(leaf=leaf).exists()
    assert not Reading.objects.filter(named=leaf).exists()
    (left,) = Reading.objects.filter(leaf=other)
    assert (left.type, left.status) == (types.PDF, "ok")


def test_a_message_plays_its_voices_and_says_what_was_found(desk: Desk, leaf: int, client_as: ClientAs) -> None:
    client = client_as("compliance")
    talk = next(hit.conversation for hit in access.workspace(desk, "here").hits if hit.decoded.record == leaf)
    unread = client.get(f"/events/{leaf}-0/").content.decode()
    read_all(desk)

    assert f'<audio controls preload="none" src="/media/{leaf}-0/0/sound"' in unread
    assert f'src="/media/{leaf}-0/2/sound"' in unread, "until it was read, its name speaks for it"
    for address in (f"/events/{leaf}-0/", f"/conversations/{talk}/?at={leaf}-0"):
        page = client.get(address).content.decode()
        assert f'<audio controls preload="none" src="/media/{leaf}-0/0/sound"' in page
        assert "0:02" in page
        assert f'src="/media/{leaf}-0/2/sound"' not in page
        assert "cannot be played here" in page
        assert f'href="/texts/{leaf}-0/4/"' in page
        assert "not of the type that was claimed" in page


def test_the_system_page_counts_what_was_read_and_what_waits(desk: Desk, leaf: int, client_as: ClientAs) -> None:
    client = client_as("it")
    before = client.get("/system/").content.decode()
    read_all(desk)
    after = client.get("/system/").content.decode()

    assert "not all yet" in before
    assert "records not yet looked through for files" in before
    assert "all of them" in after
    assert "not a whole file of its type" in after
