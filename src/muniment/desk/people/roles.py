"""The roles, and what each may do. An administrator gives access and has none to content; nobody is above the audit log."""

from enum import StrEnum
from types import MappingProxyType

from muniment.desk.authority import Capability as Can
from muniment.record.words import _


class Role(StrEnum):
    """What somebody is in the firm, for the archive (DESIGN.md §1)."""

    COMPLIANCE = "compliance"
    REVIEWER = "reviewer"
    ADVISER = "adviser"
    EXAMINER = "examiner"
    RECORDS = "records"
    ADMINISTRATOR = "administrator"
    IT = "it"


CAPABILITIES = MappingProxyType(
    {
        Role.COMPLIANCE: frozenset(
            {
                Can.READ,
                Can.PRODUCE,
                Can.IMPORT,
                Can.ACCOUNTS,
                Can.PEOPLE,
                Can.PEOPLE_CHANGE,
                Can.AUDIT,
                Can.SYSTEM,
                Can.ATTENTION,
                Can.OWN,
            }
        ),
        Role.REVIEWER: frozenset({Can.READ, Can.PEOPLE, Can.OWN}),
        Role.ADVISER: frozenset({Can.OWN}),
        Role.EXAMINER: frozenset({Can.READ, Can.PRODUCE}),
        Role.RECORDS: frozenset({Can.READ, Can.PRODUCE, Can.IMPORT, Can.ACCOUNTS, Can.PEOPLE, Can.ATTENTION, Can.OWN}),
        Role.ADMINISTRATOR: frozenset({Can.PEOPLE, Can.PEOPLE_CHANGE, Can.ACCESS, Can.ACCOUNTS, Can.SYSTEM, Can.OWN}),
        Role.IT: frozenset({Can.SYSTEM, Can.ACCOUNTS, Can.OWN}),
    }
)

CONTENT = frozenset({Can.READ, Can.PRODUCE, Can.IMPORT, Can.AUDIT, Can.OWN})
"""Capabilities that show what people wrote, or what was asked about them: they need a second factor."""

OTHERS_CONTENT = CONTENT - {Can.OWN}
"""Those of them that concern others; no administrator holds one."""

SCOPED = frozenset({Can.READ, Can.PRODUCE})
"""Capabilities that a grant's scope narrows; the rest concern the firm as a whole or oneself."""

READING = frozenset({Role.COMPLIANCE, Role.REVIEWER, Role.EXAMINER, Role.RECORDS})
"""Roles that open what others wrote, or what was asked about them."""

WITHOUT_CONTENT = frozenset({Role.ADMINISTRATOR, Role.IT})
"""Roles that may not be combined with those: who gives access or runs the machine sees no message but their own."""

SCOPED_ROLES = frozenset({Role.REVIEWER, Role.EXAMINER})
"""Roles that can be given for a group or one person alone; the others open lists of the firm that no scope cuts."""

ENDING = frozenset({Role.EXAMINER})
"""Roles that are only given until a day."""

NAMES = MappingProxyType(
    {
        Role.COMPLIANCE: _("compliance officer"),
        Role.REVIEWER: _("reviewer"),
        Role.ADVISER: _("dealer or adviser"),
        Role.EXAMINER: _("examiner"),
        Role.RECORDS: _("records administrator"),
        Role.ADMINISTRATOR: _("administrator"),
        Role.IT: _("IT"),
    }
)

EFFECTS = MappingProxyType(
    {
        Role.COMPLIANCE: _("Reads and produces messages, imports, keeps people and accounts, reads the audit log."),
        Role.REVIEWER: _("Reads messages of the people in scope. Cannot export."),
        Role.ADVISER: _("Sees what is captured about themself, and nothing of others."),
        Role.EXAMINER: _("Reads and produces messages of the people in scope, until a day."),
        Role.RECORDS: _("Reads and produces messages, imports, says whose account is whose."),
        Role.ADMINISTRATOR: _("Keeps people and gives access. Sees no message."),
        Role.IT: _("Sees how the system runs and connects accounts. Sees no message."),
    }
)
