"""The number by which the regulator's register knows the firm."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """After access tokens."""

    dependencies = (("people", "0004_tokens"),)
    operations = (migrations.AddField("firm", "number", models.CharField(blank=True, default="", max_length=40)),)
