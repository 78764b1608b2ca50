"""Filters that hand facts to konferenz.zeichnung and give the template places."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from konferenz.zeichnung import Wochenlinie, Wochenpunkt, draw_wochenlinie

register = template.Library()


@register.filter
def als_wochenlinie(punkte: Sequence[Wochenpunkt]) -> Wochenlinie:
    """Return the geometry of the week before a meeting (see konferenz.zeichnung)."""
    return draw_wochenlinie(punkte)
