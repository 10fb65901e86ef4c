"""What was read in files, and how far the records were looked through for them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("archive", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Listed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("leaf", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                ("key", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("leaf", models.BigIntegerField(db_index=True)),
                ("named", models.BigIntegerField(null=True)),
                ("ordinal", models.IntegerField(default=0)),
                ("place", models.IntegerField(default=0)),
                ("reader", models.CharField(default="", max_length=20)),
                ("status", models.CharField(default="", max_length=20)),
                ("type", models.CharField(default="", max_length=200)),
                ("agrees", models.BooleanField(null=True)),
                ("playable", models.BooleanField(default=False)),
                ("duration", models.BigIntegerField(null=True)),
                ("notes", models.JSONField(default=list)),
                ("made_at", models.DateTimeField(null=True)),
            ],
            options={"indexes": [models.Index(fields=["reader", "leaf"], name="reading_waits")]},
        ),
    ]
