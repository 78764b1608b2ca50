"""What a vote in a meeting can be about."""

from __future__ import annotations

from dataclasses import dataclass

from antraege.models import Antrag, Antragsfassung
from sitzungen.models import Sitzung, Traktandum


@dataclass(frozen=True)
class Gegenstand:
    """One thing a vote can be about: an item, or a motion there. wert: its value in a form, «<uuid>» or «<uuid>/2026-4»."""

    traktandum: Traktandum
    antrag: Antrag | None
    fassung_pk: int | None

    @property
    def wert(self) -> str:
        return f"{self.traktandum.uuid}/{self.antrag.kennung}" if self.antrag else str(self.traktandum.uuid)

    @property
    def text(self) -> str:
        if self.antrag:
            return f"Antrag {self.antrag.nummer}: {self.antrag.titel}"
        return f"Traktandum {self.traktandum.position}: {self.traktandum.titel}"


def list_gegenstaende(sitzung: Sitzung) -> list[Gegenstand]:
    """Return what can be voted on in a meeting: each item, and behind it its motions with their latest version (two queries).

    A motion that was withdrawn is none of them, though its item stays.
    """
    letzte: dict[int, int] = {}
    je_punkt: dict[int, dict[int, Antrag]] = {}
    fassungen = Antragsfassung.objects.filter(antrag__traktandum__sitzung=sitzung).select_related("antrag")
    fassungen = fassungen.exclude(antrag__status=Antrag.Status.ZURUECKGEZOGEN)
    for fassung in fassungen.order_by("antrag__nr", "nr"):
        letzte[fassung.antrag_id] = fassung.pk
        je_punkt.setdefault(fassung.antrag.traktandum_id or 0, {})[fassung.antrag_id] = fassung.antrag
    gegenstaende = []
    for traktandum in sitzung.traktanden.order_by("position"):
        gegenstaende.append(Gegenstand(traktandum, None, None))
        gegenstaende += [Gegenstand(traktandum, a, letzte[a.pk]) for a in je_punkt.get(traktandum.pk, {}).values()]
    return gegenstaende
