"""What needs attention in live capture: silent feeds, gaps, files that are lost, refused deliveries, withdrawn consent.

Each line names the connection's owner, and where nobody owns it, who looks after connections.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from muniment.desk.dashboard.attention import DAY, MINUTE, Act, Item, Severity, check, first, isolated
from muniment.desk.dashboard.facts import Facts, FeedFacts

OWED_WITHIN = 60 * MINUTE
"""How long a file may be owed: most come within seconds."""
LOOKED_WITHIN = 10 * MINUTE
"""How old the worker's last look may be; it looks every minute."""


@check(gettext_lazy("Connected accounts that are not heard or not reached for longer than they may be"), system=True)
def stopped_feeds(facts: Facts) -> Iterator[Item]:
    """A connected account that is not heard, or not reached, for longer than it may be."""
    for feed in facts.feeds:
        if feed.alarm:
            minutes = max(0, facts.now - feed.since) // MINUTE if feed.since else 0
            what, detail = _stopped(feed.state)
            yield Item(
                Severity.LOSS,
                what.format(account=isolated(feed.name)),
                detail,
                Act(_("Open its health"), "channels:health", (feed.source,)),
                owner=_owner(facts, feed),
                since=feed.since,
                weight=minutes,
            )


def _stopped(state: str) -> tuple[str, str]:
    if state == "dead":
        return (
            _("The platform of {account} is not reached"),
            _("What it gives out meanwhile can expire there. See what it answers, and mend it."),
        )
    if state == "behind":
        return (
            _("{account} is behind its platform"),
            _("The platform holds more than was pulled, and it expires there. See what it answers."),
        )
    if state == "sealed":
        return (
            _("What comes from {account} cannot be opened"),
            _("It is kept as it came, and nobody can read it. Enter the private key of its version in the settings."),
        )
    if state == "unable":
        return (
            _("{account} cannot be captured"),
            _("Its connector is not installed, or its secrets do not open: enter them again."),
        )
    return (
        _("Nothing comes from {account}"),
        _("Send a test message: if it does not come back, messages are being lost."),
    )


@check(gettext_lazy("Whether the worker looks for gaps in live sources"), system=True)
def nobody_looks(facts: Facts) -> Iterator[Item]:
    """The worker has stopped to look for what is missing: no gap is found, no test message seen."""
    if any(feed.on for feed in facts.feeds) and facts.looked_at and facts.now - facts.looked_at >= LOOKED_WITHIN:
        yield Item(
            Severity.LOSS,
            _("Nobody looks for gaps in live sources"),
            _("The worker looks every minute while it runs. See its log, and start it again."),
            Act(_("Open the system page"), "dashboard:system"),
            owner=first(facts.owners.it, facts.owners.records),
            since=facts.looked_at,
        )


@check(gettext_lazy("Files of messages that are long in coming"), system=True)
def owed_files(facts: Facts) -> Iterator[Item]:
    """Files of messages that were named long ago and have not come: the platform gives them out for some days only."""
    for feed in facts.feeds:
        if feed.owed and feed.owed_since is not None and facts.now - feed.owed_since >= OWED_WITHIN:
            what = ngettext(
                "{count} file of {account} is still to come", "{count} files of {account} are still to come", feed.owed
            )
            yield Item(
                Severity.RISK,
                what.format(count=f"{feed.owed:,}", account=isolated(feed.name)),
                _("The platform gives them out for some days only. See why they do not come, and mend it."),
                Act(_("See them"), "channels:files", (feed.source, "waiting")),
                owner=_owner(facts, feed),
                since=feed.owed_since,
                weight=feed.owed,
            )


