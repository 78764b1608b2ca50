"""The eight topics of the Pflichtenheft (made after each migrate where missing)."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

THEMEN_CSV = Path(__file__).parent / "daten" / "themen.csv"


def create_stammdaten(**kwargs: Any) -> None:
    """Create the eight topics where they are missing; change nothing that is there."""
    from .models import Thema

    using = kwargs.get("using", "default")
    with THEMEN_CSV.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter=";"):
            Thema.objects.using(using).get_or_create(nr=int(row["nr"]), defaults={"bezeichnung": row["thema"]})
