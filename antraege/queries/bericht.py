"""What a report to the board is made of, who gets it, what a page says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from antraege.models import Abstimmung, Antrag, Antragsbeilage, Antragsfassung, Bericht
from antraege.models.vorstand import BerichtQuerySet
from antraege.rules import ausgang_wort, ergebnis_satz
from antraege.rules.bericht import bericht_titel
from konferenz.dateien import path_of
from konferenz.einstellungen import werte
from konferenz.rules import Auszaehlung, Mehrheit
from mitglieder.models import Funktion, Mandat, Person, Sitz
from mitglieder.permissions import Recht, Umfang, has_recht

from .entwurf import list_beilagen

BEIM_VORSTAND = (Funktion.Art.VORSTAND, Funktion.Art.VORSTANDSSEKRETARIAT)


@dataclass(frozen=True)
class Berichtsinhalt:
    """A report with everything its PDF and its mail say. fassung: the version that was voted on."""

    bericht: Bericht
    antrag: Antrag
    abstimmung: Abstimmung
    fassung: Antragsfassung
    beilagen: tuple[Antragsbeilage, ...]

    @property
    def is_information(self) -> bool:
        """Whether the motion did not carry and goes to the board only so that it knows."""
        return self.bericht.art == Bericht.Art.INFORMATION

    @property
    def titel(self) -> str:
        return bericht_titel(self.bericht.art)

    @property
    def zahlen(self) -> Auszaehlung:
        """The result of the vote. Raises ValueError for a vote that is not closed."""
        zahlen = self.abstimmung.auszaehlung
        if zahlen is None:
            raise ValueError("Ein Bericht nennt eine geschlossene Abstimmung.")
        return zahlen

    @property
    def wort(self) -> str:
        """«Angenommen» or «Nicht zustande gekommen»."""
        return ausgang_wort(Mehrheit(self.abstimmung.mehrheit), self.zahlen)

    @property
    def satz(self) -> str:
        """The result in one sentence."""
        return ergebnis_satz(Mehrheit(self.abstimmung.mehrheit), self.zahlen)


def load_inhalt(bericht: Bericht) -> Berichtsinhalt:
    """Return a report with what its PDF and its mail say; its attachments as they are now, once handed over as they were then (two queries).

    Raises ValueError where its vote names no version of a motion.
    """
    abstimmung = Abstimmung.objects.select_related(
        "sitzung", "traktandum", "antragsfassung__antrag__sitz", "vorgaenger"
    ).get(pk=bericht.abstimmung_id)
    fassung = abstimmung.antragsfassung
    if fassung is None:
        raise ValueError("Die Abstimmung eines Berichts nennt die Fassung des Antrags.")
    mitgegeben = bericht.beilagen.select_related("datei")
    beilagen = tuple(mitgegeben if bericht.is_ueberwiesen else list_beilagen(fassung.antrag))
    return Berichtsinhalt(bericht, fassung.antrag, abstimmung, fassung, beilagen)


def check_beilagen(beilagen: Sequence[Antragsbeilage]) -> str:
    """Return why a motion's attachments cannot go with its report, empty where they can: each file lies on the disk (no query)."""
    fehlende = [f"«{b.titel}»" for b in beilagen if not path_of(b.datei.pk).is_file()]
    if not fehlende:
        return ""
    return f"Auf dem Server fehlt die Beilage {' und '.join(fehlende)}. Bitte melden Sie es der Technik."


def list_berichte() -> BerichtQuerySet:
    """Return all reports, the newest first, with what their pages and their rights ask."""
    rows = Bericht.objects.select_related(
        "antrag__sitz__sozialregion",
        "antrag__traktandum__sitzung",
        "abstimmung__sitzung__leitung",
        "abstimmung__traktandum__sitzung",
        "abstimmung__antragsfassung",
        "vorgelegt_von",
        "freigegeben_von",
        "ueberwiesen_von",
        "datei",
    )
    return rows.order_by("-created_at", "-pk")


