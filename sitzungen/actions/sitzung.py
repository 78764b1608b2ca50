"""Deeds on one meeting while it is being prepared: call it, move it, change its place."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from mitglieder.models import Person
from sitzungen import rules
from sitzungen.models import Sitzung
from sitzungen.schritte.termin import apply_termin, enqueue_terminankuendigung, insert_sitzung, lock_jahresplan
from sitzungen.schritte.vorbereitung import (
    VorbereitungError,
    append,
    check_bearbeitbar,
    lock_sitzung,
    take_back_freigabe,
)


@transaction.atomic(durable=True)
def create_sitzung(
    termin: rules.Termin,
    *,
    art: str = Sitzung.Art.AUSSERORDENTLICH,
    grund: str = "",
    einberufen_on: date | None = None,
    bemerkung: str = "",
    ankuendigen: bool = False,
    actor: Person,
    now: datetime,
) -> Sitzung:
    """Create a meeting with its standing items; return it.

    An extraordinary one needs the chair's decision: its day (einberufen_on) and the reason (R22).
    Locks the year plan. Writes the meeting, its items, the journal; enqueues the Terminankündigung when asked.
    Raises VorbereitungError (a date in the past, no reason, no rules in force on that day).
    """
    if art == Sitzung.Art.AUSSERORDENTLICH:
        if not grund.strip():
            raise VorbereitungError("Weshalb beruft der Vorsitz die Sitzung ein?", feld="grund")
        if einberufen_on is None:
            raise VorbereitungError("Wann hat der Vorsitz die Sitzung einberufen?", feld="einberufen_on")
    lock_jahresplan()
    sitzung = insert_sitzung(
        termin,
        art=art,
        actor=actor,
        now=now,
        grund=grund.strip(),
        einberufen_on=einberufen_on,
        bemerkung=bemerkung,
    )
    if ankuendigen:
        enqueue_terminankuendigung([sitzung], actor=actor, now=now)
    return sitzung


@transaction.atomic(durable=True)
def update_sitzung(
    pk: int,
    termin: rules.Termin,
    *,
    bemerkung: str,
    ankuendigen: bool = False,
    actor: Person,
    now: datetime,
) -> Sitzung:
    """Change date, place, video link or the note in the Einladung before the dispatch; return the meeting.

    The time of the dispatch follows the date. A new date or place leaves a release as it is; a new note takes it back,
    for it stands in the letter that was released. Either counts as a change (Sitzung.aenderung). Locks the meeting. Writes its columns and the journal; enqueues a new Terminankündigung when asked.
    Raises SitzungGesperrt after the dispatch (then it is a Verschiebung), VorbereitungError for a bad date.
    """
    sitzung = lock_sitzung(pk)
    check_bearbeitbar(sitzung)
    geaendert = apply_termin(sitzung, termin, actor=actor, now=now)
    if bemerkung != sitzung.bemerkung:
        geaendert = True
        take_back_freigabe(sitzung, actor=actor, now=now, grund="sitzung.mitteilung_geaendert")
        sitzung.bemerkung = bemerkung
        sitzung.save(update_fields=["bemerkung"])
        append("sitzung.mitteilung_geaendert", sitzung, actor=actor, now=now)
    if geaendert:
        sitzung.aenderung += 1
        sitzung.save(update_fields=["aenderung"])
    if ankuendigen:
        enqueue_terminankuendigung([sitzung], actor=actor, now=now)
    return sitzung
