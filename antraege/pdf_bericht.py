"""«Bericht und Antrag an den VSEG-Vorstand» as a PDF; the numbers come from the vote's record, nothing is counted anew."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from antraege.queries.bericht import Berichtsinhalt
from konferenz.pdf import Anhang, render_pdf

ANHANG = "abstimmungsprotokoll.json"
OHNE_FINANZIELLES = "Der Antrag enthält dazu keine Angaben."


@dataclass(frozen=True)
class Abschnitt:
    """One numbered section. art: ergebnis and antrag are laid out by the template, text is as written."""

    titel: str
    art: str = "text"
    text: str = ""


def make_bericht(inhalt: Berichtsinhalt, huelle: str, *, stand: datetime, is_entwurf: bool = False) -> bytes:
    """Return the report as PDF/A-3a and PDF/UA-1 with the vote's public record attached inside.

    huelle: of schritte.protokoll.make_huelle.  stand: the day of the Überweisung, printed as the letter's date.
    is_entwurf: says «Entwurf» on each page; nobody stores such a one.
    Raises PdfError (too long, no PDF on this machine).
    """
    protokoll = json.loads(json.loads(huelle)["protokoll"])
    geschlossen = datetime.fromisoformat(protokoll["geschlossen"])
    kontext = {
        "stand": stand,
        "inhalt": inhalt,
        "bericht": inhalt.bericht,
        "antrag": inhalt.antrag,
        "fassung": inhalt.fassung,
        "sitzung": inhalt.abstimmung.sitzung,
        "p": protokoll,
        "zahlen": inhalt.zahlen,
        "wort": inhalt.wort,
        "satz": inhalt.satz,
        "geschlossen": geschlossen,
        "verteiler": [zeile.strip() for zeile in inhalt.bericht.verteiler.splitlines() if zeile.strip()],
        "is_entwurf": is_entwurf,
        "anhang": ANHANG,
        "abschnitte": _abschnitte(inhalt),
    }
    anhang = Anhang(ANHANG, huelle.encode(), "Das Abstimmungsprotokoll zum Nachzählen", geschlossen)
    return render_pdf("pdf/bericht.html", kontext, anhaenge=[anhang])


def _abschnitte(inhalt: Berichtsinhalt) -> list[Abschnitt]:
    """Return the sections in their order; without a text there is no Ausgangslage and no Erwägungen."""
    bericht = inhalt.bericht
    texte = [Abschnitt("Ausgangslage", text=bericht.ausgangslage), Abschnitt("Erwägungen", text=bericht.erwaegungen)]
    return [
        *(abschnitt for abschnitt in texte if abschnitt.text.strip()),
        Abschnitt("Finanzielle Auswirkungen auf die Gemeinden", text=bericht.finanzielles or OHNE_FINANZIELLES),
        Abschnitt("Abstimmungsergebnis", "ergebnis"),
        Abschnitt("Wortlaut des Antrags, nicht zustande gekommen" if inhalt.is_information else "Antrag", "antrag"),
    ]
