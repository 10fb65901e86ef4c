"""The transcript opens offline, shows what is there, and does nothing that its content tells it to."""

import io
import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.produce.transcript import TranscriptHead, amendments, transcript, write_transcript
from muniment.record.decoded import DecodedEvent
from muniment.record.errors import Refused
from muniment.record.event import Attachment, AttachmentStatus, Kind, Precision
from tests.produce.some_events import decoded_events, make

TAGS = {
    "html": {"lang"}, "head": set(), "meta": {"charset", "http-equiv", "content", "name"}, "title": set(), "style": set(),
    "body": set(), "main": {"class"}, "header": {"class"}, "section": {"class"}, "article": {"class", "id"},
    "div": {"class"}, "h1": set(), "h2": set(), "h3": {"class"}, "p": {"class"}, "span": {"class"}, "b": set(),
    "bdi": {"class", "lang", "tabindex"}, "code": set(), "dl": set(), "dt": set(), "dd": set(), "ul": {"class"},
    "li": set(), "time": {"datetime"}, "a": {"href"}, "i": {"class"},
}  # fmt: skip
VOID = {"meta"}
VALUES = {
    "class": re.compile(r"[a-z ]+"),
    "id": re.compile(r"e\d+-\d+"),
    "href": re.compile(r"#e\d+-\d+"),
    "lang": re.compile(r"[a-zA-Z-]+"),
    "tabindex": re.compile("0"),
    "datetime": re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?Z)?"),
}
HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0001]")


