"""Measuring side by side: a figure and its floor in turns, so that a slow minute of the machine hits both."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

LAEUFE = 5


@dataclass(frozen=True)
class Zahl:
    """One line of the report. wert, boden: seconds (or what einheit says); grenze: highest ratio, or None."""

    name: str
    wert: float
    boden: float | None = None
    grenze: float | None = None
    einheit: str = "ms"
    boden_name: str = ""
    hoechstens: float | None = None  # highest value by itself, in the unit of wert

    @property
    def verhaeltnis(self) -> float | None:
        return self.wert / self.boden if self.boden else None

    @property
    def haelt(self) -> bool:
        zu_viel = self.grenze is not None and self.verhaeltnis is not None and self.verhaeltnis > self.grenze
        return not zu_viel and not (self.hoechstens is not None and self.wert > self.hoechstens)


def sekunden(was: Callable[[], object]) -> float:
    """Return how long one call takes."""
    gc.collect()
    anfang = time.perf_counter()
    was()
    return time.perf_counter() - anfang


def im_wechsel(*messungen: Callable[[], float], laeufe: int = LAEUFE) -> list[float]:
    """Run the measurements in turns (a b c, a b c, …) and return the median of each."""
    ergebnisse: list[list[float]] = [[] for _ in messungen]
    for _lauf in range(laeufe):
        for liste, messung in zip(ergebnisse, messungen, strict=True):
            liste.append(messung())
    return [statistics.median(liste) for liste in ergebnisse]


def zeile(zahl: Zahl) -> str:
    """Return one line: name, figure, floor, ratio, limit, verdict."""
    faktor = {"ms": 1000.0, "s": 1.0}.get(zahl.einheit, 1.0)
    teile = [f"{zahl.name:<52}", f"{zahl.wert * faktor:>9.1f} {zahl.einheit:<3}"]
    if zahl.boden is not None:
        teile.append(f"| Boden {zahl.boden * faktor:>8.1f} | ×{zahl.verhaeltnis:>6.2f}")
    grenze = f"≤ ×{zahl.grenze:g}" if zahl.grenze is not None else ""
    if zahl.hoechstens is not None:
        grenze += f" ≤ {zahl.hoechstens * faktor:g} {zahl.einheit}"
    teile.append(f"| {grenze:<10} {'hält' if zahl.haelt else 'ZU LANGSAM'}" if grenze else "|")
    if zahl.boden_name:
        teile.append(f" ({zahl.boden_name})")
    return " ".join(teile)
