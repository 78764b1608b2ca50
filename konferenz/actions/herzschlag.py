"""What runs beside the requests says that it is alive."""

from __future__ import annotations

from datetime import datetime

from konferenz.models import Herzschlag


def note_herzschlag(name: str, *, now: datetime) -> None:
    """Write that a part of the machinery ("beat", "worker") is alive."""
    Herzschlag.objects.update_or_create(name=name, defaults={"zeit": now})
