"""The Nachversand: its changes are noted one by one, then made and told in one transaction.

Lock order: Sitzung, Traktandum, Versand, Sendung, Journal.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError

from konferenz.dateien import GespeicherteDatei, create_datei
from konferenz.folgen import Ereignis, Was, tell
from mitglieder.models import Person
from sitzungen.models import Aenderung, Sitzung, Traktandum, Unterlage, Versand
from sitzungen.queries.aenderung import haben_bisheriges, nachversand_kreis, nachversand_manifest, offene
from sitzungen.queries.paket import load_inhalt
from sitzungen.schritte.aenderung import AN_TRAKTANDEN, apply_aenderungen, check_offen, journal_aenderungen
from sitzungen.schritte.traktanden import check_traktandum, titel_aus_name
from sitzungen.schritte.versand import VersandError, stop_laufende, write_versand
from sitzungen.schritte.vorbereitung import append, lock_sitzung

Art = Aenderung.Art
OHNE_GRUND = "Bitte schreiben Sie in einem Satz, warum sich etwas ändert."


@transaction.atomic(durable=True)
def note_papiere(
    pk: int,
    *,
    traktandum: UUID,
    dateien: Sequence[GespeicherteDatei],
    titel: str = "",
    vertraulich_grund: str = "",
    actor: Person,
    now: datetime,
) -> list[Aenderung]:
    """Note checked files as new papers of an item (or of a noted new item); return the changes.

    titel: of a single file, empty: from its name. Locks the Sitzung; writes Datei and Aenderung rows; journal.
    Raises VersandError before the Einladung, or where the item is not of this meeting.
    """
    sitzung = _open(pk, now=now)
    zu = sitzung.aenderungen.offen().filter(uuid=traktandum, art=Art.TRAKTANDUM_NEU).first()
    ziel = None if zu else _traktandum(sitzung, traktandum)
    return [
        _note(
            sitzung,
            Art.PAPIER_NEU,
            zu=zu,
            traktandum=ziel,
            datei=create_datei(datei, now=now),
            titel=((titel if len(dateien) == 1 else "") or titel_aus_name(datei.name))[:200],
            vertraulich_grund=vertraulich_grund,
            actor=actor,
            now=now,
        )
        for datei in dateien
    ]


@transaction.atomic(durable=True)
def note_ersatz(
    pk: int,
    *,
    unterlage: UUID,
    datei: GespeicherteDatei,
    vertraulich_grund: str = "",
    statt_frueherer: bool = False,
    actor: Person,
    now: datetime,
) -> Aenderung:
    """Note a checked file as the next version of a paper. A reason makes the paper confidential from then on.

    statt_frueherer: a replacement of this paper that is noted already makes room; refused, it stays.
    Locks the Sitzung; writes; journal. Raises VersandError as note_papiere does, and where the paper is noted already.
    """
    sitzung = _open(pk, now=now)
    if statt_frueherer:
        frueher = sitzung.aenderungen.offen().filter(unterlage__uuid=unterlage, art=Art.PAPIER_ERSETZT)
        for aenderung in frueher.select_related("unterlage", "traktandum", "datei").order_by("pk"):
            _drop(sitzung, aenderung, actor=actor, now=now)
    papier = _unterlage(sitzung, unterlage)
    return _note(
        sitzung,
        Art.PAPIER_ERSETZT,
        unterlage=papier,
        datei=create_datei(datei, now=now),
        vertraulich_grund=vertraulich_grund,
        actor=actor,
        now=now,
    )


@transaction.atomic(durable=True)
def note_rueckzug(pk: int, *, unterlage: UUID, actor: Person, now: datetime) -> Aenderung:
    """Note that a paper is withdrawn. Locks the Sitzung; writes; journal. Raises VersandError as note_ersatz does."""
    sitzung = _open(pk, now=now)
    return _note(sitzung, Art.PAPIER_ZURUECK, unterlage=_unterlage(sitzung, unterlage), actor=actor, now=now)


@transaction.atomic(durable=True)
def note_traktandum(
    pk: int,
    *,
    titel: str,
    art: str,
    thema: int | None,
    zusammenfassung: str,
    referent: str,
    minuten: int,
    position: int | None,
    dateien: Sequence[GespeicherteDatei] = (),
    actor: Person,
    now: datetime,
) -> Aenderung:
    """Note a new item with its papers. position: its wanted number; None: before the closing standing items.

    Locks the Sitzung; writes; journal. Raises VersandError once the meeting has begun, VorbereitungError for what is
    wrong with the item.
    """
    check_traktandum(art=art, hat_thema=thema is not None, zusammenfassung=zusammenfassung)
    sitzung = _open(pk, now=now, an_traktanden=True)
    angaben = {
        "art": art,
        "thema": thema,
        "zusammenfassung": zusammenfassung,
        "referent": referent,
        "minuten": minuten,
    }
    neue = _note(sitzung, Art.TRAKTANDUM_NEU, titel=titel, angaben=angaben, position=position, actor=actor, now=now)
    for datei in dateien:
        _note(
            sitzung,
            Art.PAPIER_NEU,
            zu=neue,
            datei=create_datei(datei, now=now),
            titel=titel_aus_name(datei.name)[:200],
            actor=actor,
            now=now,
        )
    return neue


@transaction.atomic(durable=True)
def note_umstellung(pk: int, *, traktandum: UUID, position: int, actor: Person, now: datetime) -> Aenderung:
    """Note that an item gets another number. Locks the Sitzung; writes; journal.

    Raises VersandError once the meeting has begun, where the number is the item's own, or the item is noted already.
    """
    sitzung = _open(pk, now=now, an_traktanden=True)
    punkt = _traktandum(sitzung, traktandum)
    if punkt.position == position:
        raise VersandError(f"«{punkt.titel}» ist schon Traktandum {position}.")
    return _note(
        sitzung, Art.TRAKTANDUM_VERSCHOBEN, traktandum=_frei(sitzung, punkt), position=position, actor=actor, now=now
    )


@transaction.atomic(durable=True)
def note_streichung(pk: int, *, traktandum: UUID, actor: Person, now: datetime) -> Aenderung:
    """Note that an item is withdrawn; it stays on the agenda and says so. Locks the Sitzung; writes; journal.

    Raises VersandError once the meeting has begun, or where the item is withdrawn or noted already.
    """
    sitzung = _open(pk, now=now, an_traktanden=True)
    punkt = _frei(sitzung, _traktandum(sitzung, traktandum))
    if punkt.ausgang != Traktandum.Ausgang.OFFEN:
        raise VersandError(f"«{punkt.titel}» ist bereits «{punkt.get_ausgang_display()}».")
    return _note(sitzung, Art.TRAKTANDUM_ZURUECK, traktandum=punkt, actor=actor, now=now)


@transaction.atomic(durable=True)
def drop_aenderung(pk: int, *, actor: Person, now: datetime) -> None:
    """Drop a noted change; with a new item its papers go too. Locks the Sitzung; deletes rows; journal.

    Raises VersandError where it went out meanwhile.
    """
    gesucht = Aenderung.objects.filter(pk=pk).values_list("sitzung_id", flat=True).first()
    if gesucht is None:
        return  # somebody else dropped it
    sitzung = lock_sitzung(gesucht)
    aenderung = sitzung.aenderungen.offen().select_related("unterlage", "traktandum", "datei").filter(pk=pk).first()
    if aenderung is None:
        raise VersandError("Diese Änderung ist schon versandt.")
    _drop(sitzung, aenderung, actor=actor, now=now)


@transaction.atomic(durable=True)
def create_nachversand(pk: int, *, grund: str, actor: Person, now: datetime) -> Versand:
    """Make the noted changes of a dispatched meeting and tell them to everybody they concern.

    Locks the Sitzung; stops a running dispatch first: its open letters name what is no longer true, those people get the
    whole meeting with this letter. Writes items and papers, then a Versand through the same engine (marked with its own
    days before the meeting); what follows from an item withdrawn (konferenz.folgen); journal. Raises VersandError without changes or reason, or where one is overtaken.
    """
    sitzung = lock_sitzung(pk)
    aenderungen = offene(sitzung)
    check_offen(sitzung, an_traktanden=any(a.art in AN_TRAKTANDEN for a in aenderungen), now=now)
    if not aenderungen:
        raise VersandError("Bitte merken Sie zuerst vor, was sich ändert.")
    if not grund.strip():
        raise VersandError(OHNE_GRUND)
    stop_laufende(sitzung, now=now)
    haben = haben_bisheriges(sitzung, now)
    vorher = load_inhalt(sitzung)
    apply_aenderungen(sitzung, aenderungen, actor=actor, now=now)
    # the dossier as it was sent stays with its dispatch; the tick makes the one that is true now
    Sitzung.objects.filter(pk=sitzung.pk).update(aenderung=sitzung.aenderung + 1, dossier=None, dossier_stand="")
    manifest = nachversand_manifest(vorher, load_inhalt(sitzung), aenderungen, grund=grund.strip(), haben=haben)
    versand = write_versand(
        sitzung,
        manifest=manifest,
        empfaenger=nachversand_kreis(sitzung, manifest, now),
        dossier=None,
        actor=actor,
        now=now,
    )
    for a in aenderungen:
        a.versand = versand
    Aenderung.objects.bulk_update(aenderungen, ["versand", "traktandum", "unterlage", "vorher"])
    for a in aenderungen:
        if a.art == Art.TRAKTANDUM_ZURUECK:
            tell(Ereignis(Was.ZURUECKGEZOGEN, sitzung, actor, now, a.traktandum))
    journal_aenderungen(aenderungen, versand=versand.uuid, actor=actor, now=now)
    return versand


# --- Steps of these deeds -------------------------------------------------------------------------


def _open(pk: int, *, now: datetime, an_traktanden: bool = False) -> Sitzung:
    sitzung = lock_sitzung(pk)
    check_offen(sitzung, an_traktanden=an_traktanden, now=now)
    return sitzung


def _drop(sitzung: Sitzung, aenderung: Aenderung, *, actor: Person, now: datetime) -> None:
    """Delete a noted change of a locked meeting with what hangs on it."""
    dateien = [a.datei for a in (aenderung, *aenderung.unterlagen.select_related("datei")) if a.datei is not None]
    append("aenderung.verworfen", sitzung, actor=actor, now=now, was=aenderung.art, name=aenderung.name)
    aenderung.delete()
    for datei in dateien:
        try:
            datei.delete()
        except ProtectedError:
            continue


def _note(sitzung: Sitzung, art: str, *, actor: Person, now: datetime, **felder: Any) -> Aenderung:
    aenderung = Aenderung.objects.create(sitzung=sitzung, art=art, erfasst_von=actor, created_at=now, **felder)
    append("aenderung.vorgemerkt", sitzung, actor=actor, now=now, was=aenderung.art, name=aenderung.name)
    return aenderung


def _traktandum(sitzung: Sitzung, uuid: UUID) -> Traktandum:
    traktandum = sitzung.traktanden.filter(uuid=uuid).first()
    if traktandum is None:
        raise VersandError("Dieses Traktandum gibt es nicht mehr.")
    return traktandum


def _frei(sitzung: Sitzung, traktandum: Traktandum) -> Traktandum:
    """Return the item unless a move or a withdrawal of it is noted already."""
    arten = [Art.TRAKTANDUM_VERSCHOBEN, Art.TRAKTANDUM_ZURUECK]
    if sitzung.aenderungen.offen().filter(traktandum=traktandum, art__in=arten).exists():
        raise VersandError(f"Für «{traktandum.titel}» ist schon eine Änderung vorgemerkt.")
    return traktandum


def _unterlage(sitzung: Sitzung, uuid: UUID) -> Unterlage:
    papier = Unterlage.objects.aktuell().filter(uuid=uuid, traktandum__sitzung=sitzung).first()
    if papier is None:
        raise VersandError("Diese Unterlage gibt es nicht mehr.")
    if sitzung.aenderungen.offen().filter(unterlage=papier).exists():
        raise VersandError(f"Für «{papier.titel}» ist schon eine Änderung vorgemerkt.")
    return papier
