"""Bringing a file in by the pages: upload, check, job, balance sheet, and the list behind each of its numbers."""

import io
import json
import os
import re
import stat
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from muniment.desk import jobs
from muniment.desk.archive.verification import verify_archive
from muniment.desk.desk import Desk
from muniment.desk.imports.models import Upload
from tests.archives import Place, message
from tests.firms import WHATSAPP, ClientAs, Firm

if TYPE_CHECKING:
    from django.test import Client

BAD = b'{"id": 7, "conversation"\n'


def give(client: "Client", content: bytes, name: str = "chat.ndjson") -> str:
    """Upload a file; the id under which it waits."""
    response = client.post(reverse("imports:new"), {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 302, response.content.decode()
    return response["Location"].rstrip("/").rpartition("/")[2]


def bring(client: "Client", upload: str, **options: str) -> "Any":
    given = {"connector": "ndjson", "account": "new-feed", "timezone": "", "date_order": "", **options}
    return client.post(reverse("imports:check", args=[upload]), given)


def finish(client: "Client", upload: str, **options: str) -> str:
    """Bring an upload in, run the worker once; the address of the balance sheet."""
    response = bring(client, upload, **options)
    assert response.status_code == 302, response.content.decode()
    assert jobs.run_next()
    done = client.get(response["Location"])
    assert done.status_code == 302, jobs.latest(1)
    return str(done["Location"])


def numbers(desk: Desk, identifier: str) -> dict[str, int]:
    (body,) = desk.catalog.execute(
        "SELECT body FROM audit_entry WHERE act = 'import' AND object = ?", (identifier,)
    ).fetchone()
    return dict(json.loads(body)["counts"])


def walk(client: "Client", url: str) -> list[str]:
    """The records on all pages of a list of parts."""
    found: list[str] = []
    after = ""
    while True:
        text = client.get(f"{url}{after}").content.decode()
        found += re.findall(r"<tr data-item>\s*<td[^>]*>(?:<a[^>]*>)?(\d+)", text)
        more = re.search(r'rel="next" href="\?after=(\d+)"', text)
        if more is None:
            return found
        after = f"?after={more[1]}"


def test_a_file_is_uploaded_checked_brought_in_and_balances(client_as: ClientAs, desk: Desk, place: Place) -> None:
    client = client_as("records")
    upload = give(client, message(1) + message(2) + b"\n" + BAD + message(3))
    page = client.get(reverse("imports:check", args=[upload])).content.decode()
    assert "word1 你好" in page
    assert "1 part of the beginning would be rejected" in page
    sheet = finish(client, upload)
    page = client.get(sheet).content.decode()
    assert "chat.ndjson" in page
    assert "balances" in page
    counts = numbers(desk, sheet.rstrip("/").rpartition("/")[2])
    assert (counts["messages.seen"], counts["messages.stored"], counts["messages.rejected"]) == (4, 3, 1)
    assert not Upload.objects.exists()
    assert list((place.home / "spool").iterdir()) == []
    listing = client.get(reverse("imports:list")).content.decode()
    assert "chat.ndjson" in listing
    assert "new-feed" in listing


def test_messages_that_a_later_export_lacks_are_listed_and_lead_to_what_is_kept(
    client_as: ClientAs, desk: Desk
) -> None:
    client = client_as("compliance")
    how = {"connector": "whatsapp", "timezone": "Asia/Hong_Kong", "date_order": "dmy"}
    said = [f"13/11/2026, 09:{number:02} - Amy: word{number}\n" for number in range(60)]
    finish(client, give(client, "".join(said).encode(), "WhatsApp Chat with Bob.txt"), **how)
    kept = (said[0] + said[-1]).encode()
    sheet = finish(client, give(client, kept, "WhatsApp Chat with Bob.txt"), **how)
    listed = sheet + "vanished/"
    assert f'href="{listed}"' in client.get(sheet).content.decode()
    first = client.get(listed).content.decode()
    assert "58 in all" in first
    second = client.get(f"{listed}?after=50").content.decode()
    found = re.findall(r'<a href="(/events/[^"]+)">', first) + re.findall(r'<a href="(/events/[^"]+)">', second)
    assert [re.search(r"word\d+", client.get(url).content.decode())[0] for url in found] == [  # type: ignore[index]
        f"word{number}" for number in range(1, 59)
    ]
    assert client_as("administrator").get(listed).status_code == 404


@pytest.mark.parametrize("again", [False, True])
def test_every_number_of_a_balance_sheet_opens_a_list_of_just_so_many(
    client_as: ClientAs, desk: Desk, again: bool
) -> None:
    client = client_as("compliance")
    shot = [{"name": "a.png", "base64": "AAEC"}, {"name": "gone.png", "path": "gone.png"}]
    many = [message(number, attachments=shot if number % 40 == 0 else []) for number in range(130)]
    content = b"".join([*many[:70], BAD, b"\n", *many[70:], BAD, many[3], b"not json\n"])
    sheet = finish(client, give(client, content))
    if again:
        sheet = finish(client, give(client, content + message(999), "again.ndjson"))
    identifier = sheet.rstrip("/").rpartition("/")[2]
    counts = numbers(desk, identifier)
    page = client.get(sheet).content.decode()
    for what in ("messages", "attachments"):
        for fate in ("stored", "duplicate", "rejected"):
            number = counts[f"{what}.{fate}"]
            url = reverse("imports:parts", args=[identifier, fate, what])
            assert (url in page) == bool(number), (what, fate)
            assert len(walk(client, url)) == number, (what, fate)
    if not again:
        assert counts["messages.stored"] == 130
        assert counts["messages.duplicate"] == 1
        assert counts["messages.rejected"] == 3
        assert len(walk(client, reverse("imports:parts", args=[identifier, "missing", "bytes"]))) == 4
    else:
        assert (counts["messages.stored"], counts["messages.duplicate"]) == (1, 134)
    total = {
        fate: walk(client, reverse("imports:parts", args=[identifier, fate, "bytes"]))
        for fate in ("stored", "duplicate", "rejected")
    }
    size = {fate: sum(sizes(desk, leaves)) for fate, leaves in total.items()}
    assert size == {fate: counts[f"bytes.{fate}"] for fate in total}


def test_attachments_of_a_zip_are_listed_as_attachments(client_as: ClientAs, desk: Desk) -> None:
    export = io.BytesIO()
    with zipfile.ZipFile(export, "w", zipfile.ZIP_DEFLATED) as archive:
        text = "13/11/2026, 09:00 - Amy: IMG-20261113-WA0001.jpg (file attached)\n13/11/2026, 09:01 - Bob: thanks\n"
        archive.writestr("WhatsApp Chat with Bob.txt", text)
        archive.writestr("IMG-20261113-WA0001.jpg", b"\xff\xd8" + b"x" * 100)
    client = client_as("records")
    upload = give(client, export.getvalue(), "WhatsApp Chat with Bob.zip")
    sheet = finish(client, upload, connector="whatsapp", account="zipped", timezone="UTC", date_order="dmy")
    identifier = sheet.rstrip("/").rpartition("/")[2]
    counts = numbers(desk, identifier)
    assert (counts["attachments.stored"], counts["messages.stored"]) == (1, 2)
    for what in ("messages", "attachments"):
        found = walk(client, reverse("imports:parts", args=[identifier, "stored", what]))
        assert len(found) == counts[f"{what}.stored"]
    page = client.get(reverse("imports:parts", args=[identifier, "stored", "attachments"])).content.decode()
    assert "IMG-20261113-WA0001.jpg" in page


def sizes(desk: Desk, leaves: list[str]) -> list[int]:
    from muniment.record.record import split_payload

    wanted = sorted({int(leaf) for leaf in leaves})
    opened = {
        each.index: len(split_payload(each.payload or b"")[1])
        for each in desk.archive.records.pick(wanted, desk.archive.records.log.checkpoint().size)
    }
    return [opened[int(leaf)] for leaf in leaves]


def test_an_export_without_a_zone_is_refused_beside_the_field(client_as: ClientAs) -> None:
    client = client_as("records")
    upload = give(client, WHATSAPP.encode(), "WhatsApp Chat with Bob.txt")
    page = client.get(reverse("imports:check", args=[upload])).content.decode()
    assert 'value="whatsapp"' in page
    response = bring(client, upload, connector="whatsapp", account="phone")
    assert response.status_code == 422
    assert "does not say in which time zone" in response.content.decode()
    response = bring(client, upload, connector="whatsapp", account="phone", timezone="Mars/Base")
    assert response.status_code == 422
    assert "There is no such time zone" in response.content.decode()
    sheet = finish(client, upload, connector="whatsapp", account="phone", timezone="Asia/Hong_Kong")
    assert "WhatsApp Chat with Bob.txt" in client.get(sheet).content.decode()


def test_an_account_of_another_kind_is_refused_before_anything_is_asked_for(client_as: ClientAs) -> None:
    client = client_as("records")
    upload = give(client, message(1))
    response = bring(client, upload, account="amy-phone")
    assert response.status_code == 422
    assert "import ndjson files under another account" in response.content.decode().replace("&#x27;", "'")
    assert jobs.unfinished() == []


def test_a_file_that_waits_lies_in_the_spool_for_its_owner_alone_and_can_be_removed(
    client_as: ClientAs, place: Place
) -> None:
    client = client_as("records")
    upload = give(client, message(1) * 100_000)
    path = place.home / "spool" / "uploads" / upload
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.stat().st_size == len(message(1)) * 100_000
    assert "waits for your answers" in client.get(reverse("imports:list")).content.decode()
    assert client.post(reverse("imports:discard", args=[upload])).status_code == 302
    assert not path.exists()
    assert client.get(reverse("imports:check", args=[upload])).status_code == 404


def test_a_job_that_waits_can_be_taken_back_with_its_file(client_as: ClientAs) -> None:
    client = client_as("records")
    upload = give(client, message(1))
    assert bring(client, upload).status_code == 302
    assert bring(client, upload).status_code == 302  # already asked for: back to its progress
    assert len(jobs.unfinished()) == 1
    client.post(reverse("imports:discard", args=[upload]))
    assert jobs.unfinished() == []
    assert not jobs.run_next()


def test_a_failed_import_keeps_its_file_and_can_be_tried_again(client_as: ClientAs, desk: Desk) -> None:
    client = client_as("records")
    upload = give(client, message(1))
    job = bring(client, upload)["Location"]
    Upload.objects.filter(pk=upload).update(account="amy-phone")  # somebody took the name meanwhile, for another kind
    assert jobs.run_next()
    page = client.get(job).content.decode()
    assert "failed" in page
    assert "amy-phone" in page
    assert finish(client, upload, account="yet-another")


@pytest.mark.parametrize(
    "name",
    [
        "a\u202egnp.exe",
        "line\nbreak.txt",
        "<img src=x onerror=alert(1)>.txt",
        "../../etc/passwd",
        "名" * 60 + ".txt",
        "\x00.txt",
        "'\"&.txt",
    ],
)
def test_a_hostile_file_name_is_a_name_and_no_more(client_as: ClientAs, desk: Desk, name: str) -> None:
    client = client_as("records")
    boundary = "XX"
    head = f"--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename*=UTF-8''{quoted(name)}\r\nContent-Type: text/plain\r\n\r\n"
    body = head.encode() + message(1) + f"\r\n--{boundary}--\r\n".encode()
    response = client.generic("POST", reverse("imports:new"), body, f"multipart/form-data; boundary={boundary}")
    assert response.status_code == 302
    upload = response["Location"].rstrip("/").rpartition("/")[2]
    page = client.get(reverse("imports:check", args=[upload])).content.decode()
    assert "<img" not in page
    kept = Upload.objects.get().name
    assert "/" not in kept and "\n" not in kept and "\0" not in kept
    sheet = finish(client, upload)
    page = client.get(sheet).content.decode()
    assert "<img" not in page and "<bdi>" in page


def quoted(name: str) -> str:
    from urllib.parse import quote

    return quote(name, safe="")


@pytest.mark.parametrize("content", [b"", None], ids=["empty", "absent"])
def test_nothing_is_refused(client_as: ClientAs, place: Place, content: bytes | None) -> None:
    client = client_as("records")
    given = {} if content is None else {"file": SimpleUploadedFile("a.txt", content)}
    response = client.post(reverse("imports:new"), given)
    assert response.status_code == 422
    assert not Upload.objects.exists()
    assert not (place.home / "spool" / "uploads").exists() or not list((place.home / "spool" / "uploads").iterdir())


def test_a_zip_bomb_becomes_a_rejected_file_not_a_full_disk(client_as: ClientAs, desk: Desk) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("WhatsApp Chat with Eve.txt", b"\0" * 40_000_000)
    client = client_as("records")
    upload = give(client, bomb.getvalue(), "WhatsApp Chat with Eve.zip")
    assert client.get(reverse("imports:check", args=[upload])).status_code == 200
    response = bring(client, upload, connector="whatsapp", account="eve", timezone="UTC")
    if response.status_code == 302:
        assert jobs.run_next()
        sheet = client.get(response["Location"])["Location"]
        counts = numbers(desk, sheet.rstrip("/").rpartition("/")[2])
        assert counts["messages.stored"] == 0
        assert counts["bytes.rejected"] == len(bomb.getvalue())
    else:
        assert response.status_code == 422


def test_a_picture_is_not_taken_for_messages(client_as: ClientAs) -> None:
    client = client_as("records")
    upload = give(client, b"\x89PNG\r\n" + os.urandom(5000), "holiday.png")
    assert client.get(reverse("imports:check", args=[upload])).status_code == 200
    response = bring(client, upload, connector="whatsapp", timezone="UTC")
    assert response.status_code == 422
    assert not jobs.unfinished()


def test_an_upload_for_which_there_is_no_room_is_refused_before_it_is_written(
    client_as: ClientAs, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    from muniment.desk.imports import uploads

    monkeypatch.setattr(uploads, "LARGEST", 1000)
    client = client_as("records")
    response = client.post(reverse("imports:new"), {"file": SimpleUploadedFile("a.txt", b"x" * 5000)})
    assert response.status_code == 422
    assert not (place.home / "spool" / "uploads").exists()


def test_an_upload_needs_the_pages_token(client_as: ClientAs, user_as: Any) -> None:
    client = client_as("records")
    client.handler.enforce_csrf_checks = True
    response = client.post(reverse("imports:new"), {"file": SimpleUploadedFile("a.txt", message(1))})
    assert response.status_code == 403
    assert not Upload.objects.exists()


@pytest.mark.parametrize("role", ["reviewer", "adviser", "administrator", "it", "examiner"])
def test_who_may_not_bring_in_finds_nothing(client_as: ClientAs, role: str, place: Place) -> None:
    from datetime import date

    client = client_as(role, until=date(2999, 1, 1) if role == "examiner" else None)
    for name in ("list", "new", "running"):
        assert client.get(reverse(f"imports:{name}")).status_code == 404
    assert client.post(reverse("imports:new"), {"file": SimpleUploadedFile("a.txt", message(1))}).status_code == 404
    assert not (place.home / "spool" / "uploads").exists()


def test_a_job_whose_owner_lost_the_right_meanwhile_does_nothing(client_as: ClientAs, desk: Desk) -> None:
    from muniment.desk.people.models import Grant

    client = client_as("records")
    before = desk.archive.records.log.checkpoint().size
    bring(client, give(client, message(1)))
    Grant.objects.all().delete()
    assert jobs.run_next()
    assert jobs.latest(1)[0].state == "failed"
    assert desk.archive.records.log.checkpoint().size == before


def test_the_polled_part_says_that_it_polls_and_when_something_ended(client_as: ClientAs) -> None:
    client = client_as("records")
    bring(client, give(client, message(1)))
    page = client.get(reverse("imports:list")).content.decode()
    asked = re.search(r'hx-get="([^"]+)"', page)
    assert asked is not None
    assert "Muniment-Poll" in page
    assert "HX-Refresh" not in client.get(asked[1]).headers
    jobs.run_next()
    assert client.get(asked[1]).headers["HX-Refresh"] == "true"


def test_the_pages_speak_chinese_and_say_refusals_in_it(client_as: ClientAs) -> None:
    client = client_as("records", language="zh-hant")
    assert client.get(reverse("imports:new")).status_code == 200


def test_imports_of_the_command_line_are_listed_with_their_lists(client_as: ClientAs, desk: Desk, firm: Firm) -> None:
    client = client_as("compliance")
    page = client.get(reverse("imports:list")).content.decode()
    assert "zhao.ndjson" in page
    (identifier,) = desk.catalog.execute(
        "SELECT object FROM audit_entry WHERE act = 'import' ORDER BY leaf LIMIT 1 OFFSET 1"
    ).fetchone()
    url = reverse("imports:parts", args=[identifier, "rejected", "messages"])
    assert url in client.get(reverse("imports:detail", args=[identifier])).content.decode()
    assert len(walk(client, url)) == 1
    assert "line 5" in client.get(url).content.decode()


def test_what_is_not_there_is_not_found(client_as: ClientAs) -> None:
    client = client_as("records")
    nothing = "0190a1b2-0000-7000-8000-000000000000"
    for url in (
        reverse("imports:detail", args=[nothing]),
        reverse("imports:parts", args=[nothing, "stored", "bytes"]),
        reverse("imports:check", args=["a" * 32]),
        reverse("imports:job", args=[999]),
        f"/imports/{nothing}/stored/nonsense/",
    ):
        assert client.get(url).status_code == 404, url


def test_reading_imports_is_audited(client_as: ClientAs, desk: Desk) -> None:
    client = client_as("records")
    before = desk.archive.intake.database.execute("SELECT count(*) FROM item WHERE log = 'audit'").fetchone()[0]
    client.get(reverse("imports:list"))
    after = desk.archive.intake.database.execute("SELECT count(*) FROM item WHERE log = 'audit'").fetchone()[0]
    assert after == before + 1


def test_the_folder_of_uploads_is_swept_of_what_nobody_knows(place: Place, desk: Desk) -> None:
    from muniment.desk.imports import uploads

    folder = uploads.folder_of(place.home / "spool")
    for name, age in (("old", uploads.ABANDONED_SECONDS + 60), ("new", 0), ("known", uploads.ABANDONED_SECONDS + 60)):
        (folder / name).write_bytes(b"x")
        at = Path(folder / name).stat().st_mtime - age
        os.utime(folder / name, (at, at))
    uploads.sweep(place.home / "spool", {"known"})
    assert sorted(path.name for path in folder.iterdir()) == ["known", "new"]


def test_a_file_that_waits_is_no_fault_of_the_archive(client_as: ClientAs, place: Place) -> None:
    give(client_as("records"), message(1))
    found: list[object] = []

    assert verify_archive(place.home, place.keys, found.append).sound, found
