"""What every portal has from the start: the versions of the Pflichtenheft (made after each migrate where missing)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management import call_command

VOLLTEXT_2026 = Path(__file__).parent / "daten" / "pflichtenheft-2026.txt"


def create_stammdaten(**kwargs: Any) -> None:
    """Create the rule versions of 2022 (archive, without rules) and 2026 where they are missing; change nothing that is there."""
    from .models import JournalKopf, Pflichtenheft

    using = kwargs.get("using", "default")
    call_command("createcachetable", database=using, verbosity=0)  # where the limits of the login are counted
    JournalKopf.objects.using(using).get_or_create(pk=1)
    Pflichtenheft.objects.using(using).get_or_create(
        valid_from=date(2022, 1, 1),
        defaults={"bezeichnung": "Pflichtenheft 2022 (Archiv)", "has_regeln": False},
    )
    Pflichtenheft.objects.using(using).get_or_create(
        valid_from=date(2026, 1, 1),
        defaults={
            "bezeichnung": "Pflichtenheft 2026",
            "beschlossen_on": date(2025, 12, 4),
            "ort": "Biberist",
            "unterzeichnet": "Der Präsident: Roger Siegenthaler\nDer Geschäftsführer: Thomas Blum",
            "volltext": VOLLTEXT_2026.read_text(encoding="utf-8"),
            "ordentliche_sitzungen": 4,
            "versandfrist_tage": 7,
            "mehrheit_zaehler": 2,
            "mehrheit_nenner": 3,
        },
    )
