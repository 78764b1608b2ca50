"""What is read for the board's page, for one report, for the board's part of a motion's page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from antraege.models import (
    Abstimmung,
    Antrag,
    Antragsbeilage,
    Antragsfassung,
    Bericht,
    Vorstandsentscheid,
)
from antraege.models.vorstand import BerichtQuerySet
from antraege.rules.vorstand import is_ueberfaellig, seit_satz, tage_seit
from antraege.rules.wartezeit import Wartelinie, draw_wartelinie
from konferenz.einstellungen import wert
from mitglieder.models import Funktion, Mandat, Sitz
from mitglieder.permissions import Recht, Umfang, has_recht

from .ergebnis import Ergebnis, read_sitze

ERINNERUNG = "vorstand_erinnerung_tage"
TON = {
    Vorstandsentscheid.Ergebnis.ANGENOMMEN: "gut",
    Vorstandsentscheid.Ergebnis.GEAENDERT: "gut",
    Vorstandsentscheid.Ergebnis.ABGELEHNT: "fehler",
    Vorstandsentscheid.Ergebnis.ZURUECKGEWIESEN: "warnung",
    Vorstandsentscheid.Ergebnis.ZUR_KENNTNIS: "information",
}


def read_ton(entscheid: Vorstandsentscheid | None) -> str:
    """Return how the word of a decision is coloured, empty without one; the word says it (no query)."""
    return TON[Vorstandsentscheid.Ergebnis(entscheid.ergebnis)] if entscheid else ""


@dataclass(frozen=True)
class Wartezeit:
    """How long something has waited: seit the day it began, satz «seit 63 Tagen», grenze the days of the reminder (0: never)."""

    seit: date
    tage: int
    satz: str
    grenze: int
    is_ueberfaellig: bool
    linie: Wartelinie


def make_wartezeit(seit_at: datetime, now: datetime, *, grenze: int) -> Wartezeit:
    """Return how long something has waited since a moment, in calendar days in Zurich."""
    seit, heute = timezone.localdate(seit_at), timezone.localdate(now)
    tage = tage_seit(seit, heute)
    return Wartezeit(
        seit=seit,
        tage=tage,
        satz=seit_satz(seit, heute),
        grenze=grenze,
        is_ueberfaellig=is_ueberfaellig(seit, heute, tage=grenze),
        linie=draw_wartelinie(tage, grenze=grenze),
    )


@dataclass(frozen=True)
class Vorstandszeile:
    """One report the board has. wartezeit: while it is not answered.  entscheid: only what was told.

    entwurf: a decision that is recorded and not told, for who records it.
    von: the seat the motion comes from, empty for who reads only what the board received.
    """

    bericht: Bericht
    ergebnis: Ergebnis
    wartezeit: Wartezeit | None
    entscheid: Vorstandsentscheid | None
    entwurf: Vorstandsentscheid | None
    darf_erfassen: bool
    von: str = ""

    @property
    def is_information(self) -> bool:
        """Whether the report went to the board only so that it knows."""
        return self.bericht.art == Bericht.Art.INFORMATION

    @property
    def ton(self) -> str:
        return read_ton(self.entscheid)


@dataclass(frozen=True)
class Wahlzeile:
    """A mandate that waits for its election by the board."""

    mandat: Mandat
    satz: str


@dataclass(frozen=True)
class Vorstandsseite:
    """Everything on /vorstand/. personalunion: who chairs the conference and sits on the board, by name."""

    wartende: tuple[Vorstandszeile, ...]
    beantwortete: tuple[Vorstandszeile, ...]
    wahlen: tuple[Wahlzeile, ...]
    personalunion: tuple[str, ...]
    darf_waehlen: bool


def load_vorstandsseite(umfang: Umfang) -> Vorstandsseite:
    """Return the board's page (seven queries)."""
    zeilen = _make_zeilen(list_berichte(), umfang)
    beantwortete = [zeile for zeile in zeilen if zeile.entscheid is not None]
    return Vorstandsseite(
        wartende=tuple(zeile for zeile in zeilen if zeile.entscheid is None),
        beantwortete=tuple(sorted(beantwortete, key=_mitgeteilt_at, reverse=True)),
        wahlen=load_wahlen(umfang.now),
        personalunion=load_personalunion(umfang.now),
        darf_waehlen=has_recht(umfang, Recht.WAHL_ERFASSEN),
    )


