"""Whatever the platform may once send: an event or an honest refusal, never a crash, never a hang."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from muniment.capture.wecom import connector
from muniment.capture.wecom.owed import owed_by
from muniment.capture.wecom.rows import read_page
from tests.capture.fuzz import JSON, change_values, cut_and_paste, fuzz_records
from tests.capture.wecom.samples import OWN

Data = Callable[[str], Path]
MUTATES = (change_values, cut_and_paste(JSON))
ROOM = (
    b'{"roomname":"r","members":[{"memberid":"a","jointime":1592361605}],"group_chat":{"chat_id":"x","member_list":[]}}'
)
AGREED = (
    b'{"agreeinfo":[{"status_change_time":1562766651,"userid":"a","exteranalopenid":"wmX","agree_status":"Agree"}]}'
)
NAMES = b'{"ids":["a",1],"data":{"robot_id":"wb","name":"n"}}'


def seeds(shared_data: Data) -> list[tuple[dict[str, object], bytes]]:
    files = sorted(shared_data("wecom-archive-samples").glob("*.json"))
    raws = [path.read_bytes() for path in files] + list(OWN.values())
    return [({"corpid": "ww1", "msgid": "1"}, raw) for raw in raws]


def fuzz(shared_data: Data, rounds: int) -> None:
    fuzz_records(connector, seeds(shared_data), rounds, MUTATES)
    for part, raw in (("roster", ROOM), ("consent", AGREED), ("directory", NAMES)):
        meta = {"corpid": "ww1", "call": "c", "asked": {"roomid": "wrR"}, "at": 1}
        fuzz_records(connector, [(meta, raw)], rounds // 10, MUTATES, part=part)


def test_the_decoder_stands_a_short_siege(shared_data: Data) -> None:
    fuzz(shared_data, 1500)


@pytest.mark.deep
def test_the_decoder_stands_a_long_siege(shared_data: Data) -> None:
    fuzz(shared_data, 100_000)


def test_pages_and_owed_files_are_read_or_not_and_nothing_else(shared_data: Data) -> None:
    page = (shared_data("wecom-archive-samples") / "getchatdata_response.json").read_bytes()
    messages = [raw for _, raw in seeds(shared_data)]
    for number in range(1500):
        rnd = random.Random(number)
        mutate = rnd.choice(MUTATES)
        found = read_page(mutate(page, rnd))
        assert found is None or all(0 < row.seq < 2**53 for row in found.rows)
        for due in owed_by(mutate(rnd.choice(messages), rnd), 1):
            assert due.media


def test_every_row_of_a_page_is_a_row_or_kept_as_it_is() -> None:
    page = read_page(
        b'{"errcode":0,"chatdata":[{"seq":1},7,null,"x",[],{"seq":2,"msgid":"m","publickey_ver":1,"encrypt_random_key":"a","encrypt_chat_msg":"b","new":1}]}'
    )

    assert page is not None
    assert page.unreadable == (b'{"seq":1}', b"7", b"null", b'"x"', b"[]")
    assert [row.seq for row in page.rows] == [2]
    assert page.rows[0].raw.endswith(b'"new":1}')