def latest_abstimmung(antrag: Antrag) -> Abstimmung | None:
    """Return the closed vote that decided last on a motion, None where there is none (one query)."""
    votes = Abstimmung.objects.filter(
        antragsfassung__antrag=antrag, status=Abstimmung.Status.GESCHLOSSEN, mehrheit=Mehrheit.ZWEIDRITTEL
    )
    rows = votes.select_related("sitzung", "antragsfassung__antrag")
    return rows.order_by("-geschlossen_at", "-pk").first()


def load_empfaenger(on: date) -> list[Person]:
    """Return the members of the board and its secretary on a day, each person once, by name (one query)."""
    rows = Funktion.objects.filter(art__in=BEIM_VORSTAND).current(on)
    return list(Person.objects.filter(pk__in=rows.values("person")).order_by("nachname", "vorname", "pk"))


def load_vorsitz(on: date) -> Person | None:
    """Return who holds the chair on a day (one query)."""
    mandat = Mandat.objects.filter(sitz__art=Sitz.Art.VORSITZ).current(on).select_related("person").first()
    return mandat.person if mandat else None


@dataclass(frozen=True)
class Unterschrift:
    """Who signs a report as it is filled in: name and office, and where that came from, as a sentence; both may be empty."""

    text: str
    woher: str


_UNTERSCHREIBENDE = {
    "unterschrift_vorsitz": (Sitz.Art.VORSITZ, "Vorsitz"),
    "unterschrift_geschaeftsfuehrung": (Sitz.Art.GESCHAEFTSFUEHRUNG, "Geschäftsführung"),
}


def load_unterschriften(on: date) -> dict[str, Unterschrift]:
    """Return who signs on a day, by field of the report (two queries).

    The holder of the seat; the setting where it names that person in other words, or nobody holds the seat.
    """
    arten = [art for art, _ in _UNTERSCHREIBENDE.values()]
    mandate = Mandat.objects.filter(sitz__art__in=arten).current(on).select_related("person", "sitz")
    inhaber, gesetzt = {mandat.sitz.art: mandat.person for mandat in mandate}, werte()
    gefunden = {}
    for feld, (art, wort) in _UNTERSCHREIBENDE.items():
        person, wert = inhaber.get(art), str(gesetzt[feld])
        if person is not None and person.nachname not in wert:
            gefunden[feld] = Unterschrift(f"{person.name}, {wort}", f"Nach dem Mandat auf dem Sitz «{art.label}».")
        else:
            gefunden[feld] = Unterschrift(wert, "Aus den Einstellungen." if wert else "")
    return gefunden


@dataclass(frozen=True)
class Berichtsteil:
    """What a motion's page says of its reports. berichte: those the person may see, the newest first.

    darf_anlegen: a report on the latest vote can be made now, by this person.
    """

    berichte: tuple[Bericht, ...]
    darf_anlegen: bool

    @property
    def in_vorbereitung(self) -> Bericht | None:
        return next((b for b in self.berichte if not b.is_ueberwiesen), None)

    @property
    def ueberwiesene(self) -> tuple[Bericht, ...]:
        return tuple(b for b in self.berichte if b.is_ueberwiesen)


def load_berichtsteil(antrag: Antrag, umfang: Umfang) -> Berichtsteil:
    """Return what a motion's page says of its reports (one query)."""
    rows = Bericht.objects.visible_to(umfang).filter(antrag=antrag)
    berichte = tuple(rows.select_related("ueberwiesen_von", "freigegeben_von", "datei").order_by("-created_at", "-pk"))
    for bericht in berichte:
        bericht.antrag = antrag
    darf = has_recht(umfang, Recht.BERICHT_SCHREIBEN) and antrag.status in Antrag.ENTSCHIEDEN
    return Berichtsteil(berichte, darf and all(b.is_ueberwiesen for b in berichte))
