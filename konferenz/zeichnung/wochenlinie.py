"""The week before a meeting: its points from the release to the day itself, lying and standing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Protocol

from .linie import RADIUS, local_day, prozent, spread

MIN_ABSTAND = 25.0  # percent: the narrowest gap in which two labels stand beside each other at 640 px
STEHEND_OBEN = 1.375  # em: lengths down the page grow with the text a person has set
STEHEND_ABSTAND = 5.25  # em: three lines and air


class Wochenpunkt(Protocol):
    """What a point of the line has to say. zustand: erledigt, jetzt or offen."""

    @property
    def name(self) -> str: ...
    @property
    def zeit(self) -> date | datetime: ...
    @property
    def zustand(self) -> str: ...
    @property
    def hinweis(self) -> str: ...


@dataclass(frozen=True)
class Ort:
    """One point with its places: x in percent lying, dx in pixels to the circle's edge, y in em standing."""

    punkt: Wochenpunkt
    x: str
    anker: str
    dx: int
    y: str
    has_uhrzeit: bool


@dataclass(frozen=True)
class Strecke:
    """The line between two neighbours; erledigt when the later one is reached."""

    x1: str
    x2: str
    y1: str
    y2: str
    zustand: str


@dataclass(frozen=True)
class Mass:
    """The measure from the dispatch to the meeting, in calendar days."""

    x1: str
    x2: str
    mitte: str
    y1: str
    y2: str
    y_mitte: str
    text: str


@dataclass(frozen=True)
class Wochenlinie:
    orte: tuple[Ort, ...]
    strecken: tuple[Strecke, ...]
    mass: Mass | None
    hoehe: str
    beschreibung: str


def draw_wochenlinie(punkte: Sequence[Wochenpunkt], *, von: str = "Versand", bis: str = "Sitzung") -> Wochenlinie:
    """Return the places of the week before a meeting, lying and standing.

    punkte: in the order of time. von, bis: names of the two points whose distance is measured («7 Tage»);
    without either of them nothing is measured. beschreibung is the same in one sentence.
    """
    punkte = tuple(punkte)
    tage = [local_day(punkt.zeit).toordinal() for punkt in punkte]
    breiten = spread(tage, mindestens=MIN_ABSTAND)
    letzter = len(punkte) - 1
    orte = tuple(
        Ort(
            punkt=punkt,
            x=prozent(breiten[nr]),
            anker="start" if nr == 0 and letzter else "end" if nr == letzter and letzter else "middle",
            dx=(-RADIUS if nr == 0 else RADIUS if nr == letzter else 0) if letzter else 0,
            y=_em(nr),
            has_uhrzeit=isinstance(punkt.zeit, datetime),
        )
        for nr, punkt in enumerate(punkte)
    )
    strecken = tuple(
        Strecke(a.x, b.x, a.y, b.y, "erledigt" if b.punkt.zustand in {"erledigt", "jetzt"} else "offen")
        for a, b in pairwise(orte)
    )
    return Wochenlinie(
        orte=orte,
        strecken=strecken,
        mass=_measure(orte, breiten, tage, von=von, bis=bis),
        hoehe=_em(max(letzter, 0) + 2 / 3),
        beschreibung=", ".join(f"{punkt.name}: {_words(punkt)}" for punkt in punkte),
    )


def _measure(orte: Sequence[Ort], breiten: Sequence[float], tage: Sequence[int], *, von: str, bis: str) -> Mass | None:
    namen = [ort.punkt.name for ort in orte]
    if von not in namen or bis not in namen:
        return None
    a, b = namen.index(von), namen.index(bis)
    anzahl = tage[b] - tage[a]
    if anzahl < 1:
        return None
    return Mass(
        x1=orte[a].x,
        x2=orte[b].x,
        mitte=prozent((breiten[a] + breiten[b]) / 2),
        y1=orte[a].y,
        y2=orte[b].y,
        y_mitte=_em((a + b) / 2),
        text="1 Tag" if anzahl == 1 else f"{anzahl} Tage",
    )


def _words(punkt: Wochenpunkt) -> str:
    tag = local_day(punkt.zeit)
    return f"{tag.day}.{tag.month}.{tag.year}, {punkt.zustand}"


def _em(nr: float) -> str:
    """Return how far down the nr-th point stands (0 is the first)."""
    return f"{STEHEND_OBEN + nr * STEHEND_ABSTAND:.4g}em"
