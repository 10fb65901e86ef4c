"""What needs attention, and how the archive runs, over the API. No content."""

from django.http import HttpRequest
from ninja import Router, Schema

from muniment.desk.dashboard import access
from muniment.desk.dashboard.attention import attention
from muniment.desk.dashboard.machine import Machine, machine
from muniment.desk.people.apidoor import Hex, Moment, Whole, answers, desk_at

router = Router(tags=["system"])


class Item(Schema):
    """One thing that needs attention, worst first: severity 0 may lose records, 1 is a risk, 2 is work to do."""

    severity: Whole
    what: str
    detail: str
    owner: str
    since: Moment | None


class Attention(Schema):
    """Everything that needs attention."""

    items: list[Item]


class Log(Schema):
    """One log: its size and root, what the catalog holds of it, and the key that checks it."""

    name: str
    origin: str
    size: Whole
    root: Hex
    note: str
    vkey: str
    segments: Whole
    projected: Whole


class Database(Schema):
    """One database; `size` in bytes."""

    name: str
    kind: str
    size: Whole | None


class Run(Schema):
    """One check of the whole archive."""

    at: Moment
    leaf: Whole
    sound: bool
    faults: Whole


class Work(Schema):
    """One job."""

    id: Whole
    kind: str
    state: str
    actor: str
    done: Whole
    total: Whole
    made_at: Moment
    finished_at: Moment | None


class State(Schema):
    """How the archive runs now. Sizes in bytes."""

    origin: str
    logs: list[Log]
    waiting: Whole
    oldest: Moment | None
    behind: Whole
    heartbeat_at: Moment | None
    databases: list[Database]
    kek: Hex
    key_groups: Whole
    keys_proven_at: Moment | None
    versions: dict[str, str]
    jobs: list[Work]
    runs: list[Run]
    seal_at: Moment | None
    disk_free: Whole
    disk_total: Whole

    @staticmethod
    def resolve_versions(found: Machine) -> dict[str, str]:
        """The versions by name."""
        return dict(found.versions)

    @staticmethod
    def resolve_waiting(found: Machine) -> int:
        """How many items wait to be sealed."""
        return found.log.waiting

    @staticmethod
    def resolve_oldest(found: Machine) -> int | None:
        """When the oldest of them came."""
        return found.log.oldest

    @staticmethod
    def resolve_behind(found: Machine) -> int:
        """How many sealed leaves the catalog does not hold yet."""
        return found.log.behind

    @staticmethod
    def resolve_heartbeat_at(found: Machine) -> int | None:
        """When the last heartbeat was sealed."""
        return found.log.heartbeat_at


@router.get("/attention", response=answers(Attention), summary="What needs attention, worst first")
def needs(request: HttpRequest) -> Attention:
    """The same list as the home page, whole."""
    found = attention(access.facts(desk_at(request)))
    return Attention(items=[Item.from_orm(item) for item in found])


@router.get("/system", response=answers(State), summary="How the archive runs")
def system(request: HttpRequest) -> Machine:
    """Logs, leader, databases, keys (public ones alone), versions, jobs, checks, disk."""
    return machine(desk_at(request))
