"""Geometry of what the portal draws: pure functions from facts to places, no clock, no settings, no HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, pairwise
from math import cos, pi, sin
from typing import Protocol
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Zurich")
LINKS = 1.5  # percent of the width: half a circle stays inside the drawing
RECHTS = 98.5
MIN_ABSTAND = 25.0  # percent: the narrowest gap in which two labels stand beside each other at 640 px
RADIUS = 9  # pixels
STEHEND_OBEN = 1.375  # em: lengths down the page grow with the text a person has set
STEHEND_ABSTAND = 5.25  # em: three lines and air


class Wochenpunkt(Protocol):
    """What a point of the line has to say. zustand: erledigt, jetzt or offen."""

    @property
    def name(self) -> str: ...
    @property
    def zeit(self) -> date | datetime: ...
    @property
    def zustand(self) -> str: ...
    @property
    def hinweis(self) -> str: ...


@dataclass(frozen=True)
class Ort:
    """One point with its places: x in percent lying, dx in pixels to the circle's edge, y in em standing."""

    punkt: Wochenpunkt
    x: str
    anker: str
    dx: int
    y: str
    has_uhrzeit: bool


@dataclass(frozen=True)
class Strecke:
    """The line between two neighbours; erledigt when the later one is reached."""

    x1: str
    x2: str
    y1: str
    y2: str
    zustand: str


@dataclass(frozen=True)
class Mass:
    """The measure from the dispatch to the meeting, in calendar days."""

    x1: str
    x2: str
    mitte: str
    y1: str
    y2: str
    y_mitte: str
    text: str


@dataclass(frozen=True)
class Wochenlinie:
    orte: tuple[Ort, ...]
    strecken: tuple[Strecke, ...]
    mass: Mass | None
    hoehe: str
    beschreibung: str


def local_day(zeit: date | datetime) -> date:
    """Return the calendar day in Zurich of a day or an aware instant."""
    if isinstance(zeit, datetime):
        return (zeit.astimezone(ZONE) if zeit.tzinfo else zeit).date()
    return zeit


def spread(tage: Sequence[int], *, links: float = LINKS, rechts: float = RECHTS, mindestens: float) -> list[float]:
    """Return places between links and rechts in proportion to the days, none nearer than mindestens.

    tage: days of the points, ascending, any origin. links, rechts, mindestens: percent of the width.
    Each gap gets the minimum, what is left is shared in proportion to the days; with too many points for
    the minimum the gaps are equal. One point stands in the middle, none gives an empty list.
    """
    if len(tage) < 2:
        return [(links + rechts) / 2] * len(tage)
    abstaende = [max(0, spaeter - frueher) for frueher, spaeter in pairwise(tage)]
    if not any(abstaende):
        abstaende = [1] * len(abstaende)
    mindestens = min(mindestens, (rechts - links) / len(abstaende))
    # Gaps below the minimum are raised to it, which narrows the rest; repeat until nothing changes.
    fest: set[int] = set()
    while True:
        frei = (rechts - links) - mindestens * len(fest)
        summe = sum(tage for nr, tage in enumerate(abstaende) if nr not in fest)
        zu_eng = {
            nr
            for nr, tage in enumerate(abstaende)
            if nr not in fest and (not summe or frei * tage / summe < mindestens)
        }
        if not zu_eng:
            break
        fest |= zu_eng
    breiten = [mindestens if nr in fest else frei * tage / summe for nr, tage in enumerate(abstaende)]
    orte = [links]
    for breite in breiten:
        orte.append(orte[-1] + breite)
    return orte


