"""Deeds on what the desk notes while a vote holds a seat: who leaves it, who takes it over, and when."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from mitglieder.models import Person
from sitzungen.models import Anwesenheit, Vormerkung
from sitzungen.queries.antwort import inhaber_of
from sitzungen.schritte.praesenz import end_at
from sitzungen.schritte.saal import SaalError, lock_teilnahme, note, require_laufend, touch_saal

__all__ = ["SaalError", "drop_vormerkung", "note_vormerkung"]

FREI = "Der Sitz stimmt nicht (mehr) ab: Abmelden und Wechseln erfassen Sie direkt in der Präsenz."


@transaction.atomic(durable=True)
def note_vormerkung(
    sitzung_pk: int, sitz_pk: int, *, nachfolge_pk: int | None, at: datetime | None, actor: Person, now: datetime
) -> Vormerkung:
    """Note that somebody leaves a seat a vote holds, or hands it over; return it. What was noted of the seat before is replaced.

    nachfolge_pk: who takes over; None: nobody.  at: the true time, else now. Applied when the vote is over.
    Locks Sitzung, Teilnahme. Writes Vormerkung, Sitzung.live, journal. Raises SaalError (field zeit or nachfolge).
    """
    sitzung, teilnahme = lock_teilnahme(sitzung_pk, sitz_pk)
    require_laufend(sitzung)
    if teilnahme.gesperrt_durch is None:
        raise SaalError(FREI)
    rows = Anwesenheit.objects.filter(teilnahme=teilnahme, bis_at__isnull=True)
    offene = rows.select_related("person", "sitzung").first()
    if offene is None:
        raise SaalError("Auf diesem Sitz ist niemand angemeldet.")
    try:
        zeit = end_at(offene, at=at, now=now)
    except SaalError as error:
        raise SaalError(str(error), feld="zeit") from error
    art, person = Vormerkung.Art.WEG, offene.person
    if nachfolge_pk is not None:
        benannt = teilnahme.vertretung if teilnahme.is_vertretung_benannt else None
        koennen = {
            p.pk: p
            for p in (inhaber_of(sitzung, teilnahme.sitz), benannt)
            if p is not None and p.pk != offene.person_id
        }
        if nachfolge_pk not in koennen:
            raise SaalError("Den Sitz übernimmt das Mitglied oder die benannte Stellvertretung.", feld="nachfolge")
        art, person = Vormerkung.Art.WECHSEL, koennen[nachfolge_pk]
    vormerkung, _ = Vormerkung.objects.update_or_create(
        teilnahme=teilnahme,
        defaults={
            "art": art,
            "person": person,
            "zeit_at": zeit,
            "vermerkt_von": actor,
            "vermerkt_at": now,
            "hindernis": "",
        },
    )
    touch_saal(sitzung)
    if art == Vormerkung.Art.WEG:
        note("vormerkung.weg", teilnahme, actor=actor, now=now, person=person.uuid, zeit=zeit)
    else:
        note("vormerkung.wechsel", teilnahme, actor=actor, now=now, person=person.uuid, zeit=zeit)
    return vormerkung


@transaction.atomic(durable=True)
def drop_vormerkung(sitzung_pk: int, pk: int, *, actor: Person, now: datetime) -> None:
    """Take back what was noted; a second tap changes nothing. Locks Sitzung, Teilnahme.

    Deletes the Vormerkung, writes Sitzung.live, journal.
    """
    sitz_pk = Vormerkung.objects.filter(pk=pk, teilnahme__sitzung=sitzung_pk).values_list("teilnahme__sitz", flat=True)
    if (sitz := sitz_pk.first()) is None:
        return
    sitzung, teilnahme = lock_teilnahme(sitzung_pk, sitz)
    vormerkung = Vormerkung.objects.select_related("person").filter(pk=pk).first()
    if vormerkung is None:
        return
    vormerkung.delete()
    touch_saal(sitzung)
    note("vormerkung.verworfen", teilnahme, actor=actor, now=now, person=vormerkung.person.uuid)
