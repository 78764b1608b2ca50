"""Deeds on the items of an agenda. Each takes a release back and counts the change (schritte.vorbereitung)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from konferenz.folgen import Ereignis, Was, tell
from mitglieder.models import Person
from sitzungen import rules
from sitzungen.models import Sitzung, Traktandum, Unterlage
from sitzungen.schritte.traktanden import check_traktandum, insert_traktandum, insert_unterlage, renumber
from sitzungen.schritte.vorbereitung import VorbereitungError, append, open_for_edit


def _open(pk: int, *, actor: Person, now: datetime, grund: str) -> tuple[Sitzung, Traktandum]:
    """Lock an item's meeting, then the item. Raises VorbereitungError where it is gone."""
    sitzung_pk = Traktandum.objects.filter(pk=pk).values_list("sitzung_id", flat=True).first()
    if sitzung_pk is None:
        raise VorbereitungError("Dieses Traktandum gibt es nicht mehr.")
    sitzung, _ = open_for_edit(sitzung_pk, actor=actor, now=now, grund=grund)
    traktandum = Traktandum.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if traktandum is None:
        raise VorbereitungError("Dieses Traktandum gibt es nicht mehr.")
    return sitzung, traktandum


@transaction.atomic(durable=True)
def add_traktandum(
    sitzung_pk: int,
    *,
    titel: str,
    art: str,
    thema: int | None = None,
    zusammenfassung: str = "",
    referent: str = "",
    minuten: int = 10,
    actor: Person,
    now: datetime,
) -> Traktandum:
    """Add an item before the closing standing items; return it.

    art: information, entscheid or formelles.  thema: pk of the topic, mandatory but for formal items (R25).
    Locks the meeting. Writes the item, the numbering, the journal. Raises SitzungGesperrt, VorbereitungError.
    """
    check_traktandum(art=art, hat_thema=thema is not None, zusammenfassung=zusammenfassung)
    sitzung, _ = open_for_edit(sitzung_pk, actor=actor, now=now, grund="traktandum.erstellt")
    traktandum = insert_traktandum(
        sitzung,
        Traktandum(
            titel=titel,
            art=art,
            thema_id=thema,
            zusammenfassung=zusammenfassung,
            referent=referent,
            minuten=minuten,
        ),
    )
    append("traktandum.erstellt", traktandum, actor=actor, now=now, sitzung=sitzung.uuid, art_des_traktandums=art)
    return traktandum


@transaction.atomic(durable=True)
def update_traktandum(
    pk: int,
    *,
    titel: str,
    art: str,
    thema: int | None,
    zusammenfassung: str,
    referent: str,
    minuten: int,
    actor: Person,
    now: datetime,
) -> Traktandum:
    """Change an item's content; return it.

    Locks meeting and item. Writes the item, what follows from another Art (konferenz.folgen) and the journal (names of
    changed fields). Nothing changed: nothing is written and a release stays. Raises SitzungGesperrt, VorbereitungError.
    """
    check_traktandum(art=art, hat_thema=thema is not None, zusammenfassung=zusammenfassung)
    neu = {
        "titel": titel,
        "art": art,
        "thema_id": thema,
        "zusammenfassung": zusammenfassung,
        "referent": referent,
        "minuten": minuten,
    }
    unveraendert = Traktandum.objects.filter(pk=pk, **neu).first()
    if unveraendert is not None:
        return unveraendert
    sitzung, traktandum = _open(pk, actor=actor, now=now, grund="traktandum.geaendert")
    felder = [feld.removesuffix("_id") for feld, wert in neu.items() if getattr(traktandum, feld) != wert]
    for feld, wert in neu.items():
        setattr(traktandum, feld, wert)
    traktandum.save(update_fields=felder)
    if "art" in felder:
        tell(Ereignis(Was.ART, sitzung, actor, now, traktandum))
    append("traktandum.geaendert", traktandum, actor=actor, now=now, sitzung=sitzung.uuid, felder=felder)
    return traktandum


@transaction.atomic(durable=True)
def move_traktandum(pk: int, ziel: int, *, actor: Person, now: datetime) -> Traktandum:
    """Move an item to a place of its agenda (ziel: 1-based, clipped); return it.

    Locks meeting and item. Writes the numbering and the journal. Raises SitzungGesperrt, VorbereitungError.
    """
    sitzung, traktandum = _open(pk, actor=actor, now=now, grund="traktandum.verschoben")
    reihe = list(sitzung.traktanden.order_by("position").values_list("pk", flat=True))
    renumber(sitzung, rules.reordered(reihe, traktandum.pk, ziel - 1))
    traktandum.refresh_from_db(fields=["position"])
    append(
        "traktandum.verschoben", traktandum, actor=actor, now=now, sitzung=sitzung.uuid, position=traktandum.position
    )
    return traktandum