def draw_wochenlinie(punkte: Sequence[Wochenpunkt], *, von: str = "Versand", bis: str = "Sitzung") -> Wochenlinie:
    """Return the places of the week before a meeting, lying and standing.

    punkte: in the order of time. von, bis: names of the two points whose distance is measured («7 Tage»);
    without either of them nothing is measured. beschreibung is the same in one sentence.
    """
    punkte = tuple(punkte)
    tage = [local_day(punkt.zeit).toordinal() for punkt in punkte]
    breiten = spread(tage, mindestens=MIN_ABSTAND)
    letzter = len(punkte) - 1
    orte = tuple(
        Ort(
            punkt=punkt,
            x=_prozent(breiten[nr]),
            anker="start" if nr == 0 and letzter else "end" if nr == letzter and letzter else "middle",
            dx=(-RADIUS if nr == 0 else RADIUS if nr == letzter else 0) if letzter else 0,
            y=_em(nr),
            has_uhrzeit=isinstance(punkt.zeit, datetime),
        )
        for nr, punkt in enumerate(punkte)
    )
    strecken = tuple(
        Strecke(a.x, b.x, a.y, b.y, "erledigt" if b.punkt.zustand in {"erledigt", "jetzt"} else "offen")
        for a, b in pairwise(orte)
    )
    return Wochenlinie(
        orte=orte,
        strecken=strecken,
        mass=_measure(orte, breiten, tage, von=von, bis=bis),
        hoehe=_em(max(letzter, 0) + 2 / 3),
        beschreibung=", ".join(f"{punkt.name}: {_words(punkt)}" for punkt in punkte),
    )


def _measure(orte: Sequence[Ort], breiten: Sequence[float], tage: Sequence[int], *, von: str, bis: str) -> Mass | None:
    namen = [ort.punkt.name for ort in orte]
    if von not in namen or bis not in namen:
        return None
    a, b = namen.index(von), namen.index(bis)
    anzahl = tage[b] - tage[a]
    if anzahl < 1:
        return None
    return Mass(
        x1=orte[a].x,
        x2=orte[b].x,
        mitte=_prozent((breiten[a] + breiten[b]) / 2),
        y1=orte[a].y,
        y2=orte[b].y,
        y_mitte=_em((a + b) / 2),
        text="1 Tag" if anzahl == 1 else f"{anzahl} Tage",
    )


def _words(punkt: Wochenpunkt) -> str:
    tag = local_day(punkt.zeit)
    return f"{tag.day}.{tag.month}.{tag.year}, {punkt.zustand}"


def _prozent(wert: float) -> str:
    return f"{wert:.2f}%"


def _em(nr: float) -> str:
    """Return how far down the nr-th point stands (0 is the first)."""
    return f"{STEHEND_OBEN + nr * STEHEND_ABSTAND:.4g}em"


# --- The plan of seats --------------------------------------------------------------------------------

PLAN_BREITE = 312.0  # units of the viewBox: a card's width on a phone, so that labels keep their size there
PLAN_RAND = 2.0
SITZ_RADIUS = 20.0
KOPF_RADIUS = 25.0
SITZ_ABSTAND = 46.0  # between the middles of neighbours: they never touch
INNEN_ABSTAND = 58.0


class Plansitz(Protocol):
    """What a seat of the plan has to say. gruppe: kopf (the chair), aussen (votes) or innen (advises)."""

    @property
    def kuerzel(self) -> str: ...
    @property
    def gruppe(self) -> str: ...
    @property
    def zustand(self) -> str: ...


@dataclass(frozen=True)
class Platz:
    """A seat with its place, in units of the viewBox.

    x, y: its middle.  innen: radius of the second ring.  links, oben, seite: where it is drawn as a square.
    strich: x1, y1, x2, y2 of the stroke through it.
    """

    sitz: Plansitz
    x: str
    y: str
    radius: str
    innen: str
    links: str
    oben: str
    seite: str
    strich: tuple[str, str, str, str]


@dataclass(frozen=True)
class Sitzplan:
    breite: str
    hoehe: str
    plaetze: tuple[Platz, ...]


def spread_horseshoe(anzahl: int, *, radius: float, schenkel: float) -> list[tuple[float, float]]:
    """Return places spaced evenly along a horseshoe open below, from its left end to its right one.

    Half a circle of the radius around (0, 0), continued downwards by two legs (schenkel, >= 0); y grows downwards.
    One place stands at the top, none gives an empty list.
    """
    laenge = pi * radius + 2 * schenkel
    if anzahl == 1:
        return [(0.0, -radius)]
    return [_on_horseshoe(laenge * nr / (anzahl - 1), radius, schenkel) for nr in range(anzahl)]


