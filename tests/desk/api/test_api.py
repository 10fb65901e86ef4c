"""The API answers what the pages answer, within the same scope, leaves the same entries, and refuses in one form."""

import json
from typing import Any

import pytest

from muniment.desk.archive.actions import settle
from muniment.desk.desk import Desk
from muniment.proof.verifier import leaf_hash, verify_inclusion
from tests.firms import ClientAs, Firm


def get(browser: Any, path: str, **query: str) -> tuple[int, Any]:
    answer = browser.get(f"/api/v1{path}", query)
    return answer.status_code, json.loads(answer.content) if answer["Content-Type"].startswith(
        "application/json"
    ) else answer


READS = [
    "/me",
    "/search",
    "/own",
    "/count",
    "/facets",
    "/events",
    "/imports",
    "/accounts",
    "/capture/connections",
    "/capture/gaps",
    "/register",
    "/productions",
    "/people",
    "/audit",
    "/attention",
    "/system",
    "/openapi.json",
]
"""What names nothing by its number: that is walked, with every role, by tests/desk/test_routes.py."""
CAPTURE = {"/capture/connections", "/capture/gaps", "/register"}


@pytest.mark.parametrize("path", READS)
def test_a_stranger_is_told_to_sign_in(place: Any, path: str) -> None:
    from django.test import Client

    status, body = get(Client(SERVER_NAME="127.0.0.1"), path)
    assert (status, body["code"]) == (401, "unauthenticated")


ALLOWED = {
    "compliance": set(READS),
    "records": set(READS) - {"/audit", "/system"},
    "reviewer": {"/me", "/search", "/own", "/count", "/facets", "/events", "/people", "/openapi.json"},
    "examiner": {"/me", "/productions", "/search", "/count", "/facets", "/events", "/openapi.json"},
    "adviser": {"/me", "/own", "/openapi.json"},
    "administrator": {"/me", "/own", "/people", "/accounts", "/system", "/openapi.json"} | CAPTURE,
    "it": {"/me", "/own", "/accounts", "/system", "/openapi.json"} | CAPTURE,
}


@pytest.mark.parametrize("role", sorted(ALLOWED))
def test_each_role_reaches_what_its_pages_reach_and_nothing_else(client_as: ClientAs, firm: Firm, role: str) -> None:
    browser = client_as(role, until="2099-01-01" if role == "examiner" else None)
    reached = {path for path in READS if get(browser, path)[0] == 200}
    refused = {get(browser, path)[1]["code"] for path in READS if path not in reached}

    assert reached == ALLOWED[role]
    assert refused <= {"not_found"}


def test_whoever_has_shown_one_factor_alone_gets_no_content(user_as: Any, firm: Firm) -> None:
    from tests.firms import browser_of

    browser = browser_of(user_as("compliance"))
    session = browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": 0}]
    session.save()

    assert get(browser, "/search")[0] == 403


def test_a_search_finds_what_the_command_finds_within_scope(client_as: ClientAs, firm: Firm) -> None:
    everybody = get(client_as("compliance"), "/search", q="保本")[1]
    lee = get(client_as("reviewer", person=firm.lee), "/search", q="保本")[1]
    ho = get(client_as("reviewer", person=firm.okafor), "/search", q="保本")[1]

    assert {hit["event"]["text"] for hit in everybody["hits"]} > {hit["event"]["text"] for hit in lee["hits"]}
    assert len(lee["hits"]) == get(client_as("reviewer", person=firm.lee), "/count", q="保本")[1]["found"] > 0
    assert ho["hits"] == []


def test_pages_of_a_search_follow_each_other_and_lose_nothing(client_as: ClientAs, firm: Firm) -> None:
    browser = client_as("compliance")
    seen: list[str] = []
    query = {"limit": "5"}
    while True:
        page = get(browser, "/search", **query)[1]
        seen += [hit["event"]["id"] for hit in page["hits"]]
        if page["older"] is None:
            break
        query["before"] = page["older"]
    assert len(seen) == len(set(seen)) == get(browser, "/count")[1]["found"]


