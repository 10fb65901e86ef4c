"""Productions by the pages: preview, bundle, verification, scope, download and its entry, removal."""

import hashlib
import io
import json
import stat
from datetime import date
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from django.urls import reverse

from muniment.desk import jobs
from muniment.desk.archive import actions as archive
from muniment.desk.desk import Desk
from muniment.desk.productions import ordering
from muniment.desk.productions.access import file_of, preview
from muniment.desk.productions.models import Download, Production
from muniment.proof import verifier
from tests.archives import Place
from tests.firms import ClientAs, Firm, MakeUser

if TYPE_CHECKING:
    from django.test import Client

ASK = {"query": "", "zone": "Asia/Hong_Kong", "reason": "SFC letter 7", "since": ""}


def ask(client: "Client", **given: str) -> Any:
    return client.post(reverse("productions:new"), {**ASK, **given})


def make(client: "Client", **given: str) -> Production:
    assert ask(client, **given).status_code == 302
    assert jobs.run_next()
    made = Production.objects.latest("id")
    assert made.finished_at is not None, jobs.latest(1)
    return made


def taken(client: "Client", made: Production) -> bytes:
    response: Any = client.post(reverse("productions:download", args=[made.pk]))
    assert response.status_code == 200, response
    return b"".join(response.streaming_content)


def members(bundle: bytes, name: str) -> list[dict[str, Any]]:
    with ZipFile(io.BytesIO(bundle)) as file:
        return [json.loads(line) for line in file.read(name).splitlines()]


def audited(desk: Desk, act: str) -> list[dict[str, Any]]:
    archive.settle(desk)
    return [
        json.loads(body)
        for (body,) in desk.catalog.execute("SELECT body FROM audit_entry WHERE act = ? ORDER BY leaf", (act,))
    ]


def test_a_production_is_previewed_made_verified_and_taken(client_as: ClientAs, desk: Desk, place: Place) -> None:
    client = client_as("compliance", name="mei")
    seen: Any = ask(client, query="保本", look="yes")
    assert seen.status_code == 200
    assert "<dt>events</dt><dd>2</dd>" in seen.content.decode()
    made = make(client, query="保本")
    assert (made.events, made.query, made.reason) == (2, "保本", "SFC letter 7")
    assert stat.S_IMODE(file_of(desk, made.pk).stat().st_mode) == 0o600
    assert stat.S_IMODE(file_of(desk, made.pk).parent.stat().st_mode) == 0o700
    page = client.get(reverse("productions:detail", args=[made.pk])).content.decode()
    assert "verified" in page
    assert made.manifest_sha256 in page and made.seal in page
    bundle = taken(client, made)
    assert hashlib.sha256(bundle).hexdigest() == made.sha256
    path = place.home / "copy.zip"
    path.write_bytes(bundle)
    report = verifier.verify_bundle(str(path), [signer.vkey for signer in desk.archive.signers.values()])
    assert report.refused is None
    assert report.facts["produced_by"] == "user:mei"
    (entry,) = audited(desk, "produce")
    assert (entry["actor"], entry["purpose"], entry["query"]) == ("user:mei", "SFC letter 7", "保本")


@pytest.mark.parametrize("query", ["", "保本 OR principal", "from:mrs-ho", "type:undecoded", "nothingbears"])
def test_the_preview_counts_what_is_then_made(client_as: ClientAs, desk: Desk, query: str) -> None:
    client = client_as("compliance")
    seen = preview(desk, query, "UTC")
    made = make(client, query=query)
    assert (seen.events, seen.withheld) == (made.events, made.withheld)
    bundle = taken(client, made)
    assert len(members(bundle, verifier.EVENTS)) == seen.events


