"""Every change of the register: the row and its audit entry in one transaction. What was so before stays, with its days."""

from muniment.desk.register.actions.channels import (
    Approval,
    Findings,
    add_channel,
    assess,
    cover,
    decide,
    end_registration,
    register_person,
)
from muniment.desk.register.actions.devices import (
    About,
    add_device,
    change_device,
    issue,
    remove_device,
    see,
    take_back,
)
from muniment.desk.register.actions.gate import ask_for_holder, ask_register
from muniment.desk.register.actions.posture import ask_for, drop, show

__all__ = [
    "About",
    "Approval",
    "Findings",
    "add_channel",
    "add_device",
    "ask_for",
    "ask_for_holder",
    "ask_register",
    "assess",
    "change_device",
    "cover",
    "decide",
    "drop",
    "end_registration",
    "issue",
    "register_person",
    "remove_device",
    "see",
    "show",
    "take_back",
]
