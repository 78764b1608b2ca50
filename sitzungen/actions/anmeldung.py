"""Seats that check themselves in from their own telephone, and the room that is opened for it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from konferenz.einstellungen import wert
from mitglieder.models import Person
from sitzungen.models import Anwesenheit, Sitzung
from sitzungen.queries.antwort import inhaber_of
from sitzungen.schritte.praesenz import leave_seat, seat_person
from sitzungen.schritte.saal import SaalError, lock_teilnahme, require_laufend, touch_saal
from sitzungen.schritte.vorbereitung import append, lock_sitzung


@transaction.atomic(durable=True)
def check_in_selbst(
    sitzung_pk: int, sitz_pk: int, *, uebernimmt: bool = False, form: str | None = None, actor: Person, now: datetime
) -> Anwesenheit:
    """Check oneself in for one's seat; return the stretch. A second tap changes nothing.

    uebernimmt: the holder takes the seat over from the substitute; nobody else takes a seat over alone. Locks Sitzung,
    Teilnahme. Writes Anwesenheit, Sitzung.live, journal. Raises SaalError while the room is closed; SitzBesetzt names
    who sits there.
    """
    sitzung, teilnahme = lock_teilnahme(sitzung_pk, sitz_pk)
    require_laufend(sitzung)
    if not sitzung.is_saal_offen:
        raise SaalError(
            "Die Selbstanmeldung ist nicht offen. Bitte melden Sie sich am Pult, "
            "oder versuchen Sie es nochmals, sobald die Leitung sie öffnet."
        )
    uebernimmt = uebernimmt and inhaber_of(sitzung, teilnahme.sitz) == actor
    weg = Anwesenheit.Weg.SELBST
    return seat_person(teilnahme, actor, uebernimmt=uebernimmt, form=form, weg=weg, actor=actor, now=now)


@transaction.atomic(durable=True)
def check_out_selbst(sitzung_pk: int, sitz_pk: int, *, actor: Person, now: datetime) -> Anwesenheit | None:
    """Check oneself out of one's seat; return the stretch, or None where it has ended already. The room need not be open.

    Locks Sitzung, Teilnahme. Writes Anwesenheit, Sitzung.live, journal. Raises SaalError where somebody else sits there
    or a vote counts the seat.
    """
    _, teilnahme = lock_teilnahme(sitzung_pk, sitz_pk)
    return leave_seat(teilnahme, person_pk=actor.pk, at=None, actor=actor, now=now)


@transaction.atomic(durable=True)
def open_saal(sitzung_pk: int, *, actor: Person, now: datetime) -> bool:
    """Let seats check themselves in; return whether that is new. Locks and writes Sitzung, journal.

    Raises SaalError unless the meeting runs, where the setting forbids it, or in a digital meeting, which needs none.
    """
    sitzung = lock_sitzung(sitzung_pk)
    require_laufend(sitzung)
    if sitzung.form == Sitzung.Form.DIGITAL:
        raise SaalError("In einer digitalen Sitzung melden sich die Sitze immer selbst an.")
    if not wert("selbst_anmelden"):
        raise SaalError("Die Geschäftsstelle hat die Selbstanmeldung in den Einstellungen ausgeschaltet.")
    if sitzung.saal_offen_at is not None:
        return False
    sitzung.saal_offen_at = now
    sitzung.save(update_fields=["saal_offen_at"])
    touch_saal(sitzung)
    append("saal.geoeffnet", sitzung, actor=actor, now=now)
    return True


@transaction.atomic(durable=True)
def close_saal(sitzung_pk: int, *, actor: Person, now: datetime) -> bool:
    """Let only the desk check seats in from now on; return whether that is new. Who is there stays.

    Locks and writes Sitzung, journal. Raises SaalError unless the meeting runs.
    """
    sitzung = lock_sitzung(sitzung_pk)
    require_laufend(sitzung)
    if sitzung.saal_offen_at is None:
        return False
    sitzung.saal_offen_at = None
    sitzung.save(update_fields=["saal_offen_at"])
    touch_saal(sitzung)
    append("saal.geschlossen", sitzung, actor=actor, now=now)
    return True
