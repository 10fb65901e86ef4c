"""Recall and precision 1.0: on both databases the index finds exactly what a reader of every document finds."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muniment.record.errors import Refused
from muniment.search import ast, grammar, tokens
from muniment.search.ast import And, Everything, Field, Node, Not, Or, Query, Sent, Text
from muniment.search.document import Document, Name, document_id, outside
from muniment.search.index import Index

Reader = Callable[[Document, Node], bool]

START = int(datetime.fromisoformat("2024-12-30T00:00:00+00:00").timestamp())
DAYS = [START + int(timedelta(days=day).total_seconds()) for day in (0, 1, 2, 3, 4, 40, 400)]
ENDS = [0, 1, 2, (1 << 34) - 1, 1 << 34, (1 << 34) + 1]
FAR = [int(datetime(year, 7, 1, tzinfo=UTC).timestamp()) for year in (1, 1969, 2600, 9999)] + [-1]
"""Where ids end, and what they cannot carry."""

# Few and awkward pieces, so that generated queries do meet generated texts.
ATOMS = st.sampled_from(
    "买 買 入 內 内 幕 消 息 保 本 帳 账 帐 裡 里 着 著 台 臺 か゛ が カ ｶﾞ 한 한 กำ ไ ร buy Buy ＢＵＹ bu buyer hk HK 0700 700 "
    "0700.HK HK$1,000 1,000 000 3.14 a@b.co é é É ß ss ﬁ fi ① 1 １ ١ ² 😀 👍🏽 👍 👨‍👩‍👧 👩 🇭🇰 🇨🇭 ❤️ ❤ ™ × ( , 。 ， . \u200b \u00ad \u202e \ufe0f "
    "\x00 \ud800 \ue415 ゙ ́ ー 々 · ' \" * : - w/5 OR nOt ".split(" ")
)
SPACED = st.one_of(ATOMS, st.sampled_from(["", " ", "　", "\n", "、"]))
TEXTS = st.lists(SPACED, max_size=12).map("".join)
PIECES = st.lists(SPACED, min_size=1, max_size=4).map("".join)
NAMES = st.builds(Name, TEXTS, st.one_of(st.just(""), TEXTS))
TIMES = st.one_of(st.none(), st.sampled_from(DAYS), st.integers(DAYS[0], DAYS[-1]), st.sampled_from(ENDS + FAR))
BOUNDS = st.one_of(st.none(), st.sampled_from(DAYS), st.sampled_from(ENDS + FAR))
WORDS = st.sampled_from(["image", "voice", "edited", "Recalled", "ambiguous_boundary", "群"])


@st.composite
def corpora(draw: st.DrawFn) -> list[Document]:
    people = draw(st.lists(NAMES, min_size=1, max_size=4))
    person = st.sampled_from(people)
    documents = [
        Document(
            id=document_id(sent, number),
            outside=outside(sent),
            text=draw(TEXTS),
            conversation=draw(person),
            account=draw(WORDS),
            channel=draw(st.sampled_from(["whatsapp", "wecom"])),
            kind=draw(st.sampled_from(["message", "edit"])),
            sender=draw(st.one_of(st.none(), person)),
            recipients=tuple(draw(st.lists(person, max_size=3))),
            flags=tuple(draw(st.lists(WORDS, max_size=2))),
            has=tuple(draw(st.lists(WORDS, max_size=2))),
        )
        for number, sent in enumerate(draw(st.lists(TIMES, min_size=1, max_size=12)), 1)
    ]
    return draw(st.permutations(documents))


def _field(name: ast.FieldName) -> st.SearchStrategy[Field]:
    values = {"type": st.sampled_from(["message", "edit"]), "channel": st.sampled_from(["WeCom", "whatsapp", "none"])}
    if name in ("from", "to", "with", "in"):
        return st.builds(Field, st.just(name), PIECES, st.booleans())
    return st.builds(Field, st.just(name), values.get(name, WORDS))


LEAVES = st.one_of(
    st.builds(Text, PIECES, st.booleans()),
    st.builds(Text, PIECES, st.booleans()),
    st.one_of(*[_field(name) for name in ("from", "to", "with", "in", "type", "channel", "has", "is", "account")]),
    st.builds(Sent, BOUNDS, BOUNDS),
    st.just(Everything()),
)


def _joined(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(parts, min_size=1, max_size=4).map(tuple)
    return st.one_of(st.builds(And, several), st.builds(Or, several), st.builds(Not, parts))


NODES: st.SearchStrategy[Node] = st.recursive(LEAVES, _joined, max_leaves=8)

relaxed = settings(suppress_health_check=[*HealthCheck], deadline=None)


@given(corpus=corpora(), nodes=st.lists(NODES, min_size=1, max_size=8), scope=st.one_of(st.none(), NODES))
@relaxed
def test_the_index_finds_what_a_reader_finds(
    fresh_index: Callable[[], Index], reader: Reader, corpus: list[Document], nodes: list[Node], scope: Node | None
) -> None:
    index = fresh_index()
    index.add(corpus[::2])
    index.add(corpus[1::2])
    for node in nodes:
        wanted = sorted((d.id for d in corpus if reader(d, node) and (scope is None or reader(d, scope))), reverse=True)
        query = Query(node)

        assert index.search(query, limit=100, scope=scope) == wanted
        assert index.count(query, scope=scope) == len(wanted)
        assert list(index.matches(query, scope=scope)) == wanted[::-1]
        asked = [document.id for document in corpus[::2]]
        assert index.among(query, asked, scope=scope) == sorted(set(asked) & set(wanted))
        paged = index.search(query, limit=2, scope=scope)
        while more := index.search(query, limit=2, before_id=paged[-1] if paged else 0, scope=scope):
            paged += more
        assert paged == wanted


@given(corpus=corpora(), gone=st.sets(st.integers(0, 11)), nodes=st.lists(NODES, min_size=1, max_size=4))
@relaxed
def test_what_is_removed_is_not_found_and_the_rest_is(
    fresh_index: Callable[[], Index], reader: Reader, corpus: list[Document], gone: set[int], nodes: list[Node]
) -> None:
    index = fresh_index()
    index.add(corpus)
    for number in gone:
        if number < len(corpus):
            index.remove(corpus[number])
    left = [d for number, d in enumerate(corpus) if number not in gone]

    for node in nodes:
        wanted = sorted((d.id for d in left if reader(d, node)), reverse=True)
        assert index.search(Query(node), limit=100) == wanted


@given(text=st.one_of(TEXTS, st.text(max_size=60), st.text(st.characters(exclude_categories=()), max_size=20)))
def test_tokens_are_what_a_reader_of_characters_makes_of_a_text(
    reader_units: Callable[[str], list[tuple[str, str, bool]]], text: str
) -> None:
    units = reader_units(text)
    wanted = [
        unit + (units[n + 1][0] if kind == "dense" and n + 1 < len(units) and units[n + 1][2] else "")
        for n, (unit, kind, _) in enumerate(units)
    ]

    assert tokens.words(text) == wanted
    assert tokens.words(tokens.fold(text)) == wanted
    assert tokens.fold(tokens.fold(text)) == tokens.fold(text)


@given(text=st.one_of(TEXTS, st.text(max_size=60)), corpus=corpora())
@relaxed
def test_any_text_as_a_query_is_answered_or_refused(
    fresh_index: Callable[[], Index], reader: Reader, text: str, corpus: list[Document]
) -> None:
    try:
        query = grammar.parse(text)
    except Refused:
        return
    index = fresh_index()
    index.add(corpus)

    assert set(index.search(query, limit=100)) == {d.id for d in corpus if reader(d, query.node)}
