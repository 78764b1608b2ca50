"""Filters that hand facts to konferenz.zeichnung and give the template places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from django import template

from konferenz.zeichnung.balken import Balkenbild, draw_balken
from konferenz.zeichnung.code import Codebild, draw_code
from konferenz.zeichnung.ergebnis import Ergebnisbild, draw_ergebnis
from konferenz.zeichnung.sitzplan import Plansitz, Sitzplan, draw_sitzplan
from konferenz.zeichnung.wochenlinie import Wochenlinie, Wochenpunkt, draw_wochenlinie

register = template.Library()


@register.filter
def als_wochenlinie(punkte: Sequence[Wochenpunkt]) -> Wochenlinie:
    """Return the geometry of the week before a meeting (see konferenz.zeichnung)."""
    return draw_wochenlinie(punkte)


@register.filter
def als_sitzplan(sitze: Sequence[Plansitz]) -> Sitzplan:
    """Return the geometry of the plan of seats (see konferenz.zeichnung)."""
    return draw_sitzplan(sitze)


class Praesenz(Protocol):
    """What the bar of presence counts."""

    @property
    def gesamt(self) -> int: ...
    @property
    def anwesend(self) -> int: ...
    @property
    def ausstand(self) -> int: ...
    @property
    def noetig(self) -> int | None: ...


@register.filter
def als_balken(praesenz: Praesenz) -> Balkenbild:
    """Return the geometry of the bar of presence (see konferenz.zeichnung)."""
    return draw_balken(praesenz.gesamt, praesenz.anwesend, praesenz.ausstand, praesenz.noetig)


class Ergebniszahlen(Protocol):
    """What a result counts (konferenz.rules.Auszaehlung)."""

    @property
    def anwesend(self) -> int: ...
    @property
    def ja(self) -> int: ...
    @property
    def nein(self) -> int: ...
    @property
    def enthaltung(self) -> int: ...


@register.filter
def als_ergebnisbild(zahlen: Ergebniszahlen, noetig: int | None) -> Ergebnisbild:
    """Return the geometry of a vote's result (see konferenz.zeichnung)."""
    return draw_ergebnis(
        anwesend=zahlen.anwesend, ja=zahlen.ja, nein=zahlen.nein, enthaltung=zahlen.enthaltung, noetig=noetig
    )


@register.filter
def als_code(text: str) -> Codebild:
    """Return the QR code of an address (see konferenz.zeichnung)."""
    return draw_code(text)
