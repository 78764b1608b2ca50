"""Deeds on the release: submit, release, take back. The release starts the clock of the dispatch."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from konferenz import einstellungen
from konferenz.dateien import note_pruefung, recheck_dateien
from konferenz.models import Datei
from konferenz.rules import versand_due_at_after_release
from konferenz.schritte import enqueue_sendung
from mitglieder.models import Mandat, Person, Sitz
from sitzungen import rules
from sitzungen.models import Fassung, Sitzung
from sitzungen.schritte.vorbereitung import VorbereitungError, append, frist_tage, lock_sitzung, take_back_freigabe

BUILDER = "sitzungen.mails.freigabe.build_freigabe_bitte"


class FreigabeVeraltet(VorbereitungError):
    """Agenda or papers changed since the page was opened."""


class UnterlageDefekt(VorbereitungError):
    """A paper cannot be opened any more."""


@transaction.atomic(durable=True)
def submit_sitzung(pk: int, *, actor: Person, now: datetime) -> Person:
    """Lay the agenda before the chair for release; return the chair, who gets a mail with one page and one button.

    Locks the meeting. Writes eingereicht_at and the journal; enqueues one Sendung.
    Raises VorbereitungError (no items, in the past, no chair or no address), SitzungGesperrt.
    """
    sitzung = lock_sitzung(pk)
    _check_frei(sitzung, now=now)
    heute = timezone.localdate(now)
    mandat = Mandat.objects.filter(sitz__art=Sitz.Art.VORSITZ).current(heute).select_related("person").first()
    if mandat is None or not mandat.person.email:
        raise VorbereitungError(
            "Der Vorsitz ist nicht besetzt oder hat keine E-Mail-Adresse. Geben Sie die Sitzung auf sein Wort hin frei."
        )
    sitzung.eingereicht_at, sitzung.eingereicht_von = now, actor
    sitzung.save(update_fields=["eingereicht_at", "eingereicht_von"])
    append("sitzung.vorgelegt", sitzung, actor=actor, now=now, vorsitz=mandat.person.uuid, stand=sitzung.aenderung)
    enqueue_sendung(
        schluessel=f"freigabe:{sitzung.uuid}:{sitzung.aenderung}:{now.isoformat()}",
        an_adresse=mandat.person.email,
        an_name=mandat.person.name,
        person=mandat.person.uuid,
        betreff=f"Zur Freigabe: Einladung zur Sitzung {sitzung.nummer}",
        builder=BUILDER,
        objekt=sitzung.uuid,
        faellig_at=now,
        now=now,
    )
    return mandat.person


def release_sitzung(
    pk: int, *, stand: int, als_vorsitz: bool, auf_wort: bool = False, actor: Person, now: datetime
) -> Sitzung:
    """Release agenda and papers for the dispatch; return the meeting with the time it goes out.

    stand: Sitzung.aenderung as the person saw it.  als_vorsitz: the actor holds the chair.  auf_wort: the office
    releases on the chair's word (marked so); not needed where the setting «freigabe_durch_vorsitz» is off.
    Every current paper is opened again first, outside the transaction; the transaction compares that these are still
    the papers. Due at the rule's time, or a quarter of an hour after a late release. Locks the meeting. Writes the
    release, what was found in the files, the journal.
    Raises UnterlageDefekt (kept on the file), FreigabeVeraltet, VorbereitungError (no items, in the past, not the
    chair's word), SitzungGesperrt.
    """
    dateien = _aktuelle_dateien(pk)
    befunde = dict(zip((datei.pk for datei in dateien), recheck_dateien(dateien), strict=True))
    sitzung = _release(
        pk, befunde=befunde, stand=stand, als_vorsitz=als_vorsitz, auf_wort=auf_wort, actor=actor, now=now
    )
    if sitzung is None:
        defekt = next(befund for befund in befunde.values() if befund)
        raise UnterlageDefekt(f"Die Freigabe ist noch nicht möglich: {defekt}")
    return sitzung


@transaction.atomic(durable=True)
def _release(
    pk: int,
    *,
    befunde: dict[UUID, str],
    stand: int,
    als_vorsitz: bool,
    auf_wort: bool,
    actor: Person,
    now: datetime,
) -> Sitzung | None:
    """Write the release; return None where a file is defective (that is written, the release is not)."""
    sitzung = lock_sitzung(pk)
    _check_frei(sitzung, now=now)
    if einstellungen.wert("freigabe_durch_vorsitz") and not (als_vorsitz or auf_wort):
        raise VorbereitungError("Die Einladung gibt der Vorsitz frei. Liegt sein Wort vor?", feld="auf_wort")
    dateien = _aktuelle_dateien(pk)
    if sitzung.aenderung != stand or {datei.pk for datei in dateien} != set(befunde):
        raise FreigabeVeraltet("Die Traktandenliste wurde inzwischen geändert. Bitte sehen Sie sie nochmals durch.")
    for datei in dateien:
        note_pruefung(datei, befunde[datei.pk], now=now)
    if any(befunde.values()):
        return None
    sitzung.status = Sitzung.Status.FREIGEGEBEN
    sitzung.freigegeben_at, sitzung.freigegeben_von = now, actor
    sitzung.is_freigabe_auf_wort = auf_wort and not als_vorsitz
    sitzung.hindernis = ""
    sitzung.versand_due_at = versand_due_at_after_release(
        sitzung.beginn_at,
        frist_tage=frist_tage(sitzung.beginn_at),
        freigegeben_at=now,
        bedenkzeit=rules.BEDENKZEIT,
    )
    sitzung.save(
        update_fields=[
            "status",
            "freigegeben_at",
            "freigegeben_von",
            "is_freigabe_auf_wort",
            "hindernis",
            "versand_due_at",
        ]
    )
    append(
        "sitzung.freigegeben",
        sitzung,
        actor=actor,
        now=now,
        auf_wort=sitzung.is_freigabe_auf_wort,
        stand=sitzung.aenderung,
        versand=sitzung.versand_due_at,
    )
    return sitzung


@transaction.atomic(durable=True)
def revoke_freigabe(pk: int, *, actor: Person, now: datetime) -> Sitzung:
    """Take a release back before the dispatch («Anhalten»); return the meeting, in preparation again.

    Locks the meeting. Writes its status and the journal. Raises VorbereitungError where there is none, or it is too late.
    """
    sitzung = lock_sitzung(pk)
    if sitzung.is_veroeffentlicht:
        raise VorbereitungError("Zu spät: Die Einladung ist bereits unterwegs und die Unterlagen sind veröffentlicht.")
    if not take_back_freigabe(sitzung, actor=actor, now=now, grund="freigabe.angehalten"):
        raise VorbereitungError("Die Sitzung ist nicht freigegeben.")
    return sitzung


def _check_frei(sitzung: Sitzung, *, now: datetime) -> None:
    """Raise VorbereitungError unless a meeting in preparation may be submitted or released."""
    if sitzung.status == Sitzung.Status.FREIGEGEBEN:
        raise VorbereitungError("Die Sitzung ist bereits freigegeben.")
    if sitzung.status != Sitzung.Status.ENTWURF:
        raise VorbereitungError("Die Sitzung ist nicht mehr in Vorbereitung.")
    if sitzung.beginn_at <= now:
        raise VorbereitungError("Die Sitzung liegt in der Vergangenheit und lässt sich nicht mehr freigeben.")
    if not sitzung.traktanden.exists():
        raise VorbereitungError("Die Traktandenliste ist leer. Bitte erfassen Sie mindestens ein Traktandum.")


def _aktuelle_dateien(pk: int) -> list[Datei]:
    fassungen = Fassung.objects.aktuell().filter(unterlage__traktandum__sitzung=pk, unterlage__is_entfernt=False)
    return [fassung.datei for fassung in fassungen.select_related("datei").order_by("pk")]
