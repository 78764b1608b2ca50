"""The way of a motion as a line: places from its points, lying. Standing, the list draws itself beside each point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from antraege.rules.verlauf import Ereignis
from konferenz.zeichnung.linie import LINKS, RADIUS, RECHTS, local_day, spread

MIN_ABSTAND = 12.0  # percent: labels stand above and below the line in turn, so each has twice that
MASS_AB = 8.0  # percent: a shorter stretch has no room for its days
AUSSICHT = 0.08  # what is ahead has no date: each step takes this share of the way so far
HOECHSTENS = 12  # points a lying line can name; with more the list alone tells the way


@dataclass(frozen=True)
class Ort:
    """A point with its place: x in percent, dx in pixels to the circle's edge. is_oben: its words stand above the line."""

    ereignis: Ereignis
    x: str
    dx: int
    anker: str
    is_oben: bool


@dataclass(frozen=True)
class Strecke:
    """The line between neighbours, with its days in words where there is room: «63 Tage»."""

    x1: str
    x2: str
    mitte: str
    zustand: str
    text: str


@dataclass(frozen=True)
class Zeitstrahl:
    orte: tuple[Ort, ...]
    strecken: tuple[Strecke, ...]
    beschreibung: str


def draw_zeitstrahl(ereignisse: Sequence[Ereignis]) -> Zeitstrahl | None:
    """Return the places of a motion's way; None where it has fewer than two points to draw, or more than can be named.

    Distances grow with the days between; what is ahead follows in equal steps.  Points that are not is_haupt are left out.
    """
    punkte = [ereignis for ereignis in ereignisse if ereignis.is_haupt]
    if not 2 <= len(punkte) <= HOECHSTENS:
        return None
    tage = _tage(punkte)
    breiten = spread(tage, mindestens=min(MIN_ABSTAND, (RECHTS - LINKS) / (len(punkte) - 1)))
    letzter = len(punkte) - 1
    orte = tuple(
        Ort(
            ereignis=punkt,
            x=f"{breiten[nr]:.2f}%",
            dx=-RADIUS if nr == 0 else RADIUS if nr == letzter else 0,
            anker="start" if nr == 0 else "end" if nr == letzter else "middle",
            is_oben=nr % 2 == 0,
        )
        for nr, punkt in enumerate(punkte)
    )
    strecken = tuple(
        Strecke(
            x1=a.x,
            x2=b.x,
            mitte=f"{(breiten[nr] + breiten[nr + 1]) / 2:.2f}%",
            zustand="erledigt" if b.ereignis.zustand == "erledigt" else "offen",
            text=_mass(a.ereignis, b.ereignis) if breiten[nr + 1] - breiten[nr] >= MASS_AB else "",
        )
        for nr, (a, b) in enumerate(pairwise(orte))
    )
    return Zeitstrahl(orte, strecken, ", ".join(_worte(punkt) for punkt in punkte))


def _tage(punkte: Sequence[Ereignis]) -> list[int]:
    """Return a day for each point, ascending; what has no date follows in steps of AUSSICHT of the way so far."""
    bekannt = [local_day(punkt.zeit).toordinal() for punkt in punkte if punkt.zeit is not None]
    schritt = max(1, round((max(bekannt) - min(bekannt)) * AUSSICHT)) if bekannt else 1
    tage: list[int] = []
    for punkt in punkte:
        davor = tage[-1] if tage else 0
        tag = local_day(punkt.zeit).toordinal() if punkt.zeit is not None else davor + schritt
        tage.append(max(tag, davor))
    return tage


def _mass(a: Ereignis, b: Ereignis) -> str:
    if a.zeit is None or b.zeit is None:
        return ""
    anzahl = (local_day(b.zeit) - local_day(a.zeit)).days
    return {0: "", 1: "1 Tag"}.get(anzahl, f"{anzahl} Tage")


def _worte(punkt: Ereignis) -> str:
    kurz = f" ({punkt.kurz})" if punkt.kurz else ""
    if punkt.zeit is None:
        return f"{punkt.name}{kurz}: noch offen"
    tag = local_day(punkt.zeit)
    return (
        f"{punkt.name}{kurz}: {tag.day}.{tag.month}.{tag.year}{'' if punkt.zustand == 'erledigt' else ', noch offen'}"
    )
