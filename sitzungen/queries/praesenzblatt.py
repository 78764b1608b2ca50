"""What the page of presence shows: every seat with its stretches, who may take it now, who steps aside, the guests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from mitglieder.models import Person, Sitz
from mitglieder.permissions import Umfang
from sitzungen.models import Anwesenheit, Ausstand, Sitzung, Teilnahme, Traktandum

from .antwort import MeinSitz
from .gast import zulassungen
from .praesenz import Lage, Sitzzeile, load_lage
from .sitzplan import sitzname


@dataclass(frozen=True)
class Kommende:
    """Somebody who may take a seat now. als: «Mitglied» or «Stellvertretung»."""

    person: Person
    als: str


@dataclass(frozen=True)
class Praesenzplatz:
    """One seat on the page. strecken: all its stretches of this meeting, the lasting one included, by time."""

    zeile: Sitzzeile
    strecken: tuple[Anwesenheit, ...]
    ausstaende: tuple[Ausstand, ...]
    is_hybrid: bool

    @property
    def sitz(self) -> Sitz:
        return self.zeile.sitz

    @property
    def name(self) -> str:
        return sitzname(self.zeile.sitz)

    @property
    def anwesenheit(self) -> Anwesenheit | None:
        return self.zeile.anwesenheit

    @property
    def is_gehalten(self) -> bool:
        """Whether an open vote counts the seat: until its end nobody is checked out or hands over."""
        return self.zeile.teilnahme is not None and self.zeile.teilnahme.gesperrt_durch is not None

    @property
    def vergangene(self) -> tuple[Anwesenheit, ...]:
        return tuple(s for s in self.strecken if s.bis_at is not None)

    @property
    def kommende(self) -> tuple[Kommende, ...]:
        """Who may take the seat now: who is expected first; who sits there not."""
        zeile = self.zeile
        leute = []
        if zeile.inhaber is not None:
            leute.append(Kommende(zeile.inhaber, "Mitglied"))
        if zeile.vertretung is not None:
            leute.append(Kommende(zeile.vertretung, "Stellvertretung"))
        if zeile.antwort == Teilnahme.Antwort.VERTRETEN:
            leute.reverse()
        sitzt = zeile.anwesenheit.person_id if zeile.anwesenheit else None
        return tuple(k for k in leute if k.person.pk != sitzt)

    @property
    def antwort_text(self) -> str:
        """«zugesagt», «vertreten durch …», «keine Antwort», «vakant»."""
        zeile = self.zeile
        if zeile.mandat is None and zeile.vertretung is None:
            return "vakant"
        if zeile.antwort == Teilnahme.Antwort.VERTRETEN and zeile.teilnahme and zeile.teilnahme.vertretung:
            abgelehnt = "" if zeile.teilnahme.is_vertretung_benannt else " (hat abgelehnt)"
            return f"vertreten durch {zeile.teilnahme.vertretung.name}{abgelehnt}"
        return Teilnahme.Antwort(zeile.antwort).label


@dataclass(frozen=True)
class Gastzeile:
    """A guest. wozu: «ganze Sitzung» or «Traktandum 3».  strecken: when the guest was there, by time."""

    person: Person
    wozu: str
    strecken: tuple[Anwesenheit, ...]

    @property
    def anwesenheit(self) -> Anwesenheit | None:
        """The stretch that lasts."""
        return next((s for s in self.strecken if s.bis_at is None), None)


@dataclass(frozen=True)
class Praesenzblatt:
    """The whole page."""

    lage: Lage
    plaetze: tuple[Praesenzplatz, ...]
    gaeste: tuple[Gastzeile, ...]

    @property
    def is_abstimmung_offen(self) -> bool:
        """Whether an open vote holds a seat."""
        return any(platz.is_gehalten for platz in self.plaetze)

    @property
    def je_uuid(self) -> dict[str, Praesenzplatz]:
        return {str(platz.sitz.uuid): platz for platz in self.plaetze}


def load_blatt(sitzung: Sitzung) -> Praesenzblatt:
    """Return what the page of presence shows (nine queries, whoever is there)."""
    lage = load_lage(sitzung)
    strecken: dict[int | None, list[Anwesenheit]] = defaultdict(list)
    rows = Anwesenheit.objects.filter(sitzung=sitzung).select_related("person").order_by("von_at", "pk")
    for row in rows:
        strecken[row.teilnahme_id].append(row)
    ausstaende: dict[int, list[Ausstand]] = defaultdict(list)
    for ausstand in Ausstand.objects.filter(teilnahme__sitzung=sitzung).select_related("traktandum"):
        ausstaende[ausstand.teilnahme_id].append(ausstand)
    plaetze = []
    for zeile in lage:
        pk = zeile.teilnahme.pk if zeile.teilnahme else 0
        plaetze.append(
            Praesenzplatz(
                zeile,
                tuple(strecken.get(pk, ())),
                tuple(ausstaende.get(pk, ())),
                is_hybrid=sitzung.form == Sitzung.Form.HYBRID,
            )
        )
    return Praesenzblatt(lage, tuple(plaetze), tuple(_gaeste(sitzung, strecken.get(None, []))))


def _gaeste(sitzung: Sitzung, strecken: list[Anwesenheit]) -> list[Gastzeile]:
    wozu: dict[int, list[str]] = defaultdict(list)
    leute: dict[int, Person] = {}
    for zulassung in zulassungen(sitzung):
        leute[zulassung.person.pk] = zulassung.person
        punkt = zulassung.traktandum
        wozu[zulassung.person.pk].append(f"Traktandum {punkt.position}" if punkt else "ganze Sitzung")
    for strecke in strecken:
        leute.setdefault(strecke.person_id, strecke.person)
    return [
        Gastzeile(
            person,
            ", ".join(wozu.get(pk, ["nicht mehr zugelassen"])),
            tuple(s for s in strecken if s.person_id == pk),
        )
        for pk, person in leute.items()
    ]


def offene_traktanden(sitzung: Sitzung) -> list[Traktandum]:
    """Return the items for which an Ausstand may still be declared, in their order (one query)."""
    return list(sitzung.traktanden.filter(beendet_at__isnull=True).order_by("position"))


def list_ausstaende(sitzung: Sitzung) -> list[Ausstand]:
    """Return who steps aside for which item of a meeting, by item and seat (one query)."""
    rows = Ausstand.objects.filter(teilnahme__sitzung=sitzung)
    return list(rows.select_related("traktandum", "teilnahme__sitz__sozialregion"))


@dataclass(frozen=True)
class MeinPlatz:
    """One's own seat in the running meeting. anderer: who sits on it instead.  is_inhaber: may take it over alone."""

    zeile: Sitzzeile
    is_inhaber: bool
    is_da: bool
    anderer: Anwesenheit | None

    @property
    def name(self) -> str:
        return sitzname(self.zeile.sitz)

    @property
    def stand(self) -> str:
        """What the card is made from."""
        sitzt = self.zeile.anwesenheit.pk if self.zeile.anwesenheit else 0
        return f"{sitzt}.{int(self.zeile.is_ausstand)}"


