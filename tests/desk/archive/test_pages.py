"""The pages of the archive, as a browser gets them from a real archive on disk."""

import re

import pytest

from muniment.desk.archive import access
from muniment.desk.desk import Desk
from tests.firms import PNG, ClientAs, Firm


def leaf_of(desk: Desk, query: str) -> tuple[int, int]:
    """The record and the conversation of the one message that a query finds."""
    (hit,) = access.workspace(desk, query).hits
    return hit.decoded.record, hit.conversation


def test_the_empty_workspace_teaches_with_examples_that_can_be_asked(firm: Firm, client_as: ClientAs) -> None:
    client = client_as("compliance")
    page = client.get("/search/").content.decode()

    examples = re.findall(r'href="(/search/\?q=[^"]+)"', page)
    assert len(examples) == 3
    for example in examples:
        assert client.get(example.replace("&amp;", "&")).status_code == 200


def test_a_hit_is_marked_and_shows_the_message_before(firm: Firm, client_as: ClientAs) -> None:
    page = client_as("compliance").get("/search/", {"q": "保本 from:lee"}).content.decode()

    assert "<mark>保本</mark>" in page
    assert "有呀何太，仲有少少額度" in page, "one line of context"
    assert "1 message" in page
    assert "Leung Ka-yan" in page


def test_a_recall_that_is_found_says_so_and_leads_to_the_message(desk: Desk, firm: Firm, client_as: ClientAs) -> None:
    leaf, talk = leaf_of(desk, "保本 from:lee")
    page = client_as("compliance").get("/search/", {"q": "type:recall"}).content.decode()

    assert "no text" not in page
    assert "A message was recalled:" in page
    quoted = rf'<a class="reply" href="/conversations/{talk}/[^"]*at={leaf}-0[^"]*#e{leaf}-0">.*?何太放心'
    assert re.search(quoted, page, re.DOTALL)
    page = client_as("compliance").get("/search/", {"q": "is:deleted channel:whatsapp"}).content.decode()
    assert "A message was recalled; the source does not say which." in page


def test_facets_open_exactly_what_they_count(firm: Firm, client_as: ClientAs) -> None:
    client = client_as("compliance")
    facets = client.get("/search/narrow/", {"q": "NOT type:system"}).content.decode()
    links = re.findall(r'<a href="(/search/[^"]+)">.*?<span class="n">([\d,]+)</span>', facets, re.DOTALL)

    assert len(links) > 15
    for link, count in links:
        page = client.get(link.replace("&amp;", "&")).content.decode()
        if int(count) == 0:
            continue
        assert len(re.findall(r'<article class="hit"', page)) == int(count), link


def test_a_chosen_facet_is_taken_out_by_its_own_link(firm: Firm, client_as: ClientAs) -> None:
    page = client_as("compliance").get("/search/", {"q": "保本 from:lee", "narrow": "1"}).content.decode()

    (link,) = re.findall(r'<a href="([^"]+)" class="on"', page)
    assert "from" not in link


def test_what_the_grammar_refuses_is_said_under_the_line(firm: Firm, client_as: ClientAs) -> None:
    answer = client_as("compliance").get("/search/", {"q": "(保本"})

    assert answer.status_code == 422
    assert "expected a closing parenthesis" in answer.content.decode()
    assert 'value="(保本"' in answer.content.decode()


def test_pages_of_hits_follow_without_a_jump(desk: Desk, firm: Firm, client_as: ClientAs) -> None:
    client = client_as("compliance")
    whole = [hit.decoded.id for hit in access.workspace(desk, "type:message").hits]
    cut = access.workspace(desk, "type:message", limit=5)
    rest = client.get("/search/", {"q": "type:message", "before": str(cut.hits[-1].id)}, headers={"HX-Request": "true"})

    assert cut.more
    assert re.findall(r'id="h(\d+-\d+)"', rest.content.decode()) == whole[5:]
    assert "<html" not in rest.content.decode()


def test_a_conversation_shows_edits_recalls_replies_and_files(desk: Desk, firm: Firm, client_as: ClientAs) -> None:
    leaf, talk = leaf_of(desk, "保本 from:lee")
    page = client_as("compliance").get(f"/conversations/{talk}/", {"at": f"{leaf}-0", "q": "保本"}).content.decode()

    assert re.search(r"bubble was.*?我幫你留 50 萬，聽日加我私人", page, re.DOTALL)
    assert "我幫你留 50 萬，聽日再講" in page
    assert "recalled" in page
    assert 'class="reply"' in page
    assert "hitmsg" in page
    assert '<img src="/media/' in page
    assert "msg out" in page
    assert "Mrs Ho" in page
    assert page.count('class="day"') == 2


def test_a_message_page_has_every_field_that_came(desk: Desk, firm: Firm, client_as: ClientAs) -> None:
    leaf, _ = leaf_of(desk, "principal protected")
    page = client_as("compliance").get(f"/events/{leaf}-0/").content.decode()

    assert "colour" in page and "#fff" in page
    assert "c-desk" in page
    assert f"/records/{leaf}/" in page
    assert re.search(r"Came with.*?/imports/[0-9a-f-]{36}/", page, re.DOTALL)


