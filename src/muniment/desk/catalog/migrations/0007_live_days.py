"""An index of what came live, by source and time: the balance sheet of each day counts it, however long ago that was."""

from django.db import migrations


class Migration(migrations.Migration):
    """After memberships. What an import brought is not in it, so that imports pay nothing for it."""

    dependencies = (("catalog", "0006_memberships"),)
    operations = (
        migrations.RunSQL(
            "CREATE INDEX record_live ON record (source, received_at, status) WHERE type = 'rec' AND import_id IS NULL",
            "DROP INDEX record_live",
        ),
    )