def _on_horseshoe(weg: float, radius: float, schenkel: float) -> tuple[float, float]:
    if weg <= schenkel:
        return -radius, schenkel - weg
    if weg >= schenkel + pi * radius:
        return radius, weg - schenkel - pi * radius
    winkel = (weg - schenkel) / radius
    return -radius * cos(winkel), -radius * sin(winkel)


def draw_sitzplan(sitze: Sequence[Plansitz]) -> Sitzplan:
    """Return the places of the seats: those that vote along a horseshoe, the chair in its opening, advisers inside.

    sitze: in seat order. The legs grow with the number of seats, so that neighbours stand SITZ_ABSTAND apart.
    """
    aussen = [sitz for sitz in sitze if sitz.gruppe == "aussen"]
    innen = [sitz for sitz in sitze if sitz.gruppe == "innen"]
    koepfe = [sitz for sitz in sitze if sitz.gruppe == "kopf"]
    mitte, radius = PLAN_BREITE / 2, PLAN_BREITE / 2 - SITZ_RADIUS - PLAN_RAND
    oben = radius + SITZ_RADIUS + PLAN_RAND
    schenkel = max(SITZ_RADIUS, (SITZ_ABSTAND * (len(aussen) - 1) - pi * radius) / 2)
    orte = spread_horseshoe(len(aussen), radius=radius, schenkel=schenkel)
    kopf_y = oben + schenkel + SITZ_RADIUS - KOPF_RADIUS
    plaetze = [_platz(sitz, mitte + x, oben + y) for sitz, (x, y) in zip(aussen, orte, strict=True)]
    plaetze += [_platz(sitz, mitte, kopf_y - nr * 2 * SITZ_ABSTAND, KOPF_RADIUS) for nr, sitz in enumerate(koepfe)]
    plaetze += [
        _platz(sitz, mitte + (nr - (len(innen) - 1) / 2) * INNEN_ABSTAND, oben - radius / 4)
        for nr, sitz in enumerate(innen)
    ]
    folge = {id(sitz): nr for nr, sitz in enumerate(sitze)}
    return Sitzplan(
        breite=_mass(PLAN_BREITE),
        hoehe=_mass(oben + schenkel + SITZ_RADIUS + PLAN_RAND),
        plaetze=tuple(sorted(plaetze, key=lambda platz: folge[id(platz.sitz)])),
    )


def _platz(sitz: Plansitz, x: float, y: float, radius: float = SITZ_RADIUS) -> Platz:
    ecke = (radius - 1) * sin(pi / 4) if sitz.gruppe != "innen" else radius - 2
    return Platz(
        sitz=sitz,
        x=_mass(x),
        y=_mass(y),
        radius=_mass(radius),
        innen=_mass(radius - 4),
        links=_mass(x - radius),
        oben=_mass(y - radius),
        seite=_mass(2 * radius),
        strich=(_mass(x - ecke), _mass(y + ecke), _mass(x + ecke), _mass(y - ecke)),
    )


def _mass(wert: float) -> str:
    """Return a length of the viewBox, with a point whatever the language."""
    return f"{wert:.1f}".removesuffix(".0")


# --- The bar of presence ------------------------------------------------------------------------------

FELD_LUECKE = 0.9  # percent of the width between two fields


@dataclass(frozen=True)
class Feld:
    """One voting seat in the bar. zustand: da, ausstand or frei.  x, breite: percent of the width."""

    x: str
    breite: str
    zustand: str


@dataclass(frozen=True)
class Balkenbild:
    """The fields in a row and the line of the majority: x in percent, None where nobody is there. anker: of its label."""

    felder: tuple[Feld, ...]
    linie: str | None
    anker: str


