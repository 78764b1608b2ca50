"""The list of motions as a person may see it: rows, filters, sums, the table for Excel."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.utils import timezone

from antraege.models import Abstimmung, Antrag, Bericht, Vorstandsentscheid
from antraege.models.antrag import INTERNE
from antraege.rules import zahlen_satz
from antraege.rules.auswertung import Auswertung, Werdegang, werte_aus
from antraege.rules.verlauf import shown_status
from antraege.rules.vorstand import is_ueberfaellig, seit_satz, tage_seit
from konferenz.einstellungen import wert
from konferenz.rules import Mehrheit
from konferenz.templatetags.schweiz import datum
from mitglieder.permissions import Umfang
from sitzungen.models import Traktandum

from .vorstand import ERINNERUNG, read_ton

WORTE = {
    "eingereicht": "eingereicht",
    "traktandiert": "traktandiert",
    "verabschiedet": "verabschiedet",
    "nicht_zustande_gekommen": "nicht zustande gekommen",
    "ueberwiesen": "beim VSEG-Vorstand",
    "beantwortet": "beantwortet",
    "zurueckgezogen": "zurückgezogen",
}
_ARTEN = {"traktandiert": "information", "verabschiedet": "gut", "nicht_zustande_gekommen": "fehler"}
KOPF = (
    "Nummer",
    "Titel",
    "Thema",
    "Von",
    "Eingereicht am",
    "Stand",
    "Ja",
    "Nein",
    "Enthaltungen",
    "Anwesend",
    "Nötig",
    "Ergebnis der Abstimmung",
    "Überwiesen am",
    "Überwiesen als",
    "Entscheid des Vorstands",
    "Entscheid vom",
    "Mitgeteilt am",
    "Tage bis zur Antwort",
    "Tage beim Vorstand",
)


@dataclass(frozen=True)
class Zeile:
    """One submitted motion. status: as the person sees it.  vote: its last closed one.  bericht: the last handed over.

    entscheid: once told.  von: the seat it comes from, empty for who reads only what the board received.
    """

    antrag: Antrag
    status: str
    von: str
    vote: Abstimmung | None
    bericht: Bericht | None
    entscheid: Vorstandsentscheid | None
    is_ueberfaellig: bool
    heute: date

    @property
    def wort(self) -> str:
        return WORTE[self.status]

    @property
    def art(self) -> str:
        """How the word is coloured; the word says it."""
        return read_art(self.status, self.entscheid, is_spaet=self.is_ueberfaellig)

    @property
    def zahlen(self) -> str:
        """«9 Ja, 4 Nein, 1 Enthaltung bei 14 Anwesenden; nötig 10»; empty before the vote."""
        stimmen = self.vote.auszaehlung if self.vote else None
        return zahlen_satz(Mehrheit.ZWEIDRITTEL, stimmen) if stimmen else ""

    @property
    def satz(self) -> str:
        """What more to know of the state."""
        if self.status in {"verabschiedet", "nicht_zustande_gekommen"}:
            return self.zahlen
        if self.status == "ueberwiesen" and self.bericht and self.bericht.ueberwiesen_at:
            zusatz = ", nur zur Information" if self.bericht.art == Bericht.Art.INFORMATION else ""
            return f"{seit_satz(_tag(self.bericht.ueberwiesen_at), self.heute)}{zusatz}"
        if self.status == "beantwortet" and self.entscheid:
            return f"{self.entscheid.get_ergebnis_display()} am {datum(self.entscheid.beschlossen_on)}"
        if self.status == "traktandiert" and self.antrag.traktandum:
            punkt = self.antrag.traktandum
            return f"{punkt.sitzung.titel}, {datum(punkt.sitzung.beginn_at)}"
        return ""

    @property
    def werdegang(self) -> Werdegang:
        """The motion counted. A report that went as a motion means that the conference carried it."""
        ueberwiesen = self.bericht.ueberwiesen_at if self.bericht else None
        mitgeteilt = self.entscheid.mitgeteilt_at if self.entscheid else None
        return Werdegang(
            eingereicht_on=_tag(self.antrag.eingereicht_at or self.antrag.created_at),
            is_verabschiedet=bool(self.vote and self.vote.angenommen),
            ueberwiesen_on=_tag(ueberwiesen) if ueberwiesen else None,
            mitgeteilt_on=_tag(mitgeteilt) if mitgeteilt else None,
            ergebnis=self.entscheid.ergebnis if self.entscheid else "",
        )

    @property
    def region(self) -> tuple[str, str]:
        """The seat's region as value and name of a filter; another seat stands for itself."""
        sitz = self.antrag.sitz
        return (
            (sitz.sozialregion.kuerzel.lower(), sitz.sozialregion.name) if sitz.sozialregion else (sitz.art, self.von)
        )


