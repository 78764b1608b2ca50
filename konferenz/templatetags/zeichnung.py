"""Filters that hand facts to konferenz.zeichnung and give the template places."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from konferenz.zeichnung import Plansitz, Sitzplan, Wochenlinie, Wochenpunkt, draw_sitzplan, draw_wochenlinie

register = template.Library()


@register.filter
def als_wochenlinie(punkte: Sequence[Wochenpunkt]) -> Wochenlinie:
    """Return the geometry of the week before a meeting (see konferenz.zeichnung)."""
    return draw_wochenlinie(punkte)


@register.filter
def als_sitzplan(sitze: Sequence[Plansitz]) -> Sitzplan:
    """Return the geometry of the plan of seats (see konferenz.zeichnung)."""
    return draw_sitzplan(sitze)
