"""One real file of each form through the door that people use, twice: all of it is in, and the second time nothing is new."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.archives import Place, check
from tests.capture.actiance import samples as actiance
from tests.capture.bloomberg import samples as bloomberg
from tests.capture.email import samples as email
from tests.capture.sms import samples as sms

LINE = "[LINE] 與陳大文的聊天記錄\n儲存日期：2024/05/15 12:34\n\n2024/05/14（週二）\n上午10:30\t陳大文\t五年期明天交割\n上午10:31\tAmy\t[貼圖]\n"

FILES = {
    "sms": ("sms-20240514.xml", sms.backup(*sms.MESSAGES), 7, "明天见", ()),
    "bloomberg": ("f848135.ib19.200316.xml", bloomberg.dump(*bloomberg.ROWS), 12, "五年期", ()),
    "actiance": ("actiance_export.xml", actiance.dump(*actiance.RECORDS), 16, "你好", ()),
    "line": ("[LINE] 與陳大文的聊天.txt", LINE.encode(), 2, "明天交割", ("--timezone", "Asia/Taipei")),
    "email": ("Inbox.mbox", email.mbox(email.RICH, email.INNER, email.BOUNCE), 3, "今天报价", ()),
}


def muniment(place: Place, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **place.environment}
    return subprocess.run(
        [sys.executable, "-m", "muniment.cli.main", *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("connector", FILES)
def test_a_file_comes_in_once_and_is_found(connector: str, place: Place, fast_path: Path) -> None:
    name, content, messages, words, options = FILES[connector]
    file = fast_path / name
    file.write_bytes(content)
    for stored, duplicate in ((messages, 0), (0, messages)):
        done = muniment(place, "import", connector, str(file), "--account", "desk-3", "--json", *options)
        assert done.returncode == 0, done.stderr
        sheet = json.loads(done.stdout.splitlines()[-1])
        assert sheet["balanced"] is True
        assert (sheet["messages"]["stored"], sheet["messages"]["duplicate"]) == (stored, duplicate)
    found = muniment(place, "search", words, "--count")
    assert (found.returncode, found.stdout.strip()) == (0, "1"), found.stderr
    assert "undecoded" not in muniment(place, "events").stdout
    check(place, settled=False)  # what was searched for waits for the next leader
