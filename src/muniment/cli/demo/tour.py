"""A walk of eleven commands through the demonstration archive, from a search to a forgery that is caught."""

from dataclasses import dataclass

from muniment.cli.demo.firm import Firm
from muniment.cli.demo.model import TIME_ZONE
from muniment.cli.demo.stories import N_, Check

BUNDLE = "echo-mismatch.zip"


@dataclass(frozen=True, slots=True)
class Step:
    """One command of the tour: `argv` are its words after `muniment`.

    `{keys}` stands for a `--key` and a public key for each line that `key show` printed. `damaged` marks a command that
    runs on the damaged copy and has to fail; `expected`, where there is one, is the number that has to be printed.
    """

    title: str
    why: str
    argv: tuple[str, ...]
    expected: int | None = None
    damaged: bool = False


def steps(firm: Firm) -> tuple[Step, ...]:
    """The walk through `firm`'s archive, in order."""
    telling = {story.id: story.checks for story in firm.stories}
    bundle = str(firm.folder / BUNDLE)
    return (
        Step(
            N_("Search in English"),
            N_("An adviser proposed to leave the recorded channel."),
            ("search", telling["off-channel"][0].query or ""),
        ),
        _count(
            N_("Silence after it"),
            N_("The same chat holds nothing since."),
            telling["off-channel"][1],
        ),
        Step(
            N_("Search in Chinese"),
            N_("Simplified characters find what was said in Traditional ones."),
            ("search", telling["guarantee"][0].query or ""),
        ),
        _count(
            N_("Count a blast"),
            N_("One adviser, sixty strangers, one hour."),
            telling["blast"][0],
        ),
        _count(
            N_("A phone that went silent"),
            N_("Three business days without one message, on a phone that is never silent otherwise."),
            telling["silent-phone"][0],
        ),
        Step(
            N_("Produce"),
            N_(
                "The order of 2,000 that was dealt as 20,000, with proofs, for somebody who need not trust this archive."
            ),
            ("produce", "kestrel", "--out", bundle, "--reason", "demonstration: order and read-back differ"),
        ),
        Step(
            N_("Public keys"),
            N_("What a stranger needs, and all that he needs, to check the bundle."),
            ("key", "show"),
        ),
        Step(
            N_("Check the bundle as a stranger"),
            N_("Offline, with the keys alone: nothing altered, added or dropped since it was made."),
            ("verify-bundle", bundle, "{keys}"),
        ),
        Step(
            N_("Check the whole archive"),
            N_("Logs, segments, keys, catalog and index agree."),
            ("verify",),
        ),
        Step(
            N_("Tamper with a copy"),
            N_("One byte of a copy is flipped; this archive stays as it is."),
            ("demo", "tamper"),
        ),
        Step(
            N_("Check the damaged copy"),
            N_("The fault is named by file, record and byte range."),
            ("verify",),
            damaged=True,
        ),
    )


def _count(title: str, why: str, check: Check) -> Step:
    # The days of a query are the firm's, wherever the tour is run.
    argv = ("search", check.query or "", "--count", "--timezone", TIME_ZONE)
    return Step(title, why, argv, expected=check.expected)