def test_the_proof_page_checks_and_shows_the_raw_bytes(desk: Desk, firm: Firm, client_as: ClientAs) -> None:
    leaf, _ = leaf_of(desk, "principal protected")
    client = client_as("compliance")
    page = client.get(f"/records/{leaf}/").content.decode()

    assert "chip sealed" in page
    assert "Slide 4 still says" in page
    assert "verify_tlog_proof" in page
    assert "/audit/" in page or "opened" in page
    raw = client.get(f"/records/{leaf}/raw")
    assert b"Slide 4 still says" in raw.content
    assert raw.headers["Content-Disposition"].startswith("attachment")
    assert raw.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert raw.headers["X-Content-Type-Options"] == "nosniff"


def test_an_audit_entry_has_a_proof_page_too(desk: Desk, firm: Firm, client_as: ClientAs) -> None:
    client = client_as("compliance")
    assert "chip sealed" in client.get("/proofs/audit/0/").content.decode()
    assert client.get("/proofs/records/0/").status_code == 404
    assert client.get("/proofs/audit/0/proof").content.startswith(b"c2sp.org/tlog-proof@v1")


def test_files_are_shown_only_when_they_are_what_a_browser_may_show(
    desk: Desk, firm: Firm, client_as: ClientAs
) -> None:
    leaf, _ = leaf_of(desk, "has:attachment")
    client = client_as("compliance")
    picture, page, voice = (client.get(f"/media/{leaf}-0/{place}/") for place in range(3))

    assert (picture.content, picture.headers["Content-Type"]) == (PNG, "image/png")
    assert picture.headers["Content-Disposition"].startswith("inline")
    assert page.headers["Content-Type"] == "application/octet-stream"
    assert page.headers["Content-Disposition"].startswith("attachment")
    assert page.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "\u202e" not in page.headers["Content-Disposition"]
    assert voice.status_code == 404


def test_hostile_text_is_text(desk: Desk, firm: Firm, client_as: ClientAs) -> None:
    leaf, talk = leaf_of(desk, "咁我等你")
    client = client_as("compliance")
    for address in (
        f"/conversations/{talk}/",
        f"/events/{leaf}-0/",
        f"/events/{leaf}-0/?visible=yes",
        "/search/?q=type:message",
        f"/records/{leaf}/",
    ):
        page = client.get(address).content.decode()
        assert "onclick=alert(1)>" not in page
        assert "<i>Mrs Ho" not in page
        assert 'href="https://example.com' not in page
    assert "U+200B" in client.get(f"/events/{leaf}-0/?visible=yes").content.decode()


@pytest.mark.parametrize(
    "address",
    ["/conversations/1/", "/conversations/99999999999999999999999/", "/events/999999-0/", "/events/9999999999999999999999-0/", "/records/999999/", "/records/99999999999999999999/", "/records/999999/raw", "/media/2-0/0/", "/media/2-9/0/", "/search/saved/9/", "/search/saved/99999999999999999999/", "/search/?q=a&before=x", "/proofs/audit/999999/"],
)  # fmt: skip
def test_what_is_not_there_is_a_404(firm: Firm, client_as: ClientAs, address: str) -> None:
    assert client_as("compliance").get(address).status_code == 404


def test_a_saved_search_gives_the_same_set_later(firm: Firm, client_as: ClientAs) -> None:
    client = client_as("compliance")
    answer = client.post(
        "/search/save/", {"name": "保本", "q": "type:message after:2026-11-01", "zone": "Asia/Hong_Kong"}, follow=True
    )
    page = answer.content.decode()
    before = re.findall(r'id="h(\d+-\d+)"', page)

    assert answer.status_code == 200 and before
    assert client.get("/search/").content.decode().count("/search/saved/") == 1
    assert client_as("compliance").get(answer.request["PATH_INFO"]).status_code == 404, "it is its owner's alone"

    again = client.get(answer.request["PATH_INFO"]).content.decode()
    assert re.findall(r'id="h(\d+-\d+)"', again) == before
    assert client.post("/search/save/", {"name": "保本", "q": "x", "zone": "UTC"}, follow=True).status_code == 200
    number = re.search(r"/saved/(\d+)/", answer.request["PATH_INFO"])
    assert number
    assert client.get(f"/search/saved/{number[1]}/forget/").status_code == 200
    client.post(f"/search/saved/{number[1]}/forget/")
    assert client.get(answer.request["PATH_INFO"]).status_code == 404


def test_names_are_offered_as_they_are_typed(firm: Firm, client_as: ClientAs) -> None:
    client = client_as("compliance")

    assert "Leung Ka-yan" in client.get("/search/names/", {"q": "保本 from:leu"}).content.decode()
    assert client.get("/search/names/", {"q": "保本"}).content.decode().strip() == ""
