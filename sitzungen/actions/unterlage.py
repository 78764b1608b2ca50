"""Deeds on papers. Files are checked and lie on disk before; each deed takes a release back and counts the change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError

from konferenz.dateien import GespeicherteDatei, create_datei
from konferenz.models import Datei
from mitglieder.models import Person
from sitzungen import rules
from sitzungen.models import Fassung, Sitzung, Traktandum, Unterlage
from sitzungen.schritte.traktanden import insert_unterlagen, replace_fassung
from sitzungen.schritte.vorbereitung import VorbereitungError, append, open_for_edit

WEG = "Diese Unterlage gibt es nicht mehr."


def _open(pk: int, *, actor: Person, now: datetime, grund: str) -> tuple[Sitzung, Unterlage]:
    """Lock a paper's meeting and item, then the paper. Raises VorbereitungError where it is gone."""
    sitzung_pk = Unterlage.objects.filter(pk=pk).values_list("traktandum__sitzung_id", flat=True).first()
    if sitzung_pk is None:
        raise VorbereitungError(WEG)
    sitzung, _ = open_for_edit(sitzung_pk, actor=actor, now=now, grund=grund)
    unterlage = Unterlage.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if unterlage is None:
        raise VorbereitungError(WEG)
    return sitzung, unterlage


@transaction.atomic(durable=True)
def add_unterlagen(
    traktandum_pk: int, dateien: Sequence[GespeicherteDatei], *, actor: Person, now: datetime
) -> list[Unterlage]:
    """Add checked files as papers of an item, in this order; their titles come from the file names. Return them.

    Locks the meeting. Writes Datei, Unterlage and Fassung per file and the journal.
    Raises SitzungGesperrt, VorbereitungError (the item is gone).
    """
    sitzung_pk = Traktandum.objects.filter(pk=traktandum_pk).values_list("sitzung_id", flat=True).first()
    if sitzung_pk is None:
        raise VorbereitungError("Dieses Traktandum gibt es nicht mehr.")
    sitzung, _ = open_for_edit(sitzung_pk, actor=actor, now=now, grund="unterlage.hinzugefuegt")
    traktandum = Traktandum.objects.select_for_update(of=("self",)).get(pk=traktandum_pk)
    zeilen = [create_datei(gespeichert, now=now) for gespeichert in dateien]
    neue = insert_unterlagen(traktandum, zeilen, actor=actor, now=now)
    for unterlage, datei in zip(neue, zeilen, strict=True):
        append(
            "unterlage.hinzugefuegt",
            unterlage,
            actor=actor,
            now=now,
            sitzung=sitzung.uuid,
            traktandum=traktandum.uuid,
            datei=datei.pk,
            sha256=datei.sha256,
        )
    return neue


@transaction.atomic(durable=True)
def replace_unterlage(pk: int, datei: GespeicherteDatei, *, actor: Person, now: datetime) -> Fassung:
    """Store a new Fassung of a paper under its old address; return it. Earlier Fassungen stay.

    Locks meeting and paper. Writes Datei and Fassung and the journal. Raises SitzungGesperrt, VorbereitungError.
    """
    sitzung, unterlage = _open(pk, actor=actor, now=now, grund="unterlage.ersetzt")
    neue = create_datei(datei, now=now)
    fassung = replace_fassung(unterlage, neue, actor=actor, now=now)
    append(
        "unterlage.ersetzt",
        unterlage,
        actor=actor,
        now=now,
        sitzung=sitzung.uuid,
        fassung=fassung.nr,
        datei=neue.pk,
        sha256=neue.sha256,
    )
    return fassung