def load_wartende(umfang: Umfang) -> list[Vorstandszeile]:
    """Return what waits at the board, the longest waiting first (two queries)."""
    return _make_zeilen(with_all(Bericht.objects.beim_vorstand()), umfang)


def list_ueberfaellige(now: datetime) -> list[int]:
    """Return the pks of the reports of which the office has to be reminded (two queries; a query, never an equality)."""
    tage = int(wert(ERINNERUNG))
    if tage <= 0:
        return []
    bis = now - timedelta(days=tage - 1)  # by the hour; the deed counts the calendar days
    return list(
        Bericht.objects.beim_vorstand()
        .filter(erinnert_at__isnull=True, ueberwiesen_at__lte=bis)
        .values_list("pk", flat=True)
    )


def load_letzte_antworten(umfang: Umfang, anzahl: int = 3) -> list[Vorstandszeile]:
    """Return what the board answered last, the newest first (two queries)."""
    mitgeteilt = Bericht.objects.filter(entscheid__status=Vorstandsentscheid.Status.MITGETEILT)
    return _make_zeilen(with_all(mitgeteilt).order_by("-entscheid__mitgeteilt_at", "-pk")[:anzahl], umfang)


def load_beim_vorstand(antrag: Antrag, umfang: Umfang) -> tuple[Vorstandszeile, ...]:
    """Return what of a motion the board has and what it said, for the motion's page, the newest first (two queries).

    Only what the person may read; a decision only once it is told.
    """
    if antrag.eingereicht_at is None:
        return ()
    berichte = Bericht.objects.visible_to(umfang).filter(antrag=antrag, status=Bericht.Status.UEBERWIESEN)
    return tuple(_make_zeilen(with_all(berichte).order_by("-ueberwiesen_at", "-pk"), umfang))


def load_wahlen(now: datetime) -> tuple[Wahlzeile, ...]:
    """Return the mandates that wait for their election, the longest waiting first (one query).

    Source: Pflichtenheft 2026, «Wahlorgan» (R5).
    """
    heute = timezone.localdate(now)
    mandate = Mandat.objects.not_over(heute).filter(status=Mandat.Status.DESIGNIERT, person__is_active=True)
    rows = mandate.select_related("person", "sitz__sozialregion").order_by("von", "sitz__reihenfolge")
    return tuple(
        Wahlzeile(mandat, seit_satz(mandat.von, heute) if mandat.von <= heute else "noch nicht im Amt")
        for mandat in rows
    )


def load_personalunion(now: datetime) -> tuple[str, ...]:
    """Return who chairs the conference and sits on the board today, by name (one query)."""
    heute = timezone.localdate(now)
    im_vorstand = Funktion.objects.current(heute).filter(art=Funktion.Art.VORSTAND)
    vorsitz = Mandat.objects.current(heute).filter(sitz__art=Sitz.Art.VORSITZ, person__in=im_vorstand.values("person"))
    return tuple(mandat.person.name for mandat in vorsitz.select_related("person"))


@dataclass(frozen=True)
class Berichtseite:
    """One report at the board. fassung: the version that was voted.  union: who released it and sits on the board.

    beilagen: the files handed over with it, as far as the person may open them.
    """

    zeile: Vorstandszeile
    fassung: Antragsfassung | None
    beilagen: tuple[Antragsbeilage, ...]
    union: str
    darf_antrag: bool
    darf_vorstand: bool


def load_berichtseite(bericht: Bericht, umfang: Umfang) -> Berichtseite:
    """Return the page of one report that was handed over (six queries)."""
    (zeile,) = _make_zeilen([bericht], umfang)
    beilagen = Antragsbeilage.objects.visible_to(umfang).filter(pk__in=bericht.beilagen.values("pk"))
    return Berichtseite(
        zeile=zeile,
        fassung=bericht.abstimmung.antragsfassung,
        beilagen=tuple(beilagen.select_related("datei").order_by("position", "pk")),
        union=_freigabe_im_vorstand(bericht),
        darf_antrag=has_recht(umfang, Recht.ANTRAG_SEHEN, bericht.antrag),
        darf_vorstand=has_recht(umfang, Recht.VORSTAND_SEHEN),
    )


