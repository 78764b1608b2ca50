"""A line with points on it: where they stand, and how a length is written. Also of what the apps above draw."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import pairwise

from konferenz.rules import ZUERICH

LINKS = 1.5  # percent of the width: half a circle stays inside the drawing
RECHTS = 98.5
RADIUS = 9  # pixels


def local_day(zeit: date | datetime) -> date:
    """Return the calendar day in Zurich of a day or an aware instant."""
    if isinstance(zeit, datetime):
        return (zeit.astimezone(ZUERICH) if zeit.tzinfo else zeit).date()
    return zeit


def spread(tage: Sequence[int], *, links: float = LINKS, rechts: float = RECHTS, mindestens: float) -> list[float]:
    """Return places between links and rechts in proportion to the days, none nearer than mindestens.

    tage: days of the points, ascending, any origin. links, rechts, mindestens: percent of the width.
    Each gap gets the minimum, what is left is shared in proportion to the days; with too many points for
    the minimum the gaps are equal. One point stands in the middle, none gives an empty list.
    """
    if len(tage) < 2:
        return [(links + rechts) / 2] * len(tage)
    abstaende = [max(0, spaeter - frueher) for frueher, spaeter in pairwise(tage)]
    if not any(abstaende):
        abstaende = [1] * len(abstaende)
    mindestens = min(mindestens, (rechts - links) / len(abstaende))
    # Gaps below the minimum are raised to it, which narrows the rest; repeat until nothing changes.
    fest: set[int] = set()
    while True:
        frei = (rechts - links) - mindestens * len(fest)
        summe = sum(tage for nr, tage in enumerate(abstaende) if nr not in fest)
        zu_eng = {
            nr
            for nr, tage in enumerate(abstaende)
            if nr not in fest and (not summe or frei * tage / summe < mindestens)
        }
        if not zu_eng:
            break
        fest |= zu_eng
    breiten = [mindestens if nr in fest else frei * tage / summe for nr, tage in enumerate(abstaende)]
    orte = [links]
    for breite in breiten:
        orte.append(orte[-1] + breite)
    return orte


def prozent(wert: float) -> str:
    """Return a share of the width as SVG and CSS write it, with a point whatever the language."""
    return f"{wert:.2f}%"
