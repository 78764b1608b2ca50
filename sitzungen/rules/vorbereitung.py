"""The rules of preparing a meeting as pure functions: year plan, running clock, what an item needs, ready or not."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from konferenz.rules import ZUERICH

KURZ_ZEICHEN = 600
"""How long the summary of an information item may be («kurz», R32)."""

BEDENKZEIT = timedelta(minutes=15)
"""How long a late release waits before it goes out, so that it can be stopped."""

NEU_WENN_TAG, NEU_IMMER, GELTEN_WEITER = "tag", "immer", "gelten"
ANTWORTEN = {
    NEU_WENN_TAG: "Neu erbitten, wenn der Tag ändert",
    NEU_IMMER: "In jedem Fall neu erbitten",
    GELTEN_WEITER: "Die Antworten gelten weiter",
}
"""What becomes of the answers when a meeting moves."""

INFORMATION, ENTSCHEID, FORMELLES = "information", "entscheid", "formelles"
VOR_ORT, DIGITAL, HYBRID = "vor_ort", "digital", "hybrid"


@dataclass(frozen=True)
class Termin:
    """When and where one meeting takes place. nr: its number in the year (None: the next free one)."""

    beginn_at: datetime
    ende_at: datetime
    form: str = VOR_ORT
    form_entscheid_on: date | None = None
    ort: str = ""
    video_link: str = ""
    nr: int | None = None


@dataclass(frozen=True)
class Mangel:
    """What is wrong with one field of what was typed."""

    feld: str
    satz: str


def check_termin(termin: Termin, *, hybrid_erlaubt: bool) -> tuple[Mangel, ...]:
    """Return what is wrong with a date: its order, and the chair's decision where it is not on site (R23)."""
    maengel = []
    if termin.ende_at <= termin.beginn_at:
        maengel.append(Mangel("ende", "Das Ende liegt nicht nach dem Beginn."))
    if termin.form != VOR_ORT and termin.form_entscheid_on is None:
        maengel.append(
            Mangel("form_entscheid_on", "Digital oder hybrid tagt die Konferenz auf Entscheid des Vorsitzes: Von wann?")
        )
    if termin.form == HYBRID and not hybrid_erlaubt:
        maengel.append(Mangel("form", "Vor Ort und digital zugleich ist in den Einstellungen nicht vorgesehen."))
    return tuple(maengel)


def check_traktandum(*, art: str, hat_thema: bool, zusammenfassung: str) -> tuple[Mangel, ...]:
    """Return what is wrong with an item: a topic is mandatory (R25), an information item is summed up shortly (R32).

    Formal items need no topic. Source: Pflichtenheft 2026, «Themenfelder», «Informationsgeschäfte».
    """
    maengel = []
    if art in {INFORMATION, ENTSCHEID} and not hat_thema:
        maengel.append(Mangel("thema", "Bitte wählen Sie das Thema; ohne Thema gehen nur formelle Traktanden."))
    zu_viel = len(zusammenfassung) - KURZ_ZEICHEN
    if art == INFORMATION and zu_viel > 0:
        maengel.append(
            Mangel(
                "zusammenfassung",
                f"Informationen werden kurz zusammengefasst: höchstens {KURZ_ZEICHEN} Zeichen, {zu_viel} zu viel.",
            )
        )
    return tuple(maengel)


def next_nr(vergeben: Iterable[int]) -> int:
    """Return the next number of a series: one above the highest given so far (1 for the first)."""
    return max(vergeben, default=0) + 1


def reordered(reihe: Sequence[int], element: int, ziel: int) -> list[int]:
    """Return the row with one element moved to the place `ziel` (0-based, clipped to the row).

    Raises ValueError where the element is not in the row.
    """
    rest = list(reihe)
    rest.remove(element)
    rest.insert(max(0, min(ziel, len(rest))), element)
    return rest


def umgestellt(reihe: Sequence[str], wuensche: Iterable[tuple[str, int | None]], *, schluss: int) -> list[str]:
    """Return an agenda after items were added and moved, one wish after the other.

    reihe: the items' keys in order.  wuensche: (key, wanted number, 1-based); a key that is not in the row is new, None
    puts it before the closing standing items, of which there are `schluss` at the end of the row. Numbers are clipped.
    """
    folge = list(reihe)
    for schluessel, nummer in wuensche:
        if schluessel in folge:
            folge.remove(schluessel)
        ziel = len(folge) - schluss if nummer is None else nummer - 1
        folge.insert(max(0, min(ziel, len(folge))), schluessel)
    return folge


