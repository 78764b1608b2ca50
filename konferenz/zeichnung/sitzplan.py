"""The plan of seats: those that vote along a horseshoe, the chair in its opening, advisers inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Protocol

PLAN_BREITE = 312.0  # units of the viewBox: a card's width on a phone, so that labels keep their size there
PLAN_RAND = 2.0
SITZ_RADIUS = 24.0  # four letters stand inside the ring
KOPF_RADIUS = 27.0
SITZ_ABSTAND = 51.0  # between the middles of neighbours: they never touch
INNEN_ABSTAND = 60.0


class Plansitz(Protocol):
    """What a seat of the plan has to say. gruppe: kopf (the chair), aussen (votes) or innen (advises)."""

    @property
    def kuerzel(self) -> str: ...
    @property
    def gruppe(self) -> str: ...
    @property
    def zustand(self) -> str: ...


@dataclass(frozen=True)
class Platz:
    """A seat with its place, in units of the viewBox.

    x, y: its middle.  innen: radius of the second ring.  links, oben, seite: where it is drawn as a square.
    strich: x1, y1, x2, y2 of the stroke through it; mirrored, the second one of a cross.
    """

    sitz: Plansitz
    x: str
    y: str
    radius: str
    innen: str
    links: str
    oben: str
    seite: str
    strich: tuple[str, str, str, str]


@dataclass(frozen=True)
class Sitzplan:
    breite: str
    hoehe: str
    plaetze: tuple[Platz, ...]


def spread_horseshoe(anzahl: int, *, radius: float, schenkel: float) -> list[tuple[float, float]]:
    """Return places spaced evenly along a horseshoe open below, from its left end to its right one.

    Half a circle of the radius around (0, 0), continued downwards by two legs (schenkel, >= 0); y grows downwards.
    One place stands at the top, none gives an empty list.
    """
    laenge = pi * radius + 2 * schenkel
    if anzahl == 1:
        return [(0.0, -radius)]
    return [_on_horseshoe(laenge * nr / (anzahl - 1), radius, schenkel) for nr in range(anzahl)]


def _on_horseshoe(weg: float, radius: float, schenkel: float) -> tuple[float, float]:
    if weg <= schenkel:
        return -radius, schenkel - weg
    if weg >= schenkel + pi * radius:
        return radius, weg - schenkel - pi * radius
    winkel = (weg - schenkel) / radius
    return -radius * cos(winkel), -radius * sin(winkel)


def draw_sitzplan(sitze: Sequence[Plansitz]) -> Sitzplan:
    """Return the places of the seats: those that vote along a horseshoe, the chair in its opening, advisers inside.

    sitze: in seat order. The legs grow with the number of seats, so that neighbours stand SITZ_ABSTAND apart.
    """
    aussen = [sitz for sitz in sitze if sitz.gruppe == "aussen"]
    innen = [sitz for sitz in sitze if sitz.gruppe == "innen"]
    koepfe = [sitz for sitz in sitze if sitz.gruppe == "kopf"]
    mitte, radius = PLAN_BREITE / 2, PLAN_BREITE / 2 - SITZ_RADIUS - PLAN_RAND
    oben = radius + SITZ_RADIUS + PLAN_RAND
    schenkel = max(SITZ_RADIUS, (SITZ_ABSTAND * (len(aussen) - 1) - pi * radius) / 2)
    orte = spread_horseshoe(len(aussen), radius=radius, schenkel=schenkel)
    kopf_y = oben + schenkel + SITZ_RADIUS - KOPF_RADIUS
    plaetze = [_platz(sitz, mitte + x, oben + y) for sitz, (x, y) in zip(aussen, orte, strict=True)]
    plaetze += [_platz(sitz, mitte, kopf_y - nr * 2 * SITZ_ABSTAND, KOPF_RADIUS) for nr, sitz in enumerate(koepfe)]
    plaetze += [
        _platz(sitz, mitte + (nr - (len(innen) - 1) / 2) * INNEN_ABSTAND, oben - radius / 4)
        for nr, sitz in enumerate(innen)
    ]
    folge = {id(sitz): nr for nr, sitz in enumerate(sitze)}
    return Sitzplan(
        breite=_mass(PLAN_BREITE),
        hoehe=_mass(oben + schenkel + SITZ_RADIUS + PLAN_RAND),
        plaetze=tuple(sorted(plaetze, key=lambda platz: folge[id(platz.sitz)])),
    )


def _platz(sitz: Plansitz, x: float, y: float, radius: float = SITZ_RADIUS) -> Platz:
    ecke = (radius - 1) * sin(pi / 4) if sitz.gruppe != "innen" else radius - 2
    return Platz(
        sitz=sitz,
        x=_mass(x),
        y=_mass(y),
        radius=_mass(radius),
        innen=_mass(radius - 3.5),
        links=_mass(x - radius),
        oben=_mass(y - radius),
        seite=_mass(2 * radius),
        strich=(_mass(x - ecke), _mass(y + ecke), _mass(x + ecke), _mass(y - ecke)),
    )


def _mass(wert: float) -> str:
    """Return a length of the viewBox, with a point whatever the language."""
    return f"{wert:.1f}".removesuffix(".0")
