"""At the door: a substitute nobody announced is named for the seat and checked in, in one deed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from mitglieder.models import Person
from sitzungen.models import Anwesenheit, Teilnahme
from sitzungen.queries.antwort import inhaber_of
from sitzungen.schritte.praesenz import SitzBesetzt, seat_person, tell_sitzt
from sitzungen.schritte.saal import lock_teilnahme, note, require_laufend
from sitzungen.schritte.vertretung import Ersatzwahl, dismiss_vertretung, resolve_ersatz, set_vertretung


@transaction.atomic(durable=True)
def add_unangemeldete(
    sitzung_pk: int, sitz_pk: int, wahl: Ersatzwahl, *, form: str | None = None, actor: Person, now: datetime
) -> Anwesenheit:
    """Name a substitute who came unannounced for a free seat and check her in; return the stretch.

    wahl: somebody on the seat's standing list, or a new person with name and political function; the address may be
    missing. Who was named before and did not come is told. Locks Sitzung, Teilnahme, then people of the address. Writes
    Person, Teilnahme, Anwesenheit, Sitzung.live, Sendung, journal. Raises SaalError (with the field that is wrong) for
    who may not stand in; SitzBesetzt where somebody sits there.
    """
    sitzung, teilnahme = lock_teilnahme(sitzung_pk, sitz_pk)
    require_laufend(sitzung)
    offene = Anwesenheit.objects.filter(teilnahme=teilnahme, bis_at__isnull=True)
    auf_sitz = offene.select_related("person", "teilnahme__sitz").first()
    if auf_sitz is not None:
        raise SitzBesetzt(f"{tell_sitzt(auf_sitz)} Melden Sie die Person zuerst ab.", feld="sitz")
    bisher = teilnahme.vertretung if teilnahme.is_vertretung_benannt else None
    ersatz = resolve_ersatz(teilnahme, wahl, braucht_adresse=False, actor=actor, now=now)
    set_vertretung(teilnahme, ersatz, leitet=teilnahme.vertretung_leitet and bisher == ersatz.person, now=now)
    teilnahme.vertretung_stand, teilnahme.vertretung_antwort_at = Teilnahme.Vertretung.ANGENOMMEN, now
    teilnahme.antwort, teilnahme.antwort_at = Teilnahme.Antwort.VERTRETEN, now
    teilnahme.antwort_kanal, teilnahme.antwort_von = Teilnahme.Kanal.MUENDLICH, actor
    teilnahme.antwort_fuer = inhaber_of(sitzung, teilnahme.sitz)
    teilnahme.neu_erbeten_at = None
    teilnahme.save()
    anwesenheit = seat_person(teilnahme, ersatz.person, form=form, actor=actor, now=now)
    if bisher is not None and bisher != ersatz.person:
        dismiss_vertretung(teilnahme, bisher, actor=actor, now=now)
    note("vertretung.benannt", teilnahme, actor=actor, now=now, person=ersatz.person.uuid)
    return anwesenheit
