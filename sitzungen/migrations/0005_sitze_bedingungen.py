import uuid

from django.db import migrations, models

class Migration(migrations.Migration):

    dependencies = [
        ('sitzungen', '0004_sitze_daten'),
    ]

    operations = [
        migrations.AlterField(
            model_name='teilnahme',
            name='uuid',
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.RemoveConstraint(
            model_name='teilnahme',
            name='teilnahme_vertritt_einen_sitz',
        ),
        migrations.AddConstraint(
            model_name='sitzung',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('begonnen_at__isnull', False), ('status__in', ['laufend', 'geschlossen'])), models.Q(models.Q(('status__in', ['laufend', 'geschlossen']), _negated=True), ('begonnen_at__isnull', True)), _connector='OR'), name='sitzung_begonnen_mit_zeit'),
        ),
        migrations.AddConstraint(
            model_name='sitzung',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('beendet_at__isnull', False), ('status', 'geschlossen')), models.Q(models.Q(('status', 'geschlossen'), _negated=True), ('beendet_at__isnull', True)), _connector='OR'), name='sitzung_beendet_mit_zeit'),
        ),
        migrations.AddConstraint(
            model_name='sitzung',
            constraint=models.CheckConstraint(condition=models.Q(('bestaetigt_at__isnull', True), ('nacherfasst_at__isnull', False), _connector='OR'), name='sitzung_bestaetigt_nur_nacherfasst'),
        ),
        migrations.AddConstraint(
            model_name='teilnahme',
            constraint=models.UniqueConstraint(condition=models.Q(('vertretung__isnull', False), models.Q(('vertretung_stand', 'abgelehnt'), _negated=True)), fields=('sitzung', 'vertretung'), name='teilnahme_vertritt_einen_sitz'),
        ),
        migrations.AddConstraint(
            model_name='teilnahme',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('vertretung__isnull', False), models.Q(('vertretung_stand', ''), _negated=True)), models.Q(('vertretung__isnull', True), ('vertretung_stand', '')), _connector='OR'), name='teilnahme_vertretung_mit_stand'),
        ),
        migrations.AddConstraint(
            model_name='teilnahme',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('antwort', 'vertreten'), _negated=True), ('vertretung__isnull', False), _connector='OR'), name='teilnahme_vertreten_durch_jemand'),
        ),
        migrations.AddConstraint(
            model_name='teilnahme',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('antwort', ''), ('antwort_at__isnull', True)), models.Q(models.Q(('antwort', ''), _negated=True), ('antwort_at__isnull', False)), _connector='OR'), name='teilnahme_antwort_mit_zeit'),
        ),
        migrations.AddConstraint(
            model_name='anwesenheit',
            constraint=models.UniqueConstraint(condition=models.Q(('bis_at__isnull', True), ('teilnahme__isnull', False)), fields=('teilnahme',), name='anwesenheit_eine_je_sitz'),
        ),
        migrations.AddConstraint(
            model_name='anwesenheit',
            constraint=models.UniqueConstraint(condition=models.Q(('bis_at__isnull', True)), fields=('sitzung', 'person'), name='anwesenheit_eine_je_person'),
        ),
        migrations.AddConstraint(
            model_name='anwesenheit',
            constraint=models.CheckConstraint(condition=models.Q(('bis_at__isnull', True), ('bis_at__gte', models.F('von_at')), _connector='OR'), name='anwesenheit_von_vor_bis'),
        ),
        migrations.AddConstraint(
            model_name='anwesenheit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('als', 'gast'), ('teilnahme__isnull', True)), models.Q(models.Q(('als', 'gast'), _negated=True), ('teilnahme__isnull', False)), _connector='OR'), name='anwesenheit_gast_ohne_sitz'),
        ),
        migrations.AddConstraint(
            model_name='ausstand',
            constraint=models.UniqueConstraint(fields=('teilnahme', 'traktandum'), name='ausstand_einmal'),
        ),
        migrations.AddConstraint(
            model_name='diskussionswunsch',
            constraint=models.UniqueConstraint(fields=('traktandum', 'person'), name='diskussionswunsch_einmal'),
        ),
    ]
