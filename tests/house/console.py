"""Documents that fail when they lie: runs the ```console blocks of a document and compares what they print.

In a block, a line that begins with `$ ` is a command for sh, and what follows is what it prints, standard error
included. A line `...` stands for any lines, `...` within a line for any text. A command must exit 0 unless it ends in a
comment `# exits N`. All blocks of a document run in order, in one fresh folder with a MUNIMENT_HOME of its own, where
`./dev`, `docs/` and `src/` are ours and `muniment` is on the path.
"""

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
_MARK = "\x1edone"
_FENCE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EXITS = re.compile(r"#\s*exits (\d+)\s*$")


@dataclass(slots=True)
class Command:
    """One command of a document and what the document says that it prints."""

    line: str
    shown: list[str] = field(default_factory=list)

    @property
    def exits(self) -> int:
        found = _EXITS.search(self.line)
        return int(found[1]) if found else 0


def commands(document: str) -> list[Command]:
    """The commands of a document's console blocks, in order; a command goes on after a trailing backslash."""
    found: list[Command] = []
    for block in _FENCE.findall(document):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append(Command(line[2:]))
            elif not found:
                raise ValueError(f"a console block begins with output: {line!r}")
            elif found[-1].line.endswith("\\") and not found[-1].shown:
                found[-1].line = found[-1].line[:-1].rstrip() + " " + line.strip()
            else:
                found[-1].shown.append(line)
    return found


def matches(shown: list[str], printed: list[str]) -> bool:
    """Whether `printed` is what the document shows, wildcards and trailing blanks aside."""
    pattern = ""
    for line in shown:
        if line.strip() == "...":
            pattern += r"(?:[^\n]*\n)*?"
        else:
            pattern += ".*?".join(re.escape(part) for part in line.rstrip().split("...")) + r"[ \t]*\n"
    return re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in printed)) is not None


def run(document: str, folder: Path) -> list[str]:
    """Run a document's commands in `folder`; what was not as shown, one paragraph each."""
    asked = commands(document)
    script = "exec 2>&1\n" + "".join(f"{c.line}\nprintf '{_MARK} %d\\n' \"$?\"\n" for c in asked)
    (folder / "dev").write_text(f'#!/bin/sh\nexec "{ROOT}/dev" "$@"\n', encoding="utf-8")
    (folder / "dev").chmod(0o755)
    for name in ("docs", "src"):
        (folder / name).symlink_to(ROOT / name)
    environment = {
        "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "LANGUAGE": "en",
        "TZ": "UTC",
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "MUNIMENT_HOME": str(folder / "home"),
        "MUNIMENT_KEYS": str(folder / "keys"),
    }
    done = subprocess.run(
        ["sh"],
        input=script,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        timeout=300,
        check=False,
    )
    pieces = re.split(rf"{_MARK} (\d+)\n", done.stdout)
    wrong: list[str] = []
    for at, command in enumerate(asked):
        if 2 * at + 1 >= len(pieces):
            wrong.append(f"$ {command.line}\nthe shell stopped here, after:\n{pieces[-1]}")
            break
        printed, code = pieces[2 * at].splitlines(), int(pieces[2 * at + 1])
        if code != command.exits:
            wrong.append(
                f"$ {command.line}\nexit status {code}, shown as {command.exits}; printed:\n" + "\n".join(printed)
            )
        elif not matches(command.shown, printed):
            said = "\n".join(["shown:", *command.shown, "printed:", *printed])
            wrong.append(f"$ {command.line}\n{said}")
    return wrong
