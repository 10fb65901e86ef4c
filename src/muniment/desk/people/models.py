"""Who is who, whose is what, and who may see it. Everything that can change has a first and a last day.

`since` None is from the beginning, `until` (exclusive) None is without end. Nothing is deleted: it ends.
"""

from datetime import date
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from muniment.desk.people.roles import NAMES, Role


class Dated(models.Model):
    """Something that is so from a day to a day."""

    since = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta:
        abstract = True


def current(day: date) -> Q:
    """The condition that something dated is so on `day`."""
    return (Q(since=None) | Q(since__lte=day)) & (Q(until=None) | Q(until__gt=day))


class Firm(models.Model):
    """The one legal entity of this archive, and the regimes it answers to. One row."""

    name = models.CharField(max_length=200)
    regimes = models.JSONField(default=list)
    zone = models.CharField(max_length=60, default="UTC")
    number = models.CharField(max_length=40, blank=True, default="")
    """What its regulator's register knows it by, such as a CRD or a CE number."""
    demonstration = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)
    ready_at = models.DateTimeField(null=True)
    """When first-run set-up was finished; None shows the set-up page instead of home."""


class Person(Dated):
    """Somebody the firm knows. Never made or merged from a display name alone."""

    class Kind(models.TextChoices):
        """What a person is to the firm."""

        EMPLOYEE = "employee", _("employee")
        CLIENT = "client", _("client")
        OTHER = "other", _("other")

    key = models.CharField(max_length=100, unique=True)
    """The firm's own id for the person: staff number, client number."""
    name = models.CharField(max_length=200)
    other_name = models.CharField(max_length=200, blank=True)
    """The name in another script."""
    kind = models.CharField(max_length=10, choices=Kind.choices)
    email = models.CharField(max_length=254, blank=True)

    class Meta:
        indexes = (models.Index(fields=["kind", "name"], name="person_kind_name"),)


class Handle(Dated):
    """An address on a platform, and the person behind it for a time. `channel` is the connector's name."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="handles")
    channel = models.CharField(max_length=40)
    native = models.CharField(max_length=500)
    origin = models.CharField(max_length=10, choices=(("feed", _("people feed")), ("hand", _("by hand"))))

    class Meta:
        indexes = (models.Index(fields=["channel", "native"], name="handle_native"),)


class Holding(Dated):
    """A capture account, by its opaque source, and the person whose account it is for a time: the custodian."""

    source = models.CharField(max_length=64, db_index=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="holdings")


class Group(models.Model):
    """A desk of the firm, or a group of people for supervision."""

    class Kind(models.TextChoices):
        """What holds its members together."""

        DESK = "desk", _("desk")
        GROUP = "group", _("group")

    key = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind.choices)


class Membership(Dated):
    """A person in a group, for a time."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")


class Supervision(Dated):
    """Who supervises a group (designated supervisor), for a time."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="supervisions")
    supervisor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="supervises")


class UserManager(BaseUserManager["User"]):
    """Finds users by the name they sign in with, in whatever case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user who signs in as `username`."""
        return self.get(name__iexact=username)


class User(AbstractBaseUser):
    """Somebody who can sign in. Ended users stay, because the audit log names them."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    email = models.EmailField(_("e-mail"), blank=True)
    display = models.CharField(_("display name"), max_length=200, blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="users")
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=10, blank=True)
    zone = models.CharField(max_length=60, blank=True)
    setup_code = models.CharField(max_length=128, blank=True)
    """The hash of the one-time code that the first sign-in asks for; empty once it was used."""
    setup_until = models.DateTimeField(null=True)
    subject = models.CharField(max_length=255, blank=True)
    """What the firm's identity provider calls this user (OpenID Connect `sub`); empty where it matches by e-mail."""
    made_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "name"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(Lower("name"), name="user_name_any_case"),
            models.UniqueConstraint(fields=["subject"], condition=~Q(subject=""), name="user_subject"),
        )

    @property
    def shown(self) -> str:
        """The name that others see."""
        return self.display or self.name


class Grant(Dated):
    """A role that a user has, on whose messages: everybody's, one group's, or one person's."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20, choices=[(role.value, NAMES[role]) for role in Role])
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(group=None) | Q(person=None), name="grant_one_scope"),)


class Attempts(models.Model):
    """Failed sign-ins of one kind from one place (signin/throttle.py); who and where are a keyed digest."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.IntegerField(default=0)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    """Until when more is refused."""


class Token(models.Model):
    """An access token: a program that shows it asks the API in its user's name. Kept is a keyed digest of it (actions/tokens.py)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    until = models.DateField()
    """The day from which it no longer works."""
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    address = models.CharField(max_length=45, blank=True)
    """From where it was used last."""
    refused_at = models.DateTimeField(null=True)
    """When it was last entered that it was shown after its end."""


class Version(models.Model):
    """One row with a token that changes whenever what somebody may do could change; what is worked out is kept by it."""

    token = models.CharField(max_length=32)
