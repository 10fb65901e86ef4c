"""`muniment import`: bring files in, and end in a balance sheet for each."""

import argparse
from pathlib import Path

from muniment.capture.archive import Archive
from muniment.capture.balance import BalanceSheet
from muniment.capture.connector import ImportOptions
from muniment.capture.leader import Leader
from muniment.capture.registry import connectors
from muniment.capture.spool import interrupted
from muniment.cli.output import Output, harmless
from muniment.desk.archive import actions
from muniment.desk.desk import open_desk
from muniment.record.clock import rfc3339
from muniment.record.errors import MunimentError
from muniment.record.words import _ as mark
from muniment.site.words import _, say
from muniment.vault.home import locate

HELP = mark("bring files into the archive; ends in a balance sheet")
SHOWN = 20
UNBALANCED = 1


def configure(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("connector", choices=connectors(), help=_("what kind of file it is"))
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=_("the files"))
    parser.add_argument(
        "--account",
        required=True,
        metavar="NAME",
        help=_("whose messages these are: one name for one phone, mailbox or feed"),
    )
    parser.add_argument("--timezone", metavar="ZONE", help=_("zone of times without one, such as Asia/Hong_Kong"))
    parser.add_argument(
        "--date-order",
        choices=("dmy", "mdy", "ymd"),
        help=_("order of day, month and year, where the file does not decide"),
    )


def run(options: argparse.Namespace, output: Output) -> int:
    """Import each file; one that is refused does not stop the others. Exit code 0 only when all of them balance."""
    code = 0
    with open_desk(*locate(), actor=options.actor) as desk:
        for path in options.paths:
            try:
                sheet = actions.bring_in(
                    desk,
                    path,
                    options.connector,
                    options.account,
                    ImportOptions(timezone=options.timezone, date_order=options.date_order),
                    lambda read, size, name=path.name: output.progress(f"{name}: {read:,} / {size:,}"),  # type: ignore[misc]
                )
            except MunimentError as refusal:
                output.error(f"{path}: {say(refusal)}")
                output.value({"file": str(path), "error": say(refusal)})
                code = code or refusal.exit_code
                continue
            output.clear_progress()
            print_sheet(sheet, output)
            output.value(as_json(sheet))
            code = code or (0 if sheet.balanced else UNBALANCED)
        for line in unfinished(desk.archive):
            output.line(line)
    return code


def unfinished(archive: Archive) -> list[str]:
    """A line for each import that was interrupted; none where another process leads, as one may be its."""
    try:
        with Leader(archive):
            left = interrupted(archive)
    except MunimentError:
        return []
    return [
        _("an import of {name}, begun {time}, was interrupted; run the same command again to finish it").format(
            name=harmless(each.name), time=rfc3339(each.started_at)
        )
        for each in left
    ]


def print_sheet(sheet: BalanceSheet, output: Output) -> None:
    """The balance sheet for people."""
    names = {
        "bytes": _("bytes"),
        "lines": _("lines"),
        "messages": _("messages"),
        "attachments": _("attachments"),
        "unread_files": _("unread files"),
    }
    fates = (_("seen"), _("stored"), _("duplicate"), _("rejected"))
    output.line(harmless(sheet.file))
    output.line(f"  {'':12} " + " ".join(f"{fate:>14}" for fate in fates))
    for what, count in sheet.counts.items():
        if what == "unread_files" and not count.seen:
            continue
        output.line(
            f"  {names[what]:12} {count.seen:>14,} {count.stored:>14,} {count.duplicate:>14,} {count.rejected:>14,}"
        )
    for rejection in sheet.rejected[:SHOWN]:
        output.line(
            "  "
            + _("rejected, kept as record {leaf}: {reason}").format(
                leaf=rejection.leaf, reason=harmless(rejection.reason)
            )
        )
    _more(sheet.rejected_count, output)
    for missing in sheet.missing[:SHOWN]:
        output.line(
            "  " + _("missing: {name}, named in record {leaf}").format(name=harmless(missing.name), leaf=missing.leaf)
        )
    _more(sheet.missing_count, output)
    if sheet.vanished:
        output.line(
            "  "
            + _(
                "vanished: {count} messages that an earlier export held are not in this one; search is:vanished"
            ).format(count=sheet.vanished)
        )
    for member, offset, length in sheet.unattributed[:SHOWN]:
        output.line(
            "  "
            + _("NOT ATTRIBUTED: {length} bytes from byte {offset} of {name}").format(
                length=length, offset=offset, name=harmless(member or sheet.file)
            )
        )
    _more(len(sheet.unattributed), output)
    output.line(
        "  " + (_("It balances.") if sheet.balanced else _("IT DOES NOT BALANCE; keep the file and report this."))
    )


def _more(count: int, output: Output) -> None:
    if count > SHOWN:
        output.line("  " + _("and {count} more; --json lists them").format(count=count - SHOWN))


def as_json(sheet: BalanceSheet) -> dict[str, object]:
    """The balance sheet for programs (docs/formats/commands-json.md)."""
    counts = {
        what: {"seen": c.seen, "stored": c.stored, "duplicate": c.duplicate, "rejected": c.rejected}
        for what, c in sheet.counts.items()
    }
    return {
        "file": sheet.file,
        "import": sheet.import_id,
        "balanced": sheet.balanced,
        **counts,
        "stored_records": [list(run) for run in sheet.stored_runs],
        "duplicate_records": [list(run) for run in sheet.duplicate_runs],
        "rejected": [
            {"record": r.leaf, "member": r.member, "at": list(r.at), "reason": r.reason} for r in sheet.rejected
        ],
        "missing": [{"record": m.leaf, "name": m.name} for m in sheet.missing],
        "vanished": sheet.vanished,
        "unattributed": [{"member": member, "at": [offset, length]} for member, offset, length in sheet.unattributed],
    }
