"""docs/commands.md: every command's own --help, in the order in which `muniment --help` names them.

`python -m tests.house.helptext` (`./dev docs`) rewrites the page; a test compares it.
"""

import os
import re
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
| 1 | failed otherwise |
| 2 | refused: the request or the input is not acceptable as it stands |
| 3 | not found |
| 4 | damaged: evidence does not check |
| 5 | a key is missing or is the wrong one |
| 6 | busy: another process holds what this one needs |
| 7 | the disk refused a write |
"""


def help_of(*path: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from muniment.cli.main import main; sys.exit(main())", *path, "--help"],
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "LANGUAGE": "en", "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    return "\n".join(line.rstrip() for line in done.stdout.splitlines()).strip()


def below(text: str) -> list[str]:
    """The subcommands that a help text's usage names."""
    usage = text.partition("\n\n")[0]
    found = re.search(r"\{([\w,\s-]+)\}\s+\.\.\.", usage)
    return [name.strip() for name in found[1].split(",")] if found else []


def sections(*path: str) -> list[tuple[str, str]]:
    text = help_of(*path)
    found = [(" ".join(("muniment", *path)), text)]
    for name in below(text):
        found += sections(*path, name)
    return found


def page() -> str:
    parts = [f"## {title}\n\n```text\n{text}\n```\n" for title, text in sections()]
    return "\n".join([_HEAD, *parts])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
