"""The decision of the VSEG-Vorstand: recorded, changed, discarded while nobody knows it; told once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from antraege.mails.entscheid import BUILD, make_betreff
from antraege.models import Antrag, Bericht, Vorstandsentscheid
from antraege.queries.entscheid import load_empfaenger
from antraege.rules.vorstand import check_entscheid
from antraege.schritte.antrag import AntragError, lock_antrag, note, set_status, touch
from antraege.schritte.entscheid import hash_inhalt, inhalt_of
from konferenz.dateien import GespeicherteDatei, create_datei
from konferenz.models import Journaleintrag
from konferenz.schritte import enqueue_sendung
from mitglieder.models import Person


class EntscheidError(AntragError):
    """A deed on a decision of the board that is not possible now; the text is for the user. feld: its field, if any."""


class EntscheidVeraltet(EntscheidError):
    """Somebody else recorded or changed the decision meanwhile; nothing was written. entscheid: as it stands, None: discarded."""

    def __init__(self, entscheid: Vorstandsentscheid | None) -> None:
        if entscheid is None:
            satz = "Der erfasste Entscheid wurde inzwischen verworfen."
        else:
            satz = f"{entscheid.erfasst_von.name} hat den Entscheid inzwischen erfasst oder geändert."
        super().__init__(satz)
        self.entscheid = entscheid


@dataclass(frozen=True)
class Angaben:
    """A decision as typed. beschlossen_on: the day the board decided.  referenz: the board's own number."""

    ergebnis: str
    beschlossen_on: date
    text: str = ""
    referenz: str = ""


@transaction.atomic(durable=True)
def record_entscheid(
    bericht_pk: int,
    angaben: Angaben,
    *,
    stand: int,
    datei: GespeicherteDatei | None = None,
    datei_weg: bool = False,
    actor: Person,
    now: datetime,
) -> Vorstandsentscheid:
    """Record what the board decided on a report, or change what is recorded; nobody else learns of it. Return it.

    stand: what the writer saw; 0: nothing recorded yet.  datei: the board's paper, checked and on disk; replaces the one
    there is.  datei_weg: takes it out.  Locks report and decision. Writes the decision, its Datei (the one it had goes, the
    sweep takes its file), the journal, which holds a hash of the content and not the content. The same again writes nothing.
    Raises EntscheidVeraltet, EntscheidError with the field.
    """
    bericht, entscheid = _lock(bericht_pk)
    _check_offen(entscheid)
    if entscheid is not None and datei is None and not datei_weg and inhalt_of(entscheid) == _neu(entscheid, angaben):
        return entscheid
    _check_stand(entscheid, stand)
    _check(bericht, angaben, now)
    art = "entscheid.geaendert" if entscheid else "entscheid.erfasst"
    entscheid = entscheid or Vorstandsentscheid(bericht=bericht, stand=_verbrauchter_stand(bericht))
    bisherige = entscheid.datei
    entscheid.ergebnis, entscheid.beschlossen_on = angaben.ergebnis, angaben.beschlossen_on
    entscheid.text, entscheid.referenz = angaben.text, angaben.referenz
    entscheid.erfasst_at, entscheid.erfasst_von = now, actor
    entscheid.stand += 1
    if datei is not None:
        entscheid.datei = create_datei(datei, now=now)
    elif datei_weg:
        entscheid.datei = None
    entscheid.save()
    if bisherige is not None and bisherige != entscheid.datei:
        bisherige.delete()
    _note(art, entscheid, actor=actor, now=now, inhalt=hash_inhalt(entscheid))
    return entscheid


@transaction.atomic(durable=True)
def discard_entscheid(bericht_pk: int, *, stand: int, actor: Person, now: datetime) -> None:
    """Throw a recorded decision away that nobody was told of, with its paper. Locks report and decision; journal.

    Raises EntscheidVeraltet, EntscheidError once it is told.
    """
    _, entscheid = _lock(bericht_pk)
    _check_offen(entscheid)
    _check_stand(entscheid, stand)
    if entscheid is None:
        raise EntscheidError("Es ist kein Entscheid erfasst.")
    _note("entscheid.verworfen", entscheid, actor=actor, now=now)
    entscheid.delete()
    if entscheid.datei is not None:
        entscheid.datei.delete()  # nobody else knows it; the sweep takes the file


