"""What a line tells of, and that none of it is lost on the way."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.capture.connector import Undecodable
from muniment.capture.ndjson import connector
from muniment.record.event import Attachment, Event
from muniment.record.record import Header
from tests.capture.ndjson.conftest import Read

REQUIRED = {"id": "m1", "conversation": "c1", "sender": "ann", "sent_at": "2026-11-18T15:42:06Z"}
GOLDEN = Path(__file__).parents[2] / "golden" / "ndjson"


def event_of(read: Read, **fields: Any) -> Event:
    imported = read(json.dumps({**REQUIRED, **fields}).encode())
    assert imported.rejected == []
    (event,) = imported.events
    return event


@pytest.mark.parametrize(
    "fields, kind, target, flags",
    [
        ({}, "message", None, ()),
        ({"reply_to": "m0"}, "message", "m0", ("reply",)),
        ({"edits": "m0"}, "edit", "m0", ()),
        ({"recalls": "m0"}, "recall", "m0", ()),
        ({"recalls": 17}, "recall", "17", ()),
        ({"reply_to": 12345678901234567890123}, "message", "12345678901234567890123", ("reply",)),
        (
            {"edits": None, "recalls": None, "reply_to": None, "attachments": None, "recipients": None},
            "message",
            None,
            (),
        ),
    ],
)
def test_an_edit_a_recall_and_an_answer_name_their_target(
    read: Read, fields: dict[str, Any], kind: str, target: str | None, flags: tuple[str, ...]
) -> None:
    event = event_of(read, **fields)

    assert (event.kind, event.target, event.flags, event.extra) == (kind, target, flags, {})


def test_an_edit_that_answers_another_keeps_the_answer_beside(read: Read) -> None:
    event = event_of(read, edits="m0", reply_to="m7")

    assert (event.kind, event.target, event.flags, event.extra) == ("edit", "m0", (), {"reply_to": "m7"})


def test_an_integer_id_and_its_digits_as_text_are_one_key(read: Read) -> None:
    assert event_of(read, id=17).key == event_of(read, id="17").key == "17"
    assert event_of(read, id=10**30).key == str(10**30)
    assert [part.key for part in read(json.dumps({**REQUIRED, "id": -5}).encode()).parts] == ["-5"]


# ── Attachments ──────────────────────────────────────────────────────────────────────────────────────────────────────


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()


@given(st.binary(max_size=100))
def test_bytes_inside_the_line_are_measured(read: Read, content: bytes) -> None:
    event = event_of(
        read, attachments=[{"name": "a.jpg", "base64": b64encode(content).decode(), "content_type": "image/jpeg"}]
    )

    assert event.attachments == (
        Attachment(name="a.jpg", status="stored", size=len(content), sha256=digest(content), content_type="image/jpeg"),  # type: ignore[arg-type]
    )
    assert event.extra == {}


@pytest.mark.parametrize("text", ["QQ", "QQ=", "QQ==\n", "QR==", "Q Q==", "QQ==QQ==", "_-==", "價", "Q", "===="])
def test_base64_of_another_form_rejects_the_line(read: Read, text: str) -> None:
    (reason,) = read(json.dumps({**REQUIRED, "attachments": [{"name": "a", "base64": text}]}).encode()).rejected

    assert reason == "line 1: expected base64 of an attachment as RFC 4648 with padding, got text of another form"


def test_a_named_file_comes_before_its_line_and_once(read: Read, tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "圖.jpg").write_bytes(b"picture")
    lines = [{**REQUIRED, "id": f"m{n}", "attachments": [{"path": "media/圖.jpg"}]} for n in range(2)]

    imported = read("\n".join(map(json.dumps, lines)).encode(), beside=tmp_path)

    file, *messages = imported.parts
    assert (file.kind, file.raw, file.at, file.member) == ("attachment", b"picture", (0, 7), "media/圖.jpg")
    assert file.key == f"att:{digest(b'picture')}media/圖.jpg"
    assert [part.kind for part in messages] == ["message", "message"]
    for event in imported.events:
        (attachment,) = event.attachments
        assert (attachment.name, attachment.status, attachment.size) == ("圖.jpg", "stored", 7)
        assert attachment.sha256 == digest(b"picture")
        assert event.extra == {"attachments": [{"path": "media/圖.jpg"}]}


def test_a_file_that_did_not_come_is_missing_and_its_message_stays(read: Read, tmp_path: Path) -> None:
    raw = json.dumps({**REQUIRED, "attachments": [{"name": "Plan", "path": "gone.pdf"}, {"name": "left out"}]}).encode()

    for beside in (tmp_path, None, tmp_path / "nowhere"):
        imported = read(raw, beside=beside)
        assert [part.kind for part in imported.parts] == ["message"]
        (event,) = imported.events
        assert [(item.name, item.status, item.size, item.sha256) for item in event.attachments] == [
            ("Plan", "missing", None, None),
            ("left out", "omitted", None, None),
        ]
        assert imported.parts[0].missing == ("gone.pdf",)
        assert event.flags == ()


@pytest.fixture
def fenced(tmp_path: Path) -> Path:
    """A folder with a secret beside it, and ways that lead out."""
    (tmp_path / "secret").write_bytes(b"secret")
    folder = tmp_path / "export"
    (folder / "sub").mkdir(parents=True)
    (folder / "own").write_bytes(b"own")
    (folder / "out").symlink_to(tmp_path / "secret")
    (folder / "up").symlink_to(tmp_path)
    (folder / "circle").symlink_to(folder / "circle")
    (folder / "in").symlink_to(folder / "own")
    return folder


@pytest.mark.parametrize(
    "path, flagged",
    [
        ("../secret", True), ("sub/../../secret", True), ("/etc/hostname", True), ("\\secret", True), ("C:\\x", True),
        ("..\\secret", True), ("own\u0000", True), ("..", True),
        ("out", False), ("up/secret", False), ("circle", False), ("sub", False), ("", True), ("own/x", False),
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_folder(read: Read, fenced: Path, path: str, flagged: bool) -> None:
    raw = json.dumps({**REQUIRED, "attachments": [{"name": "x", "path": path}]}).encode()

    imported = read(raw, beside=fenced)

    if not path:
        assert imported.rejected == ["line 1: expected path of an attachment as text, got empty text"]
        return
    assert [part.kind for part in imported.parts] == ["message"]
    (event,) = imported.events
    assert event.attachments[0].status == "missing" and event.attachments[0].sha256 is None
    assert event.flags == (("attachment_path_refused",) if flagged else ())


def test_a_link_that_stays_inside_is_followed(read: Read, fenced: Path) -> None:
    raw = json.dumps({**REQUIRED, "attachments": [{"path": "in"}, {"path": "./own"}]}).encode()

    assert [part.raw for part in read(raw, beside=fenced).parts[:2]] == [b"own", b"own"]


@pytest.mark.parametrize(
    "given, says",
    [
        ("a.jpg", "expected attachments as a list of objects, got text"),
        (["a.jpg"], "expected attachments as a list of objects, got text in it"),
        ([{}], "expected name or path in an attachment, got neither"),
        ([{"name": 5}], "expected name of an attachment as text, got an integer"),
        ([{"path": "a", "base64": ""}], "expected path or base64 in an attachment, got both"),
        ([{"name": "a", "content_type": []}], "expected content_type of an attachment as text, got a list"),
    ],
)
def test_a_bad_attachment_rejects_its_line(read: Read, given: Any, says: str) -> None:
    assert read(json.dumps({**REQUIRED, "attachments": given}).encode()).rejected == [f"line 1: {says}"]


# ── Losslessness ─────────────────────────────────────────────────────────────────────────────────────────────────────

names = st.text(min_size=1, max_size=6)
words = st.text(min_size=1, max_size=6)
values = st.recursive(
    st.booleans() | words | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
attachments = st.fixed_dictionaries(
    {"name": words},
    optional={"path": words, "content_type": words, "checksum": values, "name2": values},
) | st.fixed_dictionaries({"name": words, "base64": st.binary(max_size=9).map(lambda b: b64encode(b).decode())})
known: dict[str, st.SearchStrategy[Any]] = {
    "text": words,
    "sender_display": words,
    "conversation_display": words,
    "recipients": st.lists(words, max_size=3),
    "attachments": st.lists(attachments, max_size=3),
}
KNOWN = {*REQUIRED, *known, "reply_to", "edits", "recalls"}
lines = st.builds(
    lambda required, more, known, relation: {**more, **required, **known, **relation},
    st.fixed_dictionaries(
        {"id": words | st.integers(), "conversation": words, "sender": words, "sent_at": st.just(REQUIRED["sent_at"])}
    ),
    st.dictionaries(names.filter(lambda name: name not in KNOWN), values, max_size=4),
    st.fixed_dictionaries({}, optional=known),
    st.fixed_dictionaries({}, optional={"reply_to": words})
    | st.fixed_dictionaries({"edits": words, "reply_to": words}),
)


def leaves(value: Any) -> Iterator[str]:
    """Every scalar of a JSON value, numbers as they are written."""
    if isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield value if isinstance(value, str) else json.dumps(value)


@given(lines)
def test_every_leaf_of_a_line_is_in_the_event(read: Read, line: dict[str, Any]) -> None:
    raw = json.dumps(line).encode()
    (event,) = read(raw).events

    wanted: list[str] = []
    for name, value in line.items():
        if name == "attachments":
            for item in value:
                digested = {**item, "base64": digest(b64decode(item["base64"]))} if "base64" in item else item
                wanted.extend(leaves(digested))
        else:
            wanted.extend(leaves(value))
    got = list(leaves(json.loads(msgspec.json.encode(event))))
    for leaf in wanted:
        got.remove(leaf)  # each in a place of its own


@given(lines)
def test_the_same_bytes_give_the_same_events(read: Read, line: dict[str, Any]) -> None:
    raw = json.dumps(line, ensure_ascii=False).encode()
    encode = msgspec.json.Encoder().encode

    assert encode(read(raw).events) == encode(read(raw).events)


def test_parts_that_are_no_message_have_no_events(read: Read) -> None:
    for kind in ("attachment", "span", "manifest"):
        header = Header(by="ndjson", v=1, part=kind, assurance=connector.assurance)
        assert connector.decode(header, json.dumps(REQUIRED).encode()) == ()


def test_a_message_part_that_is_none_is_undecodable() -> None:
    header = Header(by="ndjson", v=1, part="message", assurance=connector.assurance)
    with pytest.raises(Undecodable, match="expected one JSON object"):
        connector.decode(header, b"not json")


# ── Golden ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.ndjson")))
def test_a_golden_file_reads_as_it_always_did(read: Read, name: str) -> None:
    expected = json.loads((GOLDEN / f"{name}.expected.json").read_bytes())

    imported = read((GOLDEN / f"{name}.ndjson").read_bytes(), timezone="Asia/Hong_Kong", beside=GOLDEN)

    assert json.loads(json.dumps([summary(part) for part in imported.parts])) == expected["parts"]
    assert list(imported.events) == msgspec.convert(expected["events"], list[Event])


def summary(part: Any) -> dict[str, Any]:
    """A part without its bytes: enough to see that it was cut in the same places."""
    return {
        "kind": part.kind,
        "at": list(part.at),
        "member": part.member,
        "key": part.key,
        "lines": part.lines,
        "meta": part.meta,
        "missing": part.missing,
        "rejected": part.rejected,
    }
