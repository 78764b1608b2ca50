"""What one person sees of one vote: the ballot, the receipt, or in words why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from antraege.models import Abstimmung, Stimme, Stimmsitz
from antraege.rules import Grund, ergebnis_satz
from konferenz.rules import Mehrheit, regel_satz
from mitglieder.models import Person
from sitzungen.queries.praesenz import Lage, load_lage

from .abstimmung import hat_gestimmt, why_not


@dataclass(frozen=True)
class Karte:
    """One vote for one person.

    stimmsitz: the seat the person exercises in it.  abgegeben, stimmsitze: how far it is; nothing tells a tendency.
    warum: why the person cannot vote (now), empty where the person can.
    """

    abstimmung: Abstimmung
    stimmsitz: Stimmsitz | None
    abgegeben: int
    stimmsitze: int
    warum: str

    @property
    def darf_stimmen(self) -> bool:
        return self.stimmsitz is not None and not self.warum

    @property
    def stimme(self) -> Stimme | None:
        """The ballot of the person's seat, whoever gave or recorded it."""
        return self.stimmsitz.stimme if self.stimmsitz is not None and hat_gestimmt(self.stimmsitz) else None

    @property
    def regel(self) -> str:
        """The rule in words with its numbers; before the opening only what kind it is."""
        if self.abstimmung.anwesend:
            return regel_satz(Mehrheit(self.abstimmung.mehrheit), self.abstimmung.anwesend)
        return self.abstimmung.get_mehrheit_display()

    @property
    def zaehlt_wie_nein(self) -> bool:
        """Whether abstaining counts like no: said beside the choice."""
        return self.abstimmung.mehrheit == Mehrheit.ZWEIDRITTEL

    @property
    def ergebnis(self) -> str:
        """The result in words and numbers; empty before the close."""
        stimmen = self.abstimmung.auszaehlung
        return ergebnis_satz(Mehrheit(self.abstimmung.mehrheit), stimmen) if stimmen else ""

    @property
    def schluessel(self) -> str:
        """What the part that follows was made from: a telephone that shows it already is not told again."""
        quittung = self.stimme.quittung[:8] if self.stimme else ""
        return f"{self.abstimmung.status}-{self.abgegeben}-{quittung}"


def load_karte(abstimmung: Abstimmung, person: Person, *, now: datetime, lage: Lage | None = None) -> Karte:
    """Return what a person sees of a vote (one query; who cannot vote costs the sentence why: seven more at most).

    lage: the seats of the meeting where the page has loaded them already.
    """
    sitze = list(abstimmung.stimmsitze.select_related("sitz", "stimme").order_by("sitz__reihenfolge"))
    eigener = next((s for s in sitze if s.person_id == person.pk), None)
    return Karte(
        abstimmung=abstimmung,
        stimmsitz=eigener,
        abgegeben=sum(hat_gestimmt(s) for s in sitze),
        stimmsitze=len(sitze),
        warum=_warum(abstimmung, eigener, person, now=now, lage=lage),
    )


def _warum(
    abstimmung: Abstimmung, eigener: Stimmsitz | None, person: Person, *, now: datetime, lage: Lage | None
) -> str:
    if abstimmung.is_offen and abstimmung.schliesst_at is not None and abstimmung.schliesst_at <= now:
        return f"{Grund.GESCHLOSSEN} Die Zeit ist abgelaufen; das Ergebnis folgt gleich."
    if abstimmung.is_offen and eigener is not None:
        return ""
    if not abstimmung.is_offen:
        return why_not(abstimmung, person, Lage(()))
    return why_not(abstimmung, person, lage or load_lage(abstimmung.sitzung))
