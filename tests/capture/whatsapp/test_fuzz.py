"""Whatever an export holds: refused whole before its first part, or cut into parts that are the file, and decoded or not."""

import pytest

from muniment.capture.connector import ImportOptions
from muniment.capture.whatsapp import connector
from tests.capture.fuzz import TEXT, cut_and_paste, fuzz_files, within_zip
from tests.capture.whatsapp.exports import VARIANTS, conversation
from tests.capture.whatsapp.test_zips import CHAT, PHOTO
from tests.media.files import zipped

NAME = "WhatsApp Chat with Ann.txt"
CHATS = [(NAME, conversation(variant)[0]) for variant in VARIANTS]
ZIPS = [("WhatsApp Chat - Ann.zip", zipped({"_chat.txt": CHAT, PHOTO: b"\xff\xd8\xff" + bytes(99)}))]
HONG_KONG = ImportOptions(timezone="Asia/Hong_Kong")
MUTATE = cut_and_paste(
    (*TEXT, b"\xe2\x80\x8e", b"\xe2\x80\xaf", "上午".encode(), b" (file attached)", b"<Media omitted>")
)


def fuzz(rounds: int) -> None:
    fuzz_files(connector, CHATS, rounds * 9 // 10, [MUTATE], options=HONG_KONG)
    fuzz_files(connector, ZIPS, rounds // 10, [within_zip(MUTATE)], options=HONG_KONG)


def test_a_sample_of_mutated_exports_is_survived() -> None:
    fuzz(100)


@pytest.mark.deep
def test_100000_mutated_exports_are_survived() -> None:
    fuzz(100_000)
