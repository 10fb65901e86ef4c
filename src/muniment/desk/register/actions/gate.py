"""Refuses to let an account go live, in words that say what is missing, for whom, and what to do."""

from collections.abc import Sequence

from muniment.desk.register.access.gate import Breach, Lack
from muniment.record.errors import Refused


def ask_register(account: str, found: Sequence[Breach]) -> None:
    """Raise Refused for the first thing for which the account may not be live."""
    if not found:
        return
    breach = found[0]
    match breach.lack:
        case Lack.PROHIBITED:
            raise Refused(
                "{channel} is prohibited in the register; {account} stays off until the firm decides otherwise there",
                channel=breach.channel_name,
                account=account,
            )
        case Lack.CHANNEL:
            raise Refused(
                "no channel of the register covers {account} and is approved;"
                " enter the channel with its connector and the written approval under Register, then switch it on",
                account=account,
            )
        case Lack.ASSESSMENT:
            raise Refused(
                "{channel} has no risk assessment in the register; enter it there, then switch {account} on",
                channel=breach.channel_name,
                account=account,
            )
        case Lack.REGISTRATION:
            raise Refused(
                "{person} holds {account} and has no live registration for {channel};"
                " register them under Register, or say whose account it is, then switch it on",
                person=breach.person_name,
                account=account,
                channel=breach.channel_name,
            )


def ask_for_holder(account: str, person: int, found: Sequence[Breach]) -> None:
    """Raise Refused for the first thing for which an account that is live may not be given to somebody.

    What others lack who hold it is no matter of theirs.
    """
    theirs = [each for each in found if each.person in (None, person)]
    if theirs and theirs[0].lack is Lack.REGISTRATION:
        raise Refused(
            "{person} has no live registration for {channel}, and {account} is on;"
            " register them under Register first, or switch the account off",
            person=theirs[0].person_name,
            account=account,
            channel=theirs[0].channel_name,
        )
    ask_register(account, theirs)