@transaction.atomic(durable=True)
def update_unterlage(
    pk: int, *, titel: str, klassifizierung: str, vertraulich_grund: str, actor: Person, now: datetime
) -> Unterlage:
    """Rename or classify a paper; return it. «vertraulich» needs a reason: it departs from the Pflichtenheft (R17).

    Locks meeting and paper. Writes the paper and the journal; nothing changed, nothing written.
    Raises SitzungGesperrt, VorbereitungError.
    """
    is_intern = klassifizierung == Unterlage.Klassifizierung.INTERN
    grund = "" if is_intern else vertraulich_grund.strip()
    if not is_intern and not grund:
        raise VorbereitungError("Weshalb ist die Unterlage vertraulich?", feld="vertraulich_grund")
    neu = {"titel": titel, "klassifizierung": klassifizierung, "vertraulich_grund": grund}
    unveraendert = Unterlage.objects.filter(pk=pk, **neu).first()
    if unveraendert is not None:
        return unveraendert
    sitzung, unterlage = _open(pk, actor=actor, now=now, grund="unterlage.geaendert")
    felder = [feld for feld, wert in neu.items() if getattr(unterlage, feld) != wert]
    for feld, wert in neu.items():
        setattr(unterlage, feld, wert)
    unterlage.save(update_fields=felder)
    append(
        "unterlage.geaendert",
        unterlage,
        actor=actor,
        now=now,
        sitzung=sitzung.uuid,
        felder=felder,
        klassifizierung=klassifizierung,
    )
    return unterlage


@transaction.atomic(durable=True)
def move_unterlage(pk: int, ziel: int, *, actor: Person, now: datetime) -> Unterlage:
    """Move a paper to a place among its item's papers (ziel: 1-based, clipped); return it.

    Locks meeting and paper. Writes the order and the journal. Raises SitzungGesperrt, VorbereitungError.
    """
    sitzung, unterlage = _open(pk, actor=actor, now=now, grund="unterlage.verschoben")
    papiere = {u.pk: u for u in Unterlage.objects.aktuell().filter(traktandum=unterlage.traktandum_id)}
    if unterlage.pk not in papiere:
        raise VorbereitungError(WEG)
    for position, kennung in enumerate(rules.reordered(list(papiere), unterlage.pk, ziel - 1), start=1):
        papiere[kennung].position = position
    Unterlage.objects.bulk_update(papiere.values(), ["position"])
    append("unterlage.verschoben", unterlage, actor=actor, now=now, sitzung=sitzung.uuid)
    return papiere[unterlage.pk]


@transaction.atomic(durable=True)
def remove_unterlage(pk: int, *, actor: Person, now: datetime) -> None:
    """Take a paper off its item; it can be put back until the dispatch.

    Locks meeting and paper. Writes the mark and the journal. Raises SitzungGesperrt, VorbereitungError.
    """
    _set_entfernt(pk, entfernt=True, art="unterlage.entfernt", actor=actor, now=now)


@transaction.atomic(durable=True)
def restore_unterlage(pk: int, *, actor: Person, now: datetime) -> None:
    """Put a removed paper back. Locks meeting and paper. Writes the mark and the journal.

    Raises SitzungGesperrt, VorbereitungError.
    """
    _set_entfernt(pk, entfernt=False, art="unterlage.zurueckgelegt", actor=actor, now=now)


def _set_entfernt(pk: int, *, entfernt: bool, art: str, actor: Person, now: datetime) -> None:
    sitzung, unterlage = _open(pk, actor=actor, now=now, grund=art)
    unterlage.is_entfernt = entfernt
    unterlage.save(update_fields=["is_entfernt"])
    append(art, unterlage, actor=actor, now=now, sitzung=sitzung.uuid)


@transaction.atomic(durable=True)
def delete_unterlage(pk: int, *, actor: Person, now: datetime) -> None:
    """Delete a paper with all its Fassungen for good; its files are swept when nothing else needs them.

    Only before the dispatch. Locks meeting and paper. Deletes rows, writes the journal (hashes of what is gone).
    Raises SitzungGesperrt, VorbereitungError.
    """
    sitzung, unterlage = _open(pk, actor=actor, now=now, grund="unterlage.geloescht")
    dateien = list(Datei.objects.filter(fassungen__unterlage=unterlage).order_by("pk"))
    append(
        "unterlage.geloescht",
        unterlage,
        actor=actor,
        now=now,
        sitzung=sitzung.uuid,
        sha256=[datei.sha256 for datei in dateien],
    )
    unterlage.delete()
    for datei in dateien:
        try:
            datei.delete()
        except ProtectedError:
            continue  # carried over to another meeting, or part of a wish
