"""One row of an import: who it is, and what it makes of the person."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from konferenz.schritte import require_transaction
from konferenz.tabelle import Tabelle, Zeile
from mitglieder import rules
from mitglieder.models import Funktion, Leitgremium, Mandat, Person, Sitz, Sozialregion, Stellvertretung

from .fehler import MitgliederError
from .gremium import close_funktion, close_mitgliedschaft, write_funktion, write_mitgliedschaft
from .konto import sync_logins
from .person import PersonDaten, write_person
from .sitz import MandatDaten, close_mandat, close_stellvertretung, write_mandat, write_stellvertretung, write_wahl

SPALTEN = {
    "rolle": "Wozu die Zeile dient, siehe unten.",
    "region": "Kürzel oder Name der Sozialregion; bei einer Stellvertretung auch die Rolle eines anderen Sitzes (vorsitz …).",
    "anrede": "Frau oder Herr, freiwillig.",
    "vorname": "",
    "nachname": "",
    "email": "Geschäftliche Adresse; dürfen zwei Personen teilen (dann Mail ja, Anmeldung nein).",
    "telefon": "Freiwillig.",
    "funktion": "Bei einem Sitz leer lassen: Sie folgt aus der Form der Region. Bei einer Stellvertretung die politische Funktion.",
    "von": "Beginn, 1.1.2026 oder 2026-01-01; leer = heute.",
    "bis": "Erster Tag, an dem es nicht mehr gilt; leer = unbefristet.",
    "wahlbeschluss_datum": "Datum des Wahlbeschlusses des VSEG-Vorstands; leer = designiert, noch ohne Stimme.",
    "wahlbeschluss_referenz": "Nummer oder Protokollstelle des Wahlbeschlusses, freiwillig.",
}
MAX_ZEILEN = 1000  # ten times the conference; the import holds the seats' lock while it runs
PFLICHT = ("rolle", "region", "vorname", "nachname", "email", "funktion", "von")
GLEICHBEDEUTEND = {
    "e_mail": "email",
    "mail": "email",
    "e_mail_adresse": "email",
    "name": "nachname",
    "wahlbeschluss": "wahlbeschluss_datum",
    "wahlbeschluss_vom": "wahlbeschluss_datum",
    "wahlbeschluss_ref": "wahlbeschluss_referenz",
    "referenz": "wahlbeschluss_referenz",
    "kuerzel": "region",
    "sozialregion": "region",
}
SITZE = {
    "praesidium": Sitz.Art.REGION,
    "vorsitz": Sitz.Art.VORSITZ,
    "geschaeftsfuehrung": Sitz.Art.GESCHAEFTSFUEHRUNG,
    "sozialkonferenz": Sitz.Art.SOZIALKONFERENZ,
    "amt": Sitz.Art.AMT,
}
FUNKTIONEN = {
    "geschaeftsstelle": Funktion.Art.GESCHAEFTSSTELLE,
    "vorstand": Funktion.Art.VORSTAND,
    "vorstandssekretariat": Funktion.Art.VORSTANDSSEKRETARIAT,
    "administration": Funktion.Art.ADMINISTRATION,
}
ROLLEN = {
    "praesidium": "Präsidium einer Sozialregion (Sitz mit Stimme); die Spalte region ist nötig.",
    "vorsitz": "VSEG-Präsidium (Sitz mit Stimme).",
    "geschaeftsfuehrung": "VSEG-Geschäftsführung (beratender Sitz).",
    "sozialkonferenz": "Solothurner Sozialkonferenz (beratender Sitz).",
    "amt": "Amt für Gesundheit und Soziales (beratender Sitz).",
    "stellvertretung": "Steht auf der ständigen Liste des Sitzes in der Spalte region.",
    "leitgremium": "Entscheidungsträgerin oder Entscheidungsträger einer Region: erhält die Unterlagen.",
    "vorstand": "Mitglied des VSEG-Vorstands.",
    "vorstandssekretariat": "Sekretariat des VSEG-Vorstands.",
    "geschaeftsstelle": "VSEG-Geschäftsstelle: führt das Portal.",
    "administration": "Technische Betreuung.",
}


@dataclass(frozen=True)
class Eintrag:
    """What one row does. ergebnis: «neu», «geändert» or «unverändert»."""

    zeile: int
    name: str
    rolle: str
    ergebnis: str
    text: str


@dataclass(frozen=True)
class Fehler:
    """Why a row cannot be taken, at which line and column («» = the whole line)."""

    zeile: int
    spalte: str
    satz: str

    def __str__(self) -> str:
        ort = f"Zeile {self.zeile}" + (f", Spalte «{self.spalte}»" if self.spalte else "")
        return f"{ort}: {self.satz}"


@dataclass
class Bericht:
    """What an import would do or did: entries in file order, what stops it, what to look at."""

    eintraege: list[Eintrag] = field(default_factory=list)
    fehler: list[Fehler] = field(default_factory=list)
    warnungen: list[str] = field(default_factory=list)
    sitze_ohne_wahl: list[str] = field(default_factory=list)
    sitze_vakant: list[str] = field(default_factory=list)

    def count(self, ergebnis: str) -> int:
        """Return how many rows have this outcome."""
        return sum(eintrag.ergebnis == ergebnis for eintrag in self.eintraege)

    @property
    def digest(self) -> str:
        """A mark of exactly this outcome: the import must do what the preview showed."""
        return hashlib.sha256(repr([self.eintraege, self.sitze_ohne_wahl, self.sitze_vakant]).encode()).hexdigest()


def plain(text: str) -> str:
    """Return a word as it is compared: lower case, umlauts spelt out, everything else an underscore."""
    for umlaut, ersatz in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):  # casefold spells out the rest
        text = text.casefold().replace(umlaut, ersatz)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", text).strip("_")


def rows_of(tabelle: Tabelle) -> list[Zeile]:
    """Return the rows under our column names. Raises MitgliederError that names the missing columns."""
    namen = {spalte: GLEICHBEDEUTEND.get(plain(spalte), plain(spalte)) for spalte in tabelle.spalten}
    if len(tabelle.zeilen) > MAX_ZEILEN:
        raise MitgliederError(f"Die Tabelle hat mehr als {MAX_ZEILEN} Zeilen. Bitte teilen Sie sie auf.")
    fehlend = [spalte for spalte in PFLICHT if spalte not in namen.values()]
    if fehlend:
        spalten = "die Spalte" if len(fehlend) == 1 else "die Spalten"
        raise MitgliederError(
            f"In der Datei fehlt {spalten} {_liste(fehlend)}. Gelesen wurden: {_liste(tabelle.spalten)}."
            if len(fehlend) == 1
            else f"In der Datei fehlen {spalten} {_liste(fehlend)}. Gelesen wurden: {_liste(tabelle.spalten)}."
        )
    doppelt = [name for name in SPALTEN if list(namen.values()).count(name) > 1]
    if doppelt:
        raise MitgliederError(f"Die Spalte «{doppelt[0]}» steht doppelt.")
    return [
        Zeile(zeile.nr, {namen[spalte]: wert for spalte, wert in zeile.werte.items() if namen[spalte] in SPALTEN})
        for zeile in tabelle.zeilen
    ]


def _liste(namen: Iterable[str]) -> str:
    return ", ".join(f"«{name}»" for name in namen)


def read_datum(text: str) -> date | None:
    """Return the day a cell names («1.1.2026», «2026-01-01»), None for an empty one. Raises ValueError."""
    if not text:
        return None
    if treffer := re.fullmatch(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", text):
        tag, monat, jahr = (int(teil) for teil in treffer.groups())
        return date(jahr, monat, tag)
    return date.fromisoformat(text)


class Einlesen:
    """One run over the rows of a file, inside the transaction of its action."""

    def __init__(self, *, actor: Person | None, now: datetime, is_demo: bool = False) -> None:
        require_transaction("Einlesen")
        self.actor, self.now, self.is_demo = actor, now, is_demo
        self.heute = timezone.localdate(now)
        self.bericht = Bericht()
        self.adressen: set[str] = set()
        self.personen: dict[str, list[Person]] = {}
        for person in Person.objects.aktiv():
            self.personen.setdefault(plain(person.name), []).append(person)
        self.regionen: dict[str, Sozialregion] = {}
        for region in Sozialregion.objects.all():
            self.regionen |= {plain(region.kuerzel): region, plain(region.name): region}
        self.sitze = {(sitz.art, sitz.sozialregion_id): sitz for sitz in Sitz.objects.select_related("sozialregion")}

    def run(self, zeilen: Sequence[Zeile]) -> Bericht:
        """Write every row that can be written and return what was done and what could not."""
        # Mandates that end make room for those that begin, wherever they stand in the file.
        for zeile in sorted(zeilen, key=lambda zeile: (not zeile.werte.get("bis"), zeile.nr)):
            try:
                self._zeile(zeile)
            except MitgliederError as error:
                spalte = {"wahlbeschluss_on": "wahlbeschluss_datum", "person": "nachname", "art": "rolle"}.get(
                    error.feld, error.feld
                )
                self.bericht.fehler.append(Fehler(zeile.nr, spalte, str(error)))
        sync_logins(self.adressen, actor=self.actor, now=self.now)
        self.bericht.eintraege.sort(key=lambda eintrag: eintrag.zeile)
        self.bericht.fehler.sort(key=lambda fehler: fehler.zeile)
        self._count_sitze()
        return self.bericht

    def _zeile(self, zeile: Zeile) -> None:
        werte = {spalte: zeile.werte.get(spalte, "") for spalte in SPALTEN}
        rolle = plain(werte["rolle"])
        if rolle not in ROLLEN:
            raise MitgliederError(
                f"Die Rolle «{werte['rolle']}» ist unbekannt. Möglich sind: {', '.join(ROLLEN)}."
                if werte["rolle"]
                else "Die Rolle fehlt.",
                "rolle",
            )
        daten = {spalte: self._datum(werte, spalte) for spalte in ("von", "bis", "wahlbeschluss_datum")}
        if rolle in SITZE:
            ziel: Sitz | Leitgremium | None = self._sitz(rolle, werte["region"])
        elif rolle == "stellvertretung":
            ziel = self._sitz_der_stellvertretung(werte["region"])
        elif rolle == "leitgremium":
            ziel = Leitgremium.objects.select_related("sozialregion").get(sozialregion=self._region(werte["region"]))
        else:
            ziel = None
        person, stand = self._person(zeile.nr, werte, rolle, ziel)
        if isinstance(ziel, Leitgremium):
            tat = self._leitgremium(ziel, person, werte, daten)
        elif ziel is not None and rolle == "stellvertretung":
            tat = self._stellvertretung(ziel, person, werte, daten)
        elif ziel is not None:
            tat = self._mandat(ziel, person, werte, daten)
        else:
            tat = self._funktion(FUNKTIONEN[rolle], person, werte, daten)
        ergebnis = "unverändert" if stand == tat == "unverändert" else "neu" if "neu" in {stand, tat} else "geändert"
        text = str(ziel) if ziel is not None else Funktion.Art(FUNKTIONEN[rolle]).label
        if tat == "beendet":
            text += f", endet am {daten['bis']:%-d.%-m.%Y}"
        self.bericht.eintraege.append(Eintrag(zeile.nr, person.name, rolle, ergebnis, text))

    def _datum(self, werte: dict[str, str], spalte: str) -> date | None:
        try:
            return read_datum(werte[spalte])
        except ValueError:
            raise MitgliederError(f"«{werte[spalte]}» ist kein Datum. Schreiben Sie es so: 1.1.2026.", spalte) from None

    def _region(self, text: str) -> Sozialregion:
        if not text:
            raise MitgliederError("Die Region fehlt.", "region")
        region = self.regionen.get(plain(text))
        if region is None:
            kuerzel = ", ".join(sorted({r.kuerzel for r in self.regionen.values()}))
            raise MitgliederError(f"Die Region «{text}» ist unbekannt. Möglich sind: {kuerzel}.", "region")
        return region

    def _sitz(self, rolle: str, region: str) -> Sitz:
        art = SITZE[rolle]
        return self.sitze[art, self._region(region).pk if art == Sitz.Art.REGION else None]

    def _sitz_der_stellvertretung(self, text: str) -> Sitz:
        rolle = plain(text)
        return self._sitz(rolle, "") if rolle in SITZE and rolle != "praesidium" else self._sitz("praesidium", text)

    # --- the person ---------------------------------------------------------------------------

    def _person(
        self, nr: int, werte: dict[str, str], rolle: str, ziel: Sitz | Leitgremium | None
    ) -> tuple[Person, str]:
        daten = PersonDaten(
            **{spalte: werte[spalte] for spalte in ("anrede", "vorname", "nachname", "email", "telefon")}
        ).cleaned()
        name = f"{daten.vorname} {daten.nachname}".strip()
        gleiche = self.personen.setdefault(plain(name), [])
        person = self._match(nr, name, daten.email, gleiche, rolle, ziel)
        if person is None:
            person, adressen = write_person(None, daten, actor=self.actor, now=self.now, is_demo=self.is_demo)
            gleiche.append(person)
            self.adressen |= adressen
            return person, "neu"
        # An empty cell says nothing; it does not take away what is known.
        daten = PersonDaten(
            nachname=daten.nachname,
            vorname=daten.vorname,
            anrede=daten.anrede or person.anrede,
            email=daten.email or person.email,
            telefon=daten.telefon or person.telefon,
        )
        vorher = (person.anrede, person.vorname, person.nachname, person.email, person.telefon)
        person, adressen = write_person(person, daten, actor=self.actor, now=self.now)
        self.adressen |= adressen
        nachher = (person.anrede, person.vorname, person.nachname, person.email, person.telefon)
        return person, "unverändert" if vorher == nachher else "geändert"

    def _match(
        self, nr: int, name: str, email: str, gleiche: list[Person], rolle: str, ziel: Sitz | Leitgremium | None
    ) -> Person | None:
        """Return whom a row means: same name and address; else the namesake in the same place or without address."""
        adresse = rules.clean_login(email)
        for person in gleiche:
            if rules.clean_login(person.email) == adresse:
                return person
        if not adresse and len(gleiche) > 1:
            raise MitgliederError(f"Es gibt mehrere Personen namens {name}. Bitte geben Sie die Adresse an.", "email")
        if not adresse and gleiche:
            return gleiche[0]
        for person in gleiche:
            if not person.email or self._is_in(person, rolle, ziel):
                return person
        if gleiche:
            self.bericht.warnungen.append(
                f"Zeile {nr}: {name} gibt es schon mit einer anderen Adresse; mit dieser entsteht eine zweite Person."
            )
        return None

    def _is_in(self, person: Person, rolle: str, ziel: Sitz | Leitgremium | None) -> bool:
        if isinstance(ziel, Leitgremium):
            return person.mitgliedschaften.filter(leitgremium=ziel).not_over(self.heute).exists()
        if ziel is None:
            return person.funktionen.filter(art=FUNKTIONEN[rolle]).not_over(self.heute).exists()
        if rolle == "stellvertretung":
            return person.stellvertretungen.filter(sitz=ziel).not_over(self.heute).exists()
        return person.mandate.filter(sitz=ziel).not_over(self.heute).exists()

    # --- what the row makes of the person -------------------------------------------------------

    def _mandat(self, sitz: Sitz, person: Person, werte: dict[str, str], daten: dict[str, date | None]) -> str:
        bisher = sitz.mandate.filter(person=person).not_over(self.heute).select_related("sitz", "person").first()
        wahl, ref = daten["wahlbeschluss_datum"], werte["wahlbeschluss_referenz"]
        if bisher is None:
            neu = MandatDaten(
                funktion=werte["funktion"],
                von=daten["von"] or self.heute,
                bis=daten["bis"],
                wahlbeschluss_on=wahl,
                wahlbeschluss_ref=ref,
            )
            write_mandat(sitz, person, neu, actor=self.actor, now=self.now)
            return "neu"
        tat = "unverändert"
        if daten["von"] not in {None, bisher.von}:
            raise MitgliederError(f"{person.name} hat diesen Sitz schon seit dem {bisher.von:%-d.%-m.%Y}.", "von")
        if wahl is not None and bisher.status == Mandat.Status.DESIGNIERT:
            write_wahl(bisher, on=wahl, ref=ref, actor=self.actor, now=self.now)
            tat = "geändert"
        if daten["bis"] is not None and daten["bis"] != bisher.bis:
            close_mandat(bisher, bis=daten["bis"], actor=self.actor, now=self.now)
            tat = "beendet"
        return tat

    def _stellvertretung(self, sitz: Sitz, person: Person, werte: dict[str, str], daten: dict[str, date | None]) -> str:
        bisher = (
            sitz.stellvertretungen.filter(person=person).not_over(self.heute).select_related("sitz", "person").first()
        )
        if bisher is None:
            write_stellvertretung(
                sitz,
                person,
                funktion=read_funktion(werte["funktion"]),
                von=daten["von"] or self.heute,
                bis=daten["bis"],
                actor=self.actor,
                now=self.now,
            )
            return "neu"
        if daten["bis"] is None or daten["bis"] == bisher.bis:
            return "unverändert"
        close_stellvertretung(bisher, bis=daten["bis"], actor=self.actor, now=self.now)
        return "beendet"

    def _leitgremium(
        self, gremium: Leitgremium, person: Person, werte: dict[str, str], daten: dict[str, date | None]
    ) -> str:
        zeilen = gremium.mitgliedschaften.filter(person=person).not_over(self.heute)
        bisher = zeilen.select_related("leitgremium__sozialregion", "person").first()
        if bisher is None:
            write_mitgliedschaft(
                gremium,
                person,
                funktion=werte["funktion"],
                von=daten["von"] or self.heute,
                bis=daten["bis"],
                actor=self.actor,
                now=self.now,
            )
            return "neu"
        if daten["bis"] is None or daten["bis"] == bisher.bis:
            return "unverändert"
        close_mitgliedschaft(bisher, bis=daten["bis"], actor=self.actor, now=self.now)
        return "beendet"

    def _funktion(self, art: str, person: Person, werte: dict[str, str], daten: dict[str, date | None]) -> str:
        bisher = person.funktionen.filter(art=art).not_over(self.heute).select_related("person").first()
        if bisher is None:
            write_funktion(
                person,
                art=art,
                bezeichnung=werte["funktion"],
                von=daten["von"] or self.heute,
                bis=daten["bis"],
                actor=self.actor,
                now=self.now,
            )
            return "neu"
        if daten["bis"] is None or daten["bis"] == bisher.bis:
            return "unverändert"
        close_funktion(bisher, bis=daten["bis"], actor=self.actor, now=self.now)
        return "beendet"

    def _count_sitze(self) -> None:
        besetzt = {
            mandat.sitz_id: mandat
            for mandat in Mandat.objects.current(self.heute).filter(person__is_active=True).order_by("pk")
        }
        for sitz in self.sitze.values():
            mandat = besetzt.get(sitz.pk)
            if mandat is None:
                self.bericht.sitze_vakant.append(str(sitz))
            elif mandat.status == Mandat.Status.DESIGNIERT:
                self.bericht.sitze_ohne_wahl.append(str(sitz))
        self.bericht.sitze_vakant.sort()
        self.bericht.sitze_ohne_wahl.sort()


_STELLVERTRETUNG = (
    ("vize", Stellvertretung.Funktion.VIZEPRAESIDIUM),
    ("zweckverband", Stellvertretung.Funktion.VORSTAND_ZWECKVERBAND),
    ("verein", Stellvertretung.Funktion.VORSTAND_VEREIN),
    ("vseg", Stellvertretung.Funktion.VSEG_VORSTAND),
    ("sozialkommission", Stellvertretung.Funktion.SOZIALKOMMISSION),
    ("gemeinderat", Stellvertretung.Funktion.GEMEINDERAT),
    ("gemeinderaet", Stellvertretung.Funktion.GEMEINDERAT),
    ("gemeindepraesid", Stellvertretung.Funktion.GEMEINDEPRAESIDIUM),
    ("stadtpraesid", Stellvertretung.Funktion.GEMEINDEPRAESIDIUM),
)


def read_funktion(text: str) -> str:
    """Return the political function a cell names, as a value of Stellvertretung.Funktion; «» where it names none (R14)."""
    wort = plain(text)
    if not rules.is_politische_funktion(text):
        return ""
    if wort in Stellvertretung.Funktion.values:
        return wort
    return next((wert for teil, wert in _STELLVERTRETUNG if teil in wort), Stellvertretung.Funktion.ANDERE)
