"""What votes add to the pages of a meeting (settings.TRAKTANDUM_TEILE)."""

from __future__ import annotations

from typing import Any

from antraege.models import Abstimmung
from antraege.queries.ergebnis import load_ergebnisse
from konferenz.teile import Ort, Teil, Teile
from sitzungen.models import Sitzung
from sitzungen.views.anfrage import Anfrage

_VORLAGEN = {Ort.LEITUNG: "antraege/_teil_leitung.html", Ort.TRAKTANDEN: "antraege/_teil_traktanden.html"}


def abstimmungen(request: Anfrage, sitzung: Sitzung, ort: str) -> Teile:
    """Return the votes of each item as far as the person may see them (one query)."""
    vorlage = _VORLAGEN.get(Ort(ort))
    if vorlage is None:
        return {}
    sichtbar = Abstimmung.objects.visible_to(request.umfang).filter(sitzung=sitzung).order_by("nr")
    je_punkt: dict[int | None, dict[str, Any]] = {}
    for abstimmung in sichtbar:
        je_punkt.setdefault(abstimmung.traktandum_id, {"abstimmungen": []})["abstimmungen"].append(abstimmung)
    return {pk: [Teil(vorlage, kontext)] for pk, kontext in je_punkt.items()}


def ergebnisse(request: Anfrage, sitzung: Sitzung, ort: str) -> Teile:
    """Return what the votes of each item came to, for the meeting's page (one query)."""
    if ort != Ort.SITZUNG:
        return {}
    gefunden = load_ergebnisse(sitzung, request.umfang)
    return {
        pk: [Teil("antraege/_ergebnisse.html", {"ergebnisse": liste, "groesse": ""})] for pk, liste in gefunden.items()
    }
