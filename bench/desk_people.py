"""Puts a firm, its people and two readers into the archive that MUNIMENT_HOME names, and prints the readers' session cookies.

A process of its own: Django is set up for one archive. The people are the corpus's senders; the second reader may read the
messages of the first fifty of them. The sessions are made here because a bench has no authenticator.
"""

import json
import sys
from datetime import UTC, datetime

from muniment.capture.leader import Leader
from muniment.desk.archive.actions import settle
from muniment.desk.archive.ready import make_ready
from muniment.desk.desk import Desk, open_desk
from muniment.vault.home import locate

A_GROUP = 50
PATIENCE_SECONDS = 60
READERS = (("everything", "compliance"), ("group", "reviewer"))


def main(people: int) -> None:
    """Add what is missing, and sign both readers in."""
    make_ready(*locate())
    with open_desk(*locate(), actor="system:bench") as desk:
        group = _fill(desk, people)
        cookies = {name: _session(desk, name, role, group if name == "group" else None) for name, role in READERS}
        settle(desk, lambda archive: Leader(archive, wait=PATIENCE_SECONDS))  # the server's keeper leads now and then
    print(json.dumps(cookies))


def _fill(desk: Desk, people: int) -> int | None:
    from muniment.desk.people import actions
    from muniment.desk.people.models import Firm, Group, Person

    if not Firm.objects.exists():
        actions.set_firm(desk, "Bench Securities", "Asia/Hong_Kong", ("hk-lc",))
        Firm.objects.update(ready_at=datetime.now(UTC))
    if not people:
        return None
    known = set(Person.objects.values_list("key", flat=True))
    numbers = []
    for number in range(people):
        key = f"u{number:04d}"
        if key not in known:
            person = actions.add_person(desk, key, f"Sender {number}", "employee")
            actions.begin_handle(desk, person, "ndjson", key, origin="feed")
            numbers.append(person)
    found = Group.objects.filter(key="bench").first()
    if found is not None:
        return int(found.pk)
    group = actions.add_group(desk, "bench", "Bench")
    for person in numbers[:A_GROUP]:
        actions.begin_membership(desk, group, person)
    return int(group)


def _session(desk: Desk, name: str, role: str, group: int | None) -> str:
    from django.test import Client

    from muniment.desk.people import actions
    from muniment.desk.people.models import Grant, User

    user = User.objects.filter(name=name).first()
    if user is None:
        actions.add_user(desk, name)
        user = User.objects.get(name=name)
    if not Grant.objects.filter(user=user).exists() and (role != "reviewer" or group is not None):
        actions.grant(desk, user.pk, role, group=group)
    browser = Client(SERVER_NAME="127.0.0.1", headers={"user-agent": "bench"})
    browser.force_login(user)
    session = browser.session
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": 0}]
    session.save()
    return str(session.session_key)


if __name__ == "__main__":
    main(int(sys.argv[1]))
