"""Presence at the desk: seats checked in and out, handed over, and all who announced themselves at once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from mitglieder.models import Person
from sitzungen.models import Anwesenheit
from sitzungen.schritte.praesenz import leave_seat, seat_person
from sitzungen.schritte.saal import lock_teilnahme


@transaction.atomic(durable=True)
def check_in(
    sitzung_pk: int,
    sitz_pk: int,
    person_pk: int,
    *,
    uebernimmt: bool = False,
    form: str | None = None,
    at: datetime | None = None,
    actor: Person,
    now: datetime,
) -> Anwesenheit:
    """Check the holder or the named substitute in for a seat; return the stretch. A second tap changes nothing.

    uebernimmt: takes the seat over, who sits there goes in the same moment.  form: vor_ort or online, asked in a hybrid
    meeting only.  at: the true time where it lies back. Locks Sitzung, Teilnahme. Writes Anwesenheit, Sitzung.live, journal.
    Raises SaalError; SitzBesetzt names who sits there and since when.
    """
    _, teilnahme = lock_teilnahme(sitzung_pk, sitz_pk)
    anwesenheit, _ = seat_person(
        teilnahme,
        Person.objects.get(pk=person_pk),
        uebernimmt=uebernimmt,
        form=form,
        at=at,
        weg=Anwesenheit.Weg.LEITUNG,
        actor=actor,
        now=now,
    )
    return anwesenheit


@transaction.atomic(durable=True)
def check_out(
    sitzung_pk: int,
    sitz_pk: int,
    *,
    person_pk: int | None = None,
    at: datetime | None = None,
    actor: Person,
    now: datetime,
) -> Anwesenheit | None:
    """Check whoever sits on a seat out; return the stretch, or None where nobody sits there (a second tap).

    person_pk: who is meant, so that a late tap does not send the next one away.  at: the true time where it lies back.
    Locks Sitzung, Teilnahme. Writes Anwesenheit, Sitzung.live, journal. Raises SaalError while a vote counts the seat.
    """
    _, teilnahme = lock_teilnahme(sitzung_pk, sitz_pk)
    return leave_seat(teilnahme, person_pk=person_pk, at=at, actor=actor, now=now)
