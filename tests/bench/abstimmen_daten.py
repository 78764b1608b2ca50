"""Fill the database of the bench with a running meeting and its votes, or time the deeds alone; prints one line of JSON.

`python -m tests.bench.abstimmen_daten saal ABSTIMMUNGEN` · `… oeffne [PK,SITZE,PERSON]` · `… commits ANZAHL` · `… tat RUNDEN` ·
`… schluss SITZE`
"""

from __future__ import annotations

import json
import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")


def main(was: str, wert: str) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    if was == "oeffne":
        oeffne(*json.loads(wert))
        print("{}")
        return
    if was == "commits":
        print(json.dumps({"commits": commits(int(wert))}))
        return
    call_command("migrate", verbosity=0)
    print(json.dumps({"saal": saal, "tat": tat, "schluss": schluss}[was](int(wert))))


def make_votes(anzahl: int):
    """Return a running meeting, its fourteen people and so many votes, the first of them open."""
    from django.utils import timezone

    from antraege.actions import abstimmung as deeds
    from konferenz.rules import Mehrheit
    from sitzungen.models import Sitzung
    from tests.antraege.conftest import make_saal
    from tests.conftest import make_person

    raum, buero = make_saal(), make_person("Büro", email="buero@portal.test")
    Sitzung.objects.filter(pk=raum.pk).update(
        beginn_at=timezone.now(), ende_at=timezone.now() + timezone.timedelta(hours=3)
    )
    votes = [
        deeds.prepare_abstimmung(
            raum.pk,
            traktandum_pk=raum.aktuell_id,
            frage=f"Frage {nr}",
            mehrheit=Mehrheit.EINFACH,
            actor=buero,
            now=raum.beginn_at,
        )
        for nr in range(anzahl)
    ]
    sitze = list(
        raum.anwesenheiten.filter(teilnahme__sitz__stimmberechtigt=True).values_list("teilnahme__sitz_id", flat=True)
    )
    personen = [a.person for a in raum.anwesenheiten.select_related("person")]
    return raum, buero, votes, sitze, personen


def saal(runden: int) -> dict:
    """Make the meeting for HTTP: sessions of the fourteen, the votes' uuids; one process of the bench opens them in turn."""
    from tests.bench.daten import anmeldung

    raum, buero, votes, sitze, personen = make_votes(runden)
    return {
        "sitzung": raum.kennung,
        "votes": [[v.pk, str(v.uuid)] for v in votes],
        "sitze": sitze,
        "buero": buero.pk,
        "sessions": [anmeldung(p) for p in personen],
    }


def oeffne(pk: int, sitze: list[int], buero: int) -> None:
    """Close whatever is open and open the next vote."""
    from django.utils import timezone

    from antraege.actions import abstimmung as deeds
    from antraege.models import Abstimmung
    from mitglieder.models import Person

    actor = Person.objects.get(pk=buero)
    for offene in Abstimmung.objects.filter(status="offen"):
        deeds.close_abstimmung(offene.pk, actor=actor, now=timezone.now())
    deeds.open_abstimmung(pk, sitze=sitze, actor=actor, now=timezone.now())


def tat(runden: int) -> dict:
    """Time the deed alone: fourteen ballots one after the other, beside fourteen bare insert-and-commits."""
    from antraege.actions import abstimmung as deeds

    raum, buero, votes, sitze, personen = make_votes(runden)
    taten, boeden = [], []
    for vote in votes:
        oeffne(vote.pk, sitze, buero.pk)
        boeden.append(commits(len(personen)))
        anfang = time.perf_counter()
        for person in personen:
            deeds.cast_stimme(vote.pk, wahl="ja", actor=person, now=raum.beginn_at)
        taten.append(time.perf_counter() - anfang)
    return {"tat": sorted(taten)[len(taten) // 2], "boden": sorted(boeden)[len(boeden) // 2]}


def commits(anzahl: int) -> float:
    """Return seconds for so many bare insert-and-commits, one after the other."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_zeile (id integer, wert varchar(40))")
    anfang = time.perf_counter()
    for nr in range(anzahl):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO bench_zeile VALUES (%s, %s)", [nr, "ja"])
    return time.perf_counter() - anfang


def schluss(sitze: int) -> dict:
    """Time the close of a delegates' assembly: so many seats, all of them with a ballot."""
    from django.db import connection
    from django.utils import timezone

    from antraege.actions import abstimmung as deeds
    from antraege.models import Abstimmung, Stimme, Stimmsitz
    from konferenz import triggers
    from mitglieder.models import Person, Sitz

    _, buero, votes, stehende, _ = make_votes(3)
    leute = Person.objects.get_queryset().bulk_create(
        Person(nachname=f"Delegierte {nr}", login=None, created_at=timezone.now()) for nr in range(sitze)
    )
    hoechste = Sitz.objects.order_by("-reihenfolge")[0].reihenfolge
    with connection.cursor() as cursor:  # more seats than the conference has
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE mitglieder_sitz DROP CONSTRAINT IF EXISTS sitz_je_amt_einer")
            cursor.execute("DROP INDEX IF EXISTS sitz_je_amt_einer")
        else:
            cursor.execute("DROP INDEX IF EXISTS sitz_je_amt_einer")
    weitere = Sitz.objects.bulk_create(
        Sitz(art="vorsitz", bezeichnung=f"Delegierte {nr}", stimmberechtigt=True, reihenfolge=hoechste + 1 + nr)
        for nr in range(sitze)
    )
    taten, boeden = [], []
    for vote in votes:
        oeffne(vote.pk, stehende, buero.pk)
        with triggers.without_triggers():  # the seats of an open vote stand
            neue = Stimmsitz.objects.bulk_create(
                Stimmsitz(abstimmung=vote, sitz=s, person=p, als="inhaber", bezeichnung=s.bezeichnung, name=p.nachname)
                for s, p in zip(weitere, leute, strict=True)
            )
            Abstimmung.objects.filter(pk=vote.pk).update(anwesend=len(stehende) + sitze)
        Stimme.objects.bulk_create(
            Stimme(
                stimmsitz=s,
                abstimmung=vote,
                wahl="ja",
                nonce="0" * 32,
                quittung="0" * 64,
                weg="selbst",
                erfasst_von=buero,
                abgegeben_at=timezone.now(),
            )
            for s in neue
        )
        boeden.append(select_und_commit(vote.pk))
        anfang = time.perf_counter()
        deeds.close_abstimmung(vote.pk, actor=buero, now=timezone.now())
        taten.append(time.perf_counter() - anfang)
    return {"tat": min(taten), "boden": min(boeden)}


def select_und_commit(pk: int) -> float:
    """Return seconds for one bare SELECT of all ballots of a vote and one bare commit."""
    from django.db import connection

    anfang = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.*, w.* FROM antraege_stimmsitz s JOIN antraege_stimme w ON w.stimmsitz_id = s.id"
            " WHERE s.abstimmung_id = %s",
            [pk],
        )
        cursor.fetchall()
    return time.perf_counter() - anfang + commits(1)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
