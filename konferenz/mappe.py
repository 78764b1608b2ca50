"""The dossier of a meeting: cover and contents rendered, all papers behind them, bookmarks, jumps and page stamps.

Own pages carry tags; papers of others are as accessible as they came, so the whole does not call itself PDF/UA.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string

from .kindprozess import Grenzen, KindFehler, run_kind
from .pdf import make_pdf_error, print_assets, render_html

GRENZEN = Grenzen(speicher_mb=3072, cpu_s=60, wand_s=75)
SCHRIFT = 'Inter, "Source Sans 3", "DejaVu Sans", sans-serif'

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Teil:
    """One line of the contents. With pfad a paper (PDF); without, a heading that leads to its first paper.

    ebene: 1 for the outermost. stempel: printed on each of its pages after the number, e.g. «Trakt. 4».
    """

    titel: str
    ebene: int = 1
    pfad: Path | None = None
    stempel: str = ""


@dataclass(frozen=True)
class Eintrag:
    """A line of the contents as the template prints it.

    seite stands for the page number, which is known once all is laid out; adresse is the link to it. A heading
    without a paper beneath it has neither.
    """

    teil: Teil
    seite: str
    adresse: str

    @property
    def titel(self) -> str:
        return self.teil.titel

    @property
    def ebene(self) -> int:
        return self.teil.ebene


@dataclass(frozen=True)
class Mappe:
    """The bound file. ausgelassen: parts whose file could not be opened; erste: first page of each part, from 1."""

    inhalt: bytes
    seiten: int
    ausgelassen: tuple[Teil, ...]
    erste: tuple[int | None, ...]


def make_verzeichnis(teile: Sequence[Teil]) -> list[Eintrag]:
    """Return the contents for the template, in the order of the parts."""
    eintraege = []
    for nummer, teil in enumerate(teile):
        has_papier = teil.pfad is not None
        for darunter in teile[nummer + 1 :]:
            if has_papier or darunter.ebene <= teil.ebene:
                break
            has_papier = darunter.pfad is not None
        seite, adresse = (f"\ue000{nummer}\ue001", f"https://mappe.invalid/{nummer}") if has_papier else ("", "")
        eintraege.append(Eintrag(teil, seite, adresse))
    return eintraege


def build_mappe(deckblatt: str, context: Mapping[str, Any], teile: Sequence[Teil]) -> Mappe:
    """Return one PDF: the template's pages, then each part's.

    deckblatt: a template that extends pdf/mappe.html; it gets `verzeichnis` (Eintrag per part, in order).
    A file that cannot be opened is left out, reported, and replaced by a page that says so.
    Same data, same bytes. Ended after 75 s or 3 GiB. Raises PdfNichtVerfuegbar, PdfError.
    """
    html = render_html(deckblatt, {**context, "verzeichnis": make_verzeichnis(teile)})
    platzhalter = [
        render_to_string("pdf/_ausgelassen.html", {"titel": teil.titel}).encode() if teil.pfad else b""
        for teil in teile
    ]
    eingabe = {
        "assets": print_assets(),
        "schrift": SCHRIFT,
        "teile": [
            {
                "titel": teil.titel,
                "ebene": teil.ebene,
                "pfad": str(teil.pfad.resolve()) if teil.pfad else "",
                "stempel": teil.stempel,
            }
            for teil in teile
        ],
    }
    try:
        ergebnis, [inhalt] = run_kind("binden", eingabe, [html.encode(), *platzhalter], grenzen=GRENZEN)
    except KindFehler as error:
        raise make_pdf_error(error) from error
    ausgelassen = tuple(teile[nummer] for nummer in ergebnis["ausgelassen"])
    if ausgelassen:
        log.error("Mappe ohne %s", ", ".join(str(teil.pfad) for teil in ausgelassen))
    return Mappe(inhalt, ergebnis["seiten"], ausgelassen, tuple(ergebnis["erste"]))
