"""Where each role lands (DESIGN.md §1): the page on which its day begins."""

from muniment.desk.authority import Authority, Capability

ORDER: tuple[tuple[Capability, str], ...] = (
    (Capability.ATTENTION, ""),
    (Capability.PRODUCE, "productions:list"),
    (Capability.READ, "archive:search"),
    (Capability.SYSTEM, "dashboard:system"),
    (Capability.OWN, "archive:own"),
)
"""The first of these that somebody may do says where they land; the empty name is the home page itself.

Compliance and records see what needs attention; an examiner, who may produce, lands on productions; a reviewer searches;
an administrator and IT see what waits for them on the system page; an adviser sees their own records.
"""


def landing(authority: Authority) -> str | None:
    """The name of the page to go to; empty for home itself, None for somebody who may do nothing yet."""
    return next((route for capability, route in ORDER if authority.holds(capability)), None)
