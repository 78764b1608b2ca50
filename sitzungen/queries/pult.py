"""What the chair's desk and the room screen show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from mitglieder.permissions import Umfang
from sitzungen.models import Ausstand, Sitzung, Traktandum
from sitzungen.rules import leitung as regeln

from .diskussion import sitz_kurz
from .lesen import Punkt, Zeilen, load_punkte, make_ergebnis
from .praesenz import Lage


@dataclass(frozen=True)
class Pultpunkt:
    """One item at the desk. punkt: what every reader sees of it."""

    traktandum: Traktandum
    punkt: Punkt
    is_aktuell: bool

    @property
    def is_behandelt(self) -> bool:
        return self.traktandum.ausgang != Traktandum.Ausgang.OFFEN

    @property
    def minuten(self) -> int | None:
        """How long it was dealt with, in whole minutes; None where it is not over."""
        von, bis = self.traktandum.begonnen_at, self.traktandum.beendet_at
        return None if von is None or bis is None else int((bis - von).total_seconds()) // 60

    @property
    def stand(self) -> str:
        """What the list says beside it: its outcome, «jetzt», or nothing."""
        if self.is_behandelt:
            return self.traktandum.get_ausgang_display()
        if self.is_aktuell:
            return "jetzt"
        return "ohne Ergebnis" if self.traktandum.beendet_at else ""


@dataclass(frozen=True)
class Ergebnis:
    """One outcome the desk offers."""

    wert: str
    text: str
    is_gesetzt: bool


@dataclass(frozen=True)
class Pult:
    """The desk: all items, the current one with its neighbours, what may come of it, who steps aside.

    geplant_bis: when the current item should end.  ende_at: when the meeting would end if the rest took what is planned.
    stumme: seats in the room that have not asked to discuss the current item, as uuid and name.
    """

    punkte: list[Pultpunkt]
    aktuell: Pultpunkt | None
    davor: Pultpunkt | None
    danach: Pultpunkt | None
    ergebnisse: list[Ergebnis]
    ausstaende: list[str]
    geplant_bis: datetime | None
    ende_at: datetime
    stumme: list[tuple[str, str]]

    @property
    def behandelt_count(self) -> int:
        return sum(punkt.is_behandelt for punkt in self.punkte)


def load_pult(sitzung: Sitzung, lage: Lage, umfang: Umfang, now: datetime) -> Pult:
    """Return the desk of a meeting (five queries, whatever the number of items)."""
    sichtbar = {punkt.position: punkt for punkt in load_punkte(sitzung, umfang)}
    zeilen = sitzung.traktanden.with_diskussion().select_related("thema").order_by("position")
    punkte = [Pultpunkt(t, sichtbar[t.position], t.pk == sitzung.aktuell_id) for t in zeilen]
    nr = next((nr for nr, punkt in enumerate(punkte) if punkt.is_aktuell), None)
    aktuell = None if nr is None else punkte[nr]
    ausstaende = Ausstand.objects.filter(traktandum_id=sitzung.aktuell_id or 0).select_related(
        "teilnahme__sitz__sozialregion"
    )
    return Pult(
        punkte=punkte,
        aktuell=aktuell,
        davor=punkte[nr - 1] if nr else None,
        danach=punkte[nr + 1] if nr is not None and nr + 1 < len(punkte) else None,
        ergebnisse=_ergebnisse(aktuell.traktandum) if aktuell else [],
        ausstaende=[sitz_kurz(ausstand.teilnahme.sitz) for ausstand in ausstaende],
        geplant_bis=_geplant_bis(aktuell.traktandum) if aktuell else None,
        ende_at=regeln.voraussichtliches_ende(
            now,
            seit=aktuell.traktandum.begonnen_at if aktuell else None,
            minuten=aktuell.traktandum.minuten if aktuell else 0,
            uebrige=[p.traktandum.minuten for p in punkte if not p.is_aktuell and p.traktandum.begonnen_at is None],
        ),
        stumme=_stumme(aktuell, lage),
    )


def _stumme(aktuell: Pultpunkt | None, lage: Lage) -> list[tuple[str, str]]:
    if aktuell is None or aktuell.traktandum.art != Traktandum.Art.INFORMATION or aktuell.is_behandelt:
        return []
    schon = {uuid for uuid, _ in aktuell.punkt.diskussion.sitze}
    anwesend = [zeile.sitz for zeile in lage if zeile.anwesenheit is not None]
    return [(str(sitz.uuid), sitz_kurz(sitz)) for sitz in anwesend if str(sitz.uuid) not in schon]


def _geplant_bis(traktandum: Traktandum) -> datetime | None:
    if traktandum.begonnen_at is None:
        return None
    return traktandum.begonnen_at + timedelta(minutes=traktandum.minuten)


def _ergebnisse(traktandum: Traktandum) -> list[Ergebnis]:
    return [
        Ergebnis(wert, Traktandum.Ausgang(wert).label, traktandum.ausgang == wert)
        for wert in regeln.AUSGAENGE[traktandum.art]
        if not (
            wert == regeln.BERATEN
            and traktandum.art == Traktandum.Art.INFORMATION
            and not traktandum.is_diskussion_verlangt
        )
    ]


@dataclass(frozen=True)
class Bild:
    """What the room screen shows: the current item, what came of it as far as no result beside it says so, the next one."""

    aktuell: Traktandum | None
    danach: Traktandum | None
    ergebnis: str


def load_bild(sitzung: Sitzung, gezeigt: Zeilen | None = None) -> Bild:
    """Return the room's picture (one query). gezeigt: as for load_sitzungsseite."""
    zeilen = list(sitzung.traktanden.with_diskussion().order_by("position"))
    aktuell = next((t for t in zeilen if t.pk == sitzung.aktuell_id), None)
    danach = next((t for t in zeilen if aktuell is not None and t.position > aktuell.position), None)
    ergebnis = make_ergebnis(aktuell, (gezeigt or {}).get(aktuell.pk, ()), trenner=": ") if aktuell else ""
    return Bild(aktuell, danach, ergebnis)
