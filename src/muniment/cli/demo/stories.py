"""The stops of the tour: what was planted, where to look, and how many hits a correct archive gives.

Texts are marked for translation here and translated where they are shown.
"""

from dataclasses import dataclass, replace


def N_(message: str) -> str:  # noqa: N802 (the name by which the tools that collect messages know it)
    """Mark `message` for translation and leave it as it is."""
    return message


@dataclass(frozen=True, slots=True)
class Check:
    """A query, or the words of a command after `muniment`, and the exact number it must give.

    Days in a query are days in Hong Kong (`--timezone Asia/Hong_Kong`).

    Braces stand for days and files of one firm, filled in by `resolve`. `expected` is -1 where the number depends on
    the seed and the day; the firm's own count of its messages takes its place.
    """

    what: str
    expected: int
    query: str | None = None
    command: tuple[str, ...] | None = None

    def resolve(self, names: dict[str, str], counts: dict[str, int]) -> "Check":
        """This check for one firm; raises KeyError for a name it does not have."""
        query = self.query.format_map(names) if self.query else None
        command = tuple(word.format_map(names) for word in self.command) if self.command else None
        expected = counts[self.query or ""] if self.expected < 0 else self.expected
        return replace(self, query=query, command=command, expected=expected)


@dataclass(frozen=True, slots=True)
class Story:
    """One stop: `look` says what to look at, `checks` show it, the telling one first."""

    id: str
    title: str
    look: str
    checks: tuple[Check, ...]

    @property
    def query(self) -> str | None:
        return self.checks[0].query

    @property
    def command(self) -> tuple[str, ...] | None:
        return self.checks[0].command

    @property
    def expected(self) -> int:
        return self.checks[0].expected

    def resolve(self, names: dict[str, str], counts: dict[str, int]) -> "Story":
        return replace(self, checks=tuple(check.resolve(names, counts) for check in self.checks))


RHYTHM_BEFORE = 'from:"Kelvin Mok" after:{heard_before} before:{silent_from}'
RHYTHM_AFTER = 'from:"Kelvin Mok" after:{heard_again} before:{heard_until}'

STORIES: tuple[Story, ...] = (
    Story(
        "silent-phone",
        N_("A phone that says nothing for three days"),
        N_(
            "Kelvin Mok writes to clients every business day. For three of them his phone holds not one message: "
            "was he away, or did the talk go elsewhere?"
        ),
        (
            Check(
                N_("messages from him in the three silent days"),
                0,
                'from:"Kelvin Mok" after:{silent_from} before:{heard_again}',
            ),
            Check(N_("messages from him in the three business days before"), -1, RHYTHM_BEFORE),
            Check(N_("messages from him in the three business days after"), -1, RHYTHM_AFTER),
        ),
    ),
    Story(
        "guarantee",
        N_("A promise that no capital can be lost"),
        N_(
            "In Cantonese an adviser promises an elderly client that a note is safe: “保本”, “實賺”, “保證回報”. "
            "The search is typed in Simplified characters and finds the Traditional ones."
        ),
        (
            Check(N_("messages with a promised return, searched in Simplified"), 1, "保证回报"),
            Check(N_("messages that speak of preserved capital"), 2, "保本"),
            Check(N_("messages that call it a sure gain, searched in Simplified"), 1, "实赚"),
        ),
    ),
    Story(
        "off-channel",
        N_("“Let's move to Signal”, then silence"),
        N_("A client asks about an announcement to come; the adviser proposes another app, and the chat ends there."),
        (
            Check(N_("messages that propose the move"), 1, '"move to signal"'),
            Check(N_("messages in that chat since"), 0, "in:{moved_chat} after:{moved_on}"),
        ),
    ),
    Story(
        "recall",
        N_("A recalled order whose original stays"),
        N_(
            "Before an announcement a client sells everything at market, then recalls the message and asks for it to be deleted. "
            "The archive keeps the order beside its recall. Here Traditional characters find Simplified ones."
        ),
        (
            Check(N_("the order, still there"), 1, "月嶺礦業 全部賣掉"),
            Check(N_("messages that name the issuer"), 2, "月岭矿业"),
        ),
    ),
    Story(
        "echo-mismatch",
        N_("2,000 asked, 20,000 dealt"),
        N_(
            "The client asks for 2000 shares; the dealer reads back 20000, the client does not look, and 20000 are dealt. "
            "The read-back was made and did not help."
        ),
        (
            Check(N_("what the dealer said"), 2, "kestrel 20000"),
            Check(N_("what the client asked"), 1, "kestrel 2000"),
        ),
    ),
    Story(
        "third-party",
        N_("A transfer to the wife's account"),
        N_("A client asks for his maturing money to be paid into an account that is not in his name."),
        (Check(N_("messages that name the wife's account, searched in Simplified"), 2, "太太个户口"),),
    ),
    Story(
        "import-faults",
        N_("An import with one rejected line and one missing photo"),
        N_(
            "A line of the client line's file breaks off in its middle, and a phone's export names a photo that is not in the zip. "
            "Both imports say so in their balance sheets; nothing else is held up."
        ),
        (
            Check(
                N_("rejected lines"),
                1,
                command=("import", "ndjson", "{line_file}", "--account", "client-line", "--timezone", "Asia/Hong_Kong"),
            ),
            Check(
                N_("missing attachments"),
                1,
                command=(
                    "import",
                    "whatsapp",
                    "{photo_file}",
                    "--account",
                    "phone-rachel-fong",
                    "--timezone",
                    "Asia/Hong_Kong",
                ),
            ),
        ),
    ),
    Story(
        "blast",
        N_("A purchased list, sixty strangers in an hour"),
        N_(
            "One adviser sends nearly the same words to sixty numbers that nobody at the firm ever wrote to. "
            "Some of them ask who he is."
        ),
        (
            Check(N_("messages that push the stock, searched in Simplified"), 60, "霜桥科技"),
            Check(N_("strangers who ask who he is"), 1, '"how did you get my number"'),
        ),
    ),
)
