"""The desk of a job: in the name of whoever asked for it, with what they may do when it runs."""

from dataclasses import replace

from muniment.desk.authority import SYSTEM
from muniment.desk.desk import Desk
from muniment.desk.jobs import Seen
from muniment.desk.people.access import authority_of
from muniment.desk.people.models import User
from muniment.desk.seat import accounts, nobody
from muniment.record.errors import NotFound


def desk_of(job: Seen) -> Desk:
    """Where the job's owner sits; raises NotFound when they may no longer sign in. A job without a user is the machine's own."""
    desk = nobody()
    if job.user is None:
        return replace(desk, actor=job.actor, authority=SYSTEM)
    user = User.objects.filter(pk=job.user, is_active=True).first()
    if user is None:
        raise NotFound("whoever asked for this may no longer sign in; somebody else can ask for it again")
    return replace(
        desk, actor=job.actor, authority=authority_of(user, accounts(desk)), user=user.pk, person=user.person_id
    )
