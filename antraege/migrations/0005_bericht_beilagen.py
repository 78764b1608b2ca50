import json

from django.db import migrations, models


def read_journal(apps, schema_editor):
    """Write down for each report handed over which files went with it: the journal names them by their hash."""
    Bericht = apps.get_model('antraege', 'Bericht')
    Journaleintrag = apps.get_model('konferenz', 'Journaleintrag')
    for eintrag in Journaleintrag.objects.filter(art='bericht.ueberwiesen').order_by('seq'):
        bericht = Bericht.objects.filter(uuid=eintrag.objekt, status='ueberwiesen').first()
        if bericht is None:
            continue
        damals = bericht.antrag.beilagen.filter(created_at__lte=bericht.ueberwiesen_at)
        beilagen = list(damals.select_related('datei').order_by('is_entfernt', 'position', 'pk'))
        for summe in json.loads(eintrag.text)['nutzlast'].get('beilagen', []):
            beilage = next((b for b in beilagen if b.datei.sha256 == summe), None)
            if beilage is not None:
                beilagen.remove(beilage)
                bericht.beilagen.add(beilage)


class Migration(migrations.Migration):

    dependencies = [
        ('antraege', '0004_bericht_vorgelegt'),
    ]

    operations = [
        migrations.AddField(
            model_name='bericht',
            name='beilagen',
            field=models.ManyToManyField(blank=True, related_name='berichte', to='antraege.antragsbeilage'),
        ),
        migrations.RunPython(read_journal, migrations.RunPython.noop),
    ]