@check(gettext_lazy("Messages that differ from an earlier capture"))
def divergences(facts: Facts) -> Iterator[Item]:
    """Messages that came again and were not the same: what was captured first is kept, and so is what differs."""
    found = facts.divergences
    if found is not None:
        what = ngettext(
            "{count} message differs from an earlier capture",
            "{count} messages differ from an earlier capture",
            found.count,
        )
        yield Item(
            Severity.LOSS if facts.now - found.newest < 7 * DAY else Severity.WORK,
            what.format(count=f"{found.count:,}"),
            _(
                "Both are kept. Compare them: an export may have been changed, or a platform tells one message in two ways."
            ),
            Act(_("See them"), "archive:search", query="q=type:source_divergence"),
            owner=first(facts.owners.compliance, facts.owners.records),
            since=found.since,
            weight=found.count,
        )


@check(gettext_lazy("Gaps that nobody has explained"))
def unexplained_gaps(facts: Facts) -> Iterator[Item]:
    """Gaps of which nobody has said what came of them, all in one line."""
    if facts.gaps:
        yield Item(
            Severity.LOSS,
            ngettext(
                "{count} gap that nobody has explained", "{count} gaps that nobody has explained", facts.gaps
            ).format(count=f"{facts.gaps:,}"),
            _(
                "Something happened and is not in the archive, or may not be. Each has what can be done; say what came of it."
            ),
            Act(_("Explain them"), "channels:gaps", query="open=1"),
            owner=first(facts.owners.records, facts.owners.compliance),
            since=facts.gaps_since,
        )


@check(gettext_lazy("Files of messages that are lost"), system=True)
def lost_files(facts: Facts) -> Iterator[Item]:
    """Files of messages that could not be fetched, and never will be."""
    for feed in facts.feeds:
        if feed.lost:
            what = ngettext("{count} file of {account} is lost", "{count} files of {account} are lost", feed.lost)
            yield Item(
                Severity.LOSS,
                what.format(count=f"{feed.lost:,}", account=isolated(feed.name)),
                _("The messages are kept, their files are not. Ask the people for them, and bring them in."),
                Act(_("See them"), "channels:files", (feed.source, "lost")),
                owner=_owner(facts, feed),
                weight=feed.lost,
            )


@check(gettext_lazy("Deliveries that were refused within a day"), system=True)
def refused_deliveries(facts: Facts) -> Iterator[Item]:
    """Deliveries within a day that were not authentic."""
    for feed in facts.feeds:
        if feed.on and feed.refused_at is not None and facts.now - feed.refused_at < DAY:
            yield Item(
                Severity.LOSS,
                _("Deliveries to {account} were refused").format(account=isolated(feed.name)),
                _("They were not authentic. If a secret was changed at one end alone, messages are being lost."),
                Act(_("Open its health"), "channels:health", (feed.source,)),
                owner=_owner(facts, feed),
                since=feed.refused_at,
                weight=feed.refused,
            )


@check(gettext_lazy("Clients who withdrew their consent to being archived"))
def withdrawn_consent(facts: Facts) -> Iterator[Item]:
    """A client who does not want to be archived: what they write from now on does not come, and leaves no mark."""
    for each in facts.withdrawn:
        yield Item(
            Severity.LOSS,
            _("A client in {account} withdrew consent to being archived").format(account=isolated(each.account)),
            _("What is written there from now on is not captured. Stop doing business there until they agree again."),
            Act(_("Open the conversation"), "archive:conversation", (each.conversation,)),
            owner=each.holder or first(facts.owners.compliance, facts.owners.records),
            since=each.at,
        )


@check(gettext_lazy("Connected accounts that were never proven by a test message"), system=True)
def unproven_feeds(facts: Facts) -> Iterator[Item]:
    """Accounts that are on, and of which no test message ever came back."""
    for feed in facts.feeds:
        if feed.on and not feed.proven:
            yield Item(
                Severity.WORK,
                _("{account} was never proven by a test message").format(account=isolated(feed.name)),
                _("It is switched on. Only a message that was sent there and came back shows that it is captured."),
                Act(_("Send one"), "channels:test", (feed.source,)),
                owner=_owner(facts, feed),
                since=feed.made_at,
            )


def _owner(facts: Facts, feed: FeedFacts) -> str:
    return feed.owner or first(facts.owners.it, facts.owners.records)