def test_an_examiner_produces_within_the_scope_and_nothing_of_others_leaks(
    client_as: ClientAs, desk: Desk, firm: Firm
) -> None:
    client = client_as("examiner", person=firm.zhao, until=date(2999, 1, 1))
    seen: Any = ask(client, look="yes")
    assert "narrowed" in seen.content.decode()
    made = make(client)
    bundle = taken(client, made)
    events = members(bundle, verifier.EVENTS)
    assert {event["source"] for event in events} == {"zhao-wecom"}
    assert len(events) == made.events
    assert f"<dt>events</dt><dd>{made.events}</dd>" in seen.content.decode()
    text = b"".join(ZipFile(io.BytesIO(bundle)).read(name) for name in ZipFile(io.BytesIO(bundle)).namelist())
    for secret in ("Mrs Ho", "lee-wecom", "amy-phone", "chart.png"):
        assert secret.encode() not in text
    payloads = [record for record in members(bundle, verifier.RECORDS) if record.get("payload")]
    assert payloads


def test_productions_of_others_are_not_there_for_somebody_with_a_narrow_scope(client_as: ClientAs, firm: Firm) -> None:
    made = make(client_as("compliance"))
    examiner = client_as("examiner", person=firm.zhao, until=date(2999, 1, 1))
    for name in ("detail", "progress"):
        assert examiner.get(reverse(f"productions:{name}", args=[made.pk])).status_code == 404
    for name in ("download", "remove", "take_back"):
        assert examiner.post(reverse(f"productions:{name}", args=[made.pk])).status_code == 404
    assert "SFC letter 7" not in examiner.get(reverse("productions:list")).content.decode()
    assert "SFC letter 7" in client_as("records").get(reverse("productions:list")).content.decode()


def test_a_scope_that_changed_meanwhile_ends_the_job_and_bars_the_download(
    client_as: ClientAs, firm: Firm, user_as: MakeUser
) -> None:
    from muniment.desk.people.models import Grant

    client = client_as("examiner", person=firm.zhao, until=date(2999, 1, 1))
    made = make(client)
    ask(client)
    grant = Grant.objects.get(role="examiner")
    grant.person_id = firm.lee
    grant.save()
    assert jobs.run_next()
    assert jobs.latest(1)[0].state == "failed"
    response: Any = client.post(reverse("productions:download", args=[made.pk]))
    assert response.status_code == 422
    assert not Download.objects.exists()


def test_each_download_is_entered_before_a_byte_leaves(client_as: ClientAs, desk: Desk) -> None:
    client = client_as("compliance", name="mei")
    made = make(client)
    response: Any = client.post(reverse("productions:download", args=[made.pk]))
    # The answer has begun and nothing of it was read yet: the entry is there already.
    assert [row.actor for row in Download.objects.all()] == ["user:mei"]
    (entry,) = audited(desk, "production.download")
    assert (entry["actor"], entry["object"], entry["detail"]["sha256"]) == (
        "user:mei",
        f"production:{made.pk}",
        made.sha256,
    )
    assert response["Content-Disposition"] == f'attachment; filename="production-{made.pk}.zip"'
    assert len(b"".join(response.streaming_content)) == made.size == int(response["Content-Length"])
    page = client.get(reverse("productions:detail", args=[made.pk])).content.decode()
    assert page.count("user:mei") >= 2


def test_whoever_has_a_password_shows_it_again_before_a_download(client_as: ClientAs, user_as: MakeUser) -> None:
    client = client_as("compliance", name="mei")
    made = make(client)
    user = user_as(None, name="mei")
    user.set_password("correct horse battery")
    user.save()
    from tests.firms import browser_of

    response: Any = browser_of(user).post(reverse("productions:download", args=[made.pk]))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_reauthenticate"))
    assert not Download.objects.exists()


def test_a_removed_file_is_gone_and_its_page_stays(client_as: ClientAs, desk: Desk) -> None:
    client = client_as("compliance")
    made = make(client)
    assert client.post(reverse("productions:remove", args=[made.pk])).status_code == 302
    assert not file_of(desk, made.pk).exists()
    page = client.get(reverse("productions:detail", args=[made.pk])).content.decode()
    assert "file removed" in page and made.sha256 in page
    assert client.post(reverse("productions:download", args=[made.pk])).status_code == 422
    assert [entry["object"] for entry in audited(desk, "production.remove")] == [f"production:{made.pk}"]


