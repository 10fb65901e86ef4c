"""Keys of events whose record holds many, files that come later, and gaps."""

from django.db import migrations, models

from muniment.desk.catalog.models import Key, Text


class Migration(migrations.Migration):
    """After the look-up of audit entries."""

    dependencies = (("catalog", "0004_audit_lookup"),)
    operations = (
        migrations.AddField("Record", "sha256", Text(max_length=64, null=True)),
        migrations.AddField("Record", "length", models.BigIntegerField(null=True)),
        migrations.CreateModel(
            "EventKey",
            fields=[
                ("id", Key(primary_key=True, serialize=False)),
                ("leaf", models.BigIntegerField(db_index=True)),
                ("ordinal", models.IntegerField()),
                ("key", models.BinaryField()),
                ("content", models.BinaryField()),
            ],
            options={"db_table": "event_key"},
        ),
        migrations.CreateModel(
            "Media",
            fields=[
                ("name", Text(max_length=40, primary_key=True, serialize=False)),
                ("event", models.BigIntegerField(db_index=True)),
                ("place", models.IntegerField()),
                ("key", models.BinaryField()),
                ("record_key", models.BigIntegerField()),
            ],
            options={"db_table": "media"},
        ),
        migrations.CreateModel(
            "Gap",
            fields=[
                ("leaf", Key(primary_key=True, serialize=False)),
                ("source", Text(max_length=64)),
                ("reason", Text(max_length=24)),
                ("found_at", models.BigIntegerField()),
                ("since", models.BigIntegerField(null=True)),
                ("until", models.BigIntegerField(null=True)),
                ("body", models.TextField()),
            ],
            options={"db_table": "gap", "indexes": [models.Index(fields=["source", "leaf"], name="gap_source")]},
        ),
    )
