"""The bar of a result: the seats present, yes from the left, no from the right, and the mark of the needed number."""

from __future__ import annotations

from dataclasses import dataclass

from .balken import FELD_LUECKE
from .linie import prozent

EINZELN = 40  # seats: up to so many each has a field of its own, above it each choice has one


@dataclass(frozen=True)
class Wahlfeld:
    """The field of one seat, or of all that chose alike: x, x2 its edges and breite, in percent of the width.

    wahl: ja, enthaltung, ohne (present, no ballot) or nein.  anzahl: seats in it.
    """

    x: str
    x2: str
    breite: str
    wahl: str
    anzahl: int


@dataclass(frozen=True)
class Ergebnisbild:
    """The fields in a row and the mark of the needed number: linie in percent, None where no number decides."""

    felder: tuple[Wahlfeld, ...]
    linie: str | None
    anker: str


def draw_ergebnis(*, anwesend: int, ja: int, nein: int, enthaltung: int, noetig: int | None) -> Ergebnisbild:
    """Return the places of a result: the seats present, yes from the left, no from the right, the rest between.

    noetig: yes votes needed, None where it depends on the other votes. The mark stands after that many seats, so the
    result carries if the yes reach it. Raises ValueError for an empty room or more votes than seats.
    """
    ohne = anwesend - ja - nein - enthaltung
    if anwesend < 1 or min(ja, nein, enthaltung, ohne) < 0:
        raise ValueError("Es gibt nicht mehr Stimmen als anwesende Sitze.")
    gruppen = [("ja", ja), ("enthaltung", enthaltung), ("ohne", ohne), ("nein", nein)]
    schritt = 100 / anwesend
    felder: list[Wahlfeld] = []
    nr = 0
    for wahl, anzahl in gruppen:
        je_feld = 1 if anwesend <= EINZELN else max(anzahl, 1)
        for _ in range(anzahl // je_feld):
            links, rechts = nr * schritt + FELD_LUECKE / 2, (nr + je_feld) * schritt - FELD_LUECKE / 2
            rechts = max(rechts, links + FELD_LUECKE / 2)  # one seat of many still shows
            felder.append(Wahlfeld(prozent(links), prozent(rechts), prozent(rechts - links), wahl, je_feld))
            nr += je_feld
    if noetig is None:
        return Ergebnisbild(tuple(felder), None, "middle")
    anker = "end" if 2 * noetig >= anwesend else "start"
    return Ergebnisbild(tuple(felder), prozent(noetig * schritt), anker)
