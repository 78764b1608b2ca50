"""How long a motion has waited at the board, as the places of a thin line: what has passed, the mark of the reminder."""

from __future__ import annotations

from dataclasses import dataclass

OHNE_MARKE = 60  # days the line measures where no reminder is set


@dataclass(frozen=True)
class Wartelinie:
    """Places in percent of the width. bis: where today is.  marke: where the reminder falls due, empty without one.

    anker: on which side of the mark its label finds room.
    """

    bis: str
    marke: str
    anker: str


def draw_wartelinie(tage: int, *, grenze: int) -> Wartelinie:
    """Return the line of something that has waited so many days. grenze: days until the reminder, 0: never."""
    ganz = max(tage, grenze or OHNE_MARKE) * 5  # quarters of a day: the line goes on beyond what is marked
    return Wartelinie(
        bis=_prozent(tage * 4, ganz),
        marke=_prozent(grenze * 4, ganz) if grenze > 0 else "",
        anker="start" if grenze * 8 < ganz else "end",
    )


def _prozent(teil: int, ganz: int) -> str:
    hundertstel = 10_000 * teil // ganz
    return f"{hundertstel // 100}.{hundertstel % 100:02}%"
