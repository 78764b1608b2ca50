"""Attendance of a year: which seat was represented at which meeting, by whom, for how long (R15, R37)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from mitglieder.models import Mandat, Sitz, Sozialregion
from sitzungen.models import Anwesenheit, Sitzung, Teilnahme
from sitzungen.rules.antwort import is_antwort_gueltig
from sitzungen.rules.dauer import dauer_text, minutes_present

from .sitzplan import sitzname

KOPF = (
    "Sitz",
    "Kürzel",
    "Sitzung",
    "Datum",
    "Stand",
    "Person",
    "als",
    "von",
    "bis",
    "Form",
    "Minuten",
)
DA = {"da", "vertreten"}
_WORT = {
    "da": "anwesend",
    "vertreten": "vertreten",
    "entschuldigt": "entschuldigt",
    "offen": "abwesend",
    "vakant": "vakant",
    "": "nicht erfasst",
}


@dataclass(frozen=True)
class Strecke:
    """One stretch of presence: who, as what (Mitglied or Stellvertretung with function), from when to when."""

    person: str
    als: str
    von_at: datetime
    bis_at: datetime
    form: str

    @property
    def minuten(self) -> int:
        return minutes_present([(self.von_at, self.bis_at)])


@dataclass(frozen=True)
class Zelle:
    """One seat at one meeting. zustand: as the plan of seats draws it; empty where no presence was recorded at all."""

    sitzung: Sitzung
    zustand: str
    strecken: tuple[Strecke, ...]

    @property
    def wort(self) -> str:
        return _WORT[self.zustand]

    @property
    def wer(self) -> str:
        """Who sat there, where it was not the member alone."""
        if self.zustand == "da" and len({s.person for s in self.strecken}) == 1:
            return ""
        return ", ".join(dict.fromkeys(s.person for s in self.strecken))

    @property
    def minuten(self) -> int:
        return minutes_present((s.von_at, s.bis_at) for s in self.strecken)

    @property
    def dauer(self) -> str:
        return dauer_text(self.minuten)


@dataclass(frozen=True)
class Jahreszeile:
    """One seat over a year's meetings."""

    sitz: Sitz
    zellen: tuple[Zelle, ...]

    @property
    def name(self) -> str:
        return sitzname(self.sitz)

    @property
    def vertreten(self) -> int:
        return sum(zelle.zustand in DA for zelle in self.zellen)

    @property
    def gezaehlt(self) -> int:
        """Meetings that count: those whose presence was recorded."""
        return sum(zelle.zustand != "" for zelle in self.zellen)

    @property
    def minuten(self) -> int:
        return sum(zelle.minuten for zelle in self.zellen)

    @property
    def dauer(self) -> str:
        return dauer_text(self.minuten)


@dataclass(frozen=True)
class Praesenzjahr:
    """All seats × the closed meetings of a year, in the order of time."""

    jahr: int
    sitzungen: tuple[Sitzung, ...]
    zeilen: tuple[Jahreszeile, ...]

    @property
    def regionen(self) -> tuple[Jahreszeile, ...]:
        return tuple(zeile for zeile in self.zeilen if zeile.sitz.art == Sitz.Art.REGION)

    @property
    def andere(self) -> tuple[Jahreszeile, ...]:
        return tuple(zeile for zeile in self.zeilen if zeile.sitz.art != Sitz.Art.REGION)

    @property
    def je_sitzung(self) -> list[tuple[Sitzung, int | None]]:
        """How many regions were represented at each meeting; None where no presence was recorded."""
        zahl: Counter[int] = Counter()
        gezaehlt = set()
        for zeile in self.regionen:
            for zelle in zeile.zellen:
                zahl[zelle.sitzung.pk] += zelle.zustand in DA
                if zelle.zustand:
                    gezaehlt.add(zelle.sitzung.pk)
        return [(s, zahl[s.pk] if s.pk in gezaehlt else None) for s in self.sitzungen]

    @property
    def satz(self) -> str:
        """«An 2 von 3 Sitzungen waren alle 13 Regionen vertreten.» Empty without a meeting that counts."""
        zahlen = [zahl for _, zahl in self.je_sitzung if zahl is not None]
        if not zahlen:
            return ""
        alle, regionen = len(self.regionen), f"alle {len(self.regionen)} Regionen"
        voll = sum(zahl == alle for zahl in zahlen)
        if len(zahlen) == 1:
            return f"An der Sitzung waren {zahlen[0]} von {alle} Regionen vertreten."
        if not voll:
            return f"An keiner der {len(zahlen)} Sitzungen waren {regionen} vertreten."
        return f"An {voll} von {len(zahlen)} Sitzungen waren {regionen} vertreten."


def list_jahre() -> list[int]:
    """Return the years with closed meetings, newest first (one query)."""
    geschlossen = Sitzung.objects.filter(status=Sitzung.Status.GESCHLOSSEN).order_by()
    return sorted(set(geschlossen.values_list("jahr", flat=True)), reverse=True)


