"""A QR code as squares, made here: nothing is fetched."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

RUHEZONE = 4  # squares of light around the code, as the standard asks


@dataclass(frozen=True)
class Codebild:
    """A QR code in squares of one unit. seite: its length, the quiet zone included.  pfad: the dark squares, row by row."""

    seite: int
    pfad: str


def draw_code(text: str) -> Codebild:
    """Return the QR code of a text (error correction M): made here, nothing is fetched. Raises ValueError for too long a text."""
    import segno

    zeilen = [list(zeile) for zeile in segno.make_qr(text, error="m").matrix]
    stuecke = []
    for y, zeile in enumerate(zeilen):
        x = 0
        for dunkel, lauf in groupby(zeile):
            breite = len(list(lauf))
            if dunkel:
                stuecke.append(f"M{x + RUHEZONE} {y + RUHEZONE}h{breite}v1h-{breite}z")
            x += breite
    return Codebild(len(zeilen) + 2 * RUHEZONE, "".join(stuecke))