@transaction.atomic(durable=True)
def order_traktanden(sitzung_pk: int, reihe: Sequence[UUID], *, actor: Person, now: datetime) -> None:
    """Put all items of an agenda into a new order. reihe: the uuid of every item, first to last.

    Locks the meeting. Writes the numbering and the journal. Raises VorbereitungError where the items are not exactly
    those of the agenda (somebody added or removed one meanwhile), SitzungGesperrt.
    """
    sitzung, _ = open_for_edit(sitzung_pk, actor=actor, now=now, grund="traktanden.geordnet")
    pks = {t.uuid: t.pk for t in sitzung.traktanden.only("uuid", "pk")}
    if len(reihe) != len(pks) or set(reihe) != set(pks):
        raise VorbereitungError("Die Traktandenliste wurde inzwischen geändert. Bitte ordnen Sie sie nochmals.")
    renumber(sitzung, [pks[uuid] for uuid in reihe])
    append("traktanden.geordnet", sitzung, actor=actor, now=now, reihe=list(reihe))


@transaction.atomic(durable=True)
def remove_traktandum(pk: int, *, actor: Person, now: datetime) -> None:
    """Take an item with its papers off the agenda («detraktandieren»); its wish, if any, waits again.

    Locks meeting and item. Deletes the rows, closes the numbering, writes what follows (konferenz.folgen) and the
    journal. Raises SitzungGesperrt, VorbereitungError.
    """
    sitzung, traktandum = _open(pk, actor=actor, now=now, grund="traktandum.entfernt")
    wunsch = traktandum.wunsch
    if wunsch is not None:
        wunsch.status, wunsch.erledigt_at = wunsch.Status.OFFEN, None
        wunsch.save(update_fields=["status", "erledigt_at"])
    tell(Ereignis(Was.ENTFERNT, sitzung, actor, now, traktandum))
    append("traktandum.entfernt", traktandum, actor=actor, now=now, sitzung=sitzung.uuid)
    traktandum.delete()
    renumber(sitzung)


@transaction.atomic(durable=True)
def carry_over_traktandum(sitzung_pk: int, vorgaenger_pk: int, *, actor: Person, now: datetime) -> Traktandum:
    """Take an item of an earlier meeting over, with its papers; the new one names it as vorgaenger. Return the new item.

    Locks the meeting. Writes item, papers (first Fassung: the file of the current one), what follows, journal.
    Raises VorbereitungError where it was taken over already or is not of an earlier meeting, SitzungGesperrt.
    """
    sitzung, _ = open_for_edit(sitzung_pk, actor=actor, now=now, grund="traktandum.uebernommen")
    # Locked before what follows from it: an outcome noted at this moment holds the old item and then wants its motions.
    alte = Traktandum.objects.select_for_update(of=("self",)).select_related("sitzung")
    alt = alte.filter(pk=vorgaenger_pk).first()
    if alt is None or alt.sitzung.beginn_at >= sitzung.beginn_at:
        raise VorbereitungError("Übernehmen lassen sich Traktanden früherer Sitzungen.")
    if sitzung.traktanden.filter(vorgaenger=alt).exists():
        raise VorbereitungError(f"«{alt.titel}» ist bereits übernommen.")
    neu = insert_traktandum(
        sitzung,
        Traktandum(
            titel=alt.titel,
            art=alt.art,
            thema_id=alt.thema_id,
            zusammenfassung=alt.zusammenfassung,
            referent=alt.referent,
            minuten=alt.minuten,
            vorgaenger=alt,
        ),
    )
    kopien = {}
    for unterlage in Unterlage.objects.aktuell().filter(traktandum=alt).order_by("position"):
        fassung = unterlage.fassungen.aktuell().select_related("datei").get()
        kopien[unterlage.pk] = insert_unterlage(
            neu,
            fassung.datei,
            titel=unterlage.titel,
            klassifizierung=unterlage.klassifizierung,
            vertraulich_grund=unterlage.vertraulich_grund,
            actor=actor,
            now=now,
        )
    tell(Ereignis(Was.UEBERNOMMEN, sitzung, actor, now, alt, neu, kopien))
    append("traktandum.uebernommen", neu, actor=actor, now=now, sitzung=sitzung.uuid, vorgaenger=alt.uuid)
    return neu


@transaction.atomic(durable=True)
def copy_traktanden(sitzung_pk: int, vorlage_pk: int, *, actor: Person, now: datetime) -> int:
    """Add the items of an earlier agenda as a template, without summaries and papers; return how many.

    Standing items and titles that are there already are left out. Locks the meeting. Writes items and journal.
    Raises SitzungGesperrt, VorbereitungError where nothing is left to add.
    """
    sitzung, _ = open_for_edit(sitzung_pk, actor=actor, now=now, grund="traktanden.aus_vorlage")
    vorhanden = set(sitzung.traktanden.values_list("titel", flat=True))
    vorlage = Sitzung.objects.get(pk=vorlage_pk)
    anzahl = 0
    for alt in vorlage.traktanden.filter(standard="").order_by("position"):
        if alt.titel in vorhanden:
            continue
        insert_traktandum(
            sitzung,
            Traktandum(titel=alt.titel, art=alt.art, thema_id=alt.thema_id, referent=alt.referent, minuten=alt.minuten),
        )
        anzahl += 1
    if not anzahl:
        raise VorbereitungError(f"Aus der Sitzung {vorlage.nummer} gibt es nichts zu übernehmen, was hier noch fehlt.")
    append("traktanden.aus_vorlage", sitzung, actor=actor, now=now, vorlage=vorlage.uuid, anzahl=anzahl)
    return anzahl
