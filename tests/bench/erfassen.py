"""A meeting with 15 items and 30 papers through the deeds of the office (files already checked), beside bare inserts."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

from .messung import Zahl, im_wechsel

TRAKTANDEN = 15
JE_TRAKTANDUM = 2


def messen() -> Iterator[Zahl]:
    """Yield the figure; on a database of its own (a file, or PostgreSQL where DATABASE_URL names one)."""
    with tempfile.TemporaryDirectory() as ordner:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
        os.environ["TEST_NAME"] = "bench"
        os.environ["MEDIA_ROOT"] = ordner
        import django

        django.setup()
        from django.test.utils import setup_databases, teardown_databases

        alt = setup_databases(verbosity=0, interactive=False)
        try:
            mit_taten, nackt = im_wechsel(erfasse, fuege_ein)
        finally:
            teardown_databases(alt, verbosity=0)
    yield Zahl(
        "Sitzung, 15 Traktanden, 30 Unterlagen erfassen", mit_taten, nackt, hoechstens=0.3, boden_name="nackte INSERT"
    )


def akteurin():
    from mitglieder.models import Funktion, Person
    from tests.conftest import SEIT, make_person

    person = Person.objects.filter(login="buero@portal.test").first()
    if person is None:
        person = make_person("Büro", email="buero@portal.test")
        Funktion.objects.create(person=person, art="geschaeftsstelle", von=SEIT)
    return person


def gespeichert(i: int):
    from konferenz.dateien import GespeicherteDatei

    return GespeicherteDatei(uuid=uuid4(), name=f"Papier {i}.pdf", typ="pdf", groesse=1000, sha256="0" * 64, seiten=4)


def erfasse() -> float:
    """Seconds of 31 deeds: one meeting, 15 items, 15 times two papers; each with its journal entry and commit."""
    from django.utils import timezone

    from sitzungen import rules
    from sitzungen.actions import sitzung, traktandum, unterlage
    from sitzungen.models import Sitzung, Thema

    actor, now, thema = akteurin(), timezone.now(), Thema.objects.first().pk
    beginn = now + timedelta(days=60 + Sitzung.objects.count())
    anfang = time.perf_counter()
    termin = rules.Termin(beginn_at=beginn, ende_at=beginn + timedelta(hours=2), ort="Landhaus")
    neue = sitzung.create_sitzung(termin, grund="Messung", einberufen_on=timezone.localdate(now), actor=actor, now=now)
    for i in range(TRAKTANDEN):
        punkt = traktandum.add_traktandum(
            neue.pk,
            titel=f"Geschäft {i}",
            art="information",
            thema=thema,
            zusammenfassung="Kurz.",
            actor=actor,
            now=now,
        )
        papiere = [gespeichert(j) for j in range(JE_TRAKTANDUM)]
        unterlage.add_unterlagen(punkt.pk, papiere, actor=actor, now=now)
    return time.perf_counter() - anfang


def fuege_ein() -> float:
    """Seconds of the same rows, each by its own INSERT, in one transaction, with nothing checked."""
    from django.db import transaction
    from django.utils import timezone

    from konferenz.models import Datei
    from sitzungen.models import Fassung, Sitzung, Thema, Unterlage
    from tests.conftest import make_sitzung, make_traktandum

    actor, now, thema = akteurin(), timezone.now(), Thema.objects.first()
    nr = 100 + Sitzung.objects.count()
    anfang = time.perf_counter()
    with transaction.atomic():
        neue = make_sitzung(nr, beginn_at=now + timedelta(days=60 + nr))
        for i in range(TRAKTANDEN):
            punkt = make_traktandum(neue, f"Geschäft {i}", position=i + 1, thema=thema)
            for j in range(JE_TRAKTANDUM):
                datei = Datei.objects.create(
                    name=f"Papier {j}.pdf",
                    typ="pdf",
                    groesse=1000,
                    sha256="0" * 64,
                    seiten=4,
                    geprueft_at=now,
                    created_at=now,
                )
                blatt = Unterlage.objects.create(
                    traktandum=punkt, position=j + 1, titel=f"Papier {j}", klassifizierung="intern"
                )
                Fassung.objects.create(unterlage=blatt, nr=1, datei=datei, hochgeladen_von=actor, hochgeladen_at=now)
    return time.perf_counter() - anfang
