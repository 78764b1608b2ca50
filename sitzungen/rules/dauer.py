"""How long somebody was there: pure functions over stretches of time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta


def minutes_present(strecken: Iterable[tuple[datetime, datetime]]) -> int:
    """Return the minutes a seat was taken: the union of its stretches, rounded to the nearest minute.

    strecken: (from, until), aware, in any order; overlapping ones count once. Raises ValueError where one ends before it begins.
    Source: Pflichtenheft 2026, «Sitzungsgeld» (R37: evidence of attendance, no amounts).
    """
    gesamt = timedelta()
    erreicht: datetime | None = None
    for von, bis in sorted(strecken):
        if bis < von:
            raise ValueError("Eine Anwesenheit endet nicht vor ihrem Beginn.")
        beginn = von if erreicht is None or von > erreicht else erreicht
        if bis > beginn:
            gesamt += bis - beginn
            erreicht = bis
    return (gesamt + timedelta(seconds=30)) // timedelta(minutes=1)


def dauer_text(minuten: int) -> str:
    """Return minutes in words: «45 Min.», «2 Std.», «2 Std. 5 Min.»; nothing for none."""
    stunden, rest = divmod(minuten, 60)
    teile = ([f"{stunden} Std."] if stunden else []) + ([f"{rest} Min."] if rest else [])
    return "\u00a0".join(" ".join(teile).split(" ")) if teile else ""
