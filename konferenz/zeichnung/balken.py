"""The bar of presence: a field per voting seat, and the line of the majority."""

from __future__ import annotations

from dataclasses import dataclass

from .linie import prozent

FELD_LUECKE = 0.9  # percent of the width between two fields


@dataclass(frozen=True)
class Feld:
    """One voting seat in the bar. zustand: da, ausstand or frei.  x, breite: percent of the width."""

    x: str
    breite: str
    zustand: str


@dataclass(frozen=True)
class Balkenbild:
    """The fields in a row and the line of the majority: x in percent, None where nobody is there. anker: of its label."""

    felder: tuple[Feld, ...]
    linie: str | None
    anker: str


def draw_balken(gesamt: int, anwesend: int, ausstand: int, noetig: int | None) -> Balkenbild:
    """Return the places of the bar: a field per voting seat, filled from the left, and the line after the last yes needed.

    anwesend: fields filled; ausstand: those after them. noetig <= gesamt. More than gesamt together raises ValueError.
    """
    if anwesend + ausstand > gesamt:
        raise ValueError("Es können nicht mehr Sitze anwesend sein, als es gibt.")
    schritt = 100 / gesamt if gesamt else 0.0
    zustaende = ["da"] * anwesend + ["ausstand"] * ausstand + ["frei"] * (gesamt - anwesend - ausstand)
    felder = tuple(
        Feld(prozent(nr * schritt + FELD_LUECKE / 2), prozent(schritt - FELD_LUECKE), zustand)
        for nr, zustand in enumerate(zustaende)
    )
    if noetig is None:
        return Balkenbild(felder, None, "middle")
    anker = "start" if 4 * noetig <= gesamt else "end" if 4 * noetig >= 3 * gesamt else "middle"
    return Balkenbild(felder, prozent(noetig * schritt), anker)
