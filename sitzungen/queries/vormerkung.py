"""What the desk has noted of held seats, for the desk and the page of presence."""

from __future__ import annotations

from sitzungen.models import Sitzung, Vormerkung


def list_vormerkungen(sitzung: Sitzung) -> list[Vormerkung]:
    """Return what waits for the end of a vote, and what could not be applied, by time (one query)."""
    rows = Vormerkung.objects.filter(teilnahme__sitzung=sitzung)
    return list(rows.select_related("person", "teilnahme__sitz__sozialregion").order_by("zeit_at", "pk"))
