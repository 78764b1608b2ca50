"""Deeds on a member's wish for the agenda."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from konferenz.dateien import GespeicherteDatei, create_datei
from konferenz.schritte import enqueue_sendung
from mitglieder.models import Person
from sitzungen.models import Thema, Traktandenwunsch, Traktandum
from sitzungen.schritte.traktanden import insert_traktandum, insert_unterlage
from sitzungen.schritte.vorbereitung import VorbereitungError, append, open_for_edit

Status = Traktandenwunsch.Status
BUILDER = "sitzungen.mails.wunsch.build_antwort"


@transaction.atomic(durable=True)
def create_wunsch(
    *, titel: str, thema: int, begruendung: str, datei: GespeicherteDatei | None, actor: Person, now: datetime
) -> Traktandenwunsch:
    """Write a member's wish; it waits beside the next agenda. Return it.

    thema: pk of a topic.  datei: a checked file on disk, or None. Writes wish, Datei, journal.
    """
    wunsch = Traktandenwunsch.objects.create(
        person=actor,
        titel=titel,
        thema=Thema.objects.get(pk=thema),
        begruendung=begruendung,
        datei=create_datei(datei, now=now) if datei else None,
        created_at=now,
    )
    append("wunsch.eingereicht", wunsch, actor=actor, now=now)
    return wunsch


@transaction.atomic(durable=True)
def withdraw_wunsch(pk: int, *, actor: Person, now: datetime) -> Traktandenwunsch:
    """Take one's own wish back while it waits; return it. Locks it. Writes status, journal. Raises VorbereitungError."""
    return _settle(_lock(pk), Status.ZURUECKGEZOGEN, actor=actor, now=now)


@transaction.atomic(durable=True)
def decline_wunsch(pk: int, *, antwort: str, actor: Person, now: datetime) -> Traktandenwunsch:
    """Decline a wish with an answer, which the member gets by mail; return the wish.

    Locks it. Writes status, answer, journal; enqueues one Sendung. Raises VorbereitungError (no answer, settled already).
    """
    if not antwort.strip():
        raise VorbereitungError("Bitte geben Sie eine Antwort an das Mitglied ein.", feld="antwort")
    wunsch = _lock(pk)
    wunsch.antwort = antwort.strip()
    _settle(wunsch, Status.ABGELEHNT, actor=actor, now=now)
    person = wunsch.person
    enqueue_sendung(
        schluessel=f"wunsch:{wunsch.uuid}:{now.isoformat()}",
        an_adresse=person.email,
        an_name=person.name,
        person=person.uuid,
        betreff="Antwort auf Ihren Traktandenwunsch",
        builder=BUILDER,
        objekt=wunsch.uuid,
        faellig_at=now,
        now=now,
    )
    return wunsch


@transaction.atomic(durable=True)
def accept_wunsch(pk: int, sitzung_pk: int, *, art: str, actor: Person, now: datetime) -> Traktandum:
    """Put a wish on an agenda, with its paper; return the new item.

    art: information or entscheid. Locks meeting, then wish. Writes item, paper, status, journal; takes a release back.
    Raises VorbereitungError (settled already), SitzungGesperrt.
    """
    sitzung, _ = open_for_edit(sitzung_pk, actor=actor, now=now, grund="wunsch.uebernommen")
    wunsch = _lock(pk)
    _settle(wunsch, Status.UEBERNOMMEN, actor=actor, now=now)
    traktandum = insert_traktandum(
        sitzung,
        Traktandum(
            titel=wunsch.titel,
            art=art,
            thema_id=wunsch.thema_id,
            referent=wunsch.person.name[:120],
            wunsch=wunsch,
        ),
    )
    if wunsch.datei is not None:
        insert_unterlage(traktandum, wunsch.datei, actor=wunsch.person, now=now)
    append("traktandum.erstellt", traktandum, actor=actor, now=now, sitzung=sitzung.uuid, wunsch=wunsch.uuid)
    return traktandum


def _lock(pk: int) -> Traktandenwunsch:
    wunsch = Traktandenwunsch.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if wunsch is None:
        raise VorbereitungError("Diesen Traktandenwunsch gibt es nicht mehr.")
    return wunsch


def _settle(wunsch: Traktandenwunsch, status: str, *, actor: Person, now: datetime) -> Traktandenwunsch:
    if status not in Traktandenwunsch.UEBERGAENGE[wunsch.status]:
        raise VorbereitungError(f"Der Traktandenwunsch «{wunsch.titel}» ist bereits erledigt.")
    wunsch.status, wunsch.erledigt_at = status, now
    wunsch.save(update_fields=["status", "erledigt_at", "antwort"])
    append(f"wunsch.{status}", wunsch, actor=actor, now=now)
    return wunsch
