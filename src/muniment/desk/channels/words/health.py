"""How a connection is heard, why something is missing and what can be done about it: words for what the worker found."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from muniment.capture.feeds.gap import Reason
from muniment.desk.channels.condition import State

STATES: dict[State, tuple[str, Any, Any]] = {
    State.OFF: ("", pgettext_lazy("a connection", "off"), _("It is switched off: nothing is captured.")),
    State.NEW: ("", pgettext_lazy("a connection", "not heard yet"), _("It is switched on, and nothing has come so far.")),
    State.HEARD: ("accent", pgettext_lazy("a connection", "heard"), _("A record or a test message came within the time in which something must.")),
    State.RESTING: ("", pgettext_lazy("a connection", "resting"), _("Outside its usual hours: nothing is known now; a stop shows when they begin.")),
    State.FAILING: ("pending", pgettext_lazy("a connection", "failing"), _("The platform answered a short while ago, and does not now.")),
    State.SILENT: ("broken", pgettext_lazy("a connection", "silent"), _("Nothing came for longer than it may.")),
    State.BEHIND: ("broken", pgettext_lazy("a connection", "behind"), _("Its platform holds more than was pulled for longer than it may.")),
    State.DEAD: ("broken", pgettext_lazy("a connection", "not reached"), _("Its platform was not reached for longer than it may be.")),
    State.SEALED: ("broken", pgettext_lazy("a connection", "not opened"), _("What comes is kept as it came: no key that was entered opens it.")),
    State.UNABLE: ("broken", pgettext_lazy("a connection", "not usable"), _("Its connector is not installed, or its secrets do not open.")),
}  # fmt: skip
"""The class of the chip, the word, and the sentence."""

REASONS: dict[Reason, Any] = {
    Reason.SEQUENCE: _("The source's own numbers jump"),
    Reason.EXPIRED: _("The platform no longer gives it out"),
    Reason.UNKNOWN_TARGET: _("An answer, a status or a recall names a message that never came"),
    Reason.REFUSED: _("Deliveries came that could not be authenticated"),
    Reason.LAG: _("The platform was not reached in time"),
    Reason.SILENCE: _("Nothing came where something was expected"),
    Reason.MEDIA: _("A file of a message could not be fetched"),
    Reason.UNREADABLE: _("It came, and no key that we hold opens it"),
}

ACTS: dict[Reason, tuple[Any, str]] = {
    Reason.SEQUENCE: (_("Bring in an export"), "imports:new"),
    Reason.EXPIRED: (_("Bring in an export"), "imports:new"),
    Reason.UNKNOWN_TARGET: (_("Bring in an export"), "imports:new"),
    Reason.REFUSED: (_("Open its settings"), "channels:change"),
    Reason.LAG: (_("Open its health"), "channels:health"),
    Reason.SILENCE: (_("Send a test message"), "channels:test"),
    Reason.MEDIA: (_("Hand the file in"), "imports:hand-in"),
    Reason.UNREADABLE: (_("Open its settings"), "channels:change"),
}
"""The next act for each, and the page on which it is done."""

REMEDIES: dict[Reason, Any] = {
    Reason.SEQUENCE: _(
        "Whether the source's numbers are without holes is not documented: ask the platform what happened between them, or"
        " compare with an export of that time. If messages are missing, bring the export in."
    ),
    Reason.EXPIRED: _(
        "It cannot be fetched again. Ask the colleagues of that time for exports from their devices and bring them in;"
        " write down that you did, and why it was late."
    ),
    Reason.UNKNOWN_TARGET: _(
        "Open the record that names it. If the message is from before the account was connected, nothing is wrong; else bring"
        " in an export of that conversation."
    ),
    Reason.REFUSED: _(
        "If a key or a secret was changed at one end, enter the new one at the other: nothing of what was refused is kept, and"
        " the platform may send it again for a while. If nobody changed one, somebody tries the address: give it a new one."
    ),
    Reason.LAG: _(
        "See on the health page what the platform answers, and mend it: what the platform holds is pulled as soon as it is"
        " reached, until it expires there."
    ),
    Reason.SILENCE: _(
        "Send a test message. If it comes back, nobody wrote; if it does not, mend the connection, and bring in an export of"
        " the time between."
    ),
    Reason.MEDIA: _("Ask whoever sent or received it for the file and bring it in; the message itself is kept, and says what is missing."),
    Reason.UNREADABLE: _(
        "It is kept as it came. Find the private key of the version that it names and enter it in the settings: what it opens"
        " is opened by itself. A key that is lost cannot be replaced."
    ),
}  # fmt: skip
OVER = _("It is over: every row of it was opened since, and is found as the message that it holds.")
"""What is said of rows that did not open, once they have."""

BESIDE: dict[str, Any] = {
    "companion_secret": _("Consent, members of groups of colleagues, robots, whom the archive covers"),
    "contacts_secret": _("Members of groups with clients, names"),
}
"""What WeCom is asked beside its messages, by the setting without which it is not."""
_BESIDE_FAILS = _("messages come; consent, members and names do not: {what}")
_FAULT = _("the platform has a fault")
BESIDE_CODE = "companion "
"""Begins the code of what stands in the way of that, while the messages come."""

OUTCOMES: dict[str, Any] = {
    "nothing": pgettext_lazy("a gap", "nothing is missing"),
    "brought": pgettext_lazy("a gap", "what was missing was brought in"),
    "lost": pgettext_lazy("a gap", "something is missing, and stays so"),
}
"""What came of a gap, as somebody found."""

WECOM: dict[str, Any] = {
    "10000": _("a parameter is wrong"),
    "10001": _("the platform cannot be reached"),
    "10002": _("the library could not read the platform's answer"),
    "10003": _("the library reports a system fault"),
    "10004": _("the library reports a fault of its key"),
    "10005": _("the file's id is wrong"),
    "10006": _("the message could not be decrypted"),
    "10007": _("there is no private key of this version"),
    "10008": _("the message's key could not be read: the private key may be another one"),
    "10009": _("this machine's address is not on the platform's list"),
    "10010": _("the data have expired"),
    "10011": _("the library does not trust the platform's certificate"),
    "-1": _("the platform is busy"),
    "40001": _("the secret is wrong"),
    "40014": _("the access token is wrong"),
    "41001": _("the access token is missing"),
    "42001": _("the access token has expired"),
    "40096": _("the client's id is not known there"),
    "45009": _("too many calls"),
    "45033": _("too many calls at once"),
    "60020": _("this machine's address is not on the platform's list"),
    "60111": _("the colleague's id is not known there"),
    "84061": _("the client is no contact of any colleague"),
    "301052": _("the firm's licence of the archive has expired"),
}
OURS: dict[str, Any] = {
    "answer": _("the platform's answer could not be read"),
    "connection": _("the platform cannot be reached"),
    "timeout": _("the platform did not answer in time"),
    "library": _("the vendor's library cannot be used: look at its path and its SHA-256"),
    "died": _("the vendor's library ended by itself"),
    "hung": _("the vendor's library did not answer"),
    "pace": _("waiting, to stay within the platform's limits"),
    "disconnected": _("the account is switched off"),
    "hash mismatch": _("what came is not what was announced; it is fetched once more"),
    "hash_mismatch": _("what came is not what was announced; it is kept and marked"),
    "size mismatch": _("what came has another size than was announced"),
    "size_mismatch": _("what came has another size than was announced"),
    "truncated": _("it ended early; what came of it is kept and marked"),
    "expired": _("the platform no longer gives it out; what came of it is kept and marked"),
    "unfinished": _("it never came whole; what came of it is kept and marked"),
    "stuck": _("the platform gives the same rows again and again, and they cannot be read"),
    "connector": _("the connector is not installed"),
    "too_large": _("the file is larger than what is kept"),
    "out of time": _("the platform no longer gives it out"),
    "failed": _("it failed for good"),
    "send": _("what was being sent was changed while it was kept"),
    "WrongKey": _("the key-encryption key is not the one that sealed the settings"),
    "Refused": _("the settings do not fit; enter them again"),
}
HTTP: dict[str, Any] = {
    "401": _("the platform does not accept our key"),
    "403": _("the platform does not allow it"),
    "404": _("the platform does not know it"),
    "410": _("the platform no longer has it"),
    "429": _("too many calls"),
}


def code(connector: str, said: str | None) -> str:
    """A code in words; empty for one that nobody has written down, which is then shown as it is."""
    if not said:
        return ""
    if said.startswith(BESIDE_CODE):
        what = code(connector, said.removeprefix(BESIDE_CODE))
        return str(_BESIDE_FAILS).format(what=what) if what else ""
    if connector in ("wecom", "wechat") and said in WECOM:
        return str(WECOM[said])
    if said in OURS:
        return str(OURS[said])
    found = re.fullmatch(r"(?:http[ _]?)?(\d{3})", said)
    if found and found[1] in HTTP:
        return str(HTTP[found[1]])
    return str(_FAULT) if found and found[1].startswith("5") else ""
