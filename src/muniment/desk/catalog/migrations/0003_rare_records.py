"""An index of the few records that are no decoded messages: what a search cannot see is counted beside every answer."""

from django.db import migrations


class Migration(migrations.Migration):
    """After the tables; both databases know partial indexes."""

    dependencies = (("catalog", "0002_search"),)
    operations = (
        migrations.RunSQL(
            "CREATE INDEX record_rare ON record (part, status) WHERE part <> 'message' OR status <> 'decoded'",
            "DROP INDEX record_rare",
        ),
    )
