"""The notation that scenes are written in, and how a scene becomes words.

A scene is a block of lines between blank lines::

    @order
    C: [Morning|Hi] {s}, buy {qty} {stock} at {px}
    S^: Buy {qty} {stock} ({code}), limit {px}, day. [Correct?|Right?]
    C!: oops, wrong chat
    S+pdf: Here it is

A line is said by `C` (client) or `S` (staff), in rooms by `A` to `E` (members). `^` answers the line before, `!` is
recalled afterwards, `+kind` carries an attachment. `{slot}` is chosen once a scene and then stays the same, so that a
read-back repeats the order; `{slot2}` is another choice of the same slot. `[a|b]` is chosen anew each time and may
nest; an empty branch is allowed. `@tags` on the first line say when a scene may happen.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

_LINE = re.compile(r"(?P<who>[A-E]|S|C)(?P<marks>[\^!]*)(?:\+(?P<attachment>[a-z]+))?: (?P<text>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """One message to be of a scene."""

    who: str
    text: str
    answers: bool = False
    recalled: bool = False
    attachment: str | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """A short dialogue; `tags` out of `order`, `morning`, `open`, `close`, `evening`, `weekend`."""

    tags: frozenset[str]
    lines: tuple[Line, ...]


def parse_scenes(source: str) -> tuple[Scene, ...]:
    """Read scenes out of their notation; raises ValueError at a line that is none."""
    return tuple(_parse_scene(block) for block in re.split(r"\n\s*\n", source.strip()))


def _parse_scene(block: str) -> Scene:
    tags: frozenset[str] = frozenset()
    lines: list[Line] = []
    for row in block.strip().splitlines():
        if row.startswith("@"):
            tags = frozenset(row[1:].split())
            continue
        match = _LINE.fullmatch(row)
        if match is None:
            raise ValueError(f"not a line of a scene: {row!r}")
        marks = match["marks"]
        lines.append(
            Line(
                who=match["who"],
                text=match["text"].replace("\\n", "\n"),
                answers="^" in marks,
                recalled="!" in marks,
                attachment=match["attachment"],
            )
        )
    return Scene(tags, tuple(lines))


def expand(template: str, choose: Random, slot: Callable[[str], str]) -> str:
    """The words of `template`: slots filled by `slot`, alternatives chosen by `choose`."""
    words, end = _expand(template, 0, choose, slot, inside=False)
    if end != len(template):
        raise ValueError(f"unbalanced brackets: {template!r}")
    return words


def _expand(text: str, at: int, choose: Random, slot: Callable[[str], str], *, inside: bool) -> tuple[str, int]:
    """Expand from `at` to the closing bracket (`inside`) or the end; every branch is read, one is kept."""
    branches: list[list[str]] = [[]]
    while at < len(text):
        character = text[at]
        if character == "{":
            close = text.index("}", at)
            branches[-1].append(slot(text[at + 1 : close]))
            at = close + 1
        elif character == "[":
            words, at = _expand(text, at + 1, choose, slot, inside=True)
            branches[-1].append(words)
        elif character == "|" and inside:
            branches.append([])
            at += 1
        elif character == "]" and inside:
            return "".join(choose.choice(branches)), at + 1
        else:
            branches[-1].append(character)
            at += 1
    if inside:
        raise ValueError(f"unbalanced brackets: {text!r}")
    return "".join(branches[0]), at
