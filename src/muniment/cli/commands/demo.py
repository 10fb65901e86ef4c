"""`muniment demo`: a demonstration firm in an archive of its own, a walk through it, and a copy to tamper with."""

import argparse
import os
import shlex
import shutil
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

from muniment.capture.connector import ImportOptions
from muniment.capture.leader import LOCK
from muniment.cli.commands.import_ import as_json, print_sheet
from muniment.cli.demo import ORIGIN, Step, generate, steps
from muniment.cli.demo.alive import come_alive
from muniment.cli.demo.clock import Clock
from muniment.cli.demo.desk import seed
from muniment.cli.demo.live import HOURS
from muniment.cli.demo.model import HONG_KONG
from muniment.cli.output import Output
from muniment.desk.archive import actions
from muniment.desk.desk import open_desk, system_user
from muniment.desk.schema import make_desk
from muniment.record.errors import MunimentError, Refused
from muniment.record.words import _ as mark
from muniment.site.words import _
from muniment.vault.database import remove_archive
from muniment.vault.home import locate, open_home, server_of

HELP = mark("make a demonstration firm in an archive of its own; tour it; tamper with a copy")
SEED = 7
DAMAGED = "damaged"
AT_FAULT = 1
"""The exit code of `verify` when something does not check."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument(
        "act",
        nargs="?",
        choices=("make", "tour", "tamper"),
        default="make",
        help=_("make it (the default), walk through it, or flip one byte of a copy"),
    )
    parser.add_argument(
        "--date",
        type=day,
        metavar="YYYY-MM-DD",
        help=_("the firm's newest day (default: yesterday, there); the same day and seed give the same firm"),
    )
    parser.add_argument(
        "--seed", type=int, default=SEED, metavar="N", help=_("another seed, another firm (default: %(default)s)")
    )


def day(text: str) -> date:
    """A day from the command line."""
    return date.fromisoformat(text)


def run(options: argparse.Namespace, output: Output) -> int:
    """Do what was asked; raises Refused on an archive that is not a demonstration."""
    path, keys = locate()
    files = path.with_name(path.name + ".files")
    if options.act == "make":
        return _make(options, output, path, keys, files)
    _only_a_demonstration(path, keys)
    if options.act == "tamper":
        return _tamper(output, path, keys)
    firm = generate(files, seed=options.seed, until=options.date or _anchor(files))
    return max([_walk(step, output, path, keys) for step in steps(firm)], default=0)


def _make(options: argparse.Namespace, output: Output, path: Path, keys: Path, files: Path) -> int:
    if (path / "archive.json").exists():
        _only_a_demonstration(path, keys)
        raise Refused(
            "the demonstration archive is there already; walk through it with `muniment demo tour`, or remove {folder} and its keys",
            folder=str(path),
        )
    server = server_of(keys)
    if server is not None and not (path.is_dir() and any(path.iterdir())):
        # Whoever removed the folders of the last one could not remove what the server held of it.
        remove_archive(server, ORIGIN, LOCK)
    until = options.date or datetime.now(HONG_KONG).date() - timedelta(days=1)  # nothing was said later than now
    clock = Clock(HOURS)
    actions.create(path, keys, ORIGIN, options.actor or system_user(), clock=clock)
    files.mkdir(parents=True, exist_ok=True)
    firm = generate(files, seed=options.seed, until=until)
    (files / "anchor").write_text(until.isoformat(), "ascii")
    code = 0
    with open_desk(path, keys, options.actor, clock=clock) as desk:
        for item in firm.imports:
            chosen = ImportOptions(timezone=item.timezone, date_order=item.date_order)
            sheet = actions.bring_in(
                desk,
                item.path,
                item.connector,
                item.account,
                chosen,
                lambda read, size, name=item.path.name: output.progress(f"{name}: {read:,} / {size:,}"),  # type: ignore[misc]
            )
            output.clear_progress()
            print_sheet(sheet, output)
            output.value(as_json(sheet))
            code = code or (0 if sheet.balanced else 1)
        make_desk(desk.archive.home)
        people = seed(desk, until)
        actions.settle(desk)
        come_alive(desk, clock, people, options.seed)
    output.line(_("The demonstration firm is in {path}. Walk through it: muniment demo tour").format(path=path))
    return code


def _tamper(output: Output, path: Path, keys: Path) -> int:
    """Copy the archive and flip one bit in the middle of the copy's first segment; the archive itself stays as it is."""
    copy, copy_keys = path.with_name(f"{path.name}.{DAMAGED}"), path.with_name(f"{path.name}.{DAMAGED}.keys")
    _clear(copy, copy_keys, keys)
    for old, new in ((path, copy), (keys, copy_keys)):
        shutil.copytree(old, new)
    segment = min((copy / "seg" / "records").iterdir())
    data = bytearray(segment.read_bytes())
    place = len(data) // 2
    data[place] ^= 1
    segment.write_bytes(data)
    output.line(
        _("Flipped one bit of byte {place} of {file} in a copy, {copy}. See who notices:").format(
            place=place, file=segment.name, copy=copy
        )
    )
    output.line(f"  MUNIMENT_HOME={shlex.quote(str(copy))} MUNIMENT_KEYS={shlex.quote(str(copy_keys))} muniment verify")
    output.value({"home": str(copy), "keys": str(copy_keys), "file": f"seg/records/{segment.name}", "byte": place})
    return 0


