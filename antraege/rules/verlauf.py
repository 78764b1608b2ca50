"""The way of a motion from idea to answer, as pure functions: what happened, and what is still ahead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from .vorstand import seit_satz

ZONE = ZoneInfo("Europe/Zurich")
Platz = tuple[datetime, int]  # the moment, and the order of deeds of one moment


@dataclass(frozen=True)
class Ereignis:
    """One point of the way. zustand: erledigt, jetzt (what comes next) or offen.

    zeit: None where nobody knows yet.  kurz: the few words beside the drawing.  satz: the same in full, for the list.
    is_haupt: drawn too; the others stand in the list only.
    """

    name: str
    zeit: date | datetime | None
    kurz: str = ""
    satz: str = ""
    zustand: str = "erledigt"
    is_haupt: bool = True


@dataclass(frozen=True)
class Termin:
    """A meeting, and what of it: «4. ordentliche Sitzung 2026, Traktandum 5»."""

    name: str
    at: datetime


@dataclass(frozen=True)
class Votum:
    """A closed vote on the motion. zahlen: «10 Ja, 3 Nein, 1 Enthaltung bei 14 Anwesenden; nötig 10»."""

    at: datetime
    angenommen: bool
    ja: int
    noetig: int
    zahlen: str


@dataclass(frozen=True)
class Berichtsstand:
    """A report. status: entwurf, freigegeben, ueberwiesen."""

    status: str
    is_information: bool = False
    freigegeben_at: datetime | None = None
    ueberwiesen_at: datetime | None = None


@dataclass(frozen=True)
class Entscheidstand:
    """A decision of the board. wort: «mit Änderungen angenommen».  mitgeteilt_at: None while it is only recorded."""

    wort: str
    beschlossen_on: date
    mitgeteilt_at: datetime | None = None
    rueckmeldung: Termin | None = None


@dataclass(frozen=True)
class Lauf:
    """What a reader may know of a motion's way; the rest is left out by who loads it.

    status: as the reader sees it.  termin: the item it stands on.  fassungen: number and time of the later versions.
    aufgenommen: the same of those that took up what the board had sent back.  bereitet_vor: the reader prepares reports.
    """

    status: str
    nummer: str = ""
    geschrieben_at: datetime | None = None
    eingereicht_at: datetime | None = None
    fassungen: tuple[tuple[int, datetime], ...] = ()
    aufgenommen: tuple[tuple[int, datetime], ...] = ()
    traktandiert_at: datetime | None = None
    termin: Termin | None = None
    voten: tuple[Votum, ...] = ()
    berichte: tuple[Berichtsstand, ...] = ()
    entscheide: tuple[Entscheidstand, ...] = ()
    zurueckgezogen_at: datetime | None = None
    grund: str = ""
    bereitet_vor: bool = False


def list_ereignisse(lauf: Lauf, heute: date) -> tuple[Ereignis, ...]:
    """Return the way in the order of time: what happened, then what is ahead, whose first point is «jetzt»."""
    vergangen = [*_schreiben(lauf), *_konferenz(lauf), *_vorstand(lauf, heute)]
    kommend = list(_kommend(lauf, heute))
    if kommend:
        kommend[0] = replace(kommend[0], zustand="jetzt")
    return (*(ereignis for _, ereignis in sorted(vergangen, key=lambda paar: paar[0])), *kommend)


def shown_status(status: str, *, sieht_traktandum: bool) -> str:
    """Return the state as a reader sees it: of an agenda that is not published he learns nothing."""
    return "eingereicht" if status == "traktandiert" and not sieht_traktandum else status


# --- What happened --------------------------------------------------------------------------------


def _schreiben(lauf: Lauf) -> Iterator[tuple[Platz, Ereignis]]:
    geschrieben, eingereicht = lauf.geschrieben_at, lauf.eingereicht_at
    if geschrieben and geschrieben != eingereicht:  # at the desk both are one moment
        yield (geschrieben, 0), Ereignis("geschrieben", geschrieben, satz="Der Entwurf wurde begonnen.")
    if eingereicht:
        satz = f"Der Antrag erhielt die Nummer {lauf.nummer}."
        yield (eingereicht, 1), Ereignis("eingereicht", eingereicht, f"als {lauf.nummer}", satz)
    for nr, at in lauf.fassungen:
        yield (at, 2), Ereignis("neu gefasst", at, satz=f"Es gilt Fassung {nr}.", is_haupt=False)
    for nr, at in lauf.aufgenommen:
        satz = f"Der Vorstand hatte den Antrag zurückgewiesen; er geht als Fassung {nr} nochmals in die Konferenz."
        yield (at, 10), Ereignis("wieder aufgenommen", at, f"Fassung {nr}", satz)
    if lauf.zurueckgezogen_at:
        yield (lauf.zurueckgezogen_at, 11), Ereignis("zurückgezogen", lauf.zurueckgezogen_at, satz=_punkt(lauf.grund))


def _konferenz(lauf: Lauf) -> Iterator[tuple[Platz, Ereignis]]:
    if lauf.termin and lauf.traktandiert_at:
        yield (lauf.traktandiert_at, 3), Ereignis("traktandiert", lauf.traktandiert_at, satz=_punkt(lauf.termin.name))
    for votum in lauf.voten:
        wort = "Angenommen" if votum.angenommen else "Nicht zustande gekommen"
        kurz = f"{votum.ja} Ja, nötig {votum.noetig}"
        yield (votum.at, 4), Ereignis("abgestimmt", votum.at, kurz, f"{wort}: {votum.zahlen}.")


def _vorstand(lauf: Lauf, heute: date) -> Iterator[tuple[Platz, Ereignis]]:
    for bericht in lauf.berichte:
        if lauf.bereitet_vor and bericht.freigegeben_at:
            at, satz = bericht.freigegeben_at, "Der Vorsitz gab den Bericht an den Vorstand frei."
            yield (at, 5), Ereignis("Bericht freigegeben", at, satz=satz, is_haupt=False)
        if bericht.ueberwiesen_at:
            kurz = "zur Information" if bericht.is_information else ""
            satz = "Nur zur Information" if bericht.is_information else "Mit Bericht und Antrag"
            at = bericht.ueberwiesen_at
            yield (at, 6), Ereignis("überwiesen", at, kurz, f"{satz} an den VSEG-Vorstand.")
    for entscheid in lauf.entscheide:
        tag = datetime.combine(entscheid.beschlossen_on, time.min, ZONE)
        # a decision has a day and no hour: it stands after a transmission of the same day
        davor = [b.ueberwiesen_at for b in lauf.berichte if b.ueberwiesen_at]
        at = max([tag, *(u for u in davor if _day(u) <= entscheid.beschlossen_on)])
        noch = "" if entscheid.mitgeteilt_at else " Noch nicht mitgeteilt."
        satz = f"Der VSEG-Vorstand: {entscheid.wort}.{noch}"
        yield (at, 7), Ereignis("Entscheid", entscheid.beschlossen_on, entscheid.wort, satz)
        if entscheid.mitgeteilt_at:
            at, satz = (
                entscheid.mitgeteilt_at,
                "Die Antwort ging an die Antragstellerin oder den Antragsteller und alle Mitglieder.",
            )
            yield (at, 8), Ereignis("mitgeteilt", at, satz=satz)
        if entscheid.rueckmeldung and _day(entscheid.rueckmeldung.at) <= heute:
            at = entscheid.rueckmeldung.at
            yield (at, 9), Ereignis("Rückmeldung", _day(at), satz=_punkt(entscheid.rueckmeldung.name))


# --- What is ahead --------------------------------------------------------------------------------


def _kommend(lauf: Lauf, heute: date) -> Iterator[Ereignis]:
    """Yield the points still ahead from the state as the reader sees it; nothing where the way has ended."""
    status = lauf.status
    if status == "entwurf":
        yield _offen("Einreichung", "Sobald der Entwurf fertig ist.")
    if status in {"entwurf", "eingereicht"}:
        yield _offen("Traktandierung", "Die Geschäftsstelle setzt den Antrag auf die Traktandenliste einer Sitzung.")
    if status in {"entwurf", "eingereicht", "traktandiert"}:
        satz = "Nötig sind zwei Drittel der anwesenden Stimmsitze."
        termin = lauf.termin if status == "traktandiert" else None
        yield Ereignis(
            "Abstimmung",
            _day(termin.at) if termin else None,
            satz=f"{termin.name}. {satz}" if termin else satz,
            zustand="offen",
        )
    yield from _kommende_ueberweisung(lauf)
    if status in {"entwurf", "eingereicht", "traktandiert", "verabschiedet", "ueberwiesen"}:
        yield from _kommende_antwort(lauf, heute)
    elif status == "beantwortet":
        yield from _kommende_rueckmeldung(lauf, heute)


def _kommende_ueberweisung(lauf: Lauf) -> Iterator[Ereignis]:
    if lauf.status in {"entwurf", "eingereicht", "traktandiert"}:
        yield _offen("Überweisung", "Wenn die Konferenz zustimmt, mit Bericht und Antrag an den VSEG-Vorstand.")
    offene = [bericht for bericht in lauf.berichte if bericht.status != "ueberwiesen"]
    if lauf.status == "verabschiedet":
        satz = "Die Geschäftsstelle schreibt Bericht und Antrag an den VSEG-Vorstand; der Vorsitz gibt sie frei."
        if offene and offene[0].status == "freigegeben":
            satz = "Der Vorsitz hat den Bericht freigegeben; er geht als Nächstes an den VSEG-Vorstand."
        yield _offen("Überweisung", satz)
    elif lauf.status == "nicht_zustande_gekommen" and offene:
        yield _offen("Überweisung", "Nur zur Information an den VSEG-Vorstand.")


def _kommende_antwort(lauf: Lauf, heute: date) -> Iterator[Ereignis]:
    offen = [entscheid for entscheid in lauf.entscheide if not entscheid.mitgeteilt_at]
    if offen:
        yield _offen("Mitteilung", "Der Entscheid ist erfasst und noch niemandem mitgeteilt.")
    else:
        seit = [b.ueberwiesen_at for b in lauf.berichte if b.ueberwiesen_at] if lauf.status == "ueberwiesen" else []
        wartet = seit_satz(_day(max(seit)), heute) if seit else ""
        satz = "Der Antrag liegt beim VSEG-Vorstand." if wartet else "Der VSEG-Vorstand entscheidet über den Antrag."
        yield replace(_offen("Entscheid", satz), kurz=wartet)
    yield _offen("Rückmeldung", "In der nächsten Sitzung der Konferenz.")


def _kommende_rueckmeldung(lauf: Lauf, heute: date) -> Iterator[Ereignis]:
    letzter = lauf.entscheide[-1] if lauf.entscheide else None
    if letzter is None or (letzter.rueckmeldung and _day(letzter.rueckmeldung.at) <= heute):
        return
    if letzter.rueckmeldung:
        termin = letzter.rueckmeldung
        yield Ereignis("Rückmeldung", _day(termin.at), satz=_punkt(termin.name), zustand="offen")
    else:
        yield _offen("Rückmeldung", "In der nächsten Sitzung der Konferenz.")


def _offen(name: str, satz: str) -> Ereignis:
    return Ereignis(name, None, satz=satz, zustand="offen")


def _punkt(text: str) -> str:
    """Return a text as a sentence of its own; empty stays empty."""
    return text if not text or text[-1] in ".!?" else f"{text}."


def _day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()
