"""What several tiles show, loaded once a request."""

from __future__ import annotations

from datetime import timedelta
from functools import wraps
from typing import Any, Protocol

from django.http import HttpRequest

from mitglieder.permissions import Recht, Umfang, has_recht
from sitzungen.models import Sitzung
from sitzungen.queries import sitzplan, termine

VERTRETUNG_AB = timedelta(days=14)


def scope_of(request: HttpRequest) -> Umfang:
    """Return what this person may know and do, as the middleware loaded it."""
    return request.umfang  # type: ignore[attr-defined]


class _Loader(Protocol):
    def __call__(self, request: HttpRequest) -> Any: ...


def _once(loader: _Loader) -> _Loader:
    """Load once a request what several tiles show."""
    name = f"_sitzungen_{loader.__name__}"  # type: ignore[attr-defined]

    @wraps(loader)
    def cached(request: HttpRequest) -> Any:
        if not hasattr(request, name):
            setattr(request, name, loader(request))
        return getattr(request, name)

    return cached


@_once
def next_sitzung(request: HttpRequest) -> Sitzung | None:
    """Return the meeting the dashboard is about."""
    return termine.next_sitzung(scope_of(request))


@_once
def lesestand(request: HttpRequest) -> termine.Lesestand | None:
    """Return how far this person has read; None for the office, which puts the papers there."""
    scope = scope_of(request)
    return None if has_recht(scope, Recht.VERSAND_LEITEN) else termine.load_lesestand(scope)


@_once
def vertretung_der_naechsten(request: HttpRequest) -> sitzplan.Vertretung | None:
    """Return who comes to the next meeting, from two weeks before it on: earlier nobody has to know."""
    return load_vertretung(next_sitzung(request), scope_of(request))


def load_vertretung(sitzung: Sitzung | None, scope: Umfang) -> sitzplan.Vertretung | None:
    """Return who comes to a meeting; None where the person may not know it, or nobody has to know yet."""
    if sitzung is None or not has_recht(scope, Recht.TEILNAHMEN_SEHEN, sitzung):
        return None
    is_bald = sitzung.is_termin_bekannt and sitzung.beginn_at - scope.now <= VERTRETUNG_AB
    return sitzplan.load_vertretung(sitzung) if sitzung.is_veroeffentlicht or is_bald else None
