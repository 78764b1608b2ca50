"""What a Nachversand says: only what changed, in words. Loaded data in, text out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sitzungen.models import Aenderung
from sitzungen.queries.aenderung import NEU_NUMMERIERT

Art = Aenderung.Art
PAPIER_MIT_DATEI = {Art.PAPIER_NEU, Art.PAPIER_ERSETZT}


def einleitung(aenderungen: list[dict[str, Any]], *, wozu: str) -> str:
    """Return the first sentence. wozu: «4. ordentlichen Sitzung 2026 der Sozialpräsidienkonferenz»."""
    if any(a["art"] not in PAPIER_MIT_DATEI for a in aenderungen):
        return f"Zur {wozu} hat sich seit dem Versand Folgendes geändert."
    neue = sum(a["art"] == Art.PAPIER_NEU for a in aenderungen)
    ersetzte = len(aenderungen) - neue
    teile = []
    if neue:
        teile.append("eine weitere Unterlage" if neue == 1 else f"{neue} weitere Unterlagen")
    if ersetzte:
        teile.append("eine neue Fassung" if ersetzte == 1 else f"{ersetzte} neue Fassungen")
    return f"Zur {wozu} erhalten Sie {' und '.join(teile)}."


def abschnitte(
    aenderungen: Iterable[dict[str, Any]], papiere: dict[int, list[dict[str, Any]]], traktanden: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return the parts of the letter: neue_papiere, weg_papiere, neue_traktanden, umgestellte, weg_traktanden, nummern
    (and the sentence on them).

    papiere: those the reader may know of, by position of their item.  traktanden: the agenda with its papers.
    """
    je_art: dict[str, list[dict[str, Any]]] = {}
    for a in aenderungen:
        je_art.setdefault(a["art"], []).append(a)
    mit_datei = {a["uuid"]: a for art in (Art.PAPIER_NEU, Art.PAPIER_ERSETZT) for a in je_art.get(art, [])}
    neue = {a["uuid"] for a in je_art.get(Art.TRAKTANDUM_NEU, [])}
    return {
        "neue_papiere": [
            p | {"was": _was(mit_datei[p["uuid"]])}
            for liste in papiere.values()
            for p in liste
            if p["uuid"] in mit_datei and not mit_datei[p["uuid"]]["zu_neuem"]
        ],
        "weg_papiere": [
            p | {"hinweis": f"Traktandum {p['traktandum']}, bitte nicht mehr verwenden"}
            for p in je_art.get(Art.PAPIER_ZURUECK, [])
        ],
        "neue_traktanden": [t for t in traktanden if t["uuid"] in neue],
        "umgestellte": [t | {"von_text": str(t["von"])} for t in je_art.get(Art.TRAKTANDUM_VERSCHOBEN, [])],
        "weg_traktanden": je_art.get(Art.TRAKTANDUM_ZURUECK, []),
        "nummern": je_art.get(NEU_NUMMERIERT, []),
        "nummern_satz": _nummern(je_art.get(NEU_NUMMERIERT, [])),
    }


def _was(a: dict[str, Any]) -> str:
    return f"Fassung {a['nr']}, ersetzt Fassung {a['ersetzt']}" if a["ersetzt"] else "neu"


def _nummern(punkte: list[dict[str, Any]]) -> str:
    """Return in one sentence which items carry another number because others came or moved."""
    paare = [f"{t['von']} wird {t['nach']}" for t in sorted(punkte, key=lambda t: int(t["von"]))]
    return f"Dadurch ändert sich die Nummer: {', '.join(paare)}." if paare else ""