@transaction.atomic(durable=True)
def tell_entscheid(bericht_pk: int, *, stand: int, actor: Person, now: datetime) -> int:
    """Tell the conference what the board decided; return how many mails were queued. It never changes after.

    stand: what was previewed. Locks motion, report and decision. Sets the motion beantwortet; one mail for the
    submitter and each holder of a seat, each person once; journal with result, date and hashes.
    Raises EntscheidVeraltet, EntscheidError (nothing recorded, told already, the motion is not with the board).
    """
    antrag_pk = Bericht.objects.filter(pk=bericht_pk).values_list("antrag_id", flat=True).first()
    if antrag_pk is None:
        raise EntscheidError("Diesen Bericht gibt es nicht mehr.")
    antrag = lock_antrag(antrag_pk)
    bericht, entscheid = _lock(bericht_pk)
    _check_offen(entscheid)
    _check_stand(entscheid, stand)
    if entscheid is None:
        raise EntscheidError("Es ist noch kein Entscheid erfasst.")
    bericht.antrag = entscheid.bericht.antrag = antrag
    _check(bericht, Angaben(entscheid.ergebnis, entscheid.beschlossen_on, entscheid.text, entscheid.referenz), now)
    set_status(antrag, Antrag.Status.BEANTWORTET)
    touch(antrag, actor=actor, now=now)
    antrag.save(update_fields=["status", "stand", "geaendert_von", "geaendert_at"])
    entscheid.status = Vorstandsentscheid.Status.MITGETEILT
    entscheid.mitgeteilt_at, entscheid.mitgeteilt_von = now, actor
    entscheid.save(update_fields=["status", "mitgeteilt_at", "mitgeteilt_von"])
    mails = _mail(entscheid, now=now)
    _note(
        "entscheid.mitgeteilt",
        entscheid,
        actor=actor,
        now=now,
        ergebnis=entscheid.ergebnis,
        beschlossen_on=entscheid.beschlossen_on,
        referenz=entscheid.referenz,
        inhalt=hash_inhalt(entscheid),
        sha256=entscheid.datei.sha256 if entscheid.datei else None,
        mails=mails,
    )
    return mails


def _lock(bericht_pk: int) -> tuple[Bericht, Vorstandsentscheid | None]:
    """Lock a report the board has, then its decision."""
    berichte = Bericht.objects.select_for_update(of=("self",)).select_related("antrag__sitz", "antrag__eingereicht_von")
    bericht = berichte.filter(pk=bericht_pk, status=Bericht.Status.UEBERWIESEN).first()
    if bericht is None:
        raise EntscheidError("Entscheiden kann der Vorstand über einen überwiesenen Bericht.")
    entscheide = Vorstandsentscheid.objects.select_for_update(of=("self",)).select_related("erfasst_von", "datei")
    entscheid = entscheide.filter(bericht=bericht).first()
    if entscheid is not None:
        entscheid.bericht = bericht
    return bericht, entscheid


def _verbrauchter_stand(bericht: Bericht) -> int:
    """Return a count that no form about an earlier, discarded decision on this report carries (one query)."""
    return Journaleintrag.objects.filter(objekt=bericht.antrag.uuid, art__startswith="entscheid.").count()


def _check_offen(entscheid: Vorstandsentscheid | None) -> None:
    if entscheid is not None and entscheid.is_mitgeteilt:
        raise EntscheidError("Der Entscheid ist mitgeteilt; er ändert nicht mehr.")


def _check_stand(entscheid: Vorstandsentscheid | None, stand: int) -> None:
    if stand != (entscheid.stand if entscheid else 0):
        raise EntscheidVeraltet(entscheid)


def _check(bericht: Bericht, angaben: Angaben, now: datetime) -> None:
    satz, feld = check_entscheid(
        art=bericht.art,
        ergebnis=angaben.ergebnis,
        text=angaben.text,
        beschlossen_on=angaben.beschlossen_on,
        ueberwiesen_on=timezone.localdate(bericht.ueberwiesen_at),
        today=timezone.localdate(now),
    )
    if satz:
        raise EntscheidError(satz, feld=feld)


def _neu(entscheid: Vorstandsentscheid, angaben: Angaben) -> dict[str, Any]:
    return inhalt_of(entscheid) | vars(angaben)


def _note(art: str, entscheid: Vorstandsentscheid, *, actor: Person, now: datetime, **nutzlast: object) -> None:
    bericht = entscheid.bericht
    note(art, bericht.antrag, actor=actor, now=now, bericht=bericht.uuid, entscheid=entscheid.uuid, **nutzlast)


def _mail(entscheid: Vorstandsentscheid, *, now: datetime) -> int:
    empfaenger = load_empfaenger(entscheid.bericht, now)
    for e in empfaenger:
        enqueue_sendung(
            schluessel=f"entscheid:{entscheid.uuid}:{e.person.uuid}",
            an_adresse=e.person.email,
            an_name=e.person.name,
            person=e.person.uuid,
            betreff=make_betreff(entscheid),
            builder=BUILD,
            objekt=entscheid.uuid,
            faellig_at=now,
            now=now,
        )
    return len(empfaenger)
