"""Presence at the desk: seats checked in and out, handed over, and all who announced themselves at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from mitglieder.models import Person, Sitz
from sitzungen.models import Anwesenheit
from sitzungen.schritte.praesenz import expected_person, leave_seat, seat_person
from sitzungen.schritte.saal import SaalError, lock_teilnahme, lock_teilnahmen, require_laufend


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
    person = Person.objects.get(pk=person_pk)
    return seat_person(teilnahme, person, uebernimmt=uebernimmt, form=form, at=at, actor=actor, now=now)


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


@transaction.atomic(durable=True)
def hand_over(
    sitzung_pk: int,
    sitz_pk: int,
    person_pk: int,
    *,
    form: str | None = None,
    at: datetime | None = None,
    actor: Person,
    now: datetime,
) -> Anwesenheit:
    """Hand a seat on to the holder or the named substitute; return the new stretch. One moment ends one and begins the other.

    A free seat is simply taken; a second tap changes nothing. Locks, writes and raises as check_in.
    """
    _, teilnahme = lock_teilnahme(sitzung_pk, sitz_pk)
    person = Person.objects.get(pk=person_pk)
    return seat_person(teilnahme, person, uebernimmt=True, form=form, at=at, actor=actor, now=now)


@dataclass(frozen=True)
class Sammelanmeldung:
    """What «alle Angemeldeten anwesend» came to: who was checked in, and which seats were left out and why."""

    angemeldet: tuple[Anwesenheit, ...]
    ausgelassen: tuple[tuple[Sitz, str], ...]


@transaction.atomic(durable=True)
def check_in_all(sitzung_pk: int, *, actor: Person, now: datetime) -> Sammelanmeldung:
    """Check in everybody who is expected and whose seat is free: holders who said yes, substitutes named who did not decline.

    Seats on which somebody sits stay as they are. Locks Sitzung and all Teilnahmen. Writes Anwesenheiten, Sitzung.live, a
    journal entry per seat. Raises SaalError unless the meeting runs.
    """
    sitzung, teilnahmen = lock_teilnahmen(sitzung_pk)
    require_laufend(sitzung)
    besetzt = set(
        Anwesenheit.objects.filter(sitzung=sitzung, bis_at__isnull=True).values_list("teilnahme_id", flat=True)
    )
    angemeldet, ausgelassen = [], []
    for teilnahme in teilnahmen:
        if teilnahme.pk in besetzt:
            continue
        try:
            anwesenheit = seat_person(teilnahme, expected_person(teilnahme), actor=actor, now=now)
        except SaalError as error:  # raised before anything of this seat is written
            ausgelassen.append((teilnahme.sitz, str(error)))
        else:
            angemeldet.append(anwesenheit)
    return Sammelanmeldung(tuple(angemeldet), tuple(ausgelassen))
