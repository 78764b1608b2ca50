"""Deeds on a draft: begun, written, files attached and taken out, submitted with a number, discarded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from antraege.models import Antrag, Antragsbeilage, Antragsfassung
from antraege.queries.entwurf import Eingabe, werte_of
from antraege.rules.antrag import Mangel, check_einreichen
from antraege.schritte.antrag import AntragError, AntragVeraltet, lock_antrag, note, number, set_status, touch
from antraege.schritte.entwurf import insert_beilagen, list_zu_lang, lock_entwurf, write_entwurf
from konferenz.dateien import GespeicherteDatei
from mitglieder.models import Person, Sitz
from sitzungen.schritte.termin import lock_jahresplan


@transaction.atomic(durable=True)
def create_entwurf(*, sitz_pk: int, eingabe: Eingabe | None = None, actor: Person, now: datetime) -> Antrag:
    """Begin a draft for a seat; return it, or the one begun before that is still untouched (two taps, one draft).

    The view has checked whose seat it may be.  eingabe: words to begin with (those of a draft that is gone). Locks the
    seat. Writes Antrag, its first version, journal. Raises AntragError without a seat.
    """
    sitz = Sitz.objects.select_for_update(of=("self",)).filter(pk=sitz_pk).first()
    if sitz is None:
        raise AntragError("Bitte wählen Sie, von welchem Sitz der Antrag kommt.", feld="sitz")
    leere = Antrag.objects.filter(status=Antrag.Status.ENTWURF, eingereicht_von=actor, sitz=sitz, stand=0)
    if eingabe is None and (leerer := leere.first()) is not None:
        return leerer
    antrag = Antrag.objects.create(sitz=sitz, eingereicht_von=actor, geaendert_von=actor, created_at=now)
    fassung = Antragsfassung.objects.create(antrag=antrag, nr=1, von=actor, created_at=now)
    note("antrag.entwurf_erstellt", antrag, actor=actor, now=now, sitz=sitz.uuid)
    if eingabe is not None:
        write_entwurf(antrag, fassung, replace(eingabe, stand=antrag.stand), actor=actor, now=now)
    return antrag


@transaction.atomic(durable=True)
def save_entwurf(pk: int, eingabe: Eingabe, *, actor: Person, now: datetime) -> tuple[str, ...]:
    """Store what was typed, beside what others stored meanwhile; return the fields only others changed.

    Locks the motion. Writes motion and version; the journal when the writer changes. Raises AntragVeraltet where both
    changed a field or the motion was submitted, AntragError with the field that is too long.
    """
    antrag, fassung = lock_entwurf(pk)
    return write_entwurf(antrag, fassung, eingabe, actor=actor, now=now)


@transaction.atomic(durable=True)
def add_beilagen(
    pk: int, dateien: Sequence[GespeicherteDatei], *, eingabe: Eingabe | None = None, actor: Person, now: datetime
) -> list[Antragsbeilage]:
    """Attach checked files to a draft or to a submitted motion that is on no agenda yet; return them.

    eingabe: what was typed beside the file dialog of a draft, stored in the same deed.  Locks the motion. Writes files,
    motion, version, journal. Raises as save_entwurf; AntragError where there are too many or the motion is past that.
    """
    antrag = _lock_offen(pk, eingabe, actor=actor, now=now)
    if not dateien:
        return []
    neue = insert_beilagen(antrag, dateien, actor=actor, now=now)
    antrag.save()
    return neue


@transaction.atomic(durable=True)
def remove_beilage(beilage_pk: int, *, eingabe: Eingabe | None = None, actor: Person, now: datetime) -> Antragsbeilage:
    """Take a file off a motion: from a draft for good (the sweep takes it from the disk), later with a mark; return it.

    Taking off twice changes nothing. Locks, writes and refusals of add_beilagen.
    """
    beilage = Antragsbeilage.objects.select_related("datei").filter(pk=beilage_pk).first()
    if beilage is None:
        raise AntragError("Diese Beilage ist schon entfernt.")
    antrag = _lock_offen(beilage.antrag_id, eingabe, actor=actor, now=now)
    beilage = Antragsbeilage.objects.select_related("datei").filter(pk=beilage_pk, is_entfernt=False).first()
    if beilage is None:
        raise AntragError("Diese Beilage ist schon entfernt.")
    if antrag.is_entwurf:
        beilage.delete()
        beilage.datei.delete()
    else:
        beilage.is_entfernt = True
        beilage.save(update_fields=["is_entfernt"])
    note("antrag.beilage_entfernt", antrag, actor=actor, now=now, sha256=beilage.datei.sha256)
    touch(antrag, actor=actor, now=now)
    antrag.save()
    return beilage


@transaction.atomic(durable=True)
def submit_entwurf(pk: int, eingabe: Eingabe, *, actor: Person, now: datetime) -> list[Mangel]:
    """Store what was typed and submit the motion: its number, title and topic are fixed from now on.

    Returns what is missing, in the order of the form; then the text is stored and nothing submitted. Empty: submitted.
    Locks the year's numbers and the motion. Writes motion, version, journal. Raises as save_entwurf.
    """
    lock_jahresplan()  # first in the lock order
    antrag, fassung = lock_entwurf(pk)
    write_entwurf(antrag, fassung, eingabe, actor=actor, now=now)
    werte = werte_of(antrag, fassung)
    maengel = check_einreichen(titel=werte["titel"], text=werte["text"], hat_thema=antrag.thema_id is not None)
    maengel += list_zu_lang(werte)
    if maengel:
        return maengel
    # the version is the one submitted now; from here on a trigger holds it
    fassung.created_at = now
    fassung.save(update_fields=["created_at"])
    number(antrag, now=now)
    set_status(antrag, Antrag.Status.EINGEREICHT)
    touch(antrag, actor=actor, now=now)
    antrag.save()
    note("antrag.eingereicht", antrag, actor=actor, now=now, nummer=antrag.nummer, sitz=antrag.sitz.uuid)
    return []


@transaction.atomic(durable=True)
def discard_entwurf(pk: int, *, actor: Person, now: datetime) -> None:
    """Delete a draft with its text and files for good; nobody but its author and the office has seen it.

    Locks the motion. Deletes its rows (the sweep takes the files), writes the journal.
    Raises AntragVeraltet where it was submitted meanwhile, AntragError where it is gone.
    """
    antrag, _ = lock_entwurf(pk)
    dateien = [beilage.datei for beilage in antrag.beilagen.select_related("datei")]
    note("antrag.entwurf_verworfen", antrag, actor=actor, now=now)
    antrag.delete()
    for datei in dateien:
        datei.delete()


def _lock_offen(pk: int, eingabe: Eingabe | None, *, actor: Person, now: datetime) -> Antrag:
    """Return a motion whose files may change, locked; what was typed beside them is stored."""
    if eingabe is not None:
        antrag, fassung = lock_entwurf(pk)
        write_entwurf(antrag, fassung, eingabe, actor=actor, now=now)
        return antrag
    antrag = lock_antrag(pk)
    if antrag.status not in {Antrag.Status.ENTWURF, Antrag.Status.EINGEREICHT}:
        raise AntragError("Der Antrag steht auf einer Traktandenliste oder ist erledigt; seine Beilagen bleiben.")
    return antrag


__all__ = [
    "AntragError",
    "AntragVeraltet",
    "add_beilagen",
    "create_entwurf",
    "discard_entwurf",
    "remove_beilage",
    "save_entwurf",
    "submit_entwurf",
]
