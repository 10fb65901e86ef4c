"""Delivered in any order, three times, by a process that is killed at random: the same events, each once, whatever the feed."""

import json
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from muniment.capture.registry import LIVE
from muniment.desk.archive import actions
from muniment.desk.desk import Desk, open_desk
from tests.archives import Place, check
from tests.capture.feeds import deliver
from tests.capture.feeds.deliver import CLOUD, CONNECTORS, KF, PUSH, WECHAT, WECOM
from tests.capture.platforms import Asked, Reply, platform
from tests.capture.wechat.own import ITEMS
from tests.capture.wecom.archive import CORP, Scenario, text
from tests.capture.wecom.conftest import library, pairs
from tests.capture.wecom.driven import pem
from tests.capture.wecom.samples import OWN

__all__ = ["library", "pairs"]

FEEDS = {"whatsapp_cloud": CLOUD, "ndjson": PUSH, "wechat": WECHAT, "kf": KF, "wecom": WECOM}
SERVICE = [{**item, "msgid": f"{number}-{item['msgid']}"} for number, item in enumerate(ITEMS.values())]
ARCHIVED = [*(text(number) for number in range(20)), *OWN.values()]
PAGE = 5
"""Items and rows of a page, so that there are many to be killed between."""
Found = dict[str, list[tuple[str, str]]]
"""Kind and words of every event, by source: ids, record numbers and times of receipt aside."""


def events(desk: Desk) -> Found:
    rows = desk.catalog.execute(
        "SELECT record.source, event.kind, event.body FROM event JOIN record ON record.leaf = event.leaf"
    )
    found: Found = {source: [] for source in FEEDS.values()}
    for source, kind, body in rows:
        found[source].append((kind, json.dumps(json.loads(body), sort_keys=True)))
    return {source: sorted(each) for source, each in found.items()}


@dataclass
class Platforms:
    """The platforms' side of the feeds that are pulled."""

    scenario: Scenario
    settings: dict[str, dict[str, str]]


@contextmanager
def platforms(
    folder: Path, library: tuple[Path, str], pairs: dict[int, Any], service: Sequence[Any], archived: Sequence[bytes]
) -> Iterator[Platforms]:
    """Customer service on loopback and the archive's library, which hold this, in this order."""
    (folder / "media").mkdir(parents=True)
    scenario = Scenario(folder, *library, pairs)
    scenario.serve(archived)
    scenario.set(most=PAGE)

    def answer(asked: Asked) -> Reply:
        if asked.path == "/cgi-bin/gettoken":
            return said(access_token="AT", expires_in=7200)
        start = int(json.loads(asked.body).get("cursor", "0"))
        some = service[start : start + PAGE]
        end = start + len(some)
        return said(msg_list=some, next_cursor=str(end), has_more=int(end < len(service)))

    with platform(answer) as found:
        service_settings = {"secret": "s", "customer_service": "on", "api": found.base}
        wecom = {
            "corpid": CORP, "secret": str(folder), "private_keys": pem({1: pairs[1]}),
            "library_path": str(scenario.library), "library_sha256": scenario.sha256,
        }  # fmt: skip
        yield Platforms(scenario, {KF: {**deliver.CALLBACK, **service_settings}, WECOM: wecom})


def said(**members: Any) -> Reply:
    return Reply(body=json.dumps({"errcode": 0, "errmsg": "ok", **members}, ensure_ascii=False).encode())


@pytest.fixture(scope="module")
def wanted(
    pristine: Place, tmp_path_factory: pytest.TempPathFactory, library: tuple[Path, str], pairs: dict[int, Any]
) -> Found:
    """The events of everything delivered once, in order."""
    folder = tmp_path_factory.mktemp("once")
    place = pristine.copy(folder)
    with (
        platforms(folder / "platform", library, pairs, SERVICE, ARCHIVED) as found,
        open_desk(place.home, place.keys, "system:test") as desk,
    ):
        entered = deliver.entered(found.settings)
        deliver.run(desk, deliver.Ledger(desk.archive), entered, deliver.deliveries(), random.Random(1))
        return events(desk)


def run_and_kill(place: Place, folder: Path, platform: Platforms, kills: int, chance: random.Random) -> list[int]:
    """Deliver again and again; each time but the last the process is killed somewhere. What was acknowledged each time."""
    settings = folder / "settings.json"
    settings.write_text(json.dumps(platform.settings))
    acknowledged = []
    for seed in range(kills + 1):
        words = [str(place.home), str(place.keys), str(seed), str(settings)]
        command = [sys.executable, "-m", "tests.capture.feeds.deliver", *words]
        with subprocess.Popen(command, env=place.environment, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            if seed < kills:
                taken = chance.randrange(1, 200)
                assert [child.stdout.readline() for _ in range(taken)] == [b"kept\n"] * taken
                try:
                    child.wait(chance.uniform(0, 0.05))
                except subprocess.TimeoutExpired:
                    child.kill()
                acknowledged.append(taken + child.stdout.read().count(b"\n"))
            else:
                acknowledged.append(child.stdout.read().count(b"\n"))
        assert child.returncode == (-9 if seed < kills else 0)
    return acknowledged


@pytest.fixture(scope="module", params=[2, pytest.param(40, marks=pytest.mark.deep)])
def killed(
    request: pytest.FixtureRequest,
    pristine: Place,
    tmp_path_factory: pytest.TempPathFactory,
    library: tuple[Path, str],
    pairs: dict[int, Any],
) -> Place:
    """An archive to which everything was delivered three times, by a process that was killed so often."""
    folder, chance = tmp_path_factory.mktemp("killed"), random.Random(request.param)
    place = pristine.copy(folder)
    service, archived = SERVICE * 3, ARCHIVED * 3
    chance.shuffle(service)
    chance.shuffle(archived)
    with platforms(folder / "platform", library, pairs, service, archived) as found:
        acknowledged = run_and_kill(place, folder, found, request.param, chance)
    with open_desk(place.home, place.keys, "system:test") as desk:
        (records,) = desk.catalog.execute("SELECT count(*) FROM record").fetchone()
    assert records >= sum(acknowledged)
    return place


def test_every_feed_is_killed() -> None:
    assert set(CONNECTORS.values()) == set(LIVE)
    assert set(FEEDS.values()) == set(CONNECTORS)


@pytest.mark.parametrize("feed", FEEDS)
def test_the_same_events_however_they_came(killed: Place, wanted: Found, feed: str) -> None:
    assert len(wanted[FEEDS[feed]]) >= 12
    with open_desk(killed.home, killed.keys, "system:test") as desk:
        assert events(desk)[FEEDS[feed]] == wanted[FEEDS[feed]]


def test_a_rebuild_says_the_same_and_the_archive_is_whole(killed: Place, wanted: Found) -> None:
    actions.rebuild(killed.home, killed.keys)
    with open_desk(killed.home, killed.keys, "system:test") as desk:
        assert events(desk) == wanted
    check(killed)
