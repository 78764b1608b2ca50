import uuid

from django.db import migrations
from django.db.models import F
from django.utils import timezone

def fill(apps, schema_editor):
    """Give what is there already what the next step's constraints ask for."""
    Teilnahme = apps.get_model("sitzungen", "Teilnahme")
    for teilnahme in Teilnahme.objects.all():
        teilnahme.uuid = uuid.uuid4()
        if teilnahme.vertretung_id is not None:
            teilnahme.antwort, teilnahme.antwort_at = "vertreten", timezone.now()
            teilnahme.vertretung_stand, teilnahme.vertretung_benannt_at = "benannt", teilnahme.antwort_at
        teilnahme.save()
    Sitzung = apps.get_model("sitzungen", "Sitzung")
    Sitzung.objects.filter(status__in=["laufend", "geschlossen"]).update(begonnen_at=F("beginn_at"))
    Sitzung.objects.filter(status="geschlossen").update(beendet_at=F("ende_at"))
    Traktandum = apps.get_model("sitzungen", "Traktandum")
    for sitzung in Sitzung.objects.filter(versandt_at__isnull=False):
        Traktandum.objects.filter(sitzung=sitzung).update(angekuendigt_at=sitzung.versandt_at)


class Migration(migrations.Migration):

    dependencies = [
        ('sitzungen', '0003_sitze_felder'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
