"""Steps of a report that several deeds share: its locks, its release taken back, what stands against handing it over.

Lock order (docs/architektur.md): the meeting and item of its motion, the motion, then the report.
"""

from __future__ import annotations

from datetime import datetime

from antraege.models import Antrag, Bericht
from antraege.pruefung import find_widerspruch
from antraege.queries.bericht import latest_abstimmung
from antraege.rules.vorstand import Ueberweisung, bericht_art
from konferenz import journal
from konferenz.models import Journaleintrag
from konferenz.schritte import require_transaction
from mitglieder.models import Person
from sitzungen.models import Sitzung

from .antrag import AntragError, lock_antrag

NEU_ABGESTIMMT = (
    "Über den Antrag wurde inzwischen nochmals abgestimmt. Der Bericht nennt das frühere Ergebnis; "
    "bitte stellen Sie ihn auf die neue Abstimmung um."
)


class BerichtError(AntragError):
    """A deed on a report that is not possible now; the text is for the user. feld: its field, if any."""


class BerichtVeraltet(BerichtError):
    """The report was changed meanwhile; nothing was written. bericht: as it stands now."""

    def __init__(self, bericht: Bericht) -> None:
        super().__init__(
            "Der Bericht wurde inzwischen geändert. Ihr Text ist nicht verloren: Vergleichen Sie beide Fassungen."
        )
        self.bericht = bericht


class SchonUeberwiesen(BerichtError):
    """Somebody handed the report over first; nothing was written."""

    def __init__(self) -> None:
        super().__init__("Der Bericht ist schon überwiesen.")


def lock_bericht(pk: int, *, stand: int | None = None) -> Bericht:
    """Return a report, locked after the meeting, the item and its motion, which it carries as read anew.

    stand: what the person saw.  Raises BerichtError where it is gone, SchonUeberwiesen once the board has it,
    BerichtVeraltet where it was changed since.
    """
    require_transaction("lock_bericht")
    antrag_pk = Bericht.objects.filter(pk=pk).values_list("antrag_id", flat=True).first()
    if antrag_pk is None:
        raise BerichtError("Diesen Bericht gibt es nicht mehr.")
    antrag = lock_antrag(antrag_pk)
    bericht = (
        Bericht.objects.select_for_update(of=("self",))
        .select_related("abstimmung__sitzung", "abstimmung__traktandum")
        .get(pk=pk)
    )
    bericht.antrag = antrag
    if bericht.is_ueberwiesen:
        raise SchonUeberwiesen
    if stand is not None and stand != bericht.stand:
        raise BerichtVeraltet(bericht)
    return bericht


def is_aktuell(bericht: Bericht) -> bool:
    """Return whether a report is on the vote that decided last, and its motion still stands where that vote left it (one query)."""
    vote = latest_abstimmung(bericht.antrag)
    return (
        vote is not None
        and vote.pk == bericht.abstimmung_id
        and bericht_art(bericht.antrag.status) == bericht.art
        and (bericht.art == Bericht.Art.ANTRAG) is bool(vote.angenommen)
    )


def load_ueberweisung(bericht: Bericht) -> Ueberweisung:
    """Return what is known when a report is to be handed over; record, ballots and journal of its vote are compared.

    bericht: with its motion and its vote's meeting.  Seven queries, for one vote.
    """
    sitzung = bericht.abstimmung.sitzung
    aktuell = is_aktuell(bericht)
    return Ueberweisung(
        status=bericht.status,
        is_abgestimmt=aktuell,
        sitzung_geschlossen=sitzung.status == Sitzung.Status.GESCHLOSSEN,
        is_nacherfasst=sitzung.nacherfasst_at is not None,
        is_bestaetigt=sitzung.bestaetigt_at is not None,
        widerspruch=find_widerspruch(bericht.abstimmung) if aktuell else "",
    )


def take_back(bericht: Bericht) -> bool:
    """Take the release of a (locked) report back and count the change; the caller saves it. Return whether there was one."""
    require_transaction("take_back")
    war_freigegeben = bericht.status == Bericht.Status.FREIGEGEBEN
    bericht.status = Bericht.Status.ENTWURF
    bericht.freigegeben_at, bericht.freigegeben_von = None, None
    bericht.stand += 1
    return war_freigegeben


def check_entschieden(antrag: Antrag) -> str:
    """Return what a report on a (locked) motion would be: antrag or information. Raises BerichtError where none can be."""
    art = bericht_art(antrag.status)
    if not art:
        raise BerichtError(
            f"Der Antrag {antrag.nummer} ist «{antrag.get_status_display()}». "
            "Ein Bericht entsteht, sobald über ihn abgestimmt ist."
        )
    return art


def note(art: str, bericht: Bericht, *, actor: Person, now: datetime, **nutzlast: object) -> Journaleintrag:
    """Append a deed on a report to the journal; each entry names its motion."""
    return journal.append(
        art=art,
        akteur=actor.uuid,
        objekt=bericht.uuid,
        nutzlast={"antrag": bericht.antrag.uuid, "stand": bericht.stand, **nutzlast},
        now=now,
    )
