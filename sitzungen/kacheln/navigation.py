"""The ways to the meetings in the navigation."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest

from konferenz.uebersicht import Ziel
from mitglieder.permissions import Recht, Rolle, Umfang, has_recht

from .geladen import scope_of


def navigation(request: HttpRequest) -> Iterator[Ziel]:
    """Yield the ways to meetings and topics (no query)."""
    scope = scope_of(request)
    if scope.is_angemeldet and not _is_nur_vorstand(scope):
        yield Ziel("Sitzungen", "/sitzungen/", 10)
    if has_recht(scope, Recht.THEMEN_SEHEN):
        yield Ziel("Themen", "/themen/", 20)


def _is_nur_vorstand(scope: Umfang) -> bool:
    """Whether the person is on the board or runs the machine and nothing else: meetings are not theirs to read."""
    ohne_sitzungen = {Rolle.VORSTAND, Rolle.VORSTANDSSEKRETARIAT, Rolle.ADMINISTRATION}
    return bool(scope.rollen & ohne_sitzungen) and scope.rollen <= ohne_sitzungen | {Rolle.ANGEMELDET}
