"""The words after `is:` and `has:` are those that the connectors and the catalog give, no more and no fewer."""

import ast
from collections.abc import Iterator
from pathlib import Path

import muniment
from muniment.catalog.documents import document
from muniment.record.event import Attachment, AttachmentStatus, Event, Kind
from muniment.search.known import FLAGS, THINGS

ROOT = Path(muniment.__file__).parent
FILES = sorted([*ROOT.glob("capture/**/*.py"), *ROOT.glob("catalog/*.py")])
NAMES = ("flags", "problem")


def named(node: ast.AST) -> str:
    """The name that `node` is or has last: `flags` for flags, line.flags, more_flags and meta["flags"]."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
    return ""


def words(node: ast.AST, constants: dict[str, str]) -> Iterator[str]:
    """The texts that an expression for flags may give; what stands in its conditions and arguments is none."""
    match node:
        case ast.Constant(value=str(text)) if text:
            yield text
        case ast.Name(id=name) if name in constants:
            yield constants[name]
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from words(part, constants)
        case ast.Starred(value=part):
            yield from words(part, constants)
        case ast.BinOp(left=left, right=right) | ast.IfExp(body=left, orelse=right):
            yield from words(left, constants)
            yield from words(right, constants)


def given(trees: list[ast.Module], constants: dict[str, str]) -> Iterator[str]:
    """Every text that is assigned to flags, handed over as flags, or returned by a function at the place of flags."""
    returned: set[tuple[str, int]] = set()
    for node in (node for tree in trees for node in ast.walk(tree)):
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Call(func=called)):
                returned.update((named(called), at) for at, x in enumerate(targets) if named(x).endswith(NAMES))
    for function in (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        for back in (node for node in ast.walk(function) if isinstance(node, ast.Return)):
            if isinstance(back.value, ast.Tuple):
                for at, part in enumerate(back.value.elts):
                    if (function.name, at) in returned:
                        yield from words(part, constants)
    for node in (node for tree in trees for node in ast.walk(tree)):
        match node:
            case ast.Assign(targets=[target], value=value) if not isinstance(target, ast.Tuple):
                pairs = [(target, value)]
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                pairs = list(zip(targets, values, strict=True))
            case ast.AugAssign(target=target, value=value) | ast.AnnAssign(target=target, value=ast.expr() as value):
                pairs = [(target, value)]
            case ast.keyword(arg=str(name), value=value):
                pairs = [(ast.Name(id=name), value)]
            case _:
                continue
        for target, value in pairs:
            if named(target).endswith(NAMES):
                yield from words(value, constants)


def test_the_flags_are_what_the_connectors_and_the_catalog_give() -> None:
    trees = [ast.parse(file.read_text("utf-8")) for file in FILES]
    constants = {
        node.targets[0].id: node.value.value
        for tree in trees
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }

    assert sorted(set(given(trees, constants))) == list(FLAGS)


def test_the_things_are_what_the_catalog_gives() -> None:
    names = ["a.png", "a.mp4", "a.opus", "a.vcf", "a.pdf", "a.unknown"]
    attachments = tuple(Attachment(name=name, status=AttachmentStatus.OMITTED) for name in names)
    event = Event(kind=Kind.MESSAGE, conversation="c", text="https://example.com", attachments=attachments)

    assert sorted(document(1, event, "ndjson")[1].has) == list(THINGS)
