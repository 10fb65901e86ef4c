"""Whatever a file of lines holds: each line a message or a span that says why not, and no byte in neither."""

import gzip
import json
from pathlib import Path

import pytest

from muniment.capture.ndjson import connector
from tests.capture.fuzz import ANY, JSON, change_values, cut_and_paste, fuzz_files
from tests.capture.ndjson.test_cutting import line

GOLDEN = Path(__file__).parents[2] / "golden" / "ndjson"
LINES = b"\n".join([*(path.read_bytes().strip() for path in sorted(GOLDEN.glob("*.ndjson"))), line(), line(id="m2")])
ONE = json.dumps(
    {"id": "m1", "conversation": "c1", "sender": "ann", "sent_at": "2026-11-18T15:42:06Z", "text": "保本"}
).encode()


def fuzz(rounds: int) -> None:
    fuzz_files(connector, [("lines.ndjson", LINES)], rounds * 5 // 10, [cut_and_paste(JSON)])
    fuzz_files(connector, [("one.ndjson", ONE)], rounds * 4 // 10, [change_values])
    fuzz_files(connector, [("lines.ndjson.gz", gzip.compress(LINES, mtime=0))], rounds // 10, [cut_and_paste(ANY)])


def test_a_sample_of_mutated_files_is_survived() -> None:
    fuzz(100)


@pytest.mark.deep
def test_100000_mutated_files_are_survived() -> None:
    fuzz(100_000)