def list_berichte() -> BerichtQuerySet:
    """Return the reports the board has, with what their pages name and the files handed over with them."""
    berichte = with_all(Bericht.objects.filter(status=Bericht.Status.UEBERWIESEN)).order_by("ueberwiesen_at", "pk")
    return berichte.prefetch_related("beilagen__datei")


def with_all(berichte: BerichtQuerySet) -> BerichtQuerySet:
    """Return reports with what their pages and rights name."""
    return berichte.select_related(
        "antrag__sitz__sozialregion",
        "antrag__eingereicht_von",
        "antrag__thema",
        "antrag__traktandum__sitzung__leitung",
        "abstimmung__sitzung__leitung",
        "abstimmung__traktandum__sitzung",
        "abstimmung__antragsfassung__antrag",
        "datei",
        "freigegeben_von",
        "ueberwiesen_von",
        "entscheid__datei",
        "entscheid__erfasst_von",
        "entscheid__mitgeteilt_von",
    )


def _make_zeilen(berichte: Iterable[Bericht], umfang: Umfang) -> list[Vorstandszeile]:
    grenze = int(wert(ERINNERUNG))
    return [_make_zeile(bericht, umfang, grenze=grenze) for bericht in berichte]


def _make_zeile(bericht: Bericht, umfang: Umfang, *, grenze: int) -> Vorstandszeile:
    entscheid: Vorstandsentscheid | None = getattr(bericht, "entscheid", None)
    darf_erfassen = has_recht(umfang, Recht.ENTSCHEID_ERFASSEN, bericht)
    is_mitgeteilt = entscheid is not None and entscheid.is_mitgeteilt
    seit_at = bericht.ueberwiesen_at or umfang.now
    return Vorstandszeile(
        bericht=bericht,
        ergebnis=make_oeffentliches_ergebnis(bericht.abstimmung, umfang),
        wartezeit=None if is_mitgeteilt else make_wartezeit(seit_at, umfang.now, grenze=grenze),
        entscheid=entscheid if is_mitgeteilt else None,
        entwurf=entscheid if darf_erfassen and not is_mitgeteilt else None,
        darf_erfassen=darf_erfassen and not is_mitgeteilt,
        von=bericht.antrag.sitz.bezeichnung if bericht.antrag.is_intern(umfang) else "",
    )


def make_oeffentliches_ergebnis(abstimmung: Abstimmung, umfang: Umfang) -> Ergebnis:
    """Return a closed vote as everybody outside may see it: numbers, the seats only under Namensaufruf (no query).

    Raises ValueError for a vote that is not closed.
    """
    zahlen = abstimmung.auszaehlung
    if zahlen is None:
        raise ValueError("Ein Ergebnis hat nur eine geschlossene Abstimmung.")
    return Ergebnis(
        abstimmung=abstimmung,
        zahlen=zahlen,
        sitze=read_sitze(abstimmung.protokoll) if abstimmung.is_namentlich else (),
        darf_voll=False,
        darf_oeffentlich=has_recht(umfang, Recht.ABSTIMMUNG_SEHEN, abstimmung) and not abstimmung.is_namentlich,
    )


def _mitgeteilt_at(zeile: Vorstandszeile) -> datetime:
    entscheid = zeile.entscheid
    return (entscheid.mitgeteilt_at if entscheid else None) or zeile.bericht.created_at


def _freigabe_im_vorstand(bericht: Bericht) -> str:
    """Return the name of who released a report where that person sat on the board on that day (one query)."""
    if bericht.freigegeben_von is None or bericht.freigegeben_at is None:
        return ""
    tag = timezone.localdate(bericht.freigegeben_at)
    im_vorstand = Funktion.objects.current(tag).filter(art=Funktion.Art.VORSTAND, person=bericht.freigegeben_von)
    return bericht.freigegeben_von.name if im_vorstand.exists() else ""