def read_art(status: str, entscheid: Vorstandsentscheid | None, *, is_spaet: bool) -> str:
    """Return the colour of a motion's state: by the board's answer once it is told, a warning while it is overdue."""
    if status == "beantwortet" and entscheid:
        return read_ton(entscheid)
    return "warnung" if is_spaet else _ARTEN.get(status, "")


@dataclass(frozen=True)
class Wahl:
    """One filter of the list: its name in the address, its label, its options and the chosen one (empty: all)."""

    name: str
    titel: str
    optionen: tuple[tuple[str, str], ...]
    gewaehlt: str


@dataclass(frozen=True)
class Antragsliste:
    """The motions a person sees, narrowed by the filters. gesamt: before them.  is_intern: the person is of the conference."""

    zeilen: tuple[Zeile, ...]
    wahlen: tuple[Wahl, ...]
    gesamt: int
    is_intern: bool

    @property
    def is_gefiltert(self) -> bool:
        return any(wahl.gewaehlt for wahl in self.wahlen)

    @property
    def abfrage(self) -> str:
        """The filters as part of an address: «stand=ueberwiesen&jahr=2026»."""
        return urlencode({wahl.name: wahl.gewaehlt for wahl in self.wahlen if wahl.gewaehlt})

    @property
    def auswertung(self) -> Auswertung:
        return werte_aus((zeile.werdegang for zeile in self.zeilen), is_intern=self.is_intern)


def is_intern(umfang: Umfang) -> bool:
    """Return whether a person reads motions as the conference does, and not only what the board received."""
    return bool(umfang.rollen & INTERNE)


def load_antragsliste(umfang: Umfang, gefragt: Mapping[str, str]) -> Antragsliste:
    """Return the submitted motions a person sees, newest first, narrowed by stand, thema, jahr, region (five queries).

    A filter with a value nobody offers narrows nothing. A commission has a handful of motions a year: they are read at once.
    """
    alle = _load_zeilen(umfang)
    intern = any(zeile.von for zeile in alle) or is_intern(umfang)
    merkmale = {
        "stand": ("Stand", lambda z: (z.status, WORTE[z.status])),
        "thema": ("Thema", lambda z: (str(z.antrag.thema.nr), str(z.antrag.thema)) if z.antrag.thema else None),
        "jahr": ("Jahr", lambda z: (str(z.antrag.jahr), str(z.antrag.jahr))),
        "region": ("Region", lambda z: z.region if z.von else None),
    }
    wahlen, zeilen = [], alle
    for name, (titel, merkmal) in merkmale.items():
        optionen = {paar[0]: paar[1] for zeile in alle if (paar := merkmal(zeile)) is not None}
        gewaehlt = gefragt.get(name, "")
        gewaehlt = gewaehlt if gewaehlt in optionen else ""
        if optionen:
            wahlen.append(Wahl(name, titel, _sortiert(name, optionen), gewaehlt))
        if gewaehlt:
            zeilen = [zeile for zeile in zeilen if (paar := merkmal(zeile)) is not None and paar[0] == gewaehlt]
    return Antragsliste(tuple(zeilen), tuple(wahlen), len(alle), intern)


def _sortiert(name: str, optionen: dict[str, str]) -> tuple[tuple[str, str], ...]:
    if name == "stand":
        return tuple((status, wort) for status, wort in WORTE.items() if status in optionen)
    if name == "jahr":
        return tuple(sorted(optionen.items(), reverse=True))
    schluessel = (lambda paar: int(paar[0])) if name == "thema" else (lambda paar: paar[1])
    return tuple(sorted(optionen.items(), key=schluessel))


