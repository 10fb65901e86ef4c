"""Who came, went or was there, by conversation: so that a page need not read a whole conversation to say who could see a message."""

from django.db import migrations, models

from muniment.desk.catalog.models import Key


class Migration(migrations.Migration):
    """After live sources."""

    dependencies = (("catalog", "0005_live_sources"),)
    operations = (
        migrations.CreateModel(
            "Membership",
            fields=[
                ("id", Key(primary_key=True, serialize=False)),
                ("conversation", models.BigIntegerField()),
                ("whole", models.SmallIntegerField()),
                ("at", models.BigIntegerField()),
                ("leaf", models.BigIntegerField()),
                ("ordinal", models.IntegerField()),
                ("body", models.TextField()),
            ],
            options={
                "db_table": "membership",
                "indexes": [
                    models.Index(fields=["conversation", "whole", "id"], name="membership_conversation")
                ],
            },
        ),
    )