def draw_balken(gesamt: int, anwesend: int, ausstand: int, noetig: int | None) -> Balkenbild:
    """Return the places of the bar: a field per voting seat, filled from the left, and the line after the last yes needed.

    anwesend: fields filled; ausstand: those after them. noetig <= gesamt. More than gesamt together raises ValueError.
    """
    if anwesend + ausstand > gesamt:
        raise ValueError("Es können nicht mehr Sitze anwesend sein, als es gibt.")
    schritt = 100 / gesamt if gesamt else 0.0
    zustaende = ["da"] * anwesend + ["ausstand"] * ausstand + ["frei"] * (gesamt - anwesend - ausstand)
    felder = tuple(
        Feld(_prozent(nr * schritt + FELD_LUECKE / 2), _prozent(schritt - FELD_LUECKE), zustand)
        for nr, zustand in enumerate(zustaende)
    )
    if noetig is None:
        return Balkenbild(felder, None, "middle")
    anker = "start" if 4 * noetig <= gesamt else "end" if 4 * noetig >= 3 * gesamt else "middle"
    return Balkenbild(felder, _prozent(noetig * schritt), anker)


# --- The bar of a result ------------------------------------------------------------------------------

EINZELN = 40  # seats: up to so many each has a field of its own, above it each choice has one


@dataclass(frozen=True)
class Wahlfeld:
    """The field of one seat, or of all that chose alike: x, x2 its edges and breite, in percent of the width.

    wahl: ja, enthaltung, ohne (present, no ballot) or nein.  anzahl: seats in it.
    """

    x: str
    x2: str
    breite: str
    wahl: str
    anzahl: int


@dataclass(frozen=True)
class Ergebnisbild:
    """The fields in a row and the mark of the needed number: linie in percent, None where no number decides."""

    felder: tuple[Wahlfeld, ...]
    linie: str | None
    anker: str


def draw_ergebnis(*, anwesend: int, ja: int, nein: int, enthaltung: int, noetig: int | None) -> Ergebnisbild:
    """Return the places of a result: the seats present, yes from the left, no from the right, the rest between.

    noetig: yes votes needed, None where it depends on the other votes. The mark stands after that many seats, so the
    result carries if the yes reach it. Raises ValueError for an empty room or more votes than seats.
    """
    ohne = anwesend - ja - nein - enthaltung
    if anwesend < 1 or min(ja, nein, enthaltung, ohne) < 0:
        raise ValueError("Es gibt nicht mehr Stimmen als anwesende Sitze.")
    gruppen = [("ja", ja), ("enthaltung", enthaltung), ("ohne", ohne), ("nein", nein)]
    schritt = 100 / anwesend
    felder: list[Wahlfeld] = []
    nr = 0
    for wahl, anzahl in gruppen:
        je_feld = 1 if anwesend <= EINZELN else max(anzahl, 1)
        for _ in range(anzahl // je_feld):
            links, rechts = nr * schritt + FELD_LUECKE / 2, (nr + je_feld) * schritt - FELD_LUECKE / 2
            rechts = max(rechts, links + FELD_LUECKE / 2)  # one seat of many still shows
            felder.append(Wahlfeld(_prozent(links), _prozent(rechts), _prozent(rechts - links), wahl, je_feld))
            nr += je_feld
    if noetig is None:
        return Ergebnisbild(tuple(felder), None, "middle")
    anker = "end" if 2 * noetig >= anwesend else "start"
    return Ergebnisbild(tuple(felder), _prozent(noetig * schritt), anker)


@dataclass(frozen=True)
class Codebild:
    """A QR code in squares of one unit. seite: its length, the quiet zone included.  pfad: the dark squares, row by row."""

    seite: int
    pfad: str


RUHEZONE = 4  # squares of light around the code, as the standard asks


def draw_code(text: str) -> Codebild:
    """Return the QR code of a text (error correction M): made here, nothing is fetched. Raises ValueError for too long a text."""
    import segno

    zeilen = [list(zeile) for zeile in segno.make_qr(text, error="m").matrix]
    stuecke = []
    for y, zeile in enumerate(zeilen):
        x = 0
        for dunkel, lauf in groupby(zeile):
            breite = len(list(lauf))
            if dunkel:
                stuecke.append(f"M{x + RUHEZONE} {y + RUHEZONE}h{breite}v1h-{breite}z")
            x += breite
    return Codebild(len(zeilen) + 2 * RUHEZONE, "".join(stuecke))
