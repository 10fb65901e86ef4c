"""docs/commands.md: every command's own --help, in the order in which `muniment --help` names them.

`python -m tests.house.helptext` (`./dev docs`) rewrites the page; a test compares it.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "commands.md"

_HEAD = """# Commands

What each command says of itself. `./dev docs` writes this page from the commands; a test compares it with them.

`MUNIMENT_HOME` names the archive, `MUNIMENT_KEYS` the folder of its keys. `--json` prints one JSON object, or one a line
where a command lists. Errors are one line on standard error; the exit status says which kind:

| status | meaning |
|---|---|
| 0 | done |
| 1 | checked, and found at fault or not balanced |
| 2 | refused: the request or the input is not acceptable as it stands |
| 3 | not found |
| 4 | damaged: evidence does not check |
| 5 | a key is missing or is the wrong one |
| 6 | busy: another process holds what this one needs |
| 7 | the disk refused a write |
| 130 | interrupted |
"""


# Run apart, so that no test's language or width gets into the page.
_ASK = """
import argparse, json
from muniment.cli.main import parser

def walk(one):
    yield one.prog, one.format_help()
    for action in one._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from walk(below)

print(json.dumps(list(walk(parser()))))
"""


def sections() -> list[tuple[str, str]]:
    """(command, its help) for the program and everything below it, in the order in which they were added."""
    done = subprocess.run(
        [sys.executable, "-c", _ASK],
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "LANGUAGE": "en", "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    return [
        (name, "\n".join(line.rstrip() for line in text.strip().splitlines())) for name, text in json.loads(done.stdout)
    ]


def page() -> str:
    parts = [f"## {title}\n\n```text\n{text}\n```\n" for title, text in sections()]
    return "\n".join([_HEAD, *parts])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