def load_praesenzjahr(jahr: int, *sitze: Sitz) -> Praesenzjahr:
    """Return a year's attendance, of all seats or those given (five queries)."""
    sitzungen = tuple(
        Sitzung.objects.filter(jahr=jahr, status=Sitzung.Status.GESCHLOSSEN).order_by("beginn_at").defer("bemerkung")
    )
    alle = list(sitze) or list(Sitz.objects.select_related("sozialregion").order_by("reihenfolge"))
    mandate = list(
        Mandat.objects.filter(sitz__in=[sitz.pk for sitz in alle]).values_list("sitz_id", "person_id", "von", "bis")
    )
    antworten = {(t.sitz_id, t.sitzung_id): t for t in Teilnahme.objects.filter(sitzung__in=sitzungen).order_by("pk")}
    strecken, erfasst = _strecken(sitzungen)
    return Praesenzjahr(
        jahr,
        sitzungen,
        tuple(
            Jahreszeile(
                sitz,
                tuple(
                    Zelle(
                        sitzung,
                        _zustand(
                            strecken[sitz.pk, sitzung.pk],
                            antworten.get((sitz.pk, sitzung.pk)),
                            inhaber=_inhaber(mandate, sitz.pk, timezone.localdate(sitzung.beginn_at)),
                        )
                        if sitzung.pk in erfasst
                        else "",
                        tuple(strecke for strecke, _ in strecken[sitz.pk, sitzung.pk]),
                    )
                    for sitzung in sitzungen
                ),
            )
            for sitz in alle
        ),
    )


Strecken = dict[tuple[int, int], list[tuple[Strecke, bool]]]


def _strecken(sitzungen: Sequence[Sitzung]) -> tuple[Strecken, set[int]]:
    """Return (stretch, was it the member) by seat and meeting, and the meetings with any presence (one query)."""
    found: Strecken = defaultdict(list)
    erfasst: set[int] = set()
    ende = {sitzung.pk: sitzung.beendet_at or sitzung.ende_at for sitzung in sitzungen}
    rows = Anwesenheit.objects.filter(sitzung__in=sitzungen, teilnahme__isnull=False)
    for a in rows.select_related("person", "teilnahme").order_by("von_at", "pk"):
        assert a.teilnahme is not None  # noqa: S101  # the filter says so
        erfasst.add(a.sitzung_id)
        ist_mitglied = a.als == Anwesenheit.Als.INHABER
        funktion = a.teilnahme.vertretung_funktion_text or a.teilnahme.get_vertretung_funktion_display()
        als = a.get_als_display() if ist_mitglied or not funktion else f"{a.get_als_display()}, {funktion}"
        strecke = Strecke(str(a.person), als, a.von_at, a.bis_at or ende[a.sitzung_id], a.get_form_display())
        found[a.teilnahme.sitz_id, a.sitzung_id].append((strecke, ist_mitglied))
    return found, erfasst


def _inhaber(mandate: Sequence[tuple[int, int, date, date | None]], sitz: int, tag: date) -> int | None:
    return next((p for pk, p, von, bis in mandate if pk == sitz and von <= tag and (bis is None or bis > tag)), None)


def _zustand(strecken: Sequence[tuple[Strecke, bool]], teilnahme: Teilnahme | None, *, inhaber: int | None) -> str:
    if strecken:
        return "da" if any(ist_mitglied for _, ist_mitglied in strecken) else "vertreten"
    if inhaber is None:
        return "vakant"
    if teilnahme is None or teilnahme.antwort != Teilnahme.Antwort.ENTSCHULDIGT:
        return "offen"
    gilt = is_antwort_gueltig(teilnahme.antwort, fuer=teilnahme.antwort_fuer_id, inhaber=inhaber)
    return "entschuldigt" if gilt else "offen"


def export_praesenz(praesenz: Praesenzjahr) -> Iterator[list[object]]:
    """Yield the rows of the table for Excel: one per stretch, or one where nobody was there; columns as KOPF."""
    for zeile in praesenz.zeilen:
        region = zeile.sitz.sozialregion
        for zelle in zeile.zellen:
            vorn = [
                zeile.name,
                region.kuerzel if region else "",
                zelle.sitzung.nummer,
                _tag(zelle.sitzung.beginn_at),
                zelle.wort,
            ]
            for s in zelle.strecken:
                yield [*vorn, s.person, s.als, _uhr(s.von_at), _uhr(s.bis_at), s.form, s.minuten]
            if not zelle.strecken:
                yield [*vorn, "", "", "", "", "", ""]


def load_region(kuerzel: str) -> Sozialregion | None:
    """Return a region by its Kürzel in any case (one query)."""
    return Sozialregion.objects.filter(kuerzel__iexact=kuerzel).first()


def _tag(moment: datetime) -> str:
    lokal = timezone.localtime(moment)
    return f"{lokal.day}.{lokal.month}.{lokal.year}"


def _uhr(moment: datetime) -> str:
    lokal = timezone.localtime(moment)
    return f"{lokal.hour}.{lokal.minute:02}"
