"""Items that come up in the running meeting: a new one, or an information item that becomes a decision (R43)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from konferenz.einstellungen import wert
from konferenz.folgen import Ereignis, Was, tell
from mitglieder.models import Person
from sitzungen.models import Sitzung, Traktandum
from sitzungen.queries.praesenz import load_lage
from sitzungen.rules.leitung import check_nachtrag
from sitzungen.schritte.leitung import check_keine_abstimmung, lock_traktandum
from sitzungen.schritte.saal import SaalError, require_laufend, touch_saal
from sitzungen.schritte.traktanden import check_traktandum
from sitzungen.schritte.vorbereitung import append, lock_sitzung


def _admit(sitzung: Sitzung, traktandum: Traktandum, art: str, *, einverstanden: bool, now: datetime) -> None:
    """Check whether an item may be of this Art in the running meeting; note the word of all present where it is asked."""
    anwesende = load_lage(sitzung).anwesend
    braucht = bool(wert("entscheid_nachtraktandieren"))
    satz = check_nachtrag(art=art, braucht_einverstaendnis=braucht, einverstanden=einverstanden, anwesende=anwesende)
    if satz:
        raise SaalError(satz, feld="einverstanden" if art == Traktandum.Art.ENTSCHEID else "art")
    traktandum.art = art
    if art == Traktandum.Art.ENTSCHEID and einverstanden:
        traktandum.zugelassen_at, traktandum.zugelassen_anwesende = now, anwesende


@transaction.atomic(durable=True)
def add_im_saal(
    sitzung_pk: int,
    *,
    titel: str,
    art: str,
    thema: int | None,
    zusammenfassung: str = "",
    einverstanden: bool = False,
    actor: Person,
    now: datetime,
) -> Traktandum:
    """Add an item to a running meeting with the next number at the end; the sent agenda keeps its numbers. Return it.

    einverstanden: the chair records that all present agree to decide on it (a decision needs it, by the setting).
    The same item again, not dealt with yet, is the one there is (pressed twice). Locks the meeting. Writes the item and the journal. Raises SaalError, VorbereitungError (topic, length).
    """
    check_traktandum(art=art, hat_thema=thema is not None, zusammenfassung=zusammenfassung)
    sitzung = lock_sitzung(sitzung_pk)
    require_laufend(sitzung)
    schon = sitzung.traktanden.filter(
        titel=titel,
        art=art,
        thema=thema,
        zusammenfassung=zusammenfassung,
        angekuendigt_at__isnull=True,
        begonnen_at__isnull=True,
        ausgang=Traktandum.Ausgang.OFFEN,
    ).first()
    if schon is not None:
        return schon
    letzte = sitzung.traktanden.aggregate(letzte=Max("position"))["letzte"] or 0
    traktandum = Traktandum(
        sitzung=sitzung, position=letzte + 1, titel=titel, thema_id=thema, zusammenfassung=zusammenfassung
    )
    _admit(sitzung, traktandum, art, einverstanden=einverstanden, now=now)
    traktandum.save(force_insert=True)
    touch_saal(sitzung)
    append(
        "traktandum.nachtraktandiert",
        traktandum,
        actor=actor,
        now=now,
        sitzung=sitzung.uuid,
        art_des_traktandums=art,
        einverstaendnis_anwesende=traktandum.zugelassen_anwesende,
    )
    return traktandum


@transaction.atomic(durable=True)
def make_entscheid(traktandum_pk: int, *, einverstanden: bool, actor: Person, now: datetime) -> None:
    """Turn an information item of a running meeting into a decision.

    einverstanden: the chair records that all present agree. Locks the meeting, then the item. Writes the item (an
    outcome noted so far is taken back), what follows from it (konferenz.folgen) and the journal; a decision already changes nothing. Raises SaalError.
    """
    sitzung, traktandum = lock_traktandum(traktandum_pk)
    require_laufend(sitzung)
    if traktandum.art == Traktandum.Art.ENTSCHEID:
        return
    if traktandum.art != Traktandum.Art.INFORMATION:
        raise SaalError("Zum Entscheid wird eine Information; formelle Traktanden bleiben formell.")
    _admit(sitzung, traktandum, Traktandum.Art.ENTSCHEID, einverstanden=einverstanden, now=now)
    traktandum.ausgang, traktandum.ausgang_text = Traktandum.Ausgang.OFFEN, ""
    traktandum.save(update_fields=["art", "zugelassen_at", "zugelassen_anwesende", "ausgang", "ausgang_text"])
    tell(Ereignis(Was.ART, sitzung, actor, now, traktandum))
    touch_saal(sitzung)
    append(
        "traktandum.zum_entscheid",
        traktandum,
        actor=actor,
        now=now,
        sitzung=sitzung.uuid,
        einverstaendnis_anwesende=traktandum.zugelassen_anwesende,
    )


@transaction.atomic(durable=True)
def make_information(traktandum_pk: int, *, actor: Person, now: datetime) -> None:
    """Turn an item that was made a decision in this meeting back into information: the chair pressed the wrong button.

    Locks the meeting, then the item. Writes the item (without outcome), what follows from it (konferenz.folgen) and the
    journal. Raises SaalError for an item that was announced as a decision, while a vote is open, and where one was held.
    """
    sitzung, traktandum = lock_traktandum(traktandum_pk)
    require_laufend(sitzung)
    check_keine_abstimmung(sitzung)
    if traktandum.art != Traktandum.Art.ENTSCHEID or traktandum.zugelassen_at is None:
        raise SaalError("Zurück zur Information wird nur, was in dieser Sitzung zum Entscheid gemacht wurde.")
    traktandum.art = Traktandum.Art.INFORMATION
    traktandum.zugelassen_at, traktandum.zugelassen_anwesende = None, None
    traktandum.ausgang, traktandum.ausgang_text = Traktandum.Ausgang.OFFEN, ""
    traktandum.save(update_fields=["art", "zugelassen_at", "zugelassen_anwesende", "ausgang", "ausgang_text"])
    tell(Ereignis(Was.ART, sitzung, actor, now, traktandum))
    touch_saal(sitzung)
    append("traktandum.zur_information", traktandum, actor=actor, now=now, sitzung=sitzung.uuid)
