"""Deeds of the chair's desk: open and close the meeting, call an item, note what came of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from konferenz.einstellungen import wert
from konferenz.folgen import Ereignis, Was, tell
from mitglieder.models import Person
from sitzungen import rules
from sitzungen.models import Sitzung, Traktandum
from sitzungen.queries.leitung import schlussmaengel, wer_leitet
from sitzungen.rules import leitung as regeln
from sitzungen.schritte.leitung import check_keine_abstimmung, close_sitzung, lock_traktandum
from sitzungen.schritte.saal import SaalError, require_laufend, touch_saal
from sitzungen.schritte.vorbereitung import append, lock_sitzung


class SchlussUnvollstaendig(SaalError):
    """The meeting can be closed, but something is missing that the chair has not confirmed yet. maengel: sentences."""

    def __init__(self, maengel: tuple[regeln.Schlussmangel, ...]) -> None:
        super().__init__(" ".join(mangel.satz for mangel in maengel))
        self.maengel = maengel


@transaction.atomic(durable=True)
def start_sitzung(pk: int, *, leitung: int | None = None, actor: Person, now: datetime) -> Sitzung:
    """Open a meeting on its day and call its first item; return it.

    leitung: pk of the person who chairs; None: the chair seat's holder, or the substitute named to preside.
    Locks the meeting, then the item. Writes both and the journal. Raises SaalError with the sentence why not.
    """
    sitzung = lock_sitzung(pk)
    satz = regeln.check_beginn(sitzung.status, sitzungstag=rules.tag(sitzung.beginn_at), heute=timezone.localdate(now))
    if satz:
        raise SaalError(satz)
    sitzung.leitung_id = person_pk = _leitung(sitzung, leitung)
    sitzung.status, sitzung.begonnen_at = Sitzung.Status.LAUFEND, now
    erstes = sitzung.traktanden.select_for_update(of=("self",)).order_by("position").first()
    if erstes is not None:
        erstes.begonnen_at, erstes.beendet_at = now, None
        erstes.save(update_fields=["begonnen_at", "beendet_at"])
    sitzung.aktuell = erstes
    sitzung.save(update_fields=["leitung", "status", "begonnen_at", "aktuell"])
    touch_saal(sitzung)
    append("sitzung.eroeffnet", sitzung, actor=actor, now=now, leitung=_uuid(person_pk))
    return sitzung


def _leitung(sitzung: Sitzung, leitung: int | None) -> int:
    """Return who chairs. Raises SaalError where nobody is named, or who is named belongs to no seat of the meeting."""
    wahl = wer_leitet(sitzung)
    if leitung is None:
        if wahl.vorschlag is None:
            raise SaalError(
                "Der Vorsitz ist nicht vertreten. Bitte wählen Sie, wer die Sitzung leitet.", feld="leitung"
            )
        return wahl.vorschlag.pk
    if leitung not in {person.pk for person in wahl.personen}:
        raise SaalError("Leiten kann, wer in dieser Sitzung einen Sitz ausübt.", feld="leitung")
    return leitung


def _uuid(person_pk: int) -> object:
    return Person.objects.filter(pk=person_pk).values_list("uuid", flat=True).first()


@transaction.atomic(durable=True)
def set_leitung(pk: int, *, leitung: int, actor: Person, now: datetime) -> None:
    """Hand the chair of a running meeting to another person who exercises a seat. Locks the meeting.

    Writes the meeting and the journal; the same person again writes nothing. Raises SaalError.
    """
    sitzung = lock_sitzung(pk)
    require_laufend(sitzung)
    if sitzung.leitung_id == leitung:
        return
    sitzung.leitung_id = _leitung(sitzung, leitung)
    sitzung.save(update_fields=["leitung"])
    touch_saal(sitzung)
    append("sitzung.leitung", sitzung, actor=actor, now=now, leitung=_uuid(leitung))


@transaction.atomic(durable=True)
def end_sitzung(
    pk: int, *, bestaetigt: bool, beendet_at: datetime | None = None, actor: Person, now: datetime
) -> Sitzung:
    """Close a running meeting; return it. Seats and guests still checked in are checked out at its end.

    bestaetigt: the chair has read what is missing.  beendet_at: the true end where the close is recorded later (the
    meeting then counts as nacherfasst); None: now. Locks the meeting and its seats. Writes them, the current item and the journal.
    Raises SchlussUnvollstaendig where something is missing and not confirmed, SaalError for an open vote, which
    nothing confirms (an opinion without a closing time too), and for an end before the beginning or ahead.
    """
    sitzung = lock_sitzung(pk)
    require_laufend(sitzung)
    if beendet_at is None and regeln.is_nachzufuehren(
        sitzung.status, sitzungstag=rules.tag(sitzung.begonnen_at or now), heute=timezone.localdate(now)
    ):
        raise SaalError(
            "Der Sitzungstag ist vorbei. Die Geschäftsstelle erfasst unter «Sitzung nachführen», wann die Sitzung endete."
        )
    ende = now if beendet_at is None else beendet_at
    if sitzung.begonnen_at is not None and not sitzung.begonnen_at <= ende <= now:
        raise SaalError("Das Ende liegt zwischen der Eröffnung und jetzt.", feld="ende")
    maengel = schlussmaengel(sitzung)
    gesperrt = [mangel for mangel in maengel if mangel.is_sperrend]
    if gesperrt:
        raise SaalError(gesperrt[0].satz)
    if maengel and not bestaetigt:
        raise SchlussUnvollstaendig(maengel)
    tell(Ereignis(Was.SCHLUSS, sitzung, actor, now))
    abgemeldet = close_sitzung(sitzung, ende=ende)
    if beendet_at is not None:
        sitzung.nacherfasst_at, sitzung.nacherfasst_von = now, actor
        sitzung.save(update_fields=["nacherfasst_at", "nacherfasst_von"])
    else:  # recorded later, it stands once the chair has confirmed it
        tell(Ereignis(Was.VORBEI, sitzung, actor, now))
    touch_saal(sitzung)
    append(
        "sitzung.geschlossen",
        sitzung,
        actor=actor,
        now=now,
        ende=ende,
        abgemeldet=abgemeldet,
        nacherfasst=beendet_at is not None,
    )
    return sitzung


@transaction.atomic(durable=True)
def go_to(traktandum_pk: int, *, actor: Person, now: datetime) -> None:
    """Call an item of a running meeting: it becomes the current one, the one before it ends.

    Calling the current item again changes nothing, so that «weiter» pressed twice goes on by one.
    Locks the meeting, then the two items. Writes them and the journal. Raises SaalError while a vote is open.
    """
    sitzung, traktandum = lock_traktandum(traktandum_pk)
    require_laufend(sitzung)
    if sitzung.aktuell_id == traktandum.pk:
        return
    check_keine_abstimmung(sitzung)
    if sitzung.aktuell_id is not None:
        Traktandum.objects.filter(pk=sitzung.aktuell_id).update(beendet_at=now)
    if traktandum.begonnen_at is None:
        traktandum.begonnen_at = now
    traktandum.beendet_at = None
    traktandum.save(update_fields=["begonnen_at", "beendet_at"])
    sitzung.aktuell = traktandum
    sitzung.save(update_fields=["aktuell"])
    touch_saal(sitzung)
    append("traktandum.aufgerufen", traktandum, actor=actor, now=now, sitzung=sitzung.uuid)


@transaction.atomic(durable=True)
def set_ausgang(traktandum_pk: int, *, ausgang: str, text: str = "", actor: Person, now: datetime) -> None:
    """Note what came of an item, until the close; «offen» takes it back. text: one line, needed for «beschlossen».

    Locks the meeting, then the item. Writes the item, what follows from it (konferenz.folgen) and the journal.
    Raises SaalError (field text or ausgang): not so for this Art, or a vote decided otherwise.
    """
    sitzung, traktandum = lock_traktandum(traktandum_pk)
    require_laufend(sitzung)
    text = "" if ausgang == Traktandum.Ausgang.OFFEN else " ".join(text.split())
    if (traktandum.ausgang, traktandum.ausgang_text) == (ausgang, text):
        return
    satz = regeln.check_ausgang(
        art=traktandum.art,
        ausgang=ausgang,
        text=text,
        diskussion_verlangt=traktandum.diskussionswuensche.exists(),
        angekuendigt=traktandum.angekuendigt_at is not None,
        zugelassen=traktandum.zugelassen_at is not None or not wert("entscheid_nachtraktandieren"),
    )
    if satz:
        raise SaalError(satz, feld="text" if ausgang == Traktandum.Ausgang.BESCHLOSSEN and not text else "ausgang")
    vorher = traktandum.ausgang
    traktandum.ausgang, traktandum.ausgang_text = ausgang, text
    traktandum.save(update_fields=["ausgang", "ausgang_text"])
    tell(Ereignis(Was.AUSGANG, sitzung, actor, now, traktandum))
    touch_saal(sitzung)
    append(
        "traktandum.ausgang",
        traktandum,
        actor=actor,
        now=now,
        sitzung=sitzung.uuid,
        ausgang=ausgang,
        vorher=vorher,
        text=text,
    )
