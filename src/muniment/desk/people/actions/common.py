"""What the verbs share: the firm's day, text that can be a name, and the rule for first and last days."""

import unicodedata
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from muniment.desk.people import clock
from muniment.desk.people.models import Dated, Firm
from muniment.record.errors import Refused

_JOINERS = "\u200c\u200d"
"""Zero-width (non-)joiners: names in several scripts cannot be written without them."""
_FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20\t"


def day() -> date:
    """The firm's own day."""
    firm = Firm.objects.order_by("id").first()
    return clock.today(zone(firm.zone if firm else "UTC"))


def zone(name: str) -> ZoneInfo:
    """A time zone by its IANA name; raises Refused."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused(
            "there is no time zone {name}; expected an IANA name such as Asia/Hong_Kong", name=repr(name[:60])
        ) from None


def hidden(text: str) -> bool:
    """Whether `text` holds characters that no name needs: controls, line breaks, marks that turn the direction of text."""
    return any(
        unicodedata.category(each) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for each in text if each not in _JOINERS
    )


def name(text: str, what: str, limit: int, *, empty: bool = False) -> str:
    """`text` as a name or key; raises Refused when it hides something, is too long, or a spreadsheet would run it."""
    given = text.strip()
    if not given and not empty:
        raise Refused("{what} is empty; give one", what=what)
    if len(given) > limit:
        raise Refused("{what} has {got} characters; expected at most {limit}", what=what, got=len(given), limit=limit)
    if hidden(given):
        raise Refused("{what} holds characters that cannot be seen; type it anew", what=what)
    if given[:1] and given[0] in _FORMULA:
        raise Refused(
            "{what} begins with {sign}, which a spreadsheet would take for a formula; leave it out",
            what=what,
            sign=given[0],
        )
    return given


def native(text: str) -> str:
    """`text` as an address on a platform, kept letter for letter; raises Refused."""
    if not text or text != text.strip() or len(text) > 500 or hidden(text):
        raise Refused(
            "a handle is what the platform calls somebody: 1 to 500 visible characters, none of them blank at an end"
        )
    return text


def email(text: str) -> str:
    """`text` as an e-mail address, or nothing; raises Refused."""
    given = text.strip()
    before, at, after = given.rpartition("@")
    if given and (
        len(given) > 254 or hidden(given) or " " in given or not before or not at or "." not in after.strip(".")
    ):
        raise Refused("that is not an e-mail address; expected name@example.com, or nothing")
    return given


def span(since: date | None, until: date | None) -> None:
    """Raise Refused unless something can be so from `since` until before `until`."""
    if since is not None and until is not None and until <= since:
        raise Refused(
            "the last day is before the first; expected an end after {since}, got {until}",
            since=since.isoformat(),
            until=until.isoformat(),
        )


def close(dated: Dated, until: date) -> date:
    """Let something end before `until`; its day is moved back to its beginning when it had not begun. Raises Refused."""
    if dated.until is not None and dated.until <= until:
        raise Refused("this ended already, on {until}", until=dated.until.isoformat())
    dated.until = until if dated.since is None else max(until, dated.since)
    dated.save(update_fields=["until"])
    return dated.until


def iso(value: date | None) -> str | None:
    """A day as the audit log writes it."""
    return None if value is None else value.isoformat()
