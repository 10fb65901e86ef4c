"""What becomes of each thing in a message, and of messages in an mbox."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.capture.connector import Unreadable
from muniment.capture.email import connector
from muniment.capture.email.charsets import decode_text
from muniment.capture.email.headers import addresses, date, decoded, ids
from muniment.record.event import AttachmentStatus, Event, Kind
from tests.archives import Place, bring_in, check
from tests.capture.email.samples import BOUNCE, FROM, INNER, PDF, RICH, mail, mbox, sized, unix, word
from tests.capture.exports import Imported, read
from tests.capture.fuzz import TEXT, cut_and_paste, fuzz_files
from tests.capture.leaves import said

SEEDS = [("a.eml", RICH), ("b.eml", BOUNCE), ("c.mbox", mbox(RICH, INNER, BOUNCE))]


def export(raw: bytes, name: str = "a.eml") -> Imported:
    return read(connector, raw, name)


def one(raw: bytes) -> Event:
    (event,) = export(raw).events
    return event


def test_a_message_has_its_people_words_time_and_thread() -> None:
    event = one(RICH)
    assert (event.kind, event.sender, event.sender_display) == (Kind.MESSAGE, "amy@example.com", "Amy Wong")
    assert event.recipients == (
        "bob@example.com",
        "carl@example.com",
        "dora@example.com",
        "chan@example.hk",
        "boss@example.com",
    )
    assert event.extra["roles"] == {
        "to": ["bob@example.com", "carl@example.com", "dora@example.com"],
        "cc": ["chan@example.hk"],
        "bcc": ["boss@example.com"],
        "reply-to": ["desk@example.com"],
    }
    assert event.text == "Re: 报价单\n\n今天报价 5mm 镕"
    assert (event.conversation, event.conversation_display) == ("root@example.com", "报价单")
    assert (event.key, event.target) == ("m1@example.com", "m0@example.com")
    assert (event.sent_at, event.sent_at_raw) == (1_715_680_801_000_000, "Tue, 14 May 2024 18:00:01 +0800")
    assert event.flags == ("reply",)


def test_attachments_are_in_the_record_and_come_out_again() -> None:
    imported = export(RICH)
    pdf, inner = imported.events[0].attachments
    assert (pdf.name, pdf.content_type, pdf.size, pdf.status) == (
        "合同.pdf",
        "application/pdf",
        len(PDF),
        AttachmentStatus.STORED,
    )
    assert (inner.name, inner.content_type) == ("part-2.eml", "message/rfc822")
    (part,) = imported.messages
    assert connector.embedded(part.raw, 0) == PDF
    content = connector.embedded(part.raw, 1)
    assert content is not None and sha256(content).hexdigest() == inner.sha256 and b"inner words" in content
    assert connector.embedded(part.raw, 2) is None and connector.embedded(b"", 0) is None
    assert imported.events[0].extra["nested"][0]["Subject"] == "内部"


def test_every_header_is_kept_and_what_no_program_shows_too() -> None:
    event = one(RICH)
    names = [name for name, _ in event.extra["headers"]]
    assert names == re.findall(r"^([\w-]+):", RICH.decode("latin-1").partition("\r\n\r\n")[0], re.MULTILINE)
    assert ["X-Mailer", "something 1.0"] in event.extra["headers"]
    assert event.extra["outside"] == ["preamble"]


@given(
    st.lists(
        st.tuples(st.from_regex(r"X-[A-Za-z]{1,12}", fullmatch=True), st.from_regex(r"[!-~]{1,30}", fullmatch=True)),
        max_size=6,
    )
)
def test_any_header_is_kept(headers: list[tuple[str, str]]) -> None:
    event = one(mail(*(f"{name}: {value}" for name, value in headers)))
    for name, value in headers:
        assert [name, decoded(value)] in event.extra["headers"]


def test_a_report_of_failure_is_one() -> None:
    event = one(BOUNCE)
    assert (event.kind, event.text) == (Kind.DELIVERY_FAILURE, "Deal\n\nnot delivered")


@pytest.mark.parametrize(
    "plain, html, flags, text",
    [
        ("buy now", "<p>buy now</p>", (), "Deal\n\nbuy now"),
        ("", "<p>only html</p>", (), "Deal\n\nonly html"),
        ("nothing to see", "<p>wire the money to this account before the audit</p>", ("alternatives_differ",),
         "Deal\n\nnothing to see\n\nwire the money to this account before the audit"),
    ],
)  # fmt: skip
def test_text_and_html_are_read_once_where_they_agree_and_both_where_not(
    plain: str, html: str, flags: tuple[str, ...], text: str
) -> None:
    body = (
        f"--b\r\nContent-Type: text/plain\r\n\r\n{plain}\r\n--b\r\nContent-Type: text/html\r\n\r\n{html}\r\n--b--\r\n"
    )
    event = one(mail("Content-Type: multipart/alternative; boundary=b", body=body))
    assert (event.text, event.flags) == (text, flags)


@pytest.mark.parametrize(
    "charset, said_, text, certain",
    [
        ("gb18030", "gb2312", "镕基 丟 𠮷 €", True),
        ("big5hkscs", "big5", "香港 嘅 裏", True),
        ("cp932", "shift_jis", "① 髙島屋", True),
        ("utf-8", "utf-8", "你好 👍", True),
        ("utf-8", "", "你好 👍", False),
        ("gb18030", "", "你好世界", False),
        ("cp1252", "", "Grüße – déjà", False),
        ("cp1252", "iso-8859-1", "“quoted” €", True),
        ("gb18030", "no-such-charset", "你好", False),
        ("utf-8", "idna", "你好", False),
        ("utf-8", "rot13", "abc", False),
        ("utf-8", "us-ascii", "你好", True),
        ("ascii", "", "plain", True),
    ],
)
def test_words_are_read_in_the_charset_they_are_in(charset: str, said_: str, text: str, certain: bool) -> None:
    raw = text.encode(charset)
    assert decode_text(raw, said_ or None) == (text, certain)
    kind = f"Content-Type: text/plain{'; charset=' + said_ if said_ else ''}"
    event = one(mail(kind, body=raw))
    assert (event.text, "charset_guessed" in event.flags) == (f"Deal\n\n{text}", not certain)


@pytest.mark.parametrize(
    "written, text",
    [
        ("plain", "plain"),
        ("=?utf-8?Q?caf=C3=A9_au_lait?=", "café au lait"),
        ("=?utf-8?B?5L2g?= =?utf-8?B?5aW9?=", "你好"),
        ("=?utf-8?B?5L0=?= =?utf-8?B?oOWlvQ==?=", "你好"),  # a character cut in two
        ("=?gb2312?B?xOO6?=\r\n =?gb2312?B?ww==?=", "你好"),
        ("a =?utf-8?Q?b?= c", "a b c"),
        ("=?utf-8*en?Q?b?=", "b"),
        ("=?iso-8859-1?Q?Fr\udcf6sche?=", "Frösche"),
        ("=?utf-8?X?b?=", "=?utf-8?X?b?="),
        ("=?utf-8?B?!!!?=", ""),
        ("=?nowhere?Q?a?=", "a"),
    ],
)
def test_encoded_words_are_read(written: str, text: str) -> None:
    assert decoded(re.sub(r"\r\n", "", written)) == text


@pytest.mark.parametrize(
    "written, expected",
    [
        ("a@b.c", [("a@b.c", None)]),
        ("A@B.C (Amy)", [("a@b.c", "Amy")]),
        ('"Wong, Amy" <a@b.c>, b@b.c', [("a@b.c", "Wong, Amy"), ("b@b.c", None)]),
        ("Amy (the (other) one) <a@b.c>", [("a@b.c", "Amy")]),
        ("desk: a@b.c, B <b@b.c>; c@b.c", [("a@b.c", None), ("b@b.c", "B"), ("c@b.c", None)]),
        ("undisclosed-recipients:;", []),
        ("Amy", [("", "Amy")]),
        ("<@relay:a@b.c>", [("a@b.c", None)]),
        ('"quo\\"ted" <a@b.c>', [("a@b.c", 'quo"ted')]),
        (f"{word('陈, 大文', 'gb2312')} <a@b.c>", [("a@b.c", "陈, 大文")]),
        ("<a@b.c", [("a@b.c", None)]),
        ("a@b.c>, <<>>,,;", [("a@b.c", None)]),
        ('"unclosed <a@b.c>', [('"unclosed<a@b.c>'.replace('"', ""), None)]),
        ("", []),
    ],
)
def test_addresses_are_read(written: str, expected: list[tuple[str, str | None]]) -> None:
    assert [tuple(found) for found in addresses(written)] == expected


@pytest.mark.parametrize(
    "written, at, zoned",
    [
        ("Tue, 14 May 2024 18:00:01 +0800", 1_715_680_801, True),
        ("14 May 24 10:00:01 GMT", 1_715_680_801, True),
        ("Tue, 14 May 2024 10:00:01", 1_715_680_801, False),
        ("Tue, 99 May 2024 10:00:01 +0000", None, False),
        ("yesterday", None, False),
        ("", None, False),
        ("Tue, 14 May 999999 10:00:01 +0000", None, False),
        ("Tue, 14 May 2024 18:00:01 +9999999999999999", None, False),
    ],
)
def test_dates_are_read(written: str, at: int | None, zoned: bool) -> None:
    found, said_ = date(written)
    assert found == (None if at is None else at * 1_000_000)
    assert found is None or said_ is zoned


def test_without_a_date_the_first_server_tells_the_time() -> None:
    event = one(
        mail(
            "Received: from x by y; Tue, 14 May 2024 18:00:02 +0800",
            "Received: from a by b; Tue, 14 May 2024 18:00:01 +0800",
            Date="",
        )
    )
    assert (event.sent_at, event.flags) == (1_715_680_801_000_000, ("time_from_received",))
    assert one(mail(Date="")).flags == ("partial",)


def test_ids_are_read_with_and_without_brackets() -> None:
    assert ids("<a@b> <c@d>\t<x>") == ["a@b", "c@d", "x"]
    assert ids("a@b") == ["a@b"]
    assert ids("no id here") == []


def test_an_mbox_is_cut_where_its_messages_begin() -> None:
    imported = export(mbox(RICH, INNER, BOUNCE), "all.mbox")
    assert [event.key for event in imported.events] == ["m1@example.com", "inner@example.com", "m1@example.com"]
    assert imported.events[0].extra["mbox_from"] == FROM.decode().strip()
    assert connector.embedded(imported.messages[0].raw, 0) == PDF


def test_quoted_lines_of_an_mbox_are_read_unquoted_and_split_nothing() -> None:
    body = "one\n\n>From the desk Tue May 14 10:00:01 2024\nFrom here on\n>>From deeper\n"
    imported = export(mbox(mail(body=body), INNER), "all.mbox")
    assert len(imported.messages) == 2
    assert (
        imported.events[0].text == "Deal\n\none\n\nFrom the desk Tue May 14 10:00:01 2024\nFrom here on\n>From deeper"
    )


def test_a_line_that_begins_like_a_message_begins_none_without_a_date_and_a_header() -> None:
    body = "one\n\nFrom me to you\nSubject: x\n\nFrom amy@example.com Tue May 14 10:00:01 2024\nno header here\n"
    assert len(export(mbox(mail(body=body), INNER), "all.mbox").messages) == 2


def test_lengths_are_believed_where_all_of_the_file_keeps_them() -> None:
    inside = "one\n\n" + FROM.decode() + "Subject: quoted as it was\n\ntwo\n"
    assert len(export(mbox(mail(body=inside), INNER), "all.mbox").messages) == 3
    mails = [sized(mail(body=inside)), *(sized(mail(Message_ID=f"<{n}@x>")) for n in range(10))]
    imported = export(mbox(*mails), "all.mbox")
    assert len(imported.messages) == 11
    assert "Subject: quoted as it was" in imported.events[0].text


def test_a_length_that_one_message_claims_swallows_no_other() -> None:
    hungry = unix(mail("Content-Length: 700"))
    imported = export(mbox(hungry, INNER, BOUNCE, RICH), "all.mbox")
    assert len(imported.messages) == 4


@pytest.mark.parametrize("line", [b"From - Tue May 14 10:00:01 2024\n", b"From 1799@xxx Tue May 14 10:00:01 +0000 2024\n", b"From MAILER-DAEMON Fri Jul  8 12:08:34 2011\r\n"])  # fmt: skip
def test_every_form_of_the_line_before_a_message_is_known(line: bytes) -> None:
    assert len(export(mbox(INNER, RICH, line=line), "all.mbox").messages) == 2


def test_messages_within_messages_do_not_end() -> None:
    raw = b"inner\r\n"
    for number in range(1000):
        raw = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (number, number) + raw
    event = one(mail(body="")[:-2] + raw)
    assert "partial" in event.flags and "inner" in event.text


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\r\nb\x00.exe", "\u202egpj.exe", "x" * 5000, "con.txt", " "])
def test_hostile_names_stay_names(name: str) -> None:
    raw = mail(
        f'Content-Disposition: attachment; filename="{name}"', "Content-Type: application/octet-stream", body="x"
    )
    event = one(raw)
    for attachment in event.attachments:
        assert 0 < len(attachment.name) <= 500 and "\n" not in attachment.name and "\x00" not in attachment.name


@pytest.mark.parametrize(
    "header", ["To: " + ", ".join(f"u{n} <u{n}@example.com>" for n in range(3000)), "To: " + "(" * 5000, "From: " + "<" * 5000, "To: " + "a:;" * 3000,
               "Subject: " + "=?utf-8?q?a?= " * 3000, "Content-Type: text/plain; " + "a*0=b; " * 2000, "References: " + "<" * 9000, "Date: " + "1" * 9000],
)  # fmt: skip
@pytest.mark.timeout(30)
def test_long_hostile_headers_are_read(header: str) -> None:
    assert one(mail(header)).text.endswith("hello")


@pytest.mark.parametrize(
    "content",
    [b"", b"\xd0\xcf\x11\xe0\xa1\xb1", b"PK\x03\x04", b"no headers at all\n", RICH.decode("latin-1").encode("utf-16")],
)
def test_what_is_no_message_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        export(content)


def test_an_mbox_again_adds_nothing_and_a_longer_one_what_is_new(place: Place, fast_path: Path) -> None:
    with place.open() as archive:
        short, long = fast_path / "a.mbox", fast_path / "b.mbox"
        short.write_bytes(mbox(RICH, INNER))
        long.write_bytes(mbox(RICH, INNER, BOUNCE))
        sheet = bring_in(archive, short, connector)
        assert (sheet.balanced, sheet.counts["messages"].stored) == (True, 2)
        again = bring_in(archive, short, connector)
        assert (again.balanced, again.counts["messages"].stored, again.counts["messages"].duplicate) == (True, 0, 2)
        more = bring_in(archive, long, connector)
        assert (more.balanced, more.counts["messages"].stored, more.counts["messages"].duplicate) == (True, 1, 2)
    check(place)


def fixtures(folder: Path) -> list[Path]:
    return sorted(folder.glob("eml/**/*.eml"))


@pytest.mark.shared
def test_every_hostile_message_is_decoded(shared_data: Callable[[str], Path]) -> None:
    files = fixtures(shared_data("eml-fixtures"))
    assert len(files) == 107
    for file in files:
        (event,) = export(file.read_bytes(), file.name).events
        assert event.kind is Kind.MESSAGE or event.kind is Kind.DELIVERY_FAILURE


KNOWN = {
    "legacy/010 subject", "legacy/020 subject", "legacy/022 subject", "legacy/027 subject", "legacy/052 subject",  # undeclared bytes: they mark, we guess
    "malformed/020 words", "malformed/021 words",  # it takes a part with a doubled header for its own source; we read the parts
    "malformed/019 subject", "malformed/019 to", "malformed/019 id", "malformed/019 date",  # a header name with a space ends our headers
}  # fmt: skip
"""Where another parser reads something else, and why."""


@pytest.mark.shared
def test_another_parser_reads_the_same(shared_data: Callable[[str], Path]) -> None:
    folder = shared_data("eml-fixtures")
    compared, differ = 0, set()
    for file in fixtures(folder):
        for suffix in (".json", ".crlf.json"):
            expected = file.with_name(file.stem + suffix)
            if not expected.exists():
                continue
            raw = file.read_bytes()
            raw = raw.replace(b"\r", b"").replace(b"\n", b"\r\n") if suffix == ".crlf.json" else raw
            (event,) = export(raw).events
            for what, theirs, ours in pairs(json.loads(expected.read_bytes()), event):
                compared += 1
                if theirs != ours:
                    differ.add(f"{file.parent.name}/{file.stem} {what}")
    assert compared > 1000
    assert differ == KNOWN


def pairs(parsed: dict[str, Any], event: Event) -> list[tuple[str, object, object]]:
    """What the other parser says and what we say, where it says anything."""
    theirs = {str(header["name"]): header["value"] for header in parsed["parts"][0]["headers"]}
    ours = {name.lower(): value for name, value in reversed(event.extra["headers"])}
    found: list[tuple[str, object, object]] = []
    if text := inside(theirs, "subject", "Text"):
        found.append(("subject", " ".join(text.split()), " ".join(ours.get("subject", "").split())))
    if text := inside(theirs, "message_id", "Text"):
        found.append(("id", text, event.key))
    if when := inside(theirs, "date", "DateTime"):
        found.append(("date", moment(when), event.sent_at))
    sender = [one for one in people(theirs.get("from")) if one["address"]]
    if sender:
        found.append(("from", sender[0]["address"].lower(), event.sender))
        found.append(("name", sender[0]["name"] or None, event.sender_display))
    for role in ("to", "cc"):
        if to := [one["address"].lower() for one in people(theirs.get(role)) if one["address"]]:
            found.append((role, to, event.extra.get("roles", {}).get(role)))
    kept = said([event])
    for number in parsed["text_body"]:
        body = parsed["parts"][number]["body"]
        if "Text" in body:
            words = re.findall(r"\w+", body["Text"])
            found.append(("words", [], [word for word in words if word not in kept]))
    return found


def inside(headers: dict[str, Any], name: str, kind: str) -> Any:
    value = headers.get(name)
    return value.get(kind) if isinstance(value, dict) else None


def people(value: Any) -> list[dict[str, Any]]:
    held = value.get("Address", value) if isinstance(value, dict) else {}
    if "List" in held:
        return list(held["List"])
    return [one for group in held.get("Group", ()) for one in group["addresses"]]


def moment(when: dict[str, Any]) -> int | None:
    offset = timedelta(hours=when["tz_hour"], minutes=when["tz_minute"]) * (-1 if when["tz_before_gmt"] else 1)
    year, month, day, hour, minute, second = (
        int(when[name]) for name in ("year", "month", "day", "hour", "minute", "second")
    )
    read = datetime(year, month, day, hour, minute, second, tzinfo=timezone(offset))
    return int(read.astimezone(UTC).timestamp()) * 1_000_000


def test_a_sample_of_mutated_mails_is_survived() -> None:
    fuzz_files(connector, SEEDS, 300, [cut_and_paste(TEXT)])


@pytest.mark.shared
@pytest.mark.deep
def test_many_mutated_mails_are_survived(shared_data: Callable[[str], Path]) -> None:
    seeds = [(file.name, file.read_bytes()) for file in fixtures(shared_data("eml-fixtures"))]
    fuzz_files(connector, [*SEEDS, *seeds], 100_000, [cut_and_paste(TEXT)])
