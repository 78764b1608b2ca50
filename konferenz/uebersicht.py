"""The dashboard and the navigation: every app gives its part, named as strings in settings, so the ground imports none.

UEBERSICHT lists functions `(request) -> Kachel | None`, NAVIGATION functions `(request) -> Iterable[Ziel]`.
What a person may not see gives no tile and no way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe


@dataclass(frozen=True)
class Kopf:
    """The headline a tile claims for the whole page: small line above, headline, quieter sentence below.

    ton: «dringend» colours the small line; else it is quiet.
    """

    titel: str
    kontext: str = ""
    vorspann: str = ""
    ton: str = ""


@dataclass(frozen=True)
class Kachel:
    """One part of the dashboard: a template and what it shows (as `kachel`).

    rang: its place, small numbers first.  in_spalte: stands in the narrow column.
    kopf: the page's headline; of several the tile with the smallest rang speaks.
    """

    template: str
    inhalt: Mapping[str, Any] = field(default_factory=dict)
    rang: int = 50
    in_spalte: bool = False
    kopf: Kopf | None = None


@dataclass(frozen=True)
class Ziel:
    """One entry of the navigation. url: also the beginning of every address that belongs to it."""

    name: str
    url: str
    rang: int = 50
    is_aktiv: bool = False


@lru_cache
def _functions(names: tuple[str, ...]) -> tuple[Callable[[HttpRequest], Any], ...]:
    return tuple(import_string(name) for name in names)


def kacheln(request: HttpRequest) -> list[Kachel]:
    """Return the tiles of this person, in order."""
    found = [kachel for function in _functions(tuple(settings.UEBERSICHT)) if (kachel := function(request)) is not None]
    return sorted(found, key=lambda kachel: kachel.rang)


def navigation(request: HttpRequest) -> list[Ziel]:
    """Return the ways this person may go, in order, the one the page belongs to marked."""
    if not request.umfang.is_angemeldet:  # type: ignore[attr-defined]  # a link's session has its one page
        return []
    ziele = [Ziel("Übersicht", "/", 0)]
    for function in _functions(tuple(settings.NAVIGATION)):
        weitere: Iterable[Ziel] = function(request)
        ziele += weitere
    ziele.sort(key=lambda ziel: ziel.rang)
    return [Ziel(ziel.name, ziel.url, ziel.rang, _belongs(request.path, ziel.url)) for ziel in ziele]


def _belongs(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


@require_safe
def uebersicht(request: HttpRequest) -> HttpResponse:
    """Show what this person should do now, what is new, and the rest."""
    teile = kacheln(request)
    kopf = next((teil.kopf for teil in teile if teil.kopf is not None), Kopf("Übersicht"))
    return render(
        request,
        "konferenz/uebersicht.html",
        {
            "kopf": kopf,
            "teile": [teil for teil in teile if not teil.in_spalte],
            "spalte": [teil for teil in teile if teil.in_spalte],
        },
    )


uebersicht.recht = "angemeldet"  # type: ignore[attr-defined]  # a login is enough: each tile asks for its own right
