import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def fill_uuids(apps, schema_editor):
    """Each body gets a number of its own before the column becomes unique."""
    leitgremium = apps.get_model("mitglieder", "Leitgremium")
    for row in leitgremium.objects.using(schema_editor.connection.alias).filter(uuid__isnull=True):
        row.uuid = uuid.uuid4()
        row.save(update_fields=["uuid"])


class Migration(migrations.Migration):
    dependencies = [
        ("mitglieder", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="leitgremium",
            name="uuid",
            field=models.UUIDField(null=True, editable=False),
        ),
        migrations.RunPython(fill_uuids, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="leitgremium",
            name="uuid",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.CreateModel(
            name="Verteilermeldung",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("text", models.TextField(max_length=2000)),
                ("created_at", models.DateTimeField()),
                ("erledigt_at", models.DateTimeField(blank=True, null=True)),
                (
                    "leitgremium",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="meldungen",
                        to="mitglieder.leitgremium",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "Meldung zum Verteiler",
                "verbose_name_plural": "Meldungen zum Verteiler",
                "ordering": ["created_at", "pk"],
            },
        ),
    ]
