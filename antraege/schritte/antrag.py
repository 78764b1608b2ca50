"""Steps of a motion that several deeds share: its locks, its number, a version, its journal entry.

Lock order (docs/architektur.md): the meeting and item it stands on, their votes, then the motion.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from antraege.models import Abstimmung, Antrag
from antraege.queries.entwurf import latest_fassung
from konferenz import journal
from konferenz.models import Journaleintrag
from konferenz.schritte import require_transaction
from mitglieder.models import Person
from sitzungen.models import Traktandum
from sitzungen.schritte.leitung import lock_traktandum
from sitzungen.schritte.termin import lock_jahresplan

__all__ = [
    "AntragError",
    "AntragVeraltet",
    "Stimmstand",
    "latest_fassung",
    "load_stimmstand",
    "lock_antrag",
    "next_nummer",
    "note",
    "number",
    "set_status",
    "touch",
]


class AntragError(Exception):
    """A deed on a motion that is not possible now; the text is for the user. feld: its field, if any."""

    def __init__(self, satz: str, *, feld: str | None = None) -> None:
        super().__init__(satz)
        self.feld = feld


class AntragVeraltet(AntragError):
    """Somebody else changed the motion meanwhile; nothing was written. antrag: as it stands now."""

    def __init__(self, antrag: Antrag) -> None:
        wer = antrag.geaendert_von.name if antrag.geaendert_von else "Jemand"
        super().__init__(
            f"{wer} hat den Antrag inzwischen geändert. Ihr Text ist nicht verloren: Vergleichen Sie beide Fassungen."
        )
        self.antrag = antrag


@dataclass(frozen=True)
class Stimmstand:
    """What votes on a motion there are: offen: one is open now.  abgestimmt: one is closed."""

    offen: bool
    abgestimmt: bool

    @property
    def begonnen(self) -> bool:
        return self.offen or self.abgestimmt


def lock_antrag(pk: int, *, stand: int | None = None) -> Antrag:
    """Return a motion, locked; the meeting and the item it stands on are locked before it.

    stand: what the writer saw; a motion changed since raises AntragVeraltet.  Raises AntragError where it is gone, or
    was put on another agenda at this very moment.
    """
    require_transaction("lock_antrag")
    if not Antrag.objects.filter(pk=pk).exists():
        raise AntragError("Diesen Antrag gibt es nicht mehr.")
    traktandum_pk = Antrag.objects.values_list("traktandum_id", flat=True).get(pk=pk)
    traktandum: Traktandum | None = None
    if traktandum_pk is not None:
        _, traktandum = lock_traktandum(traktandum_pk)
    antrag = (
        Antrag.objects.select_for_update(of=("self",))
        .select_related("sitz__sozialregion", "thema", "eingereicht_von", "geaendert_von")
        .get(pk=pk)
    )
    if antrag.traktandum_id != traktandum_pk:
        raise AntragError(
            "Der Antrag wurde eben auf eine andere Traktandenliste gesetzt. Bitte versuchen Sie es nochmals."
        )
    if traktandum is not None:
        antrag.traktandum = traktandum
    if stand is not None and stand != antrag.stand:
        raise AntragVeraltet(antrag)
    return antrag


def load_stimmstand(antrag: Antrag) -> Stimmstand:
    """Return whether a (locked) motion is or was voted on (one query).

    A motion that waits or stands on an agenda was not: a vote that closes decides it. What the board sent back begins
    anew, also where its vote had been repeated.
    """
    stati = set(Abstimmung.objects.filter(antragsfassung__antrag=antrag).values_list("status", flat=True))
    unentschieden = antrag.status in {Antrag.Status.EINGEREICHT, Antrag.Status.TRAKTANDIERT}
    return Stimmstand(Abstimmung.Status.OFFEN in stati, Abstimmung.Status.GESCHLOSSEN in stati and not unentschieden)


def next_nummer(now: datetime) -> tuple[int, int]:
    """Return the year and the next number of a motion in it; the year's numbers are locked until the commit."""
    require_transaction("next_nummer")
    lock_jahresplan()
    jahr = timezone.localdate(now).year
    return jahr, (Antrag.objects.filter(jahr=jahr).aggregate(nr=Max("nr"))["nr"] or 0) + 1


def number(antrag: Antrag, *, now: datetime) -> None:
    """Give a (new or locked) motion its number and the time of its submission; the caller saves it.

    Called before the meeting is locked: the year's numbers come first in the lock order.
    """
    antrag.jahr, antrag.nr = next_nummer(now)
    antrag.kennung = f"{antrag.jahr}-{antrag.nr}"
    antrag.eingereicht_at = now


def set_status(antrag: Antrag, status: str) -> None:
    """Move a (locked) motion on; the caller saves it. Raises AntragError for a way that does not exist."""
    if status not in Antrag.UEBERGAENGE[antrag.status]:
        raise AntragError(f"Der Antrag {antrag.nummer} ist «{antrag.get_status_display()}».")
    antrag.status = status


def touch(antrag: Antrag, *, actor: Person, now: datetime) -> None:
    """Note who changed a (locked) motion last; the caller saves it whole."""
    antrag.stand += 1
    antrag.geaendert_von, antrag.geaendert_at = actor, now


def note(art: str, antrag: Antrag, *, actor: Person | None, now: datetime, **nutzlast: object) -> Journaleintrag:
    """Append a deed on a motion to the journal."""
    return journal.append(art=art, akteur=actor.uuid if actor else None, objekt=antrag.uuid, nutzlast=nutzlast, now=now)
