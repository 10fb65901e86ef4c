"""`muniment verify`: check the whole archive, and name what is at fault by file, record and byte range."""

import argparse

from muniment.cli.output import Output, harmless
from muniment.desk.archive.verification import Verdict, verify_archive
from muniment.journal.check import Finding
from muniment.record.words import _ as mark
from muniment.site.words import _, say
from muniment.vault.home import locate

HELP = mark("check the whole archive: logs, segments, keys, catalog and index agree")
AT_FAULT = 1
SHOWN = 1_000


def configure(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument(
        "--since", metavar="SEAL", help=_("a seal that an outside party kept: the archive must extend it")
    )


def run(options: argparse.Namespace, output: Output) -> int:
    """Print each finding as it is made, then the verdict. Exit code 0 when there is none, else 1."""
    printed = 0

    def found(finding: Finding) -> None:
        nonlocal printed
        printed += 1
        output.value(as_json(finding))
        if printed <= SHOWN:
            output.clear_progress()
            output.line(sentence(finding))

    verdict = verify_archive(
        *locate(),
        found,
        actor=options.actor,
        since=options.since,
        progress=lambda log, done, size: output.progress(f"{log}: {done:,} / {size:,}"),
    )
    output.clear_progress()
    if printed > SHOWN:
        output.line(_("… and {count} more; --json lists them").format(count=printed - SHOWN))
    print_verdict(verdict, output)
    output.value(summary(verdict))
    return 0 if verdict.sound else AT_FAULT


def sentence(finding: Finding) -> str:
    """A finding on one line: file, record, bytes, what."""
    where = finding.file
    if finding.leaf is not None:
        where += " · " + _("record {leaf}").format(leaf=finding.leaf)
    if finding.bytes is not None:
        where += " · " + _("bytes {first} to {last}").format(first=finding.bytes[0], last=finding.bytes[1])
    mild = _("left by a crash, or added")
    return harmless(f"{where}: {text(finding)}") + (f" [{mild}]" if finding.mild else "")


def text(finding: Finding) -> str:
    """What a finding says, in the reader's language."""
    spoken = {name: _(value) if isinstance(value, str) else value for name, value in finding.spoken.items()}
    try:
        return _(finding.template).format(**spoken)
    except (KeyError, IndexError, ValueError):
        return str(finding)


def print_verdict(verdict: Verdict, output: Output) -> None:
    """What was looked at, and the verdict."""
    counts = verdict.counts
    output.line(
        _("{leaves} leaves in two logs, {checkpoints} checkpoints, {envelopes} envelopes of {size} bytes").format(
            leaves=f"{counts.leaves:,}",
            checkpoints=f"{counts.checkpoints:,}",
            envelopes=f"{counts.envelopes:,}",
            size=f"{counts.envelope_bytes:,}",
        )
    )
    output.line(
        _("{opened} records opened, {disposed} disposed of, {waiting} waiting in intake").format(
            opened=f"{counts.opened:,}", disposed=f"{counts.disposed:,}", waiting=f"{counts.waiting:,}"
        )
    )
    if not verdict.compared:
        output.line(
            _(
                "The catalog was not compared: it is made from the sealed records, and those are at fault. Mend them first."
            )
        )
    if verdict.unrecorded is not None:
        output.line(
            _("That this check ran could not be recorded in the audit log: {reason}").format(
                reason=say(verdict.unrecorded)
            )
        )
    if verdict.sound:
        output.line(_("Sound: every byte is as it was sealed, and the catalog says what the records say."))
        if verdict.since:
            output.line(_("It extends the seal: nothing that the seal covers was rewritten or removed."))
        else:
            output.line(
                _(
                    "Not excluded without a seal (--since): a rewrite by the keys' holder, a return to an older copy of everything."
                )
            )
    elif verdict.faults and verdict.compared:
        # The catalog is compared only when nothing that is sealed is at fault: so it is the catalog alone.
        output.line(
            _(
                "THE CATALOG IS AT FAULT: {count} findings. Nothing sealed is affected: `muniment rebuild` makes the catalog again."
            ).format(count=verdict.faults + verdict.leavings)
        )
    elif verdict.faults:
        output.line(
            _(
                "AT FAULT: {count} findings. Keep this archive as it is, and restore what is named from a backup beside it."
            ).format(count=verdict.faults + verdict.leavings)
        )
    else:
        output.line(
            _(
                "NOT CLEAN: {count} findings of what a crash leaves, or somebody added. Nothing sealed is affected. Write, then verify again."
            ).format(count=verdict.leavings)
        )


def as_json(finding: Finding) -> dict[str, object]:
    """A finding for programs (docs/formats/commands-json.md): `at` is offset and length."""
    at = None if finding.bytes is None else [finding.bytes[0], finding.bytes[1] - finding.bytes[0] + 1]
    return {"file": finding.file, "record": finding.leaf, "at": at, "what": text(finding), "mild": finding.mild}


def summary(verdict: Verdict) -> dict[str, object]:
    """The last object."""
    counts = verdict.counts
    return {
        "verdict": "intact" if verdict.sound else "damaged",
        "checked": {
            "leaves": counts.leaves,
            "checkpoints": counts.checkpoints,
            "envelopes": counts.envelopes,
            "envelope_bytes": counts.envelope_bytes,
            "records": counts.opened,
            "waiting": counts.waiting,
        },
        "disposed": counts.disposed,
        "faults": verdict.faults,
        "leavings": verdict.leavings,
        "catalog_compared": verdict.compared,
        "since": verdict.since,
        "recorded": verdict.unrecorded is None,
    }
