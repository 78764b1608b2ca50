"""Deeds on a seat: mandates and standing substitutes. Each locks the seat first."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from mitglieder.models import Mandat, Person, Stellvertretung
from mitglieder.schritte.sitz import (
    MandatDaten,
    close_mandat,
    close_stellvertretung,
    lock_sitz,
    write_mandat,
    write_stellvertretung,
    write_wahl,
)


@transaction.atomic(durable=True)
def start_mandat(
    sitz_pk: int, person_pk: int, daten: MandatDaten, *, loest_ab: bool = False, actor: Person | None, now: datetime
) -> Mandat:
    """Put a person on a seat, elected (with the date of the Wahlbeschluss) or designated.

    loest_ab: the present open-ended mandate ends on the day this one begins.
    Raises MitgliederError: the seat is taken, the function does not fit the region's form (R11, R12).
    """
    sitz = lock_sitz(sitz_pk)
    offen = sitz.mandate.filter(bis__isnull=True, von__lt=daten.von).first() if loest_ab else None
    if offen is not None:
        close_mandat(offen, bis=daten.von, actor=actor, now=now)
    return write_mandat(sitz, Person.objects.get(pk=person_pk), daten, actor=actor, now=now)


@transaction.atomic(durable=True)
def elect_mandat(
    mandat_pk: int, *, wahlbeschluss_on: date, wahlbeschluss_ref: str, actor: Person | None, now: datetime
) -> None:
    """Note the Wahlbeschluss of the VSEG-Vorstand for a designated holder, who votes from now on (R5)."""
    lock_sitz(Mandat.objects.values_list("sitz_id", flat=True).get(pk=mandat_pk))
    mandat = Mandat.objects.select_related("sitz", "person").get(pk=mandat_pk)
    write_wahl(mandat, on=wahlbeschluss_on, ref=wahlbeschluss_ref, actor=actor, now=now)


@transaction.atomic(durable=True)
def end_mandat(mandat_pk: int, *, bis: date, actor: Person | None, now: datetime) -> None:
    """End a mandate; bis is the first day without it. The seat is vacant from then on."""
    lock_sitz(Mandat.objects.values_list("sitz_id", flat=True).get(pk=mandat_pk))
    mandat = Mandat.objects.select_related("sitz", "person").get(pk=mandat_pk)
    close_mandat(mandat, bis=bis, actor=actor, now=now)


@transaction.atomic(durable=True)
def start_stellvertretung(
    sitz_pk: int, person_pk: int, *, funktion: str, von: date, actor: Person | None, now: datetime
) -> Stellvertretung:
    """Put a political functionary on the seat's standing list (R14). Raises MitgliederError."""
    sitz = lock_sitz(sitz_pk)
    person = Person.objects.get(pk=person_pk)
    return write_stellvertretung(sitz, person, funktion=funktion, von=von, actor=actor, now=now)


@transaction.atomic(durable=True)
def end_stellvertretung(pk: int, *, bis: date, actor: Person | None, now: datetime) -> None:
    """Take a person off a seat's standing list; bis is the first day without it."""
    lock_sitz(Stellvertretung.objects.values_list("sitz_id", flat=True).get(pk=pk))
    zeile = Stellvertretung.objects.select_related("sitz", "person").get(pk=pk)
    close_stellvertretung(zeile, bis=bis, actor=actor, now=now)
