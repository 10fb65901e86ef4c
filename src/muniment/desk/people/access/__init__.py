"""Every read about people: what somebody may do, who is behind a handle, and the lists that the pages show."""

from muniment.desk.people.access.authority import authority_of, firm, today
from muniment.desk.people.access.matching import Suggestion, Who, Whose, suggest, who, whose
from muniment.desk.people.access.persons import (
    Choice,
    Dates,
    PersonPage,
    PersonRow,
    group_page,
    groups,
    list_people,
    person_by_key,
    person_choices,
    person_page,
)
from muniment.desk.people.access.users import (
    SignIn,
    UserRow,
    demonstration_users,
    in_demonstration,
    list_users,
    own_sign_ins,
    user_number,
    user_page,
)

__all__ = [
    "Choice",
    "Dates",
    "PersonPage",
    "PersonRow",
    "SignIn",
    "Suggestion",
    "UserRow",
    "Who",
    "Whose",
    "authority_of",
    "demonstration_users",
    "firm",
    "group_page",
    "groups",
    "in_demonstration",
    "list_people",
    "list_users",
    "own_sign_ins",
    "person_by_key",
    "person_choices",
    "person_page",
    "suggest",
    "today",
    "user_number",
    "user_page",
    "who",
    "whose",
]
