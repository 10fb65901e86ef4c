from django.db import migrations


class Migration(migrations.Migration):
    """What was counted moves to the imports app, where the accounts are; the worker counts it again there."""

    dependencies = [
        ("dashboard", "0001_initial"),
    ]

    operations = [
        migrations.DeleteModel(name="Counted"),
        migrations.DeleteModel(name="Day"),
        migrations.DeleteModel(name="Heard"),
    ]
