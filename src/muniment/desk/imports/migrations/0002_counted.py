from django.db import migrations, models


class Migration(migrations.Migration):
    """How much each account brought on each day: derived from the catalog, and empty until the worker has counted."""

    dependencies = [
        ("imports", "0001_initial"),
        ("dashboard", "0002_counted_elsewhere"),
    ]

    operations = [
        migrations.CreateModel(
            name='Counted',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('leaf', models.BigIntegerField()),
                ('zone', models.CharField(max_length=60)),
                ('build', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Heard',
            fields=[
                ('source', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('records', models.BigIntegerField(default=0)),
                ('events', models.BigIntegerField(default=0)),
                ('received_at', models.BigIntegerField(null=True)),
                ('sent_at', models.BigIntegerField(null=True)),
                ('daily', models.BooleanField(default=False)),
                ('usual', models.IntegerField(default=0)),
                ('longest', models.IntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Day',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=64)),
                ('day', models.DateField()),
                ('events', models.BigIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['day'], name='day_day')],
                'constraints': [models.UniqueConstraint(fields=('source', 'day'), name='day_of_source')],
            },
        ),
    ]
