"""Deeds on the report to the board: made, changed, laid before the chair, released by him, handed over once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from antraege.models import Abstimmung, Antrag, Bericht
from antraege.queries.bericht import (
    check_beilagen,
    latest_abstimmung,
    load_empfaenger,
    load_unterschriften,
    load_vorsitz,
)
from antraege.queries.entwurf import list_beilagen
from antraege.rules.bericht import (
    FELDER,
    VERTEILER,
    bericht_betreff,
    check_bericht_laenge,
    check_freigabe,
    freigabe_betreff,
)
from antraege.rules.vorstand import check_ueberweisung
from antraege.schritte.antrag import lock_antrag, set_status, touch
from antraege.schritte.bericht import (
    NEU_ABGESTIMMT,
    BerichtError,
    BerichtVeraltet,
    check_entschieden,
    is_aktuell,
    load_ueberweisung,
    lock_bericht,
    note,
    take_back,
)
from konferenz.dateien import GespeicherteDatei, create_datei
from konferenz.schritte import enqueue_sendung
from mitglieder.models import Person

BUILDER = "antraege.mails.bericht.build"
BUILDER_FREIGABE = "antraege.mails.freigabe.build"
NIEMAND = (
    "Im Portal ist niemand als Mitglied des VSEG-Vorstands erfasst; die Überweisung erreichte niemanden. "
    "Erfassen Sie zuerst die Funktion bei einer Person."
)
SCHON_FREIGEGEBEN = "Der Bericht ist schon freigegeben."
OHNE_VORSITZ = (
    "Der Vorsitz ist nicht besetzt oder hat keine E-Mail-Adresse; die Bitte um Freigabe erreichte niemanden. "
    "Erfassen Sie zuerst das Mandat oder die Adresse."
)


@transaction.atomic(durable=True)
def create_bericht(antrag_pk: int, *, actor: Person, now: datetime) -> Bericht:
    """Make the report on a decided motion's latest vote, filled in from the version that was voted on; return it.

    Locks the meeting, the item, the motion. Writes Bericht, journal. Raises BerichtError where nothing is decided, a
    report is in preparation, or the vote's report is with the board.
    """
    antrag = lock_antrag(antrag_pk)
    art = check_entschieden(antrag)
    vote = _latest(antrag)
    if Bericht.objects.filter(antrag=antrag).exclude(status=Bericht.Status.UEBERWIESEN).exists():
        raise BerichtError("Der Bericht zu diesem Antrag ist schon angelegt.")
    if Bericht.objects.filter(abstimmung=vote).exists():
        raise BerichtError("Der Bericht zu dieser Abstimmung ist schon überwiesen.")
    fassung = vote.antragsfassung
    if fassung is None:
        raise ValueError("Die Abstimmung über einen Antrag nennt seine Fassung.")
    unterschriften = load_unterschriften(timezone.localdate(now))
    bericht = Bericht.objects.create(
        antrag=antrag,
        abstimmung=vote,
        art=art,
        ausgangslage=fassung.ausgangslage,
        erwaegungen=fassung.erwaegungen,
        finanzielles=fassung.finanzielles,
        verteiler=VERTEILER,
        **{feld: unterschrift.text for feld, unterschrift in unterschriften.items()},
        created_at=now,
        created_von=actor,
    )
    note("bericht.erstellt", bericht, actor=actor, now=now, berichtsart=art, abstimmung=vote.uuid)
    return bericht


@transaction.atomic(durable=True)
def save_bericht(pk: int, texte: Mapping[str, str], *, stand: int, actor: Person, now: datetime) -> Bericht:
    """Write what the office changed of a report; the same texts write nothing. A release is taken back. Return the report.

    texte: of rules.bericht.FELDER, the others stay.  stand: what the writer saw.  Locks the meeting, the item, the motion, the report.
    Raises BerichtVeraltet, SchonUeberwiesen, BerichtError for a text that is too long (feld).
    """
    bericht = lock_bericht(pk)
    _write(bericht, texte, stand=stand, actor=actor, now=now)
    return bericht


@transaction.atomic(durable=True)
def renew_bericht(pk: int, *, actor: Person, now: datetime) -> Bericht:
    """Put a report on its motion's latest vote, where that was repeated; what was written stays. Return the report.

    A release is taken back. Locks the meeting, the item, the motion, the report. Raises BerichtError where nothing was
    repeated, SchonUeberwiesen.
    """
    bericht = lock_bericht(pk)
    art = check_entschieden(bericht.antrag)
    vote = _latest(bericht.antrag)
    if is_aktuell(bericht):
        raise BerichtError("Der Bericht nennt schon die letzte Abstimmung über diesen Antrag.")
    vorher = bericht.abstimmung.uuid
    zurueck = take_back(bericht)
    bericht.abstimmung, bericht.art = vote, art
    bericht.save()
    note(
        "bericht.umgestellt",
        bericht,
        actor=actor,
        now=now,
        berichtsart=art,
        abstimmung=vote.uuid,
        vorher=vorher,
        freigabe_zurueck=zurueck,
    )
    return bericht


@transaction.atomic(durable=True)
def submit_bericht(
    pk: int, texte: Mapping[str, str], *, stand: int, zuletzt: datetime | None, actor: Person, now: datetime
) -> Person:
    """Write what the office changed of a report and lay it before the chair for release; return the chair.

    The chair gets a mail with the way to its page. texte: of rules.bericht.FELDER; refused, nothing of them is written.
    stand, zuletzt: the state and the last time it was laid before the chair, as the person saw them. Laid before again in
    the same state only by who saw the last time: pressed twice, it goes out once and nothing more is written.
    Locks the meeting, the item, the motion, the report. Writes it and the journal; enqueues one Sendung. Raises
    BerichtVeraltet, SchonUeberwiesen, BerichtError (released, something missing, voted on again, nobody in the chair).
    """
    bericht = lock_bericht(pk)
    if bericht.status == Bericht.Status.FREIGEGEBEN:
        raise BerichtError(SCHON_FREIGEGEBEN)
    _write(bericht, texte, stand=stand, actor=actor, now=now)
    _check_freizugeben(bericht)
    vorsitz = load_vorsitz(timezone.localdate(now))
    if vorsitz is None or not vorsitz.email:
        raise BerichtError(OHNE_VORSITZ)
    if bericht.is_vorgelegt and bericht.vorgelegt_at != zuletzt:
        return vorsitz
    bericht.vorgelegt_at, bericht.vorgelegt_von, bericht.vorgelegt_stand = now, actor, bericht.stand
    bericht.save(update_fields=["vorgelegt_at", "vorgelegt_von", "vorgelegt_stand"])
    enqueue_sendung(
        schluessel=f"bericht-freigabe:{bericht.uuid}:{bericht.stand}:{now.isoformat()}",
        an_adresse=vorsitz.email,
        an_name=vorsitz.name,
        person=vorsitz.uuid,
        betreff=freigabe_betreff(bericht.antrag.nummer),
        builder=BUILDER_FREIGABE,
        objekt=bericht.uuid,
        faellig_at=now,
        now=now,
    )
    note("bericht.vorgelegt", bericht, actor=actor, now=now, vorsitz=vorsitz.uuid)
    return vorsitz


@transaction.atomic(durable=True)
def release_bericht(pk: int, *, stand: int, actor: Person, now: datetime) -> Bericht:
    """Release a report as the chair saw it; return it.

    stand: what was seen.  Locks the meeting, the item, the motion, the report. Writes it and the journal. Raises
    BerichtVeraltet, SchonUeberwiesen, BerichtError (released already, something missing, voted on again since).
    """
    bericht = lock_bericht(pk, stand=stand)
    _check_freizugeben(bericht)
    bericht.status = Bericht.Status.FREIGEGEBEN
    bericht.freigegeben_at, bericht.freigegeben_von = now, actor
    bericht.save(update_fields=["status", "freigegeben_at", "freigegeben_von"])
    note("bericht.freigegeben", bericht, actor=actor, now=now)
    return bericht


@transaction.atomic(durable=True)
def unrelease_bericht(pk: int, *, actor: Person, now: datetime) -> Bericht:
    """Take the chair's release back before the report is handed over; return it.

    Locks the meeting, the item, the motion, the report. Writes it and the journal. Raises SchonUeberwiesen, BerichtError.
    """
    bericht = lock_bericht(pk)
    if not take_back(bericht):
        raise BerichtError("Der Bericht ist nicht freigegeben.")
    bericht.save(update_fields=["status", "freigegeben_at", "freigegeben_von", "stand"])
    note("bericht.freigabe_zurueck", bericht, actor=actor, now=now)
    return bericht


@transaction.atomic(durable=True)
def transmit_bericht(pk: int, datei: GespeicherteDatei, *, stand: int, actor: Person, now: datetime) -> Bericht:
    """Hand a released report over to the board, once and for good; return it.

    datei: the PDF, rendered from the report at `stand` and stored before; the caller discards it on a refusal (else it is
    swept).  Locks the meeting, the item, the motion, the report. Writes Datei, Bericht and which files go with it, the
    motion's state, one Sendung per member of the board, the journal with the PDF's hash.
    Raises SchonUeberwiesen, BerichtVeraltet, BerichtError with the rule that stands against it.
    """
    bericht = lock_bericht(pk, stand=stand)
    beilagen = list_beilagen(bericht.antrag)
    if satz := check_ueberweisung(load_ueberweisung(bericht)) or check_beilagen(beilagen):
        raise BerichtError(satz)
    empfaenger = load_empfaenger(timezone.localdate(now))
    if not empfaenger:
        raise BerichtError(NIEMAND)
    antrag = bericht.antrag
    bericht.beilagen.set(beilagen)
    bericht.datei = create_datei(datei, now=now)
    bericht.status = Bericht.Status.UEBERWIESEN
    bericht.ueberwiesen_at, bericht.ueberwiesen_von = now, actor
    bericht.save(update_fields=["datei", "status", "ueberwiesen_at", "ueberwiesen_von"])
    set_status(antrag, Antrag.Status.UEBERWIESEN)
    touch(antrag, actor=actor, now=now)
    antrag.save(update_fields=["status", "stand", "geaendert_at", "geaendert_von"])
    for person in empfaenger:
        enqueue_sendung(
            schluessel=f"bericht:{bericht.uuid}:{person.uuid}",
            an_adresse=person.email,
            an_name=person.name,
            person=person.uuid,
            betreff=bericht_betreff(art=bericht.art, nummer=antrag.nummer, titel=antrag.titel),
            builder=BUILDER,
            objekt=bericht.uuid,
            faellig_at=now,
            now=now,
        )
    note(
        "bericht.ueberwiesen",
        bericht,
        actor=actor,
        now=now,
        berichtsart=bericht.art,
        sha256=datei.sha256,
        abstimmung=bericht.abstimmung.uuid,
        protokoll_sha256=bericht.abstimmung.protokoll_sha256,
        beilagen=[beilage.datei.sha256 for beilage in beilagen],
        empfaenger=[person.uuid for person in empfaenger],
    )
    return bericht


def _write(bericht: Bericht, texte: Mapping[str, str], *, stand: int, actor: Person, now: datetime) -> None:
    """Write what differs of a (locked) report's texts, with its journal entry. Raises BerichtVeraltet where an older state was seen.

    Not where all texts are as stored: pressed twice, the second press brings what the first wrote.
    """
    texte = {feld: text.replace("\r\n", "\n").strip() for feld, text in texte.items()}
    geaendert = [feld for feld in FELDER if feld in texte and getattr(bericht, feld) != texte[feld]]
    if stand != bericht.stand and (geaendert or len(texte) < len(FELDER)):
        raise BerichtVeraltet(bericht)
    if not geaendert:
        return
    for feld in geaendert:
        setattr(bericht, feld, texte[feld])
    if maengel := check_bericht_laenge({feld: getattr(bericht, feld) for feld in FELDER}):
        raise BerichtError(maengel[0].satz, feld=maengel[0].feld)
    zurueck = take_back(bericht)
    bericht.save()
    note("bericht.geaendert", bericht, actor=actor, now=now, felder=geaendert, freigabe_zurueck=zurueck)


def _check_freizugeben(bericht: Bericht) -> None:
    """Raise BerichtError where the chair cannot release a (locked) report as it stands."""
    if bericht.status == Bericht.Status.FREIGEGEBEN:
        raise BerichtError(SCHON_FREIGEGEBEN)
    if not is_aktuell(bericht):
        raise BerichtError(NEU_ABGESTIMMT)
    if maengel := check_freigabe({feld: getattr(bericht, feld) for feld in FELDER}):
        raise BerichtError(maengel[0].satz, feld=maengel[0].feld)


def _latest(antrag: Antrag) -> Abstimmung:
    vote = latest_abstimmung(antrag)
    if vote is None:
        raise BerichtError("Über diesen Antrag gibt es keine geschlossene Abstimmung.")
    return vote
