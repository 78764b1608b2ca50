"""Ausstand: a seat steps aside for one item, declared by the seat or noted at the desk."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from konferenz.adressen import clean_zeile
from mitglieder.models import Person
from sitzungen.models import Anwesenheit, Ausstand, Sitzung, Teilnahme, Traktandum
from sitzungen.schritte.praesenz import SitzBesetzt, tell_sitzt
from sitzungen.schritte.saal import SaalError, lock_teilnahme, note, touch_saal


@transaction.atomic(durable=True)
def declare_ausstand(
    sitzung_pk: int,
    sitz_pk: int,
    traktandum_pk: int,
    *,
    grund: str = "",
    selbst: bool = False,
    actor: Person,
    now: datetime,
) -> Ausstand:
    """Declare that a seat steps aside for an item, before the meeting or in it; return the row. Twice is once.

    It counts from the item's start to its end. grund: in one line, may stay empty.  selbst: actor speaks for the seat,
    not for the desk; while somebody sits on it only that person may. Locks Sitzung, Teilnahme, Traktandum. Writes
    Ausstand, Sitzung.live, journal. Raises SaalError once the item has ended, while a vote counts the seat, and outside
    a published or running meeting; SitzBesetzt names who sits there.
    """
    sitzung, teilnahme = lock_teilnahme(sitzung_pk, sitz_pk)
    traktandum = _lock_traktandum(sitzung, traktandum_pk)
    _check_offen(sitzung, teilnahme, traktandum)
    if selbst:
        _check_wer(teilnahme, actor)
    vorhanden = Ausstand.objects.filter(teilnahme=teilnahme, traktandum=traktandum).first()
    if vorhanden is not None:
        return vorhanden
    ausstand = Ausstand.objects.create(
        teilnahme=teilnahme,
        traktandum=traktandum,
        erklaert_von=actor,
        erklaert_at=now,
        grund=clean_zeile(grund, 300),
    )
    touch_saal(sitzung)
    note("ausstand.erklaert", teilnahme, actor=actor, now=now, traktandum=traktandum.uuid, grund=ausstand.grund)
    return ausstand


@transaction.atomic(durable=True)
def withdraw_ausstand(
    sitzung_pk: int, sitz_pk: int, traktandum_pk: int, *, selbst: bool = False, actor: Person, now: datetime
) -> bool:
    """Take a declared Ausstand back; return whether there was one. Locks, writes and raises as declare_ausstand."""
    sitzung, teilnahme = lock_teilnahme(sitzung_pk, sitz_pk)
    traktandum = _lock_traktandum(sitzung, traktandum_pk)
    _check_offen(sitzung, teilnahme, traktandum)
    if selbst:
        _check_wer(teilnahme, actor)
    geloescht, _ = Ausstand.objects.filter(teilnahme=teilnahme, traktandum=traktandum).delete()
    if not geloescht:
        return False
    touch_saal(sitzung)
    note("ausstand.zurueckgezogen", teilnahme, actor=actor, now=now, traktandum=traktandum.uuid)
    return True


def _lock_traktandum(sitzung: Sitzung, pk: int) -> Traktandum:
    traktandum = sitzung.traktanden.select_for_update(of=("self",)).filter(pk=pk).first()
    if traktandum is None:
        raise SaalError("Dieses Traktandum gibt es nicht mehr.", feld="traktandum")
    return traktandum


def _check_wer(teilnahme: Teilnahme, actor: Person) -> None:
    """Raise SitzBesetzt where somebody else sits on the seat: the vote is that person's while it lasts."""
    sitzende = Anwesenheit.objects.filter(teilnahme=teilnahme, bis_at__isnull=True).exclude(person=actor)
    anwesenheit = sitzende.select_related("person", "teilnahme__sitz").first()
    if anwesenheit is not None:
        raise SitzBesetzt(f"{tell_sitzt(anwesenheit)} Den Ausstand erklärt, wer auf dem Sitz ist, oder das Pult.")


def _check_offen(sitzung: Sitzung, teilnahme: Teilnahme, traktandum: Traktandum) -> None:
    if sitzung.status == Sitzung.Status.ABGESAGT:
        raise SaalError("Die Sitzung ist abgesagt.")
    if sitzung.status == Sitzung.Status.GESCHLOSSEN:
        raise SaalError("Die Sitzung ist geschlossen; am Ausstand ändert sich nichts mehr.")
    if not sitzung.is_veroeffentlicht:
        raise SaalError("Die Traktanden sind noch nicht versandt. Den Ausstand erklären Sie danach.")
    if traktandum.beendet_at is not None:
        raise SaalError(
            f"Traktandum {traktandum.position} ist abgeschlossen; der Ausstand lässt sich dazu nicht mehr ändern.",
            feld="traktandum",
        )
    if teilnahme.gesperrt_durch is not None:
        raise SaalError(
            "Der Sitz stimmt gerade ab. Der Ausstand lässt sich erst ändern, wenn die Abstimmung geschlossen ist."
        )
