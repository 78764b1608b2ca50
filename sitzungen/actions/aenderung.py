"""What changes after the Einladung: Nachversand, Verschiebung, Absage; each told to everybody through the same engine.

Nothing is sent here: the letters lie in the outbox. Lock order: Sitzung, Versand, Sendung, Journal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from konferenz import journal
from konferenz.dateien import GespeicherteDatei, create_datei
from konferenz.rules import versand_due_at
from mitglieder.models import Person
from sitzungen.models import Fassung, Sitzung, Traktandum, Unterlage, Versand, Zustellung
from sitzungen.queries.paket import frist_tage, load_inhalt, make_manifest
from sitzungen.queries.versand import Empfaenger, empfaengerkreis
from sitzungen.rules import Termin
from sitzungen.schritte.termin import TERMIN_FELDER, check_termin
from sitzungen.schritte.versand import VersandError, ohne_unterlagen, stop_laufende, write_versand
from sitzungen.schritte.vorbereitung import lock_sitzung

Status = Sitzung.Status


@dataclass(frozen=True)
class NeuesPapier:
    """A checked file on disk that joins a dispatched meeting: as a new paper of an item, or as the next version of one."""

    datei: GespeicherteDatei
    traktandum: UUID
    titel: str
    ersetzt: UUID | None = None
    vertraulich_grund: str = ""


@transaction.atomic(durable=True)
def create_nachversand(pk: int, *, grund: str, papiere: Sequence[NeuesPapier], actor: Person, now: datetime) -> Versand:
    """Add papers to a dispatched meeting and send them to everybody the meeting's papers go to today.

    Locks the Sitzung; writes the papers, then a Versand through the same engine (marked with its own days before the
    meeting); journal. Raises VersandError before the Einladung, after a cancellation, without papers or reason.
    """
    sitzung = lock_sitzung(pk)
    if not sitzung.is_veroeffentlicht:
        raise VersandError("Nachgereicht wird erst, wenn die Einladung versandt ist.")
    if not papiere:
        raise VersandError("Bitte wählen Sie mindestens eine Unterlage.")
    if not grund.strip():
        raise VersandError("Bitte schreiben Sie, warum die Unterlagen nachgereicht werden.")
    neue = [_add_papier(sitzung, papier, actor=actor, now=now) for papier in papiere]
    Sitzung.objects.filter(pk=sitzung.pk).update(aenderung=sitzung.aenderung + 1)
    manifest = make_manifest(
        load_inhalt(sitzung),
        art=Versand.Art.NACHVERSAND,
        dossier=None,
        nur=[str(u.uuid) for u in neue],
        grund=grund.strip(),
    )
    return write_versand(
        sitzung,
        manifest=manifest,
        empfaenger=_kreis(sitzung, manifest, now),
        dossier=None,
        actor=actor,
        now=now,
    )


def _kreis(sitzung: Sitzung, manifest: dict[str, list[dict[str, object]]], now: datetime) -> list[Empfaenger]:
    """Return who gets a Nachversand: where everything in it is confidential, only those who may read it."""
    empfaenger = empfaengerkreis(sitzung, now).empfaenger
    nur_vertraulich = all(f["vertraulich"] for f in manifest["fassungen"])
    return [e for e in empfaenger if not nur_vertraulich or e.brief == Zustellung.Brief.EINLADUNG]


def _add_papier(sitzung: Sitzung, papier: NeuesPapier, *, actor: Person, now: datetime) -> Unterlage:
    datei = create_datei(papier.datei, now=now)
    if papier.ersetzt is not None:
        unterlage = Unterlage.objects.select_for_update(of=("self",)).get(
            uuid=papier.ersetzt, traktandum__sitzung=sitzung, is_entfernt=False
        )
        if papier.vertraulich_grund:  # what was intern may become confidential with its new version, never the reverse
            unterlage.klassifizierung = Unterlage.Klassifizierung.VERTRAULICH
            unterlage.vertraulich_grund = papier.vertraulich_grund
            unterlage.save(update_fields=["klassifizierung", "vertraulich_grund"])
        alte = unterlage.fassungen.order_by("-nr").first()
        unterlage.fassungen.filter(is_aktuell=True).update(is_aktuell=False)
        nr = alte.nr + 1 if alte else 1
    else:
        traktandum = Traktandum.objects.get(uuid=papier.traktandum, sitzung=sitzung)
        unterlage = Unterlage.objects.create(
            traktandum=traktandum,
            position=traktandum.unterlagen.count() + 1,
            titel=papier.titel[:200],
            klassifizierung=(
                Unterlage.Klassifizierung.VERTRAULICH if papier.vertraulich_grund else Unterlage.Klassifizierung.INTERN
            ),
            vertraulich_grund=papier.vertraulich_grund,
        )
        nr = 1
    Fassung.objects.create(unterlage=unterlage, nr=nr, datei=datei, hochgeladen_von=actor, hochgeladen_at=now)
    return unterlage


@transaction.atomic(durable=True)
def create_verschiebung(pk: int, *, termin: Termin, grund: str, actor: Person, now: datetime) -> Versand:
    """Move a dispatched meeting and tell everybody, through the same engine.

    Locks the Sitzung; stops a running dispatch first (its open letters name the old date and stay back: those people get
    the papers with this letter); writes date, place and SEQUENCE + 1; a Versand; journal.
    Raises VersandError where the meeting is not dispatched, or the new date is past or unchanged; VorbereitungError for
    a date that is wrong in itself.
    """
    sitzung = lock_sitzung(pk)
    if sitzung.status != Status.VERSANDT:
        raise VersandError("Verschoben mit Mitteilung wird eine Sitzung, deren Einladung versandt ist.")
    if termin.beginn_at <= now:
        raise VersandError("Der neue Termin liegt in der Vergangenheit.")
    bisher = {"beginn": sitzung.beginn_at.isoformat(), "ort": sitzung.ort}
    check_termin(termin)
    if all(getattr(sitzung, feld) == getattr(termin, feld) for feld in TERMIN_FELDER if feld != "form_entscheid_on"):
        raise VersandError("Zeit und Ort sind unverändert.")
    stop_laufende(sitzung, now=now)
    ohne = ohne_unterlagen(sitzung)
    for feld in TERMIN_FELDER:
        setattr(sitzung, feld, getattr(termin, feld))
    sitzung.kalender_folge += 1
    sitzung.versand_due_at = versand_due_at(sitzung.beginn_at, frist_tage=frist_tage(sitzung))
    sitzung.save(update_fields=[*TERMIN_FELDER, "kalender_folge", "versand_due_at"])
    einladung = sitzung.versande.filter(art=Versand.Art.EINLADUNG).select_related("dossier").first()
    dossier = einladung.dossier if einladung else None
    ausgelassen = [f["uuid"] for f in einladung.manifest["ausgelassen"]] if einladung else []
    manifest = make_manifest(
        load_inhalt(sitzung),
        art=Versand.Art.VERSCHIEBUNG,
        dossier=dossier,
        ausgelassen=ausgelassen,
        grund=grund.strip(),
    )
    manifest |= {"vorher": bisher, "beilagen_nur_fuer": ohne}
    return write_versand(
        sitzung,
        manifest=manifest,
        empfaenger=list(empfaengerkreis(sitzung, now).empfaenger),
        dossier=dossier,
        actor=actor,
        now=now,
    )


@transaction.atomic(durable=True)
def create_absage(pk: int, *, grund: str, actor: Person, now: datetime) -> Versand | None:
    """Cancel a meeting; tell everybody who was told of it. Return the dispatch, None where nobody was.

    Locks the Sitzung; stops a running dispatch first; status abgesagt, SEQUENCE + 1; a Versand to everybody who would
    get the papers (before the Einladung, but after the date was announced: to seats and substitutes only); journal.
    Raises VersandError without a reason or where the meeting has begun.
    """
    sitzung = lock_sitzung(pk)
    if Status.ABGESAGT not in Sitzung.UEBERGAENGE[sitzung.status]:
        raise VersandError(f"Die Sitzung ist «{sitzung.get_status_display()}» und lässt sich nicht absagen.")
    if not grund.strip():
        raise VersandError("Bitte geben Sie an, warum die Sitzung nicht stattfindet.")
    war_versandt = sitzung.is_veroeffentlicht
    stop_laufende(sitzung, now=now)
    sitzung.status, sitzung.abgesagt_at, sitzung.absage_grund = Status.ABGESAGT, now, grund.strip()
    sitzung.kalender_folge += 1
    sitzung.hindernis = ""
    sitzung.save(update_fields=["status", "abgesagt_at", "absage_grund", "kalender_folge", "hindernis"])
    journal.append(
        art="sitzung.abgesagt", akteur=actor.uuid, objekt=sitzung.uuid, nutzlast={"grund": grund.strip()}, now=now
    )
    if not war_versandt and sitzung.terminankuendigung_at is None:
        return None
    empfaenger = [
        e for e in empfaengerkreis(sitzung, now).empfaenger if war_versandt or e.brief == Zustellung.Brief.EINLADUNG
    ]
    manifest = make_manifest(load_inhalt(sitzung), art=Versand.Art.ABSAGE, dossier=None, nur=[], grund=grund.strip())
    return write_versand(sitzung, manifest=manifest, empfaenger=empfaenger, dossier=None, actor=actor, now=now)
