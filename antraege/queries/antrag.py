"""What is read of motions: for the form of a vote, for the page of one motion."""

from __future__ import annotations

from dataclasses import dataclass

from antraege.models import Abstimmung, Antrag, Antragsfassung
from mitglieder.permissions import Umfang
from sitzungen.models import Sitzung, Traktandum

from .pult import Pultabstimmung, make_zeilen


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
    """Return what can be voted on in a meeting: each item, and behind it its motions with their latest version (two queries)."""
    letzte: dict[int, int] = {}
    je_punkt: dict[int, dict[int, Antrag]] = {}
    fassungen = Antragsfassung.objects.filter(antrag__traktandum__sitzung=sitzung).select_related("antrag")
    for fassung in fassungen.order_by("antrag__nr", "nr"):
        letzte[fassung.antrag_id] = fassung.pk
        je_punkt.setdefault(fassung.antrag.traktandum_id or 0, {})[fassung.antrag_id] = fassung.antrag
    gegenstaende = []
    for traktandum in sitzung.traktanden.order_by("position"):
        gegenstaende.append(Gegenstand(traktandum, None, None))
        gegenstaende += [Gegenstand(traktandum, a, letzte[a.pk]) for a in je_punkt.get(traktandum.pk, {}).values()]
    return gegenstaende


@dataclass(frozen=True)
class Antragsseite:
    """One motion: its versions, newest first, its votes. is_offen: its wording may still change."""

    fassungen: tuple[Antragsfassung, ...]
    abstimmungen: tuple[Pultabstimmung, ...]
    is_offen: bool


def load_antragsseite(antrag: Antrag, umfang: Umfang) -> Antragsseite:
    """Return the page of one motion (constant queries)."""
    fassungen = antrag.fassungen.select_related("von").order_by("-nr")
    sichtbar = Abstimmung.objects.visible_to(umfang).filter(antragsfassung__antrag=antrag)
    votes = list(
        sichtbar.select_related("sitzung", "traktandum", "antragsfassung__antrag", "vorgaenger").order_by("nr")
    )
    alle = Abstimmung.objects.filter(antragsfassung__antrag=antrag)
    begonnen = alle.filter(status__in=[Abstimmung.Status.OFFEN, Abstimmung.Status.GESCHLOSSEN]).exists()
    return Antragsseite(
        fassungen=tuple(fassungen),
        abstimmungen=tuple(make_zeilen(votes, votes[0].sitzung, umfang)) if votes else (),
        is_offen=antrag.status == Antrag.Status.TRAKTANDIERT and not begonnen,
    )