def test_a_record_comes_with_a_proof_that_checks(client_as: ClientAs, firm: Firm, desk: Desk) -> None:
    browser = client_as("compliance")
    leaf = get(browser, "/search", q="term sheet")[1]["hits"][0]["event"]["record"]
    record = get(browser, f"/records/{leaf}")[1]

    path = [bytes.fromhex(step) for step in record["path"]]
    leaf_bytes, root = record["leaf_text"].encode(), bytes.fromhex(record["root"])
    verify_inclusion(leaf, record["size"], leaf_hash(leaf_bytes), path, root)
    assert get(browser, f"/records/{leaf}/proof")[1].content.decode().startswith("c2sp.org/tlog-proof@v1")
    assert b"Term sheet" in get(browser, f"/records/{leaf}/raw")[1].content


@pytest.mark.parametrize(
    ("path", "act"),
    [
        ("/search", "search"),
        ("/count", "search.count"),
        ("/facets", "search.narrow"),
        ("/imports", "imports.read"),
        ("/people", "people.read"),
        ("/audit", "audit.read"),
    ],
)
def test_a_read_over_the_api_is_an_entry_of_the_audit_log(
    client_as: ClientAs, firm: Firm, desk: Desk, path: str, act: str
) -> None:
    get(client_as("compliance", name="chan"), path)
    settle(desk)

    acts = [found for (found,) in desk.catalog.execute("SELECT act FROM audit_entry WHERE actor = 'user:chan'")]
    assert acts == [act]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/search?q=AND", 422, "refused"),
        ("/search?zone=Mars", 422, "refused"),
        ("/search?limit=0", 422, "invalid"),
        ("/search?before=x", 422, "invalid"),
        ("/records/999999", 404, "not_found"),
        ("/records/-1", 422, "invalid"),
        ("/records/99999999999999999999", 422, "invalid"),
        ("/conversations/1", 404, "not_found"),
        ("/imports/nothing", 404, "not_found"),
        ("/accounts/nothing", 404, "not_found"),
        ("/people/0", 404, "not_found"),
        ("/audit/999999", 404, "not_found"),
    ],
)
def test_every_refusal_has_one_form(client_as: ClientAs, firm: Firm, path: str, status: int, code: str) -> None:
    answer, body = get(client_as("compliance"), path)

    assert (answer, body["code"]) == (status, code)
    assert body["error"]
    assert set(body) == {"error", "code"}


def test_a_production_is_asked_for_and_followed_and_its_file_is_for_who_is_fresh(
    client_as: ClientAs, firm: Firm, desk: Desk
) -> None:
    browser = client_as("compliance", name="chan")
    order = {"query": "term sheet", "reason": "request 7", "zone": "Asia/Hong_Kong"}
    made = browser.post("/api/v1/productions", json.dumps(order), content_type="application/json")
    number = json.loads(made.content)["id"]

    assert get(browser, f"/productions/{number}")[1]["state"] == "waiting"
    assert browser.post(f"/api/v1/productions/{number}/download").status_code == 403
    assert get(client_as("reviewer"), f"/productions/{number}")[0] == 404
    settle(desk)
    acts = [found for (found,) in desk.catalog.execute("SELECT act FROM audit_entry WHERE actor = 'user:chan'")]
    assert "production.ask" in acts


def test_a_change_without_the_token_of_a_page_is_turned_away(user_as: Any, firm: Firm) -> None:
    from django.test import Client

    from tests.firms import browser_of

    strict = Client(enforce_csrf_checks=True, SERVER_NAME="127.0.0.1")
    strict.cookies = browser_of(user_as("compliance")).cookies
    answer = strict.post(
        "/api/v1/productions", json.dumps({"query": "x", "reason": "y"}), content_type="application/json"
    )

    assert (answer.status_code, json.loads(answer.content)["code"]) == (403, "forbidden")
