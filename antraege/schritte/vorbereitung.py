"""Steps of preparing a vote that several deeds share: what is voted on, checked; the row written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from antraege.models import Abstimmung, Antrag, Antragsfassung
from antraege.queries.entwurf import latest_fassung
from konferenz.rules import Mehrheit
from konferenz.schritte import require_transaction
from mitglieder.models import Person
from sitzungen.models import Sitzung, Traktandum
from sitzungen.schritte.saal import touch_saal

from .abstimmung import AbstimmungError, note


@dataclass(frozen=True)
class Angaben:
    """What a vote is to be about, as somebody typed it. traktandum_pk None: a consultative vote between meetings.

    fassung_pk: the version of the motion voted on (then two thirds decide).
    """

    traktandum_pk: int | None
    frage: str
    mehrheit: Mehrheit
    fassung_pk: int | None = None
    namentlich: bool = False


def check_angaben(sitzung: Sitzung, angaben: Angaben) -> Mehrheit:
    """Return the majority that decides, after checking what a vote of the (locked) meeting is about.

    Raises AbstimmungError with the field that is wrong.
    """
    require_transaction("check_angaben")
    if not angaben.frage.strip():
        raise AbstimmungError("Bitte schreiben Sie, worüber abgestimmt wird.", feld="frage")
    if sitzung.status in {sitzung.Status.GESCHLOSSEN, sitzung.Status.ABGESAGT} and sitzung.nacherfasst_at is None:
        raise AbstimmungError(f"Die Sitzung ist {sitzung.get_status_display()}.")
    pk = angaben.traktandum_pk
    traktandum = Traktandum.objects.filter(pk=pk, sitzung=sitzung).first() if pk else None
    if traktandum is None and (pk or angaben.mehrheit is not Mehrheit.KONSULTATIV):
        raise AbstimmungError("Bitte wählen Sie ein Traktandum dieser Sitzung.", feld="traktandum")
    if angaben.fassung_pk is None:
        return angaben.mehrheit
    fassung = Antragsfassung.objects.select_related("antrag").filter(pk=angaben.fassung_pk).first()
    if fassung is None or fassung.antrag.traktandum_id != pk:
        raise AbstimmungError("Dieser Antrag steht nicht bei diesem Traktandum.", feld="antrag")
    if fassung.antrag.status == Antrag.Status.ZURUECKGEZOGEN:
        raise AbstimmungError(f"Der Antrag {fassung.antrag.nummer} ist zurückgezogen.", feld="antrag")
    if latest_fassung(fassung.antrag).pk != fassung.pk:  # the meeting is locked: nobody rewords it now
        raise AbstimmungError("Der Antrag wurde eben neu gefasst. Bitte prüfen Sie den Wortlaut.", feld="antrag")
    return Mehrheit.ZWEIDRITTEL


def write_abstimmung(
    sitzung: Sitzung, angaben: Angaben, *, vorgaenger_pk: int | None = None, actor: Person, now: datetime
) -> Abstimmung:
    """Write a prepared vote of the (locked) meeting with its journal entry; return it. Raises AbstimmungError.

    vorgaenger_pk: the vote it repeats, closed or broken off, of the same meeting.
    """
    mehrheit = check_angaben(sitzung, angaben)
    if vorgaenger_pk is not None:
        vorbei = [Abstimmung.Status.GESCHLOSSEN, Abstimmung.Status.ABGEBROCHEN]
        if not Abstimmung.objects.filter(pk=vorgaenger_pk, sitzung=sitzung, status__in=vorbei).exists():
            raise AbstimmungError("Wiederholt wird eine Abstimmung dieser Sitzung, die vorbei ist.")
    letzte = Abstimmung.objects.filter(sitzung=sitzung).aggregate(nr=Max("nr"))["nr"] or 0
    abstimmung = Abstimmung.objects.create(
        sitzung=sitzung,
        traktandum_id=angaben.traktandum_pk,
        antragsfassung_id=angaben.fassung_pk,
        nr=letzte + 1,
        frage=" ".join(angaben.frage.split()),
        mehrheit=mehrheit,
        is_namentlich=angaben.namentlich,
        vorgaenger_id=vorgaenger_pk,
        created_at=now,
        created_von=actor,
    )
    touch_laufende(sitzung)
    note(
        "abstimmung.vorbereitet",
        abstimmung,
        actor=actor,
        now=now,
        sitzung=sitzung.uuid,
        mehrheit=str(mehrheit),
        namentlich=angaben.namentlich,
    )
    return abstimmung


def touch_laufende(sitzung: Sitzung) -> None:
    """Have the desks of a (locked) running meeting look anew; before it nobody waits."""
    if sitzung.status == Sitzung.Status.LAUFEND:
        touch_saal(sitzung)