def plaetze_stand(sitzung: Sitzung, plaetze: Iterable[MeinPlatz]) -> str:
    """Return what one's own seats in the room are made from: who shows it already is not told again (no query)."""
    return "-".join([sitzung.status, str(int(sitzung.is_saal_offen)), *(platz.stand for platz in plaetze)])


def meine_plaetze(sitzung: Sitzung, umfang: Umfang, lage: Lage) -> list[MeinPlatz]:
    """Return the seats a person may check in for in a running meeting, held or stood in for (no query)."""
    if sitzung.status != Sitzung.Status.LAUFEND or umfang.person is None:
        return []
    ich = umfang.person
    plaetze = []
    for zeile in lage:
        if ich not in {zeile.inhaber, zeile.vertretung}:
            continue
        anwesenheit = zeile.anwesenheit
        is_da = anwesenheit is not None and anwesenheit.person_id == ich.pk
        plaetze.append(MeinPlatz(zeile, zeile.inhaber == ich, is_da, None if is_da else anwesenheit))
    return plaetze


@dataclass(frozen=True)
class MeinAusstand:
    """What one's seats may declare and have declared. sitze: (uuid, name); traktanden: those that still can be chosen."""

    sitze: tuple[tuple[str, str], ...]
    traktanden: tuple[Traktandum, ...]
    erklaerte: tuple[Ausstand, ...]


def mein_ausstand(sitzung: Sitzung, mein_sitz: list[MeinSitz]) -> MeinAusstand | None:
    """Return the Ausstand of one's seats at a published or running meeting; None for who has no seat (two queries)."""
    if not mein_sitz or sitzung.status not in {Sitzung.Status.VERSANDT, Sitzung.Status.LAUFEND}:
        return None
    sitze = {m.sitz.pk: m.sitz for m in mein_sitz}
    erklaerte = Ausstand.objects.filter(teilnahme__sitzung=sitzung, teilnahme__sitz__in=sitze)
    return MeinAusstand(
        tuple((str(sitz.uuid), sitzname(sitz)) for sitz in sitze.values()),
        tuple(offene_traktanden(sitzung)),
        tuple(erklaerte.select_related("traktandum", "teilnahme__sitz__sozialregion")),
    )
