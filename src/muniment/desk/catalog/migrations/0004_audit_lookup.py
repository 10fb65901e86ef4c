"""Finds audit entries by day, by act, by actor and by what was acted upon, newest first, however many there are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """After the index of rare records; the columns of each index end in the order in which entries are shown."""

    dependencies = (("catalog", "0003_rare_records"),)
    operations = (
        migrations.AddField("AuditEntry", "object", models.TextField(null=True)),
        migrations.AddIndex("AuditEntry", models.Index(fields=["received_at", "leaf"], name="audit_time")),
        migrations.AddIndex("AuditEntry", models.Index(fields=["act", "received_at", "leaf"], name="audit_act")),
        migrations.AddIndex("AuditEntry", models.Index(fields=["actor", "received_at", "leaf"], name="audit_actor")),
        migrations.AddIndex("AuditEntry", models.Index(fields=["object", "received_at", "leaf"], name="audit_object")),
    )
