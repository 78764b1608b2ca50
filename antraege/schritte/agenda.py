"""Steps of motions on agendas: off one undecided, on to the next, with their paper and their prepared votes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from antraege.models import Abstimmung, Antrag
from antraege.queries.agenda import ZURUECKGESTELLT
from konferenz.models import Datei
from konferenz.schritte import require_transaction
from mitglieder.models import Person
from sitzungen.models import Sitzung, Traktandum, Unterlage
from sitzungen.schritte.traktanden import insert_unterlage
from sitzungen.schritte.vorbereitung import append

from .abstimmung import break_off
from .abstimmung import note as note_abstimmung
from .antrag import note, set_status

_FELDER = ["status", "traktandum", "traktandiert_at", "papier"]


def lock_antraege(traktanden: Iterable[Traktandum]) -> list[Antrag]:
    """Return the undecided motions on items of a (locked) meeting, locked by pk."""
    require_transaction("lock_antraege")
    rows = Antrag.objects.filter(traktandum__in=list(traktanden), status=Antrag.Status.TRAKTANDIERT)
    return list(rows.select_for_update(of=("self",)).select_related("traktandum", "papier").order_by("pk"))


def release_antrag(antrag: Antrag, *, grund: str, actor: Person, now: datetime) -> None:
    """Take a (locked) undecided motion off its agenda: it is submitted again and waits for another one.

    grund: why, in words; the journal keeps it with the item and the paper, so that the motion can follow them.
    """
    require_transaction("release_antrag")
    traktandum, papier = antrag.traktandum, antrag.papier
    if traktandum is None:
        raise ValueError("Von der Liste kommt nur, was darauf steht.")
    set_status(antrag, Antrag.Status.EINGEREICHT)
    antrag.traktandum, antrag.traktandiert_at, antrag.papier = None, None, None
    antrag.save(update_fields=_FELDER)
    note(
        ZURUECKGESTELLT,
        antrag,
        actor=actor,
        now=now,
        grund=grund,
        traktandum=traktandum.uuid,
        papier=papier.uuid if papier else None,
    )


def detach_zurueckgezogene(traktandum: Traktandum) -> None:
    """Let the withdrawn motions of an item go that is about to be deleted; what was withdrawn waits for no other agenda."""
    require_transaction("detach_zurueckgezogene")
    rows = Antrag.objects.filter(traktandum=traktandum, status=Antrag.Status.ZURUECKGEZOGEN)
    for antrag in rows.select_for_update(of=("self",)).order_by("pk"):
        antrag.traktandum, antrag.traktandiert_at, antrag.papier = None, None, None
        antrag.save(update_fields=_FELDER)


def place_antrag(antrag: Antrag, traktandum: Traktandum, papier: Unterlage | None, *, now: datetime) -> None:
    """Put a (locked) submitted motion on an item of a (locked) meeting; the caller writes the journal."""
    require_transaction("place_antrag")
    set_status(antrag, Antrag.Status.TRAKTANDIERT)
    antrag.traktandum, antrag.traktandiert_at, antrag.papier = traktandum, now, papier
    antrag.save(update_fields=_FELDER)


def lock_vorbereitete(sitzung: Sitzung, **auswahl: object) -> list[Abstimmung]:
    """Return prepared votes of a (locked) meeting, locked by pk. auswahl: which, as filter()."""
    require_transaction("lock_vorbereitete")
    rows = Abstimmung.objects.filter(sitzung=sitzung, status=Abstimmung.Status.VORBEREITET, **auswahl)
    votes = list(rows.select_for_update(of=("self",)).order_by("pk"))
    for vote in votes:
        vote.sitzung = sitzung
    return votes


def remove_vorbereitete(votes: Iterable[Abstimmung], *, actor: Person, now: datetime) -> None:
    """Delete prepared votes of an agenda that may still be edited: nobody but who prepares knew of them."""
    for vote in votes:
        note_abstimmung("abstimmung.entfernt", vote, actor=actor, now=now, frage=vote.frage)
        vote.delete()


def break_off_vorbereitete(votes: Iterable[Abstimmung], *, grund: str, actor: Person, now: datetime) -> None:
    """Break prepared votes off that can no longer be held."""
    for vote in votes:
        break_off(vote, grund=grund, actor=actor, now=now)


def add_papier(traktandum: Traktandum, datei: Datei, *, titel: str, actor: Person, now: datetime) -> Unterlage:
    """Insert a file as a paper of an item with its journal entry; return it."""
    unterlage = insert_unterlage(traktandum, datei, titel=titel, actor=actor, now=now)
    append(
        "unterlage.hinzugefuegt",
        unterlage,
        actor=actor,
        now=now,
        sitzung=traktandum.sitzung.uuid,
        traktandum=traktandum.uuid,
        datei=datei.pk,
        sha256=datei.sha256,
    )
    return unterlage
