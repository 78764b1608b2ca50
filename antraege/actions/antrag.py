"""Deeds on motions: submitted at the desk on an announced decision, and reworded there until the vote opens."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from antraege.models import Abstimmung, Antrag, Antragsfassung
from antraege.schritte.abstimmung import AbstimmungError
from antraege.schritte.vorbereitung import Angaben, write_abstimmung
from konferenz import journal
from konferenz.rules import Mehrheit
from mitglieder.models import Person, Sitz
from sitzungen.rules.leitung import check_antrag
from sitzungen.schritte.leitung import lock_traktandum
from sitzungen.schritte.termin import lock_jahresplan

TEXT_ZEICHEN = 5000
FRAGE = "Wird der Antrag «{titel}» zuhanden des VSEG-Vorstands verabschiedet?"


@transaction.atomic(durable=True)
def submit_am_pult(
    traktandum_pk: int, *, titel: str, text: str, sitz_pk: int, actor: Person, now: datetime
) -> Antragsfassung:
    """Take a motion down in the meeting: submitted, numbered and on the agenda at once; return its first version.

    sitz_pk: the seat it comes from.  Locks the meeting, the item and the year's numbers (the highest one is read under
    the meeting's lock; two meetings never run at once in one year's series, and the number is UNIQUE).
    Writes Antrag, Antragsfassung, journal. Raises AbstimmungError with the rule and what to do instead (R43).
    """
    return _submit(traktandum_pk, titel=titel, text=text, sitz_pk=sitz_pk, actor=actor, now=now)


@transaction.atomic(durable=True)
def submit_with_abstimmung(
    traktandum_pk: int, *, titel: str, text: str, sitz_pk: int, namentlich: bool, actor: Person, now: datetime
) -> Abstimmung:
    """Take a motion down in the meeting and prepare its vote in the same deed; return the vote.

    Locks and refusals of submit_am_pult. Writes Antrag, Antragsfassung, Abstimmung, journal.
    """
    fassung = _submit(traktandum_pk, titel=titel, text=text, sitz_pk=sitz_pk, actor=actor, now=now)
    antrag = fassung.antrag
    if antrag.traktandum is None:
        raise ValueError("Ein Antrag am Pult steht bei seinem Traktandum.")
    frage = FRAGE.format(titel=antrag.titel)
    angaben = Angaben(antrag.traktandum.pk, frage, Mehrheit.ZWEIDRITTEL, fassung.pk, namentlich)
    return write_abstimmung(antrag.traktandum.sitzung, angaben, actor=actor, now=now)


@transaction.atomic(durable=True)
def revise_am_pult(antrag_pk: int, *, text: str, actor: Person, now: datetime) -> Antragsfassung:
    """Reword a motion on the agenda until its vote opens; return the new version (the same text writes nothing).

    A prepared vote moves to the new version. Locks the meeting, the item, the motion. Raises AbstimmungError.
    """
    traktandum_pk = Antrag.objects.values_list("traktandum_id", flat=True).get(pk=antrag_pk)
    if traktandum_pk is None:
        raise AbstimmungError("Der Antrag steht auf keiner Traktandenliste.")
    lock_traktandum(traktandum_pk)
    antrag = Antrag.objects.select_for_update(of=("self",)).get(pk=antrag_pk)
    text = text.strip()
    if not text:
        raise AbstimmungError("Bitte schreiben Sie den Text des Antrags.", feld="text")
    if len(text) > TEXT_ZEICHEN:
        raise AbstimmungError(f"Der Text ist länger als {TEXT_ZEICHEN} Zeichen.", feld="text")
    letzte = antrag.fassungen.order_by("-nr")[0]
    if letzte.text == text:
        return letzte
    abstimmungen = Abstimmung.objects.filter(antragsfassung__antrag=antrag)
    begonnen = abstimmungen.exclude(status__in=[Abstimmung.Status.VORBEREITET, Abstimmung.Status.ABGEBROCHEN])
    if antrag.status != Antrag.Status.TRAKTANDIERT or begonnen.exists():
        raise AbstimmungError("Über den Antrag wird oder wurde abgestimmt; sein Wortlaut steht fest.")
    fassung = Antragsfassung.objects.create(antrag=antrag, nr=letzte.nr + 1, text=text, von=actor, created_at=now)
    abstimmungen.filter(status=Abstimmung.Status.VORBEREITET).update(antragsfassung=fassung)
    _note("antrag.geaendert", antrag, actor=actor, now=now, fassung=fassung.nr)
    return fassung


def _submit(traktandum_pk: int, *, titel: str, text: str, sitz_pk: int, actor: Person, now: datetime) -> Antragsfassung:
    lock_jahresplan()
    sitzung, traktandum = lock_traktandum(traktandum_pk)
    if satz := check_antrag(art=traktandum.art, angekuendigt=traktandum.angekuendigt_at is not None):
        raise AbstimmungError(satz)
    auf_papier = sitzung.nacherfasst_at is not None and sitzung.bestaetigt_at is None
    if sitzung.status not in {sitzung.Status.VERSANDT, sitzung.Status.LAUFEND} and not auf_papier:
        raise AbstimmungError(f"Die Sitzung ist «{sitzung.get_status_display()}».")
    titel, text = " ".join(titel.split()), text.strip()
    if not titel:
        raise AbstimmungError("Bitte geben Sie dem Antrag einen Titel.", feld="titel")
    if not text:
        raise AbstimmungError("Bitte schreiben Sie den Text des Antrags.", feld="text")
    if len(text) > TEXT_ZEICHEN:
        raise AbstimmungError(f"Der Text ist länger als {TEXT_ZEICHEN} Zeichen.", feld="text")
    sitz = Sitz.objects.filter(pk=sitz_pk).first()
    if sitz is None:
        raise AbstimmungError("Bitte wählen Sie, von welchem Sitz der Antrag kommt.", feld="sitz")
    jahr = timezone.localdate(now).year
    nr = (Antrag.objects.filter(jahr=jahr).aggregate(nr=Max("nr"))["nr"] or 0) + 1
    antrag = Antrag.objects.create(
        jahr=jahr,
        nr=nr,
        kennung=f"{jahr}-{nr}",
        titel=titel,
        sitz=sitz,
        eingereicht_von=actor,
        eingereicht_at=now,
        traktandum=traktandum,
        status=Antrag.Status.TRAKTANDIERT,
        created_at=now,
    )
    fassung = Antragsfassung.objects.create(antrag=antrag, nr=1, text=text, von=actor, created_at=now)
    _note("antrag.eingereicht", antrag, actor=actor, now=now, nummer=antrag.nummer, sitz=sitz.uuid)
    return fassung


def _note(art: str, antrag: Antrag, *, actor: Person, now: datetime, **nutzlast: object) -> None:
    journal.append(art=art, akteur=actor.uuid, objekt=antrag.uuid, nutzlast=nutzlast, now=now)
