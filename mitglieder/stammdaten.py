"""The 13 regions, their municipalities and the 17 seats (made after each migrate where missing)."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

REGIONEN_CSV = Path(__file__).parent / "daten" / "sozialregionen.csv"
BEGINN = date(2022, 1, 1)  # the conference's first Pflichtenheft; older memberships are not recorded
BERATENDE_SITZE = (
    ("geschaeftsfuehrung", "VSEG-Geschäftsführung"),
    ("sozialkonferenz", "Solothurner Sozialkonferenz"),
    ("amt", "Amt für Gesundheit und Soziales"),
)


def create_stammdaten(**kwargs: Any) -> None:
    """Create regions, municipalities, population figures and seats where they are missing; change nothing that is there."""
    from .models import Sitz, Sozialregion

    using = kwargs.get("using", "default")
    with REGIONEN_CSV.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter=";"):
            if not Sozialregion.objects.using(using).filter(nr=row["nr"]).exists():
                _create_region(row, using)
    Sitz.objects.using(using).get_or_create(
        art="vorsitz", defaults={"bezeichnung": "VSEG-Präsidium (Vorsitz)", "stimmberechtigt": True, "reihenfolge": 1}
    )
    for nr, (art, bezeichnung) in enumerate(BERATENDE_SITZE, start=1):
        Sitz.objects.using(using).get_or_create(
            art=art, defaults={"bezeichnung": bezeichnung, "stimmberechtigt": False, "reihenfolge": 100 + nr}
        )


def _create_region(row: dict[str, str], using: str) -> None:
    from .models import Einwohnerzahl, Gemeinde, GemeindeZugehoerigkeit, Leitgremium, Sitz, Sozialregion

    region = Sozialregion.objects.using(using).create(
        nr=int(row["nr"]),
        kuerzel=row["kuerzel"],
        name=row["name"],
        buero_ort=row["buero_ort"],
        form=row["form"],
        is_form_bestaetigt=row["form_sicherheit"] == "H",
        bemerkung=row["bemerkung"],
    )
    for name in row["gemeinden"].split("|"):
        gemeinde, _ = Gemeinde.objects.using(using).get_or_create(name=name)
        GemeindeZugehoerigkeit.objects.using(using).create(gemeinde=gemeinde, sozialregion=region, von=BEGINN)
    stand = date.fromisoformat(row["einwohner_stand"])
    Einwohnerzahl.objects.using(using).create(
        sozialregion=region,
        stand_on=stand,
        anzahl=int(row["einwohner"]),
        quelle="Wohnbevölkerung, gerundete Angabe aus öffentlichen Quellen",
    )
    Sitz.objects.using(using).create(
        art="region",
        sozialregion=region,
        bezeichnung=f"Präsidium {region.name}",
        stimmberechtigt=True,
        reihenfolge=10 + region.nr,
    )
    Leitgremium.objects.using(using).create(sozialregion=region, name=f"Leitgremium {region.name}")
