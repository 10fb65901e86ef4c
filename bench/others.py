"""What people archive mail with today, on the same messages in the same run: notmuch and public-inbox, where installed.

Each message becomes a small e-mail in a maildir (writing them is not timed). Ours is the whole path, as the others' is:
from the file to found, and for us sealed and provable besides.
"""

import os
import shutil
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path

import msgspec

from bench.corpus import head
from bench.end_to_end import import_file
from bench.measure import Finished, run
from bench.report import Promise
from bench.setting import Setting

SUBSET = 50_000
INSTALL = "not installed: apt-get install notmuch public-inbox"
OURS = "Muniment on the same messages"

_PUBLIC_INBOX = """
use strict; use PublicInbox::InboxWritable;
my ($inbox, $maildir) = @ARGV;
my $ibx = PublicInbox::InboxWritable->new({
  inboxdir => $inbox, name => 'bench', version => 2, -primary_address => 'bench@bench.example',
  address => ['bench@bench.example'], indexlevel => 'full',
}, { nproc => 2 });
$ibx->init_inbox(0);
$ibx->import_maildir($maildir);
"""


class _Line(msgspec.Struct, frozen=True):
    id: str
    conversation: str
    sender: str
    sender_display: str
    sent_at: str
    text: str
    reply_to: str | None = None


def compare(setting: Setting) -> None:
    """Time all three on the same subset."""
    count = min(SUBSET, setting.corpus.messages)
    found = {name: shutil.which(name) for name in ("notmuch", "public-inbox-init")}
    if not any(found.values()):
        setting.report.leave_out("notmuch, public-inbox", INSTALL)
        return
    folder = setting.folder / "others"
    shutil.rmtree(folder, ignore_errors=True)
    part = head(setting.corpus, setting.folder / f"first-{count}.ndjson", count)
    _maildir(part, folder / "mail", count)
    os.sync()  # what was written for the others must not be written back while we are timed
    ours = import_file(setting.place("others-ours"), str(part))
    setting.report.say("others", f"{OURS} ({count:,})", count / ours.wall, "messages/s")
    if found["notmuch"]:
        _say(setting, "notmuch", _notmuch(folder, count, setting), ours, count, 5)
    else:
        setting.report.leave_out("notmuch", INSTALL)
    if found["public-inbox-init"]:
        _say(setting, "public-inbox", _public_inbox(folder), ours, count, 20)
    else:
        setting.report.leave_out("public-inbox", INSTALL)
    shutil.rmtree(folder, ignore_errors=True)
    setting.place("others-ours")


def _say(setting: Setting, name: str, theirs: Finished, ours: Finished, count: int, times: float) -> None:
    setting.report.check(
        "others", f"{name} takes the messages in", theirs.code == 0, theirs.out[-200:] if theirs.code else ""
    )
    if theirs.code:
        return
    say = setting.report.say
    say("others", f"{name} on the same messages", count / theirs.wall, "messages/s")
    say(
        "others",
        f"Muniment beside {name}, wall time",
        theirs.wall / ours.wall,
        "×",
        promise=Promise("at least", times),
        yardstick=f"{theirs.wall:.1f} s, ours {ours.wall:.1f} s",
    )
    say(
        "others",
        f"Muniment beside {name}, processor time",
        theirs.cpu / ours.cpu,
        "×",
        yardstick=f"{theirs.cpu:.1f} s, ours {ours.cpu:.1f} s",
    )


def _maildir(corpus: Path, mail: Path, count: int) -> None:
    for name in ("cur", "new", "tmp"):
        (mail / name).mkdir(parents=True)
    decode = msgspec.json.Decoder(_Line).decode
    with corpus.open("rb") as file:
        for number, data in zip(range(count), file, strict=False):
            line = decode(data)
            reply = f"In-Reply-To: <{line.reply_to}@bench.example>\n" if line.reply_to else ""
            (mail / "cur" / f"{number:08d}.bench:2,S").write_bytes(
                f"From: {line.sender} <{line.sender}@bench.example>\nTo: {line.conversation}@bench.example\n"
                f"Subject: {line.conversation}\nDate: {format_datetime(datetime.fromisoformat(line.sent_at))}\n"
                f"Message-ID: <{line.id}@bench.example>\n{reply}MIME-Version: 1.0\n"
                f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{line.text}\n".encode()
            )


def _notmuch(folder: Path, count: int, setting: Setting) -> Finished:
    config = folder / "notmuch"
    config.write_text(
        f"[database]\npath={folder / 'mail'}\n[user]\nname=bench\nprimary_email=bench@bench.example\n[new]\ntags=\n[search]\nexclude_tags=\n",
        encoding="utf-8",
    )
    environment = {**os.environ, "NOTMUCH_CONFIG": str(config), "XAPIAN_CJK_NGRAM": "1"}
    finished = run(["notmuch", "new", "--quiet"], environment=environment)
    taken = run(["notmuch", "count", "*"], environment=environment).out.strip()
    setting.report.check("others", "notmuch counts as many messages", taken == str(count), taken)
    return finished


def _public_inbox(folder: Path) -> Finished:
    environment = {**os.environ, "XAPIAN_CJK_NGRAM": "1", "PI_CONFIG": str(folder / "pi"), "HOME": str(folder)}
    return run(
        ["perl", "-e", _PUBLIC_INBOX, "--", str(folder / "inbox"), str(folder / "mail")], environment=environment
    )