def _load_zeilen(umfang: Umfang) -> list[Zeile]:
    antraege = list(Antrag.objects.visible_to(umfang).filter(eingereicht_at__isnull=False).with_seite())
    pks = [antrag.pk for antrag in antraege]
    sichtbar = _sichtbare_punkte(umfang, antraege)
    votes = _load_votes(pks)
    berichte = _letzte_berichte(umfang, pks)
    tage, heute = int(wert(ERINNERUNG)), timezone.localdate(umfang.now)
    zeilen = []
    for antrag in antraege:
        intern = antrag.is_intern(umfang)
        bericht, seine = berichte.get(antrag.pk), votes.get(antrag.pk, [])
        if not intern:  # the vote the board was told of
            seine = [vote for vote in seine if bericht and vote.pk == bericht.abstimmung_id]
        status = shown_status(antrag.status, sieht_traktandum=antrag.traktandum_id in sichtbar)
        seit = bericht.ueberwiesen_at if bericht and status == Antrag.Status.UEBERWIESEN else None
        zeilen.append(
            Zeile(
                antrag=antrag,
                status=status,
                von=antrag.sitz.bezeichnung if intern else "",
                vote=seine[-1] if seine else None,
                bericht=bericht,
                entscheid=_told(bericht),
                is_ueberfaellig=seit is not None and is_ueberfaellig(_tag(seit), heute, tage=tage),
                heute=heute,
            )
        )
    return zeilen


def _told(bericht: Bericht | None) -> Vorstandsentscheid | None:
    entscheid = getattr(bericht, "entscheid", None)
    return entscheid if entscheid is not None and entscheid.is_mitgeteilt else None


def _sichtbare_punkte(umfang: Umfang, antraege: Sequence[Antrag]) -> set[int]:
    pks = [antrag.traktandum_id for antrag in antraege if antrag.traktandum_id]
    return set(Traktandum.objects.visible_to(umfang).filter(pk__in=pks).values_list("pk", flat=True))


def _load_votes(pks: Collection[int]) -> dict[int, list[Abstimmung]]:
    """Return the closed votes by motion, the last one last, without their records."""
    votes = Abstimmung.objects.filter(antragsfassung__antrag__in=pks, status=Abstimmung.Status.GESCHLOSSEN)
    gefunden: dict[int, list[Abstimmung]] = {}
    for vote in votes.select_related("antragsfassung").defer("protokoll").order_by("geschlossen_at", "pk"):
        if vote.antragsfassung is not None:
            gefunden.setdefault(vote.antragsfassung.antrag_id, []).append(vote)
    return gefunden


def _letzte_berichte(umfang: Umfang, pks: Collection[int]) -> dict[int, Bericht]:
    """Return the last report handed over by motion, with its decision."""
    berichte = Bericht.objects.visible_to(umfang).filter(antrag__in=pks, status=Bericht.Status.UEBERWIESEN)
    return {b.antrag_id: b for b in berichte.select_related("entscheid").order_by("ueberwiesen_at", "pk")}


def list_entwuerfe(umfang: Umfang) -> list[Antrag]:
    """Return the drafts a person may go on writing, the latest first: one's own; for the office all (one query)."""
    entwuerfe = Antrag.objects.visible_to(umfang).filter(status=Antrag.Status.ENTWURF)
    zeilen = entwuerfe.select_related("sitz", "eingereicht_von", "geaendert_von").order_by("-created_at")
    return sorted(zeilen, key=lambda antrag: antrag.geaendert_at or antrag.created_at, reverse=True)


def export_antraege(liste: Antragsliste) -> Iterator[list[object]]:
    """Yield the rows of the table for Excel; columns as KOPF."""
    for zeile in liste.zeilen:
        antrag, vote, bericht, entscheid = zeile.antrag, zeile.vote, zeile.bericht, zeile.entscheid
        gang = zeile.werdegang
        ergebnis = "" if vote is None else "angenommen" if vote.angenommen else "nicht zustande gekommen"
        antwort = gang.mitgeteilt_on
        yield [
            antrag.nummer,
            antrag.titel,
            str(antrag.thema or ""),
            zeile.von,
            _kurz(gang.eingereicht_on),
            zeile.wort,
            *([vote.ja, vote.nein, vote.enthaltung, vote.anwesend, vote.noetig] if vote else [""] * 5),
            ergebnis,
            _kurz(gang.ueberwiesen_on),
            bericht.get_art_display() if bericht else "",
            entscheid.get_ergebnis_display() if entscheid else "",
            _kurz(entscheid.beschlossen_on) if entscheid else "",
            _kurz(antwort),
            tage_seit(gang.eingereicht_on, antwort) if antwort else "",
            tage_seit(gang.ueberwiesen_on, antwort or zeile.heute) if gang.ueberwiesen_on else "",
        ]


def _tag(moment: datetime) -> date:
    return timezone.localdate(moment)


def _kurz(tag: date | None) -> str:
    return f"{tag.day}.{tag.month}.{tag.year}" if tag else ""
