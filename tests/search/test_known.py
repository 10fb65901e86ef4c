"""The words after `is:` and `has:` are those that the connectors and the catalog give, no more and no fewer.

That they give no others is asked of every event that a test decodes (tests/capture/fuzz.py).
"""

import ast
from pathlib import Path

import muniment
from muniment.catalog.documents import document
from muniment.desk.archive.sayings import FLAGS as SAID
from muniment.record.event import Attachment, AttachmentStatus, Event, Kind
from muniment.search.known import FLAGS, THINGS

ROOT = Path(muniment.__file__).parent
FILES = sorted([*ROOT.glob("capture/**/*.py"), *ROOT.glob("catalog/*.py")])


def test_every_flag_is_one_that_some_connector_or_the_catalog_gives() -> None:
    trees = [ast.parse(file.read_text("utf-8")) for file in FILES]
    texts = {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)}

    assert list(FLAGS) == sorted(FLAGS)
    assert [flag for flag in FLAGS if flag not in texts] == []


def test_every_flag_has_words_for_readers() -> None:
    assert sorted(SAID) == list(FLAGS)


def test_the_things_are_what_the_catalog_gives() -> None:
    names = ["a.png", "a.mp4", "a.opus", "a.vcf", "a.pdf", "a.unknown"]
    attachments = tuple(Attachment(name=name, status=AttachmentStatus.OMITTED) for name in names)
    event = Event(kind=Kind.MESSAGE, conversation="c", text="https://example.com", attachments=attachments)

    assert sorted(document(1, event, "ndjson")[1].has) == list(THINGS)
