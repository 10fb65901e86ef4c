"""XML in a stream: spans to the byte, what is broken costs itself alone, and nothing grows."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.capture import element_spans
from muniment.capture.connector import Unreadable
from muniment.capture.content_keys import ContentKeys
from muniment.capture.element_spans import Broken, Close, Item, Open, Shape, walk
from muniment.capture.elements import DEPTH, Malformed, element, encoding_of

SHAPE = Shape(frozenset(["dump"]), frozenset(["chat"]), frozenset(["m", "n"]))


def found(data: bytes) -> list[tuple[str, bytes]]:
    """What a walk finds: kind or reason, and the bytes."""
    made: list[tuple[str, bytes]] = []
    for one in walk(data, SHAPE, encoding_of(data, "file"), "file"):
        if isinstance(one, Open):
            assert data[one.start :].startswith(b"<" + one.name.encode())
        elif isinstance(one, Item):
            made.append((one.name, data[one.start : one.end]))
        elif isinstance(one, Close):
            assert data[one.start : one.end].startswith(b"</") or data[one.end - 2 : one.end] == b"/>"
        else:
            made.append(("!" + one.reason, data[one.start : one.end]))
    return made


def items(data: bytes) -> list[bytes]:
    return [raw for kind, raw in found(data) if not kind.startswith("!")]


def broken(data: bytes) -> list[bytes]:
    return [raw for kind, raw in found(data) if kind.startswith("!")]


def test_spans_are_those_of_the_elements() -> None:
    data = b'<?xml version="1.0"?>\n<dump a="1">\n <m/><m b="/>"></m>\n<chat><n>/></n ><x><m2/></x></chat><m><!-- /--></m>\n</dump>\n'
    assert items(data) == [b"<m/>", b'<m b="/>"></m>', b"<n>/></n >", b"<x><m2/></x>", b"<m><!-- /--></m>"]
    assert broken(data) == []


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_no_border_between_blocks_matters(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    data = ('<dump><m a="&#55357;&#56846;&#0;你好">' + "z" * 50 + "</m><chat><n/>\n<m/></chat></dump>").encode()
    expected = found(data)
    assert len(expected) == 3
    monkeypatch.setattr(element_spans, "_FIRST_CHUNK", size)
    monkeypatch.setattr(element_spans, "_CHUNK", size)
    assert found(data) == expected


@pytest.mark.parametrize(
    "data, whole, lost",
    [
        (b"<dump><m>a</m><m>b", [b"<m>a</m>"], [b"<m>b"]),
        (b"<dump><m>a</m>\n", [b"<m>a</m>"], [b""]),
        (b"<dump><m>a</m><m b=", [b"<m>a</m>"], [b"<m b="]),
        (b"<dump><m>a</m><m b='1", [b"<m>a</m>"], [b"<m b='1"]),
        (b"<dump><m>\xff</m><m>b</m></dump>", [b"<m>b</m>"], [b"<m>\xff</m>"]),
        (b"<dump><m a='<'/><m>b</m></dump>", [b"<m>b</m>"], [b"<m a='<'/>"]),
        (b"<dump><m>&lol;</m><m>b</m></dump>", [b"<m>b</m>"], [b"<m>&lol;</m>"]),
        (b"<dump><m>a & b</m><m>b</m></dump>", [b"<m>b</m>"], [b"<m>a & b</m>"]),
        (b"<dump><m>a<n>b</n></dump>", [b"<n>b</n>"], [b"<m>a"]),
        (b"<dump><m><i>a<n>b</n></dump>", [b"<n>b</n>"], [b"<m><i>a"]),
        (b"<dump><chat><m>a</chat><chat><n/></chat></dump>", [b"<n/>"], [b"<m>a"]),
        (b"<dump><chat><m>a</m><chat><n/></chat></dump>", [b"<m>a</m>", b"<n/>"], [b"</dump>"]),
        (b"<dump><m a='1></m><n/></dump>", [b"<n/>"], [b"<m a='1></m>"]),
        (b"<dump><m><![CDATA[a</m><n/></dump>", [b"<n/>"], [b"<m><![CDATA[a</m>"]),
        (b"<dump><m><!-- a</m><n/></dump>", [b"<n/>"], [b"<m><!-- a</m>"]),
        (b"<dump><m/></dump><dump><n/></dump>", [b"<m/>", b"<n/>"], []),
        (b"<dump><m/></dump>\n<?xml version='1.0'?><dump><n/></dump>", [b"<m/>", b"<n/>"], [b"<?xml version='1.0'?>"]),
        (b"<dump><m/></dump>junk", [b"<m/>"], [b"junk"]),
        (b"<dump><!DOCTYPE m><m/></dump>", [b"<m/>"], [b"<!DOCTYPE m>"]),
        (b"<dump><m/></chat><n/></dump>", [b"<m/>", b"<n/>"], [b"</chat>"]),
        (b"<dump>" + b"<x>" * 100 + b"<m/></dump>", [b"<m/>"], [b"<x>" * 100]),
    ],
)
def test_what_is_broken_costs_itself_alone(data: bytes, whole: list[bytes], lost: list[bytes]) -> None:
    assert items(data) == whole
    assert broken(data) == lost


BILLION = b'<?xml version="1.0"?><!DOCTYPE dump [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><dump><m>&b;</m></dump>'


@pytest.mark.parametrize(
    "data, reason",
    [
        (b"", "bytes that are none"),
        (b"hello", "bytes that are none"),
        (b"\xff\xfe<\x00d\x00", "UTF-16"),
        (b"<\x00d\x00u\x00", "UTF-16"),
        (b"<?xml version='1.0' encoding='GB18030'?><dump/>", "gb18030"),
        (b"<other/>", "expected a document of dump"),
        (b"<dump", "export or copy it again"),
        (b"<!-- only -->", "export or copy it again"),
        (BILLION, "document type"),
        (b'<!DOCTYPE dump SYSTEM "http://127.0.0.1/x"><dump/>', "document type"),
    ],
)
def test_what_is_no_such_file_is_refused_before_anything_else(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        found(data)


def test_an_item_may_be_long_but_not_endless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(element_spans, "ITEM_LIMIT", 100_000)
    long = b"<m a='" + b"x" * 90_000 + b"'/>"
    endless = b"<m a='" + b"x" * 900_000 + b"'/>"
    data = b"<dump>" + long + endless + b"<n/></dump>"
    assert items(data) == [long, b"<n/>"]
    assert broken(data) == [endless]


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "unit", [b"<m>", b"<m/><", b"<m a='", b"<m><![CDATA[", b"<m>&lol;", b"<chat>", b"</dump><dump>", b"<x>", b"<!--"]
)
def test_no_input_takes_longer_than_its_length(unit: bytes) -> None:
    data = b"<dump>" + unit * 5_000
    at = 0
    for one in walk(data, SHAPE, "utf-8", "file"):
        if isinstance(one, Item | Broken):
            assert one.start >= at
            at = one.end
    assert at <= len(data)


@given(st.integers(0, 2**32), st.integers(1, 12))
def test_whatever_is_done_to_a_document_its_spans_stay_in_order(seed: int, cuts: int) -> None:
    rnd = random.Random(seed)
    data = bytearray(
        "<dump><chat a='1'><m>你 &#55357;&#56846;</m><n b='/>'/><x>1</x></chat><m/><!-- c --></dump>".encode()
    )
    for _ in range(cuts):
        at = rnd.randrange(len(data))
        match rnd.randrange(3):
            case 0:
                del data[at : at + rnd.randrange(9)]
            case 1:
                data[at:at] = rnd.choice(
                    [b"<m>", b"</m>", b"<", b"]]>", b"<![CDATA[", b"&", b"\0", b"<chat>", b"\xff", b"'"]
                )
            case _:
                data[at] = rnd.randrange(256)
    raw = bytes(data)
    try:
        spans = list(walk(raw, SHAPE, encoding_of(raw, "f"), "f"))
    except Unreadable:
        return
    at = 0
    for one in spans:
        assert one.start >= at
        at = one.end
        if isinstance(one, Item):
            element(raw[one.start : one.end])


@pytest.mark.parametrize(
    "raw, text, lost",
    [
        ("<m>&#55357;&#56846;</m>", "\U0001f60e", ()),
        ("<m>&#xD83D;&#xDE0E;</m>", "\U0001f60e", ()),
        ("<m>&#55357;&#xde0e;</m>", "\U0001f60e", ()),
        ("<m>&#55357;</m>", "\ufffd", ("&#55357;",)),
        ("<m>&#56846;&#55357;</m>", "\ufffd\ufffd", ("&#56846;", "&#55357;")),
        ("<m>&#55357;&#55357;&#56846;</m>", "\ufffd\U0001f60e", ("&#55357;",)),
        ("<m>&#0;&#10;&#13;</m>", "\ufffd\n\r", ("&#0;",)),
        ("<m>&#x110000;</m>", "\ufffd", ("&#x110000;",)),
        ("<m>&#65535;</m>", "\ufffd", ("&#65535;",)),
        ("<m>a\x00b\x0b</m>", "a\ufffdb\ufffd", ("\\x00", "\\x0b")),
        ("<m><![CDATA[&#55357;&#56846;]]></m>", "&#55357;&#56846;", ()),
        ("<m><![CDATA[a\x01]]>b</m>", "a?b", ("\\x01",)),
        ("  <m> a <b/> c </m>\n", " a  c ", ()),
    ],
)
def test_characters_that_xml_has_not_are_read(raw: str, text: str, lost: Sequence[str]) -> None:
    made, named = element(raw.encode())
    assert (made.text, named) == (text, tuple(lost))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<m>",
        b"<m></n>",
        b"text",
        b"<m/><n/>",
        BILLION,
        b"<a>" * (DEPTH + 1) + b"</a>" * (DEPTH + 1),
        b"<m>\xff</m>",
    ],
)
def test_what_is_no_element_is_refused(raw: bytes) -> None:
    with pytest.raises(Malformed):
        element(raw)


def test_an_element_is_read_whole_or_as_far_as_it_goes() -> None:
    made, _ = element("<m a='1' x:b='二'><n>三</n><n/></m>".encode())
    assert (made.attributes, [child.text for child in made.children]) == ({"a": "1", "x:b": "二"}, ["三", ""])
    assert made.child("n") is made.children[0] and made.child("o") is None
    head, _ = element(b"<chat p='1'><Room>a</Room> ", whole=False)
    assert (head.name, head.attributes, head.children[0].text) == ("chat", {"p": "1"}, "a")


def test_an_eight_bit_encoding_is_read_as_declared() -> None:
    data = "<?xml version='1.0' encoding='windows-1252'?><dump><m>£5 – é</m></dump>".encode("cp1252")
    encoding = encoding_of(data, "f")
    (raw,) = [data[one.start : one.end] for one in walk(data, SHAPE, encoding, "f") if isinstance(one, Item)]
    assert element(raw, encoding)[0].text == "£5 – é"


def test_utf_8_that_calls_itself_utf_16_is_read() -> None:
    data = "<?xml version='1.0' encoding='utf-16'?><dump><m>é</m></dump>".encode()
    assert items(data) == ["<m>é</m>".encode()]


def test_equal_messages_have_keys_of_their_own_and_no_two_fields_run_together() -> None:
    keys = ContentKeys()
    made = [keys.key("a", "b"), keys.key("a", "b"), keys.key("ab", ""), keys.key("ab", None), keys.key("a", "b:")]
    assert len(set(made)) == 5
    assert ContentKeys().key("a", "b") == made[0]
