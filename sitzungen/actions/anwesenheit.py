"""Stretches of presence put right afterwards, each time with the reason; guests who are there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from konferenz.adressen import clean_zeile
from mitglieder.models import Person
from sitzungen.models import Anwesenheit, Sitzung, Teilnahme
from sitzungen.queries.gast import zulassungen
from sitzungen.rules.strecken import Strecke, snap
from sitzungen.schritte.praesenz import (
    check_frei,
    check_strecke,
    end_at,
    form_of,
    neighbours,
    require_gast_frei,
)
from sitzungen.schritte.saal import SaalError, lock_teilnahme, require_laufend, touch_saal
from sitzungen.schritte.vorbereitung import append, lock_sitzung


@transaction.atomic(durable=True)
def correct_anwesenheit(
    pk: int,
    *,
    von_at: datetime,
    bis_at: datetime | None,
    form: str | None = None,
    grund: str,
    actor: Person,
    now: datetime,
) -> Anwesenheit:
    """Put the times of a stretch right; return it. Where the seat changed hands at a corrected moment, that moment moves with it.

    von_at, bis_at: minutes are enough; bis_at None: it still lasts.  grund: why, kept with the row and in the journal.
    Locks Sitzung, Teilnahme. Writes Anwesenheiten, Sitzung.live, journal. Raises SaalError (field) for times before the
    opening, in the future or turned round, where somebody else sat there, and while a vote counts the seat.
    """
    sitzung, anwesenheit = _lock(pk)
    grund = _grund(grund)
    nachbarn = neighbours(anwesenheit.teilnahme, anwesenheit.person, sitzung, ohne=pk)
    enden = [n.bis_at for n in reversed(nachbarn) if n.bis_at]
    von_at = snap(von_at, [anwesenheit.von_at, sitzung.begonnen_at or sitzung.beginn_at, *enden])
    if bis_at is not None:
        bis_at = snap(bis_at, [*filter(None, [anwesenheit.bis_at]), *(n.von_at for n in nachbarn), now])
    alt = (anwesenheit.von_at, anwesenheit.bis_at)
    bewegt = list(_move_wechsel(anwesenheit, nachbarn, von_at, bis_at))
    anwesenheit.von_at, anwesenheit.bis_at = von_at, bis_at
    anwesenheit.form = form_of(sitzung, form or anwesenheit.form)
    for strecke in (anwesenheit, *bewegt):
        zeiten = Strecke(strecke.von_at, strecke.bis_at)
        check_strecke(sitzung, zeiten, now=now)
        andere = neighbours(strecke.teilnahme, strecke.person, sitzung, ohne=strecke.pk)
        check_frei(zeiten, [a for a in andere if a.pk not in {pk, *(b.pk for b in bewegt)}])
        strecke.korrektur_grund = grund
        strecke.save(update_fields=["von_at", "bis_at", "form", "korrektur_grund"])
    touch_saal(sitzung)
    append(
        "anwesenheit.berichtigt",
        sitzung,
        actor=actor,
        now=now,
        person=anwesenheit.person.uuid,
        sitz=anwesenheit.teilnahme.sitz.uuid if anwesenheit.teilnahme else None,
        bisher=[*alt],
        zeiten=[von_at, bis_at],
        mit=[b.person.uuid for b in bewegt],
        form=anwesenheit.form,
        grund=grund,
    )
    return anwesenheit


@transaction.atomic(durable=True)
def remove_anwesenheit(pk: int, *, grund: str, actor: Person, now: datetime) -> None:
    """Remove a stretch recorded by mistake; the journal keeps it with the reason.

    Locks Sitzung, Teilnahme. Deletes Anwesenheit, writes Sitzung.live, journal. Raises SaalError.
    """
    sitzung, anwesenheit = _lock(pk)
    grund = _grund(grund)
    anwesenheit.delete()
    touch_saal(sitzung)
    append(
        "anwesenheit.entfernt",
        sitzung,
        actor=actor,
        now=now,
        person=anwesenheit.person.uuid,
        sitz=anwesenheit.teilnahme.sitz.uuid if anwesenheit.teilnahme else None,
        bisher=[anwesenheit.von_at, anwesenheit.bis_at],
        grund=grund,
    )


@transaction.atomic(durable=True)
def check_in_gast(
    sitzung_pk: int, person_pk: int, *, form: str | None = None, actor: Person, now: datetime
) -> Anwesenheit:
    """Note that an admitted guest is there; return the stretch. A second tap changes nothing.

    Locks Sitzung. Writes Anwesenheit, Sitzung.live, journal. Raises SaalError for who is not admitted or sits on a seat.
    """
    sitzung = lock_sitzung(sitzung_pk)
    require_laufend(sitzung)
    person = next((z.person for z in zulassungen(sitzung) if z.person.pk == person_pk), None)
    if person is None:
        raise SaalError("Diese Person ist nicht als Gast zugelassen. Lassen Sie sie unter «Gäste» zuerst zu.")
    if (bisherige := require_gast_frei(sitzung, person)) is not None:
        return bisherige
    grenzen = [n.bis_at for n in neighbours(None, person, sitzung) if n.bis_at]
    anwesenheit = Anwesenheit.objects.create(
        sitzung=sitzung,
        person=person,
        als=Anwesenheit.Als.GAST,
        von_at=max(now, sitzung.begonnen_at or now, *grenzen),
        form=form_of(sitzung, form),
        weg=Anwesenheit.Weg.LEITUNG,
        erfasst_von=actor,
        erfasst_at=now,
    )
    touch_saal(sitzung)
    append("gast.anwesend", sitzung, actor=actor, now=now, person=person.uuid, von=anwesenheit.von_at)
    return anwesenheit


@transaction.atomic(durable=True)
def check_out_gast(sitzung_pk: int, person_pk: int, *, actor: Person, now: datetime) -> Anwesenheit | None:
    """Note that a guest has left; return the stretch, or None where it has ended already.

    Locks Sitzung. Writes Anwesenheit, Sitzung.live, journal. Raises SaalError unless the meeting runs.
    """
    sitzung = lock_sitzung(sitzung_pk)
    require_laufend(sitzung)
    offene = Anwesenheit.objects.filter(
        sitzung=sitzung, person=person_pk, als=Anwesenheit.Als.GAST, bis_at__isnull=True
    )
    anwesenheit = offene.select_related("person").first()
    if anwesenheit is None:
        return None
    anwesenheit.bis_at = end_at(anwesenheit, at=None, now=now)
    anwesenheit.save(update_fields=["bis_at"])
    touch_saal(sitzung)
    append("gast.gegangen", sitzung, actor=actor, now=now, person=anwesenheit.person.uuid, bis=anwesenheit.bis_at)
    return anwesenheit


def _lock(pk: int) -> tuple[Sitzung, Anwesenheit]:
    """Return a running meeting and one of its stretches, both locked through the meeting, unless a vote holds its seat."""
    wo = Anwesenheit.objects.filter(pk=pk).select_related("teilnahme").first()
    if wo is None:
        raise SaalError(_ENTFERNT)
    teilnahme: Teilnahme | None = None
    if wo.teilnahme is None:
        sitzung = lock_sitzung(wo.sitzung_id)
    else:
        sitzung, teilnahme = lock_teilnahme(wo.sitzung_id, wo.teilnahme.sitz_id)
    require_laufend(sitzung)
    anwesenheit = Anwesenheit.objects.filter(pk=pk).select_related("person").first()
    if anwesenheit is None:
        raise SaalError(_ENTFERNT)
    anwesenheit.sitzung, anwesenheit.teilnahme = sitzung, teilnahme
    if teilnahme is not None and teilnahme.gesperrt_durch is not None:
        raise SaalError(_GESPERRT)
    return sitzung, anwesenheit


_GESPERRT = "Der Sitz stimmt gerade ab; seine Zeiten berichtigen Sie, sobald die Abstimmung geschlossen ist."
_ENTFERNT = "Diese Anwesenheit ist inzwischen entfernt."


def _grund(grund: str) -> str:
    grund = clean_zeile(grund, 300)
    if not grund:
        raise SaalError("Bitte geben Sie an, warum Sie die Zeit ändern; der Grund bleibt im Journal.", feld="grund")
    return grund


def _move_wechsel(
    anwesenheit: Anwesenheit, nachbarn: list[Anwesenheit], von_at: datetime, bis_at: datetime | None
) -> Iterator[Anwesenheit]:
    """Yield the stretches of the seat that ended or began at a moment now corrected, with that moment moved.

    A seat changes hands at one time: correcting it for the one corrects it for the other.
    """
    for nachbar in nachbarn:
        auf_dem_sitz = nachbar.teilnahme_id is not None and nachbar.teilnahme_id == anwesenheit.teilnahme_id
        if not auf_dem_sitz or nachbar.von_at == nachbar.bis_at:
            continue
        if nachbar.bis_at == anwesenheit.von_at != von_at:
            nachbar.bis_at = von_at
            yield nachbar
        elif bis_at is not None and nachbar.von_at == anwesenheit.bis_at != bis_at:
            nachbar.von_at = bis_at
            yield nachbar
