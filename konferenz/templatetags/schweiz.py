"""Template filters for Swiss dates, times and numbers (loaded in every template)."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


@register.filter
def datum(value: date | datetime | None) -> str:
    """«10. Dezember 2026»."""
    return date_format(_local(value), "j. F Y") if value else ""


@register.filter
def wochentag_datum(value: date | datetime | None) -> str:
    """«Donnerstag, 10. Dezember 2026»."""
    return date_format(_local(value), "l, j. F Y") if value else ""


@register.filter
def kurzdatum(value: date | datetime | None) -> str:
    """«4.12.2025»."""
    return date_format(_local(value), "j.n.Y") if value else ""


@register.filter
def uhrzeit(value: datetime | None) -> str:
    """«14.00 Uhr»."""
    return date_format(_local(value), "G.i") + " Uhr" if value else ""


@register.filter
def zeit(value: datetime | None) -> str:
    """«14.00», for spans such as 14.00–16.30 Uhr."""
    return date_format(_local(value), "G.i") if value else ""


@register.filter
def zeitpunkt(value: datetime | None) -> str:
    """«10. Dezember 2026, 14.00 Uhr»."""
    return f"{datum(value)}, {uhrzeit(value)}" if value else ""


@register.filter
def ohne_waise(text: str) -> str:
    """Return a title whose last two words stay together: no year alone on a line."""
    return "\u00a0".join(text.rsplit(" ", 1))


@register.filter
def adresse(text: str) -> SafeString:
    """Return an e-mail address that breaks at its @ and its dots first."""
    return format_html_join(SafeString("<wbr>"), "{}", ((teil,) for teil in re.split(r"(?=[@.])", text)))


@register.filter
def zu(teile: dict[int | None, list[Any]], pk: int | None) -> list[Any]:
    """The parts of a page that belong to one row: `teile|zu:t.pk`; `teile|zu:None` those of the whole page."""
    return teile.get(pk, [])


@register.filter
def zahl(value: int | Decimal | None) -> str:
    """«12’000»."""
    return f"{value:,}".replace(",", "’") if value is not None else ""


@register.filter
def dateigroesse(value: int | None) -> str:
    """«0.4 MB» or «12 kB» for a number of bytes."""
    if value is None:
        return ""
    return f"{value / 1_000_000:.1f} MB" if value >= 100_000 else f"{max(1, round(value / 1000))} kB"
