"""The report to the board as pure functions: what it is called, what it lacks before the chair releases it."""

from __future__ import annotations

from collections.abc import Mapping

from konferenz.rules import is_leer

from .antrag import ABSATZ_ZEICHEN, Mangel

VERTEILER = "VSEG-Vorstand\nzur Kenntnis: Mitglieder der Sozialpräsidienkonferenz"
VERTEILER_ZEICHEN = 2000
UNTERSCHRIFT_ZEICHEN = 200
NUR_INFORMATION = "nur zur Information"

TEXTE = ("ausgangslage", "erwaegungen", "finanzielles", "minderheit", "verteiler")
UNTERSCHRIFTEN = ("unterschrift_vorsitz", "unterschrift_geschaeftsfuehrung")
FELDER = (*TEXTE, *UNTERSCHRIFTEN)
"""What the office writes of a report, in the order of its form. The text of the Antrag is that of the vote."""

_GRENZEN = dict.fromkeys(("ausgangslage", "erwaegungen", "finanzielles", "minderheit"), ABSATZ_ZEICHEN) | {
    "verteiler": VERTEILER_ZEICHEN,
    **dict.fromkeys(UNTERSCHRIFTEN, UNTERSCHRIFT_ZEICHEN),
}
_ABSCHNITTE = {
    "ausgangslage": "Ausgangslage",
    "erwaegungen": "Erwägungen",
    "finanzielles": "Finanzielle Auswirkungen auf die Gemeinden",
}
_FEHLT = {
    "verteiler": "Bitte nennen Sie mindestens einen Empfänger im Verteiler.",
    "unterschrift_vorsitz": "Bitte tragen Sie ein, wer für den Vorsitz unterschreibt.",
    "unterschrift_geschaeftsfuehrung": "Bitte tragen Sie ein, wer für die Geschäftsführung unterschreibt.",
}


def bericht_titel(art: str) -> str:
    """Return the heading of a report; what did not carry asks for nothing and says so.

    Source: Pflichtenheft 2026, «Entscheidungskompetenzen/Antragsrecht», R35.
    """
    if art == "information":
        return f"Bericht an den VSEG-Vorstand, {NUR_INFORMATION}"
    return "Bericht und Antrag an den VSEG-Vorstand"


def bericht_betreff(*, art: str, nummer: str, titel: str) -> str:
    """Return the subject of the mail to the board; what is only for information says so first."""
    if art == "information":
        return f"Nur zur Information: Antrag {nummer} der Sozialpräsidienkonferenz nicht zustande gekommen ({titel})"
    return f"Bericht und Antrag {nummer} der Sozialpräsidienkonferenz: {titel}"


def freigabe_betreff(nummer: str) -> str:
    """Return the subject of the mail that asks the chair for the release. nummer: of the motion."""
    return f"Zur Freigabe: Bericht an den VSEG-Vorstand zum Antrag {nummer}"


def bericht_dateiname(*, art: str, kennung: str, is_entwurf: bool = False) -> str:
    """Return the name of the report's PDF: «Bericht und Antrag 2026-4.pdf». kennung: of the motion."""
    name = f"Bericht {kennung} {NUR_INFORMATION}" if art == "information" else f"Bericht und Antrag {kennung}"
    return f"{name} Entwurf.pdf" if is_entwurf else f"{name}.pdf"


def check_bericht_laenge(texte: Mapping[str, str]) -> list[Mangel]:
    """Return the fields of a report that are longer than a page and a PDF can carry."""
    return [
        Mangel(feld, f"Der Text ist {len(texte[feld])} Zeichen lang; möglich sind {grenze}. Bitte kürzen Sie ihn.")
        for feld, grenze in _GRENZEN.items()
        if len(texte[feld]) > grenze
    ]


def list_leere(texte: Mapping[str, str]) -> list[str]:
    """Return the sections of a report that would be left out, or say nothing, because nobody has written them yet."""
    return [name for feld, name in _ABSCHNITTE.items() if is_leer(texte[feld])]


def check_freigabe(texte: Mapping[str, str]) -> list[Mangel]:
    """Return what a report lacks before it can be released, in the order of its form; the reasons may stay empty."""
    return [Mangel(feld, satz) for feld, satz in _FEHLT.items() if is_leer(texte[feld])]
