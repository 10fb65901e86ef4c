"""Every change to people, access and the firm, as verbs: one transaction each, with its audit entry in it.

Trust: what is not here cannot change who sees what. Each verb asks for its capability first.
"""

from muniment.desk.people.actions.feed import Balance, Change, apply_feed, preview_feed
from muniment.desk.people.actions.firm import set_firm
from muniment.desk.people.actions.grants import end_grant, grant
from muniment.desk.people.actions.groups import (
    add_group,
    begin_membership,
    begin_supervision,
    end_membership,
    end_supervision,
)
from muniment.desk.people.actions.persons import (
    add_person,
    begin_handle,
    begin_holding,
    change_person,
    end_handle,
    end_holding,
    end_person,
)
from muniment.desk.people.actions.tokens import Shown, make_token, revoke_token, show_token
from muniment.desk.people.actions.users import (
    add_user,
    choose_reading,
    end_sign_in,
    end_user,
    new_setup_code,
    tie_user,
    use_setup_code,
)

__all__ = [
    "Balance",
    "Change",
    "Shown",
    "add_group",
    "add_person",
    "add_user",
    "apply_feed",
    "begin_handle",
    "begin_holding",
    "begin_membership",
    "begin_supervision",
    "change_person",
    "choose_reading",
    "end_grant",
    "end_handle",
    "end_holding",
    "end_membership",
    "end_person",
    "end_sign_in",
    "end_supervision",
    "end_user",
    "grant",
    "make_token",
    "new_setup_code",
    "preview_feed",
    "revoke_token",
    "set_firm",
    "show_token",
    "tie_user",
    "use_setup_code",
]