def _clear(copy: Path, copy_keys: Path, keys: Path) -> None:
    """Remove the copy of an earlier time; raises Refused where something else lies there.

    Where the databases are in PostgreSQL, a copy shares those of the archive that it was made of, which stay: `keys`, the
    folder of that one, says where they are, even if an earlier removal got no further than the copy's own keys.
    """
    if os.path.lexists(copy):
        try:
            _only_a_demonstration(copy, keys)
            ours = not copy.is_symlink() and not copy_keys.is_symlink()
        except MunimentError:
            ours = False
    else:
        ours = not os.path.lexists(copy_keys)
    if not ours:
        raise Refused(
            "{folder} or {keys} is there and is no copy of a demonstration; move it away, then run this again",
            folder=str(copy),
            keys=str(copy_keys),
        )
    for folder in (copy_keys, copy):  # the archive last: it is what says that both are ours
        if folder.exists():
            shutil.rmtree(folder)


def _walk(step: Step, output: Output, path: Path, keys: Path) -> int:
    """Show one step of the tour and run its command; 0 when it did what the tour says."""
    home, its_keys = (
        (path, keys)
        if not step.damaged
        else (path.with_name(f"{path.name}.{DAMAGED}"), path.with_name(f"{path.name}.{DAMAGED}.keys"))
    )
    environment = {"MUNIMENT_HOME": str(home), "MUNIMENT_KEYS": str(its_keys)}
    words = [word for each in step.argv for word in (_keys(path, keys) if each == "{keys}" else [each])]
    if step.argv[0] == "produce":
        Path(words[words.index("--out") + 1]).unlink(missing_ok=True)
    output.line()
    output.line(f"── {_(step.title)}. {_(step.why)}")
    output.line(f"$ muniment {shlex.join(words)}")
    done = subprocess.run(
        [sys.executable, "-m", "muniment.cli.main", *words],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    output.line((done.stdout + done.stderr).rstrip())
    went_well = done.returncode == (AT_FAULT if step.damaged else 0)
    if step.expected is not None:
        went_well = went_well and done.stdout.strip() == str(step.expected)
    output.value({"title": step.title, "argv": words, "exit": done.returncode, "as_expected": went_well})
    if not went_well:
        output.error(
            _("this step did not end as the tour says; expected {expected}").format(
                expected=step.expected if step.expected is not None else "exit 0"
            )
        )
    return 0 if went_well else 1


def _keys(path: Path, keys: Path) -> list[str]:
    with open_desk(path, keys) as desk:
        return [word for signer in desk.archive.signers.values() for word in ("--key", signer.vkey)]


def _only_a_demonstration(path: Path, keys: Path) -> None:
    """Raise Refused unless the archive at `path` is a demonstration."""
    origin = open_home(path, keys).origin
    if origin != ORIGIN:
        raise Refused(
            "{folder} is the archive of {origin}, not a demonstration; name another MUNIMENT_HOME",
            folder=str(path),
            origin=origin,
        )


def _anchor(files: Path) -> date:
    """The newest day of the firm that was made."""
    try:
        return date.fromisoformat((files / "anchor").read_text("ascii"))
    except (OSError, ValueError):
        raise Refused(
            "{folder} does not say on which day this firm ends; say it with --date", folder=str(files)
        ) from None