def test_a_bundle_that_was_changed_on_disk_is_not_handed_out_as_verified(client_as: ClientAs, desk: Desk) -> None:
    client = client_as("compliance")
    made = make(client)
    path = file_of(desk, made.pk)
    changed = bytearray(path.read_bytes())
    changed[len(changed) // 2] ^= 1
    path.write_bytes(changed)
    response: Any = client.post(reverse("productions:download", args=[made.pk]))
    assert response.status_code == 500
    assert b"not the one that was made" in response.content
    assert not Download.objects.exists()


def test_a_bundle_that_is_gone_is_said_to_be_gone(client_as: ClientAs, desk: Desk) -> None:
    client = client_as("compliance")
    made = make(client)
    file_of(desk, made.pk).unlink()
    response: Any = client.post(reverse("productions:download", args=[made.pk]))
    assert response.status_code == 500
    assert not Download.objects.exists()


@pytest.mark.parametrize(
    ("given", "beside"),
    [
        ({"reason": " "}, "reason"),
        ({"query": "after:someday"}, "query"),
        ({"zone": "Nowhere"}, "zone"),
        ({"since": "no seal"}, "seal"),
    ],
)
def test_what_cannot_be_produced_is_refused_before_anything_is_asked_for(
    client_as: ClientAs, given: dict[str, str], beside: str
) -> None:
    response = ask(client_as("compliance"), **given)
    assert response.status_code == 422
    assert beside in response.content.decode()
    assert not Production.objects.exists()
    assert jobs.unfinished() == []


def test_a_seal_that_the_receiver_holds_is_proven(client_as: ClientAs, desk: Desk) -> None:
    seal = archive.make_seal(desk)
    made = make(client_as("compliance"), since=seal)
    assert made.report is not None and made.report["verdict"] == "verified"


def test_one_that_waits_can_be_taken_back(client_as: ClientAs, desk: Desk) -> None:
    client = client_as("compliance")
    ask(client)
    made = Production.objects.get()
    assert client.post(reverse("productions:take_back", args=[made.pk])).status_code == 302
    assert not jobs.run_next()
    assert "taken back" in client.get(reverse("productions:detail", args=[made.pk])).content.decode()


@pytest.mark.parametrize("role", ["reviewer", "adviser", "administrator", "it"])
def test_who_may_not_produce_finds_nothing(client_as: ClientAs, role: str) -> None:
    client = client_as(role)
    assert client.get(reverse("productions:list")).status_code == 404
    assert ask(client).status_code == 404


def test_without_the_capability_nothing_is_produced_by_any_door(desk: Desk, place: Place) -> None:
    from dataclasses import replace

    from muniment.desk.authority import Authority
    from muniment.desk.productions.actions import produce
    from muniment.record.errors import NotFound

    nobody = replace(desk, authority=Authority({}))
    with pytest.raises(NotFound):
        produce(nobody, "", place.home / "out.zip", "why")
    with pytest.raises(NotFound):
        ordering.ask(nobody, "", "UTC", "why", (), "en")
    assert not (place.home / "out.zip").exists()


def test_hostile_words_in_query_and_reason_are_shown_as_words(client_as: ClientAs) -> None:
    client = client_as("compliance")
    made = make(client, query='"<script>alert(1)</script>"', reason="<img src=x onerror=alert(1)>\u202e")
    for url in (reverse("productions:list"), reverse("productions:detail", args=[made.pk])):
        page = client.get(url).content.decode()
        assert "<script>alert" not in page and "<img src=x" not in page


def test_the_transcript_speaks_the_language_of_who_asked(client_as: ClientAs) -> None:
    client = client_as("compliance", language="zh-hant")
    client.cookies["muniment-language"] = "zh-hant"
    made = make(client)
    with ZipFile(io.BytesIO(taken(client, made))) as bundle:
        assert b'lang="zh-Hant"' in bundle.read("transcript.html")
