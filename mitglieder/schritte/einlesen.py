"""One run over the rows of an import: who each is, and what it makes of the person."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from konferenz.schritte import require_transaction
from konferenz.tabelle import Zeile
from mitglieder import rules
from mitglieder.models import Funktion, Leitgremium, Mandat, Mitgliedschaft, Person, Sitz, Sozialregion, Stellvertretung

from .fehler import MitgliederError
from .gremium import close_funktion, close_mitgliedschaft, write_funktion, write_mitgliedschaft
from .importzeile import FUNKTIONEN, ROLLEN, SITZE, SPALTEN, plain, read_datum, read_funktion
from .konto import sync_logins
from .person import PersonDaten, write_person
from .sitz import MandatDaten, close_mandat, close_stellvertretung, write_mandat, write_stellvertretung, write_wahl


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
        return self._end(close_stellvertretung, bisher, daten["bis"])

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
        return self._end(close_mitgliedschaft, bisher, daten["bis"])

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
        return self._end(close_funktion, bisher, daten["bis"])

    def _end(
        self, close: Callable[..., object], bisher: Stellvertretung | Mitgliedschaft | Funktion, bis: date | None
    ) -> str:
        """End what lasts where the row names another day than the one known; return what that came to."""
        if bis is None or bis == bisher.bis:
            return "unverändert"
        close(bisher, bis=bis, actor=self.actor, now=self.now)
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