def uhr(beginn_at: datetime, minuten: Sequence[int]) -> list[tuple[datetime, datetime]]:
    """Return from when until when each item runs, one after the other from the start of the meeting."""
    zeiten, moment = [], beginn_at
    for dauer in minuten:
        zeiten.append((moment, moment + timedelta(minutes=dauer)))
        moment += timedelta(minutes=dauer)
    return zeiten


def antworten_neu(wahl: str, *, bisher: datetime, neu: datetime) -> bool:
    """Return whether the answers given for a meeting are asked for again when it moves. wahl: one of ANTWORTEN.

    Raises ValueError for anything else.
    """
    if wahl not in ANTWORTEN:
        raise ValueError(wahl)
    return wahl == NEU_IMMER or (wahl == NEU_WENN_TAG and tag(bisher) != tag(neu))


def jahresplan_warnungen(termine: Sequence[tuple[str, Termin]], *, geplant: int, verlangt: int) -> tuple[str, ...]:
    """Return what the office should know about a year plan: too few ordinary meetings (R21), two that collide.

    termine: (name, date) of all meetings of the year.  geplant: ordinary ones among them.
    verlangt: ordinary meetings a year by the Pflichtenheft in force.  Nothing here forbids anything.
    """
    warnungen = []
    if geplant < verlangt:
        warnungen.append(
            f"Geplant {'ist' if geplant == 1 else 'sind'} {geplant} von {verlangt} ordentlichen Sitzungen, "
            "die das Pflichtenheft vorsieht."
        )
    folge = sorted(termine, key=lambda paar: paar[1].beginn_at)
    for (name, termin), (naechster_name, naechster) in itertools.pairwise(folge):
        if naechster.beginn_at < termin.ende_at:
            warnungen.append(f"{name} und {naechster_name} überschneiden sich.")
        elif tag(naechster.beginn_at) == tag(termin.beginn_at):
            warnungen.append(f"{name} und {naechster_name} finden am gleichen Tag statt.")
    return tuple(warnungen)


def tag(moment: datetime) -> date:
    """Return the Zurich date of a moment."""
    return moment.astimezone(ZUERICH).date()


@dataclass(frozen=True)
class Trakt:
    """What the checklist asks about one item."""

    nr: int
    titel: str
    art: str
    is_standard: bool
    hat_zusammenfassung: bool
    unterlagen: int


@dataclass(frozen=True)
class Stand:
    """What «Bereit für den Versand?» looks at. minuten: planned and available.

    defekte: the unreadable papers, each the number of its item and its title.
    """

    traktanden: tuple[Trakt, ...]
    form: str
    ort: str
    video_link: str
    minuten_geplant: int
    minuten_dauer: int
    defekte: tuple[tuple[int, str], ...]
    empfaenger: int
    ohne_adresse: int
    regionen_ohne_leitgremium: tuple[str, ...]


@dataclass(frozen=True)
class Pruefpunkt:
    """One line of the checklist. ziel names where it is mended (traktanden, einstellungen, verteiler, regionen).

    nr: of the item it is about, None: of no single one.
    """

    text: str
    is_erfuellt: bool
    ziel: str
    is_blockierend: bool = False
    nr: int | None = None


def pruefpunkte(stand: Stand) -> tuple[Pruefpunkt, ...]:
    """Return the checklist «Bereit für den Versand?» in words.

    Only an agenda without items and unreadable papers forbid the release; everything else is a hint, for the papers go
    out «in der Regel» a week before and nothing but a person decides what they are.
    """
    return (
        *_inhalt(stand),
        *_ort(stand),
        _zeit(stand),
        *_unterlagen(stand),
        *_empfaenger(stand),
    )


def is_bereit(punkte: Iterable[Pruefpunkt]) -> bool:
    """Return whether nothing on the checklist forbids the release."""
    return all(punkt.is_erfuellt or not punkt.is_blockierend for punkt in punkte)


