"""`muniment`: reads the arguments, speaks the reader's language, runs one command, and turns a refusal into one line."""

import argparse
import importlib
import io
import os
import resource
import sys
from collections.abc import Sequence

from muniment.cli.output import Output
from muniment.record.errors import MunimentError, StorageFailed
from muniment.site.version import version
from muniment.site.words import LANGUAGES, _, choose, say, use
from muniment.vault.behind import stand_back

COMMANDS = (
    "init",
    "demo",
    "user",
    "serve",
    "web",
    "worker",
    "import",
    "events",
    "search",
    "produce",
    "verify",
    "verify-bundle",
    "key",
    "checkpoint",
    "backup",
    "restore",
    "rebuild",
    "people",
)
LONG = frozenset({"import", "rebuild", "verify", "produce", "backup"})
"""Commands that stand back behind whoever reads pages or sends messages meanwhile (vault/behind.py)."""
INTERRUPTED = 130


class Parser(argparse.ArgumentParser):
    """An argument parser whose refusals are one line that says what to do."""

    def error(self, message: str) -> "None":  # type: ignore[override]
        """Say what is wrong and where help is; exit code 2."""
        print(
            _("{command}: {message}; see `{command} --help`").format(command=self.prog, message=message),
            file=sys.stderr,
        )
        raise SystemExit(2)


def parser(names: Sequence[str] = COMMANDS) -> argparse.ArgumentParser:
    """The command line, or the part of it that these commands are: each brings in the rooms that it needs."""
    common = Parser(add_help=False)
    common.add_argument(
        "--json", action="store_true", help=_("print JSON for programs (docs/formats/commands-json.md)")
    )
    common.add_argument(
        "--as",
        dest="actor",
        metavar="NAME",
        type=_actor,
        help=_("the person in whose name this is done; recorded in the audit log"),
    )
    common.add_argument("--lang", choices=sorted(LANGUAGES), help=_("language of what is printed"))
    top = Parser(
        prog="muniment",
        description=_(
            "Keeps, finds and proves a firm's messages. MUNIMENT_HOME names the archive, MUNIMENT_KEYS its keys."
        ),
    )
    top.add_argument("--version", action="version", version=f"muniment {version()}")
    commands = top.add_subparsers(dest="command", metavar=_("COMMAND"), required=True, parser_class=Parser)
    for name in names:
        module = importlib.import_module(
            f"muniment.cli.commands.{name.replace('-', '_')}_"
            if name == "import"
            else f"muniment.cli.commands.{name.replace('-', '_')}"
        )
        command = commands.add_parser(
            name, help=_(module.HELP), description=_(module.HELP), parents=[common], allow_abbrev=False
        )
        module.configure(command)
        command.set_defaults(run=module.run)
    return top


def _actor(name: str) -> str:
    """A name for the audit log; `user:` is how the pages name whoever signed in, and nobody signs in on a command line."""
    if name.startswith("user:"):
        raise argparse.ArgumentTypeError(_("a name that begins with user: is somebody's who signed in to the pages"))
    return name


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code: 0 done, 1 found at fault, 2 refused, 3 to 7 as record/errors.py says."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # keys and messages are in this memory
    arguments = list(sys.argv[1:] if argv is None else argv)
    use(choose(_language(arguments)))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without Unicode shows code points, no traceback
    first = arguments[:1]
    try:
        options = parser(first if first and first[0] in COMMANDS else COMMANDS).parse_args(arguments)
    except MunimentError as refusal:  # a connector of the firm's own that cannot be
        print(f"muniment: {say(refusal)}", file=sys.stderr)
        return refusal.exit_code
    if options.json and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # JSON is UTF-8 whatever the terminal is (RFC 8259 §8.1)
    output = Output(as_json=options.json)
    if argv is None and options.command in LONG:
        stand_back()
    try:
        code: int = options.run(options, output)
    except MunimentError as refusal:
        output.error(f"muniment {options.command}: {say(refusal)}")
        return refusal.exit_code
    except KeyboardInterrupt:
        output.error(
            _("muniment: interrupted; what was acknowledged is kept, the same command goes on where it stopped")
        )
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as problem:  # what no room expected: most often a file of another user
        name, reason = str(problem.filename or "?"), problem.strerror or type(problem).__name__
        failed = StorageFailed("{file} cannot be read: {reason}; check its permissions", file=name, reason=reason)
        output.error(f"muniment {options.command}: {say(failed)}")
        return failed.exit_code
    output.clear_progress()
    return code


def _language(arguments: Sequence[str]) -> str | None:
    """The value of --lang, needed before the parser that would find it can be built in that language."""
    for place, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            return argument.partition("=")[2] if argument.partition("=")[2] in LANGUAGES else None
        if argument == "--lang" and place + 1 < len(arguments):
            return arguments[place + 1] if arguments[place + 1] in LANGUAGES else None
    return None


if __name__ == "__main__":
    raise SystemExit(main())
