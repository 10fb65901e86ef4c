"""What the verifier says is known, sentence by sentence: its source is read, so that a new one is not forgotten."""

import ast
import inspect

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from muniment.desk.productions.findings import SENTENCES, read
from muniment.proof import verifier

VALUES = st.from_regex(r"[a-z0-9][a-z0-9./:-]{0,20}", fullmatch=True)


def test_every_sentence_that_the_verifier_says_is_known() -> None:
    said = sentences()
    assert len(said) > 20
    assert [sentence for sentence in said if not read(sentence).known] == []


@given(st.sampled_from(SENTENCES), st.data())
def test_a_sentence_keeps_its_values(sentence: str, data: st.DataObject) -> None:
    names = list(dict.fromkeys(part.partition("}")[0] for part in sentence.split("{")[1:]))
    values = {name: data.draw(VALUES, label=name) for name in names}
    said = sentence.format(**values)

    assert read(said).text == said
    with override("zh-hant"):
        found = read(said)
    assert found.known and found.text != said
    for value in values.values():
        assert value in found.text


@pytest.mark.parametrize("said", ["", "Something else entirely", "12 files; and nothing more"])
def test_what_is_not_known_is_shown_as_it_was_said(said: str) -> None:
    with override("zh-hant"):
        assert (read(said).text, read(said).known) == (said, False)


def sentences() -> list[str]:
    """Every sentence of a check that passed and of what is not proven, with a number where the verifier puts a value."""
    found: list[str] = []
    tree = ast.parse(inspect.getsource(verifier))
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        known = {"everywhere": ["in the whole archive, whatever was asked"]}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                name = node.targets[0].id
                if isinstance(node.value, ast.Dict) and name == "words":
                    known["text"] = [text for value in node.value.values for text in spelled(value, known)]
                elif isinstance(node.value, ast.JoinedStr):
                    known[name] = spelled(node.value, known)
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                called = ast.unparse(node.func)
                if called == "self.passed":
                    found += [text for argument in node.args for text in spelled(argument, known)]
                elif called in {"said.append", "said.extend"}:
                    given = node.args[0].elt if isinstance(node.args[0], ast.GeneratorExp) else node.args[0]
                    found += spelled(given, known)
    return found


def spelled(node: ast.expr, known: dict[str, list[str]]) -> list[str]:
    """What an expression may say; `known` are the variables that hold sentences."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.Name(id=name):
            return known[name]
        case ast.JoinedStr(values=parts):
            said = [""]
            for part in parts:
                if isinstance(part, ast.FormattedValue):
                    more = known.get(ast.unparse(part.value), ["7"])
                else:
                    more = spelled(part, known)
                said = [before + after for before in said for after in more]
            return said
    raise AssertionError(f"a sentence is put together in a new way: {ast.unparse(node)}")
