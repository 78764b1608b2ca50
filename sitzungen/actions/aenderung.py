"""A dispatched meeting moved or cancelled, told to everybody through the same engine.

Nothing is sent here: the letters lie in the outbox. Lock order: Sitzung, Teilnahme, Versand, Sendung, Journal.
"""

from __future__ import annotations

import copy
from datetime import datetime

from django.db import transaction

from konferenz import journal
from konferenz.folgen import Ereignis, Was, tell
from konferenz.models import Datei
from konferenz.rules import versand_due_at
from mitglieder.models import Person
from sitzungen.models import Sitzung, Versand
from sitzungen.queries.aenderung import absage_kreis, load_absage, verschiebung_manifest
from sitzungen.queries.paket import frist_tage, load_inhalt
from sitzungen.queries.versand import empfaengerkreis
from sitzungen.rules import NEU_WENN_TAG, Termin, antworten_neu
from sitzungen.schritte.antwortlink import move_antwortlinks
from sitzungen.schritte.gast import MIT_MITTEILUNG, tell_absage, tell_termin
from sitzungen.schritte.termin import TERMIN_FELDER, check_termin
from sitzungen.schritte.versand import VersandError, stop_laufende, write_versand
from sitzungen.schritte.vorbereitung import lock_sitzung

Status = Sitzung.Status


@transaction.atomic(durable=True)
def create_verschiebung(
    pk: int, *, termin: Termin, grund: str, antworten: str = NEU_WENN_TAG, actor: Person, now: datetime
) -> Versand:
    """Move a dispatched meeting and tell everybody, through the same engine.

    antworten: one of ANTWORTEN; by default given answers are asked for again when the day changes, else they stay.
    Locks the Sitzung, then its Teilnahmen; stops a running dispatch first (its open letters name the old date and stay
    back: those people get the papers with this letter); writes date, place and SEQUENCE + 1, the end of the answer links,
    neu_erbeten_at of given answers; a Versand, a letter to guests of single items; journal.
    Raises VersandError where the meeting is not dispatched, or the new date is past or unchanged; VorbereitungError for
    a date that is wrong in itself.
    """
    sitzung = lock_sitzung(pk)
    if sitzung.status != Status.VERSANDT:
        raise VersandError("Verschoben mit Mitteilung wird eine Sitzung, deren Einladung versandt ist.")
    if termin.beginn_at <= now:
        raise VersandError("Der neue Termin liegt in der Vergangenheit.")
    check_termin(termin)
    if all(getattr(sitzung, feld) == getattr(termin, feld) for feld in TERMIN_FELDER if feld != "form_entscheid_on"):
        raise VersandError("Zeit und Ort sind unverändert.")
    neu = antworten_neu(antworten, bisher=sitzung.beginn_at, neu=termin.beginn_at)
    if neu:
        gegeben = list(sitzung.teilnahmen.select_for_update(of=("self",)).exclude(antwort="").order_by("pk"))
        sitzung.teilnahmen.filter(pk__in=[t.pk for t in gegeben]).update(neu_erbeten_at=now)
    stop_laufende(sitzung, now=now)
    bisher = copy.copy(sitzung)
    for feld in TERMIN_FELDER:
        setattr(sitzung, feld, getattr(termin, feld))
    sitzung.kalender_folge += 1
    sitzung.versand_due_at = versand_due_at(sitzung.beginn_at, frist_tage=frist_tage(sitzung))
    sitzung.save(update_fields=[*TERMIN_FELDER, "kalender_folge", "versand_due_at"])
    move_antwortlinks(sitzung)
    if any(getattr(bisher, feld) != getattr(sitzung, feld) for feld in MIT_MITTEILUNG):
        tell_termin(sitzung, now=now)
    manifest = verschiebung_manifest(bisher, load_inhalt(sitzung), grund=grund.strip(), antworten_neu=neu)
    dossier = manifest["dossier"]
    return write_versand(
        sitzung,
        manifest=manifest,
        empfaenger=list(empfaengerkreis(sitzung, now).empfaenger),
        dossier=Datei.objects.get(uuid=dossier["datei"]) if dossier else None,
        actor=actor,
        now=now,
    )


@transaction.atomic(durable=True)
def create_absage(pk: int, *, grund: str, actor: Person, now: datetime) -> Versand | None:
    """Cancel a meeting; tell everybody who was told of it. Return the dispatch, None where nobody was.

    Locks the Sitzung; stops a running dispatch first; status abgesagt, SEQUENCE + 1; a Versand to everybody who would
    get the papers (before the Einladung, but after the date was announced: to seats and substitutes only); what follows
    from it (konferenz.folgen); journal.
    Raises VersandError without a reason or where the meeting has begun.
    """
    sitzung = lock_sitzung(pk)
    if Status.ABGESAGT not in Sitzung.UEBERGAENGE[sitzung.status]:
        raise VersandError(f"Die Sitzung ist «{sitzung.get_status_display()}» und lässt sich nicht absagen.")
    if not grund.strip():
        raise VersandError("Bitte geben Sie an, warum die Sitzung nicht stattfindet.")
    empfaenger = absage_kreis(sitzung, now)
    stop_laufende(sitzung, now=now)
    sitzung.status, sitzung.abgesagt_at, sitzung.absage_grund = Status.ABGESAGT, now, grund.strip()
    sitzung.kalender_folge += 1
    sitzung.hindernis = ""
    sitzung.save(update_fields=["status", "abgesagt_at", "absage_grund", "kalender_folge", "hindernis"])
    tell_absage(sitzung, now=now)
    tell(Ereignis(Was.ABGESAGT, sitzung, actor, now))
    journal.append(
        art="sitzung.abgesagt", akteur=actor.uuid, objekt=sitzung.uuid, nutzlast={"grund": grund.strip()}, now=now
    )
    if not empfaenger:
        return None
    return write_versand(
        sitzung,
        manifest=load_absage(sitzung, grund=grund.strip()),
        empfaenger=empfaenger,
        dossier=None,
        actor=actor,
        now=now,
    )
