"""Steps shared by the deeds on seats and on the meeting in the room: locks in their order, rows that must be there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from konferenz.befehle import Befehl, run_together
from konferenz.schritte import require_transaction
from mitglieder.models import Person, Sitz
from sitzungen.models import Sitzung, Teilnahme

from .vorbereitung import VorbereitungError, append, lock_sitzung


class SaalError(VorbereitungError):
    """A deed on a seat or in the room that is not possible now; the text is for the user. feld: its field, if any."""


def lock_teilnahme(sitzung_pk: int, sitz_pk: int) -> tuple[Sitzung, Teilnahme]:
    """Return a meeting and one seat's row in it, both locked; the row is made where it was not there yet.

    Lock order: Sitzung, Teilnahme. Raises RuntimeError outside a transaction.
    """
    require_transaction("lock_teilnahme")
    sitzung = lock_sitzung(sitzung_pk)
    teilnahme, _ = Teilnahme.objects.get_or_create(sitzung=sitzung, sitz=Sitz.objects.get(pk=sitz_pk))
    gesperrt = Teilnahme.objects.select_for_update(of=("self",)).select_related("sitz", "vertretung")
    teilnahme = gesperrt.get(pk=teilnahme.pk)
    teilnahme.sitzung = sitzung
    return sitzung, teilnahme


def lock_teilnahmen(sitzung_pk: int) -> tuple[Sitzung, list[Teilnahme]]:
    """Return a meeting and a row for each seat, all locked, in seat order; missing rows are made."""
    require_transaction("lock_teilnahmen")
    sitzung = lock_sitzung(sitzung_pk)
    vorhanden = set(Teilnahme.objects.filter(sitzung=sitzung).values_list("sitz_id", flat=True))
    Teilnahme.objects.bulk_create(
        Teilnahme(sitzung=sitzung, sitz=sitz) for sitz in Sitz.objects.order_by("pk") if sitz.pk not in vorhanden
    )
    rows = (
        Teilnahme.objects.select_for_update(of=("self",)).filter(sitzung=sitzung).select_related("sitz", "vertretung")
    )
    gesperrt = list(rows.order_by("pk"))
    for teilnahme in gesperrt:
        teilnahme.sitzung = sitzung
    return sitzung, sorted(gesperrt, key=lambda t: t.sitz.reihenfolge)


def touch_saal(sitzung: Sitzung) -> None:
    """Count that something in the room changed, so that every screen looks anew. The caller holds the lock."""
    require_transaction("touch_saal")
    sitzung.live += 1
    sitzung.save(update_fields=["live"])


def require_laufend(sitzung: Sitzung) -> None:
    """Raise SaalError unless the (locked) meeting runs, with the sentence that says what to do instead."""
    if sitzung.status == Sitzung.Status.LAUFEND:
        return
    if sitzung.status == Sitzung.Status.GESCHLOSSEN:
        raise SaalError("Die Sitzung ist geschlossen; ihre Präsenz steht fest.")
    if sitzung.status == Sitzung.Status.ABGESAGT:
        raise SaalError("Die Sitzung ist abgesagt.")
    raise SaalError(
        "Die Sitzung ist noch nicht eröffnet. Der Vorsitz oder die Geschäftsstelle eröffnet sie am Leitungspult."
    )


def note(art: str, teilnahme: Teilnahme, *, actor: Person | None, now: datetime, **nutzlast: Any) -> None:
    """Append a deed on a seat to the journal: the meeting is the object, the seat stands in the payload."""
    append(art, teilnahme.sitzung, actor=actor, now=now, sitz=teilnahme.sitz.uuid, **nutzlast)


def hold_seats(sitzung: Sitzung, sitz_pks: Sequence[int], abstimmung: UUID) -> None:
    """Hold the seats that stand in the base of a vote: until its close nobody checks them out or hands them over.

    The caller holds the locks of lock_teilnahmen.
    """
    require_transaction("hold_seats")
    Teilnahme.objects.filter(sitzung=sitzung, sitz__in=sitz_pks).update(gesperrt_durch=abstimmung)
    touch_saal(sitzung)


_FREI = "UPDATE sitzungen_teilnahme SET gesperrt_durch = NULL WHERE sitzung_id = %s AND gesperrt_durch = %s"
_LIVE = "UPDATE sitzungen_sitzung SET live = %s WHERE id = %s"


def release_seats(sitzung: Sitzung, abstimmung: UUID, *, nach: Sequence[Befehl] = ()) -> None:
    """Let the seats of a vote go that is over. The caller holds the locks of lock_teilnahmen.

    nach: what ends the vote, run before on the same journey.
    """
    require_transaction("release_seats")
    sitzung.live += 1  # as touch_saal
    vote = Teilnahme._meta.get_field("gesperrt_durch").get_db_prep_value(abstimmung, connection)
    run_together(*nach, (_FREI, [sitzung.pk, vote]), (_LIVE, [sitzung.live, sitzung.pk]))
