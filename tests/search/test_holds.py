"""A document is in a scope when the index finds it there: the two ways of asking agree, on both databases."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.record.errors import Refused
from muniment.search.ast import Everything, Field, Node, Not, Query, Sent, Text
from muniment.search.document import Document
from muniment.search.holds import holds
from muniment.search.index import Index
from tests.search.test_oracle import BOUNDS, TEXTS, WORDS, _joined, corpora, relaxed

ROLES = st.sampled_from(["from", "to", "with", "in", "account", "channel", "type"])
PARTS: st.SearchStrategy[Node] = st.one_of(
    st.builds(Field, ROLES, TEXTS, exact=st.just(True)),
    st.builds(Field, st.sampled_from(["account", "is", "has"]), WORDS),
    st.builds(Field, st.just("channel"), st.sampled_from(["whatsapp", "WeCom", "none"])),
    st.builds(Sent, BOUNDS, BOUNDS),
    st.just(Everything()),
)
SCOPES = st.recursive(PARTS, _joined, max_leaves=8)


@st.composite
def scoped(draw: st.DrawFn) -> tuple[list[Document], list[Node]]:
    """Documents, and scopes that ask for names which some of them bear."""
    corpus = draw(corpora())
    borne = [document.conversation.native for document in corpus]
    borne += [name.native for document in corpus for name in (document.sender, *document.recipients) if name]
    exact = st.builds(Field, ROLES, st.sampled_from(borne), exact=st.just(True))
    return corpus, draw(st.lists(st.one_of(exact, exact.map(Not), SCOPES), min_size=1, max_size=6))


@given(drawn=scoped())
@relaxed
def test_it_agrees_with_the_index(fresh_index: Callable[[], Index], drawn: tuple[list[Document], list[Node]]) -> None:
    corpus, scopes = drawn
    index = fresh_index()
    index.add(corpus)
    for scope in scopes:
        found = set(index.matches(Query(Everything()), scope=scope))

        assert {document.id for document in corpus if holds(scope, document)} == found


@pytest.mark.parametrize("node", [Text("word"), Field("from", "Chan"), Field("in", "desk")])
def test_it_refuses_what_no_scope_consists_of(node: Node, make_document: Callable[..., Document]) -> None:
    with pytest.raises(Refused, match="consists of"):
        holds(node, make_document("word"))
