"""The catalog's tables. Django's migrations own them; the projector and the readers in `catalog` speak plain SQL to them.

Everything here is derived from the logs and can be made again by `muniment rebuild`. Times are microseconds UTC, digests
are the keyed ones of vault/pseudonym.py.
"""

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class Key(models.BigIntegerField):  # type: ignore[type-arg]  # generic in the stubs alone
    """A 64-bit primary key. On SQLite it is declared INTEGER, which alone makes it the row's own number: no second index."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """The column's type."""
        return "integer" if connection.vendor == "sqlite" else "bigint"


class Text(models.CharField):  # type: ignore[type-arg]  # generic in the stubs alone
    """A short text. SQLite counts no characters, so PostgreSQL shall not: what one accepts, the other must."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        """The column's type."""
        return "text" if connection.vendor == "postgresql" else super().db_type(connection)


class Account(models.Model):
    """Whose messages a connector brings: a name for people, an opaque source for the leaves."""

    source = Text(max_length=64, primary_key=True)
    name = Text(max_length=200, unique=True)
    connector = Text(max_length=40)
    leaf = models.BigIntegerField()

    class Meta:
        db_table = "account"


class Record(models.Model):
    """One leaf of the records log and what its header says; `status` is what became of it:

    `decoded`, `undecoded`, `stored` (it holds no event), `duplicate` (it says what an earlier record with its key says), `disposed`.
    """

    leaf = Key(primary_key=True)
    type = Text(max_length=8)
    source = Text(max_length=64)
    received_at = models.BigIntegerField()
    connector = Text(max_length=40, null=True)
    version = models.IntegerField(null=True)
    part = Text(max_length=20, null=True)
    import_id = Text(max_length=36, null=True)
    assurance = Text(max_length=20, null=True)
    size = models.BigIntegerField()
    key = models.BinaryField(null=True)
    content = models.BinaryField(null=True)
    status = Text(max_length=10)
    sha256 = Text(max_length=64, null=True)
    length = models.BigIntegerField(null=True)
    """Of an attachment's bytes, both; `size` is the sealed payload's."""

    class Meta:
        db_table = "record"


class RecordKey(models.Model):
    """Finds a record by its key's digest: the first 63 bits of it, and on the rare collision the numbers behind."""

    id = Key(primary_key=True)
    leaf = models.BigIntegerField()

    class Meta:
        db_table = "record_key"


class EventKey(models.Model):
    """Finds an event by its own key's digest, where a record holds many and bears no key itself (a webhook's POST).

    As with records: the first 63 bits of the digest, and the numbers behind for what came again. `content` is the digest of
    what the event says.
    """

    id = Key(primary_key=True)
    leaf = models.BigIntegerField(db_index=True)
    ordinal = models.IntegerField()
    key = models.BinaryField()
    content = models.BinaryField()

    class Meta:
        db_table = "event_key"


class Media(models.Model):
    """An attachment of an event whose bytes come later, by the platform's id: the record with that key holds them, once it came."""

    name = Text(max_length=40, primary_key=True)
    """The event's id and the attachment's place in it, as `<id>-<place>`."""
    event = models.BigIntegerField(db_index=True)
    place = models.IntegerField()
    key = models.BinaryField()
    record_key = models.BigIntegerField()
    """Where the key is found among `record_key`, unless another has its number."""

    class Meta:
        db_table = "media"


class Gap(models.Model):
    """One `gap` leaf: something that happened at a source and is not in the archive, or may not be."""

    leaf = Key(primary_key=True)
    source = Text(max_length=64)
    reason = Text(max_length=24)
    found_at = models.BigIntegerField()
    since = models.BigIntegerField(null=True)
    until = models.BigIntegerField(null=True)
    body = models.TextField()

    class Meta:
        db_table = "gap"
        indexes = (models.Index(fields=["source", "leaf"], name="gap_source"),)


class Conversation(models.Model):
    """A conversation of an account, by its native id."""

    id = Key(primary_key=True)
    source = Text(max_length=64)
    native = models.TextField()

    class Meta:
        db_table = "conversation"
        constraints = (models.UniqueConstraint(fields=["source", "native"], name="conversation_native"),)


class Event(models.Model):
    """One event; its id sorts by the time it was sent (seconds << 29 | sequence), `body` is the event as JSON."""

    id = Key(primary_key=True)
    leaf = models.BigIntegerField()
    ordinal = models.IntegerField()
    kind = Text(max_length=24)
    conversation = models.BigIntegerField()
    body = models.TextField()

    class Meta:
        db_table = "event"
        constraints = (models.UniqueConstraint(fields=["leaf", "ordinal"], name="event_position"),)
        indexes = (models.Index(fields=["conversation", "id"], name="event_conversation"),)


class Membership(models.Model):
    """What an event says of a conversation's members, by the event's id: record/membership.py as JSON. Undated events have none.

    `whole` is 1 where it names everybody who is there, else 0: who was there at a time is read from the last such one on.
    """

    id = Key(primary_key=True)
    conversation = models.BigIntegerField()
    whole = models.SmallIntegerField()
    at = models.BigIntegerField()
    leaf = models.BigIntegerField()
    ordinal = models.IntegerField()
    body = models.TextField()

    class Meta:
        db_table = "membership"
        indexes = (models.Index(fields=["conversation", "whole", "id"], name="membership_conversation"),)


class Link(models.Model):
    """An event that edits, recalls or answers another, by the digest of that one's key (which may come later, or never)."""

    id = Key(primary_key=True)
    target = models.BigIntegerField(db_index=True)

    class Meta:
        db_table = "link"


class Blob(models.Model):
    """Where the bytes of an attachment lie: SHA-256 (first 63 bits as the id) to the record that holds them."""

    id = Key(primary_key=True)
    sha256 = Text(max_length=64)
    leaf = models.BigIntegerField()

    class Meta:
        db_table = "blob"


class AuditEntry(models.Model):
    """One leaf of the audit log, opened."""

    leaf = Key(primary_key=True)
    type = Text(max_length=8)
    received_at = models.BigIntegerField()
    act = Text(max_length=60)
    actor = Text(max_length=200)
    body = models.TextField()
    object = models.TextField(null=True)
    """What was acted upon, which stands in `body` too: here it can be looked up."""

    class Meta:
        db_table = "audit_entry"
        indexes = (
            models.Index(fields=["received_at", "leaf"], name="audit_time"),
            models.Index(fields=["act", "received_at", "leaf"], name="audit_act"),
            models.Index(fields=["actor", "received_at", "leaf"], name="audit_actor"),
            models.Index(fields=["object", "received_at", "leaf"], name="audit_object"),
        )


class Cursor(models.Model):
    """How far the projector has read a log."""

    log = Text(max_length=20, primary_key=True)
    position = models.BigIntegerField()

    class Meta:
        db_table = "cursor"


class Build(models.Model):
    """The versions of whatever the derived tables depend on."""

    name = Text(max_length=40, primary_key=True)
    value = models.TextField()

    class Meta:
        db_table = "build"