def _inhalt(stand: Stand) -> list[Pruefpunkt]:
    anzahl = len(stand.traktanden)
    if not anzahl:
        return [Pruefpunkt("Die Traktandenliste ist leer.", is_erfuellt=False, ziel="traktanden", is_blockierend=True)]
    if all(t.is_standard for t in stand.traktanden):
        return [
            Pruefpunkt(
                "Die Traktandenliste enthält nur die ständigen Traktanden.", is_erfuellt=False, ziel="traktanden"
            )
        ]
    return [Pruefpunkt(f"{anzahl} Traktanden", is_erfuellt=True, ziel="traktanden")]


def _ort(stand: Stand) -> list[Pruefpunkt]:
    punkte = []
    if stand.form in {VOR_ORT, HYBRID}:
        text = f"Ort: {stand.ort}" if stand.ort else "Der Sitzungsort fehlt."
        punkte.append(Pruefpunkt(text, is_erfuellt=bool(stand.ort), ziel="einstellungen"))
    if stand.form in {DIGITAL, HYBRID}:
        text = "Der Videolink ist erfasst." if stand.video_link else "Der Videolink fehlt."
        punkte.append(Pruefpunkt(text, is_erfuellt=bool(stand.video_link), ziel="einstellungen"))
    return punkte


def _zeit(stand: Stand) -> Pruefpunkt:
    zu_viel = stand.minuten_geplant - stand.minuten_dauer
    if zu_viel > 0:
        return Pruefpunkt(
            f"Die Traktanden dauern {zu_viel} Minuten länger als die Sitzung.", is_erfuellt=False, ziel="traktanden"
        )
    return Pruefpunkt("Die Zeit reicht für alle Traktanden.", is_erfuellt=True, ziel="traktanden")


def _unterlagen(stand: Stand) -> list[Pruefpunkt]:
    punkte = [
        Pruefpunkt(
            f"Die Unterlage «{titel}» lässt sich nicht öffnen. Bitte ersetzen oder entfernen Sie sie.",
            is_erfuellt=False,
            ziel="traktanden",
            is_blockierend=True,
            nr=nr,
        )
        for nr, titel in stand.defekte
    ]
    punkte += [
        Pruefpunkt(
            f"Zum Entscheid «{t.titel}» (Traktandum {t.nr}) fehlt eine Unterlage.",
            is_erfuellt=False,
            ziel="traktanden",
            nr=t.nr,
        )
        for t in stand.traktanden
        if t.art == ENTSCHEID and not t.unterlagen
    ]
    punkte += [
        Pruefpunkt(
            f"Die Information «{t.titel}» (Traktandum {t.nr}) ist noch nicht kurz zusammengefasst.",
            is_erfuellt=False,
            ziel="traktanden",
            nr=t.nr,
        )
        for t in stand.traktanden
        if t.art == INFORMATION and not t.hat_zusammenfassung
    ]
    if punkte:
        return punkte
    anzahl = sum(t.unterlagen for t in stand.traktanden)
    text = {0: "Keine Unterlagen", 1: "1 Unterlage, geprüft"}.get(anzahl, f"{anzahl} Unterlagen, alle geprüft")
    return [Pruefpunkt(text, is_erfuellt=True, ziel="traktanden")]


def _empfaenger(stand: Stand) -> list[Pruefpunkt]:
    punkte = []
    if stand.ohne_adresse:
        text = (
            "1 Person hat keine gültige E-Mail-Adresse und erhält nichts."
            if stand.ohne_adresse == 1
            else f"{stand.ohne_adresse} Personen haben keine gültige E-Mail-Adresse und erhalten nichts."
        )
        punkte.append(Pruefpunkt(text, is_erfuellt=False, ziel="verteiler"))
    if stand.regionen_ohne_leitgremium:
        punkte.append(
            Pruefpunkt(
                f"Ohne Leitgremium im Verteiler: {', '.join(stand.regionen_ohne_leitgremium)}.",
                is_erfuellt=False,
                ziel="verteiler",
            )
        )
    if not punkte:
        punkte.append(
            Pruefpunkt(
                f"{stand.empfaenger} Empfängerinnen und Empfänger, alle mit Adresse", is_erfuellt=True, ziel="verteiler"
            )
        )
    return punkte
