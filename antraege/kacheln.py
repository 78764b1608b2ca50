"""What the motions give to the dashboard and the navigation."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse

from antraege.queries.pendent import list_eigene, list_fehlende_stimmen
from antraege.queries.vorstand import load_letzte_antworten, load_wahlen, load_wartende
from konferenz.uebersicht import Kachel, Kopf, Ziel
from mitglieder.permissions import Recht, Rolle, Umfang, has_recht

_IM_VORSTAND = frozenset({Rolle.VORSTAND, Rolle.VORSTANDSSEKRETARIAT})


def _scope(request: HttpRequest) -> Umfang:
    return request.umfang  # type: ignore[attr-defined]


def navigation(request: HttpRequest) -> Iterator[Ziel]:
    """Yield the ways to the motions and to the board's page (no query)."""
    if has_recht(_scope(request), Recht.ANTRAEGE_SEHEN):
        yield Ziel("Anträge", reverse("antraege:antrag-list"), 30)
    if has_recht(_scope(request), Recht.VORSTAND_SEHEN):
        yield Ziel("Vorstand", reverse("antraege:vorstand-list"), 35)


# --- One's own ballots ----------------------------------------------------------------------------


def stimme_fehlt(request: HttpRequest) -> Kachel | None:
    """Show above all else the open votes that wait for this person's ballot; who leads keeps the desk as the next deed (one query)."""
    scope = _scope(request)
    fehlende = list_fehlende_stimmen(scope)
    if not fehlende:
        return None
    leitet = any(has_recht(scope, Recht.SITZUNG_LEITEN, vote.sitzung) for vote in fehlende)
    return Kachel("antraege/_kachel_stimme.html", {"fehlende": fehlende, "leitet": leitet}, rang=1)


# --- One's own motions ----------------------------------------------------------------------------


def eigene(request: HttpRequest) -> Kachel | None:
    """Show a member the own drafts and motions with their state, and the way to a new one (two queries)."""
    scope = _scope(request)
    if not has_recht(scope, Recht.ANTRAG_SCHREIBEN) or has_recht(scope, Recht.BERICHT_SCHREIBEN):
        return None
    return Kachel("antraege/_kachel_eigene.html", {"eigene": list_eigene(scope)}, rang=65, in_spalte=True)


# --- The board ------------------------------------------------------------------------------------


def vorstand(request: HttpRequest) -> Kachel | None:
    """Show the board what waits for it and what it answered last; who is nothing else gets the headline too (five queries)."""
    scope = _scope(request)
    if not scope.rollen & _IM_VORSTAND:
        return None
    wartende = load_wartende(scope)
    kopf = None if has_recht(scope, Recht.TERMIN_SEHEN) else Kopf(_ueberschrift(len(wartende)), "VSEG-Vorstand")
    inhalt = {"wartende": wartende, "wahlen": len(load_wahlen(scope.now)), "letzte": load_letzte_antworten(scope)}
    return Kachel("antraege/_kachel_vorstand.html", inhalt, rang=60 if kopf else 25, kopf=kopf)


def _ueberschrift(wartende: int) -> str:
    if not wartende:
        return "Kein Antrag wartet auf den Vorstand"
    return "Ein Antrag wartet auf den Vorstand" if wartende == 1 else f"{wartende} Anträge warten auf den Vorstand"


def vorstand_wartet(request: HttpRequest) -> Kachel | None:
    """Show office and chair what waits at the board, overdue ones marked; nothing while nothing waits (two queries)."""
    scope = _scope(request)
    if scope.rollen & _IM_VORSTAND or not has_recht(scope, Recht.VORSTAND_SEHEN):
        return None
    wartende = load_wartende(scope)
    if not wartende:
        return None
    return Kachel("antraege/_kachel_vorstand_wartet.html", {"wartende": wartende}, rang=25)