class Reader(HTMLParser):
    """A reader that knows only the tags above; marks are read back to what they stand for."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.names: list[str] = []
        self.styles: list[str] = []
        self.titles: list[str] = []
        self.policy = ""
        self.ids: list[str] = []
        self.hrefs: list[str] = []
        self.languages: list[str] = []
        self._open: list[str] = []
        self._bdi: list[str] | None = None
        self._text = False
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert tag in TAGS and given.keys() <= TAGS[tag] and len(given) == len(attrs), (tag, attrs)
        for name, value in given.items():
            assert value is not None and (name not in VALUES or VALUES[name].fullmatch(value)), (name, value)
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"] or ""
        self.ids += [given["id"] or ""] if "id" in given else []
        self.hrefs += [given["href"] or ""] if "href" in given else []
        if tag == "bdi":
            assert self._bdi is None, "isolates are not nested"
            self._bdi, self._text = [], given.get("class") == "t"
            if self._text:
                self.languages.append(given["lang"] or "")
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        if tag == "bdi":
            assert self._bdi is not None
            (self.texts if self._text else self.names).append("".join(self._bdi))
            self._bdi = None

    def handle_data(self, data: str) -> None:
        inside = self._open[-1] if self._open else None
        if inside == "style":
            self.styles.append(data)
        elif inside == "title":
            self.titles.append(data)
        elif inside == "i" and self._bdi is not None:
            mark = re.fullmatch(r"U\+([0-9A-F]{4,6})", data)
            assert mark is not None
            self._bdi.append(chr(int(mark[1], 16)))
        else:
            assert HIDDEN.search(data) is None, "a hidden character is not marked"
            if self._bdi is not None:
                self._bdi.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError("no comment is ever written")

    def handle_pi(self, data: str) -> None:
        raise AssertionError("no processing instruction is ever written")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError("no declaration but the first is ever written")


def head(count: int, **more: object) -> TranscriptHead:
    fields = {
        "origin": "harbourcrest.example/main",
        "query": "保本",
        "reason": "request 114",
        "produced_at": 1795000000_000000,
        "produced_by": "chan",
        **more,
    }
    return TranscriptHead(count=count, **fields)  # type: ignore[arg-type]


def page(*events: DecodedEvent, **more: object) -> str:
    return b"".join(transcript(head(len(events), **more), events, amended=amendments(events))).decode()


HOSTILE = [
    "<script>alert(1)</script>",
    "</bdi></div></article></section></main><script src=//evil.example></script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></style><style>*{background:url(//evil.example)}</style>",
    "<!--", "-->", "]]>", "<![CDATA[", "<?php ?>", "<!doctype html>", "&lt;b&gt;", "&#60;script&#62;", "&amp", "&#x202e;",
    "javascript:alert(1)", "https://evil.example/?a=1&b=2", "<svg/onload=alert(1)>", "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0;url=//evil.example>", "<plaintext>", "<textarea>", "<noscript><p title='</noscript>'>",
    "\x00<\x00script>", "\u202egnp.exe\u202c", "pay\u200bment", "\u2066\u2067\u2068\u2069", "a\rb", "a\r\nb\r\n", "\x0b\x0c\x1b[31m\x7f\x85",
    "\ufeff", "\u2028\u2029", "\u00ad\u034f\u3164\u115f", "v\ufe00\ufe0f\U000e0100", "\U000e0041\U000e007f", "e" + "\u0301" * 500,
    "\ufffe\uffff", "＜script＞", "{{7*7}}", "${7*7}", "%3Cscript%3E", "\n\n  indented\n\ttab  two  spaces\n", " ",
]  # fmt: skip


@pytest.mark.parametrize("payload", HOSTILE)
def test_hostile_content_is_content_wherever_it_stands(payload: str) -> None:
    event = make(
        1,
        text=payload,
        sender=payload,
        sender_display=payload,
        conversation=payload,
        conversation_display=payload,
        recipients=(payload,),
        key=payload,
        target=payload,
        flags=(payload,),
        sent_at_raw=payload,
        sent_at_precision=Precision.MINUTE,
        extra={payload: payload},
        attachments=(
            Attachment(name=payload, status=AttachmentStatus.STORED, size=1, sha256=payload, content_type=payload),
        ),
    )

    read = Reader(
        page(event, origin=payload, query=payload, reason=payload, produced_by=payload, not_proven=(payload,))
    )

    assert read.texts == [payload]
    # origin, query, reason, by, limit; conversation twice; sender, name, recipient, target, attachment's name, type and
    # digest, key, time as written; the flag shows its underscores as spaces.
    assert read.names.count(payload) >= 16


@given(st.lists(decoded_events, max_size=6))
def test_any_text_is_read_back_from_the_page(events: list[DecodedEvent]) -> None:
    read = Reader(page(*events))

    assert read.texts == [decoded.event.text for decoded in events if decoded.event.text]
    for decoded in events:
        for attachment in decoded.event.attachments:
            assert attachment.name in read.names


def test_nothing_leads_out_and_only_its_own_style_may_act() -> None:
    whole = page(make(1, text="see https://evil.example/"))
    read = Reader(whole)

    (style,) = read.styles
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert read.policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; "
        "img-src 'none'; script-src 'none'; base-uri 'none'; form-action 'none'"
    )
    assert whole.index("Content-Security-Policy") < whole.index("<style>")
    assert not re.search(r"url\(|@import|expression|</", style)
    assert " src=" not in whole and "<script" not in whole and read.hrefs == []


def test_a_recalled_original_stays_struck_and_says_by_what() -> None:
    original = make(1, text="guaranteed")
    edit = make(2, kind=Kind.EDIT, target="m1", text="not guaranteed")
    recall = make(3, kind=Kind.RECALL, target="m1", sent_at=None)

    whole = page(original, edit, recall)
    read = Reader(whole)

    assert read.texts == ["guaranteed", "not guaranteed"]
    assert re.search(r'<div class="bubble was"><bdi class="t" lang="en">guaranteed', whole)
    assert '<div class="bubble"><bdi class="t" lang="en">not guaranteed' in whole
    assert read.ids == ["e1-0", "e2-0", "e3-0"]
    assert read.hrefs == ["#e2-0", "#e3-0", "#e1-0", "#e1-0"]
    assert "edited later 2026-11-18 07:42:06 UTC" in whole and "recalled later ·" in whole


def test_a_recall_in_another_account_strikes_nothing() -> None:
    original = make(1, text="guaranteed")
    recall = make(2, kind=Kind.RECALL, target="m1")
    elsewhere = DecodedEvent(
        id=recall.id,
        record=2,
        ordinal=0,
        source="desk-4",
        channel=recall.channel,
        received_at=recall.received_at,
        assurance=recall.assurance,
        event=recall.event,
    )

    whole = page(original, elsewhere)

    assert "bubble was" not in whole and Reader(whole).hrefs == []


@pytest.mark.parametrize(
    "fields, shown, absent",
    [
        (
            {},
            ["Sent 07:42:06 UTC", "Wednesday 2026-11-18", "2026-11-18 07:42:07.311 UTC"],
            ["to the minute", "As written"],
        ),
        ({"sent_at_precision": Precision.MILLISECOND}, ["Sent 07:42:06.000 UTC"], []),
        (
            {"sent_at_precision": Precision.MINUTE, "sent_at_raw": "18/11/26, 15:42"},
            ["Sent 07:42 UTC", "to the minute", "18/11/26, 15:42"],
            ["07:42:06 UTC"],
        ),
        ({"sent_at_precision": Precision.DAY}, ["day only"], ["07:42:06 UTC"]),
        ({"sent_at": None, "sent_at_raw": "yesterday"}, ["time not given", "No date", "yesterday"], ["Wednesday"]),
        ({"sent_at": -1}, ["Wednesday 1969-12-31", "Sent 23:59:59.999999 UTC"], []),
        ({"kind": Kind.UNDECODED, "text": "x"}, ["could not be read", "msg note"], []),
        ({"flags": ("declared_timezone",)}, ["declared timezone"], []),
    ],
)
def test_times_and_kinds_say_how_well_they_are_known(
    fields: dict[str, Any], shown: list[str], absent: list[str]
) -> None:
    whole = page(make(1, **fields))

    assert [text for text in shown if text not in whole] == []
    assert [text for text in absent if text in whole] == []


def test_attachments_say_where_their_bytes_are() -> None:
    here, inline = "aa" * 32, "bb" * 32
    event = make(
        1,
        attachments=(
            Attachment(name="a", status=AttachmentStatus.STORED, size=12345, sha256=here),
            Attachment(name="b", status=AttachmentStatus.STORED, size=1, sha256=inline),
            Attachment(name="c", status=AttachmentStatus.MISSING),
            Attachment(name="d", status=AttachmentStatus.OMITTED),
        ),
    )

    some = b"".join(transcript(head(1), [event], files={here})).decode()

    assert f"attachments/<bdi>{here}" in some and f"sha256 <bdi>{inline}" in some and "12,345 bytes" in some
    assert "missing" in some and "left out by the source" in some
    assert f"attachments/<bdi>{inline}" in page(event)


def test_conversations_and_days_have_their_headings() -> None:
    day = 86_400_000_000
    whole = page(
        make(1, conversation="a", text="1"),
        make(2, conversation="a", text="2", sent_at=1794987726_000000 + day),
        make(3, conversation="b", text="3", sent_at=1794987726_000000 + day),
        make(4, conversation="a", text="4", sent_at=1794987726_000000 + day),
    )

    assert whole.count("<section") == whole.count("</section>") == 3
    assert re.findall(r'class="day"><span>([^<]*)', whole) == [
        "Wednesday 2026-11-18", "Thursday 2026-11-19", "Thursday 2026-11-19", "Thursday 2026-11-19",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text, language",
    [
        ("hello", "en"), ("何太放心，呢隻票據保本嘅", "zh-Hant"), ("这款产品不保本", "zh-Hans"), ("保本", "zh-Hant"),
        ("保证 保證", "zh-Hant"), ("こんにちは、東京", "ja"), ("안녕하세요", "ko"), ("привет", "und-Cyrl"), ("مرحبا", "ar"),
        ("123 !!", "und"), ("🙂", "und"), ("café", "en"), ("ราคา", "th"),
    ],
)  # fmt: skip
def test_a_text_is_given_the_language_of_its_script(text: str, language: str) -> None:
    assert Reader(page(make(1, text=text))).languages == [language]


def test_han_that_does_not_show_its_way_of_writing_follows_the_reader() -> None:
    whole = b"".join(transcript(head(1), [make(1, text="保本")], lang="zh-Hans")).decode()

    assert Reader(whole).languages == ["zh-Hans"] and '<html lang="zh-Hans">' in whole


@pytest.mark.parametrize("kept", ["👨‍👩‍👧", "👍🏽", "❤️", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "می‌خواهم", "क्‍ष", "葛󠄀", "🏳️‍🌈"])
def test_what_belongs_to_a_picture_or_a_spelling_is_not_marked(kept: str) -> None:
    assert f">{kept}<" in page(make(1, text=kept))


def test_a_message_of_a_megabyte_and_one_of_ten_thousand_lines_are_whole() -> None:
    long, tall = "價" * 2**20, "\n".join(map(str, range(10_000)))

    read = Reader(page(make(1, text=long), make(2, text=tall)))

    assert read.texts == [long, tall]


def test_a_wrong_count_is_refused() -> None:
    for count in (0, 2):
        with pytest.raises(Refused, match=f"announced with {count} events and got 1"):
            write_transcript(io.BytesIO(), head(count), [make(1)])


def test_pieces_are_handed_on_as_events_come() -> None:
    """At no time does the writer hold more than a piece: the events are drawn one by one, and bytes leave in between."""
    drawn = 0

    def events() -> Iterator[DecodedEvent]:
        nonlocal drawn
        for record in range(3000):
            drawn += 1
            yield make(record, text="dull traffic " * 5)

    before, sizes = 0, []
    for piece in transcript(head(3000), events()):
        assert drawn - before <= 200, "too many events were drawn for one piece"
        before = drawn
        sizes.append(len(piece))
    assert len(sizes) > 20 and max(sizes) < 200_000


def test_an_empty_production_is_a_page_too() -> None:
    whole = page()

    assert Reader(whole).texts == [] and "End of the transcript: 0 events." in whole
