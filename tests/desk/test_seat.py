"""After a disk or a database has failed under a page, the next request opens the archive anew."""

from collections.abc import Iterator

import pytest

from muniment.desk.seat import leave, nobody
from muniment.vault.database import Database
from tests.archives import Place
from tests.firms import ClientAs
from tests.postgres import server

PAGES = ("/search/?q=guarantee", "/api/v1/count?q=guarantee")
"""A page, and an answer of the API, which makes pages of its own out of refusals."""


@pytest.fixture(autouse=True)
def _stand_up(place: Place) -> Iterator[None]:
    yield
    leave()


@pytest.mark.parametrize("address", PAGES)
def test_a_commit_that_failed_is_said_and_the_next_request_is_answered(
    client_as: ClientAs, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_as("compliance")
    broken = nobody().archive
    refused = []

    def refuse(database: Database, name: str) -> None:
        refused.append(name)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(broken.disk, "sys_commit", refuse)
    assert client.get(address).status_code == 507
    assert refused == ["intake"]
    assert client.get(address).status_code == 200
    assert nobody().archive is not broken


def test_a_seat_whose_disk_failed_outside_a_page_is_not_taken_again(place: Place) -> None:
    broken = nobody().archive
    assert not broken.disk.poisoned
    with pytest.raises(Exception, match="refused"), broken.disk.transaction(broken.intake.database, "intake"):
        raise OSError(5, "Input/output error")
    assert nobody().archive is not broken


@pytest.mark.postgres
@pytest.mark.parametrize("address", PAGES)
def test_connections_that_the_server_ended_are_made_again(client_as: ClientAs, place: Place, address: str) -> None:
    from django.db import connections

    client = client_as("compliance")
    assert client.get(address).status_code == 200
    assert place.server is not None
    ended = server().execute(
        "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity WHERE datname = %s", (place.server.name,)
    )
    row = ended.fetchone()
    assert row is not None
    assert row[0] >= 3
    connections.close_all()  # Django's own, which it gives up itself at the end of a request
    assert client.get(address).status_code in (200, 507)
    assert client.get(address).status_code == 200
