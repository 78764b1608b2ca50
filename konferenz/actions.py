"""Deeds of the ground itself."""

from __future__ import annotations

from datetime import datetime

from .models import Herzschlag


def note_herzschlag(name: str, *, now: datetime) -> None:
    """Write that a part of the machinery ("beat", "worker") is alive."""
    Herzschlag.objects.update_or_create(name=name, defaults={"zeit": now})
