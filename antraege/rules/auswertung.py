"""Motions counted: how many came how far, how long the answer took. Pure functions over what each motion has reached."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from .vorstand import tage_seit

ANGENOMMEN = frozenset({"angenommen", "geaendert"})


@dataclass(frozen=True)
class Werdegang:
    """How far a submitted motion has come. ergebnis: what the board said, empty before it told."""

    eingereicht_on: date
    is_verabschiedet: bool = False
    ueberwiesen_on: date | None = None
    mitgeteilt_on: date | None = None
    ergebnis: str = ""


@dataclass(frozen=True)
class Stufe:
    """One step of the way: how many motions reached it. breite: of its bar, in percent of the first."""

    name: str
    anzahl: int
    breite: str


@dataclass(frozen=True)
class Auswertung:
    """The sum of a selection. tage: median days from submission to answer.  tage_vorstand: of them with the board.

    is_intern: the reader is of the conference; else he knows only what the board received.
    """

    eingereicht: int
    verabschiedet: int
    ueberwiesen: int
    beantwortet: int
    angenommen: int
    tage: float | None
    tage_vorstand: float | None

    is_intern: bool = True

    @property
    def stufen(self) -> tuple[Stufe, ...]:
        """The steps in order; outside the conference they begin where the board comes in."""
        namen = ("eingereicht", "verabschiedet", "überwiesen", "beantwortet", "angenommen")
        zahlen = (self.eingereicht, self.verabschiedet, self.ueberwiesen, self.beantwortet, self.angenommen)
        ganz = max(self.eingereicht, 1)
        stufen = [Stufe(name, zahl, f"{100 * zahl / ganz:.2f}%") for name, zahl in zip(namen, zahlen, strict=True)]
        return tuple(stufen if self.is_intern else stufen[2:])

    @property
    def satz(self) -> str:
        """«5 eingereicht, 3 von der Konferenz verabschiedet, 2 dem Vorstand überwiesen, 1 beantwortet, davon 1 angenommen.»"""
        davor = f"{self.eingereicht} eingereicht, {self.verabschiedet} von der Konferenz verabschiedet, "
        return (
            f"{davor if self.is_intern else ''}{self.ueberwiesen} dem Vorstand überwiesen, {self.beantwortet} beantwortet, "
            f"davon {self.angenommen} angenommen."
        )

    @property
    def dauer_satz(self) -> str:
        """How long the answer took; empty while there is none."""
        if self.tage is None or self.tage_vorstand is None:
            return ""
        im_median = "im Median " if self.beantwortet > 1 else ""
        return (
            f"Von der Einreichung bis zur Antwort vergingen {im_median}{_tage(self.tage)}, davon beim Vorstand {im_median}"
            f"{_tage(self.tage_vorstand)}."
        )


def werte_aus(werdegaenge: Iterable[Werdegang], *, is_intern: bool = True) -> Auswertung:
    """Return the sums of motions; what was handed over only for information counts as handed over."""
    alle = list(werdegaenge)
    antworten = [(w, w.mitgeteilt_on) for w in alle if w.mitgeteilt_on is not None]
    return Auswertung(
        eingereicht=len(alle),
        verabschiedet=sum(w.is_verabschiedet for w in alle),
        ueberwiesen=sum(w.ueberwiesen_on is not None for w in alle),
        beantwortet=len(antworten),
        angenommen=sum(w.ergebnis in ANGENOMMEN for w, _ in antworten),
        tage=_median([tage_seit(w.eingereicht_on, am) for w, am in antworten]),
        tage_vorstand=_median([tage_seit(w.ueberwiesen_on, am) for w, am in antworten if w.ueberwiesen_on]),
        is_intern=is_intern,
    )


def _median(werte: Sequence[int]) -> float | None:
    return float(median(werte)) if werte else None


def _tage(wert: float) -> str:
    return "1 Tag" if wert == 1 else f"{wert:g} Tage"
