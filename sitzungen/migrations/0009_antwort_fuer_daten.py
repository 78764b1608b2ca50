from django.db import migrations
from django.utils import timezone


def fill(apps, schema_editor):
    """Note for whom the answers were given that are there already; where that cannot be known, leave it open.

    One's own answers are for oneself. What the office recorded is for who holds the seat on the meeting's day, if that
    person held it when the answer came, or if the meeting has begun (so it was read until now). Else the seat changed
    hands in between: the answer counts for nobody, and the seat is asked again.
    """
    Teilnahme = apps.get_model("sitzungen", "Teilnahme")
    Mandat = apps.get_model("mitglieder", "Mandat")
    jetzt = timezone.now()
    je_sitz = {}
    for mandat in Mandat.objects.order_by("pk"):
        je_sitz.setdefault(mandat.sitz_id, []).append(mandat)

    def halten(sitz, tag):
        return [m.person_id for m in je_sitz.get(sitz, []) if m.von <= tag and (m.bis is None or m.bis > tag)]

    for zeile in Teilnahme.objects.exclude(antwort="").select_related("sitzung").order_by("pk"):
        if zeile.antwort_kanal in {"portal", "link"} and zeile.antwort_von_id is not None:
            zeile.antwort_fuer_id = zeile.antwort_von_id
        else:
            am_tag = halten(zeile.sitz_id, timezone.localdate(zeile.sitzung.beginn_at))
            damals = halten(zeile.sitz_id, timezone.localdate(zeile.antwort_at))
            if am_tag and (am_tag[0] in damals or zeile.sitzung.beginn_at <= jetzt):
                zeile.antwort_fuer_id = am_tag[0]
        zeile.save(update_fields=["antwort_fuer"])


class Migration(migrations.Migration):

    dependencies = [
        ('sitzungen', '0008_antwort_fuer'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
