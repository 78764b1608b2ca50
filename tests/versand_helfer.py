"""What test_versand_kill.py runs in processes of its own: `python -m tests.versand_helfer load N MINUTES | tick`."""

import os
import sys
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "konferenz.settings")


def load(count: int, dossier_bytes: int = 0) -> None:
    """Make a released meeting that is due now, with one paper and so many decision-makers."""
    from django.utils import timezone

    from mitglieder.models import Leitgremium, Mitgliedschaft, Person, Sitz
    from tests.conftest import SEIT, make_datei, make_mandat, make_sitzung, make_traktandum, make_unterlage

    now = timezone.now()
    gremien = list(Leitgremium.objects.all())
    sitze = list(Sitz.objects.all())
    buero = Person.objects.create(nachname="Büro", email="", created_at=now)
    for n in range(count):
        person = Person.objects.create(
            vorname="Person", nachname=f"{n:03}", email=f"p{n:03}@example.ch", created_at=now
        )
        if n < len(sitze):
            make_mandat(person, sitze[n])
        else:
            Mitgliedschaft.objects.create(leitgremium=gremien[n % len(gremien)], person=person, von=SEIT)
    sitzung = make_sitzung(
        4, beginn_at=now + timedelta(days=7, hours=1), status="freigegeben", versand_due_at=now - timedelta(minutes=1)
    )
    make_unterlage(make_traktandum(sitzung, art="entscheid"), "Bericht und Antrag", person=buero)
    if dossier_bytes:
        from sitzungen.queries.paket import dossier_stand, load_inhalt

        sitzung.dossier = make_datei("Sitzungsmappe.pdf", os.urandom(dossier_bytes))
        sitzung.dossier_stand = dossier_stand(load_inhalt(sitzung), ())
        sitzung.save(update_fields=["dossier", "dossier_stand"])


def tick() -> None:
    from django.utils import timezone

    from sitzungen.takt import dispatch_versand

    print(len(dispatch_versand(now=timezone.now()).versande))


if __name__ == "__main__":
    import django

    django.setup()
    {"load": load, "tick": tick}[sys.argv[1]](*map(int, sys.argv[2:]))
