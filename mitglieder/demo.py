"""The demo's people: everybody invented, in the 13 real regions. Names are plants and birds, addresses lead nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from konferenz.tabelle import Zeile

from .actions.demo import finish_demo
from .actions.einlesen import import_mitglieder
from .actions.vorschlag import propose_aufnahme
from .models import Leitgremium, Person, Sozialregion
from .schritte.importzeile import plain

PASSWORT = "Demo-Portal-2026"  # of invented people; the demo prints it
DOMAIN = "demo.example"


@dataclass(frozen=True)
class Login:
    """A way into the demo. passwort: empty where a mailed code is used."""

    wer: str
    login: str
    passwort: str = ""


ROLLEN = (
    ("Geschäftsstelle", "geschaeftsstelle"),
    ("Geschäftsführung (Büro und beratender Sitz)", "geschaeftsfuehrung"),
    ("Vorsitz", "vorsitz"),
    ("Präsidium Thal-Gäu (stimmberechtigt)", "praesidium"),
    ("Amt (beratend)", "beratung"),
    ("Stellvertretung Thal-Gäu", "stellvertretung"),
    ("Leitgremium Olten", "leitgremium"),
    ("VSEG-Vorstand", "vorstand"),
    ("Sekretariat des VSEG-Vorstands", "sekretariat"),
)
VORNAMEN = [
    "Alba",
    "Beat",
    "Carla",
    "Dario",
    "Elin",
    "Fabio",
    "Gianna",
    "Hannes",
    "Ilaria",
    "Jonas",
    "Kim",
    "Livia",
    "Moritz",
    "Nora",
    "Oskar",
    "Paula",
    "Quirin",
    "Rahel",
    "Silvan",
    "Tabea",
    "Urs",
    "Vera",
    "Wanda",
    "Xaver",
    "Yael",
    "Zoe",
    "Anouk",
    "Basil",
    "Chiara",
    "Damian",
    "Enya",
    "Flurin",
    "Gret",
    "Henri",
    "Ines",
]
NACHNAMEN = [
    "Ahornblatt",
    "Amselruf",
    "Bachstelz",
    "Birnbaum-Muster",
    "Blaumeis",
    "Brombeer",
    "Butterblum",
    "Distelfink",
    "Dotterblum",
    "Eichelhäh",
    "Enzianer",
    "Erlenzeisig",
    "Feldlerch",
    "Fingerhut-Muster",
    "Gänseblum",
    "Goldammer",
    "Hahnenfuss",
    "Haselstrauch",
    "Heidelbeer",
    "Himmelschlüssel",
    "Holunder-Muster",
    "Kirschkern",
    "Kornblum",
    "Kleiber-Muster",
    "Löwenzahn",
    "Mauersegler",
    "Mohnblum",
    "Nachtigaller",
    "Preiselbeer",
    "Quittenmus",
    "Rotkehler",
    "Sauerampfer",
    "Schlehdorn",
    "Schneeglock",
    "Sumpfmeis",
    "Thymian-Muster",
    "Vogelbeer",
    "Wacholderbeer",
    "Weissdorn-Muster",
    "Zaunkönig-Muster",
    "Zitronenfalt",
]
HERREN = {
    *("Beat Dario Fabio Hannes Jonas Moritz Oskar Quirin Silvan Urs Xaver Basil Damian Flurin Henri").split()  # noqa: SIM905
}
JE_REGION = 9  # decision-makers besides the presidium


def _namen() -> Iterator[tuple[str, str, str]]:
    """Yield (anrede, vorname, nachname), no pair twice (35 and 41 have no common divisor)."""
    for nr in range(len(VORNAMEN) * len(NACHNAMEN)):
        vorname = VORNAMEN[nr % len(VORNAMEN)]
        yield "Herr" if vorname in HERREN else "Frau", vorname, NACHNAMEN[nr % len(NACHNAMEN)]


class _Liste:
    """Collects the rows of the import the demo is made of."""

    def __init__(self, seit: date, wahl: date) -> None:
        self.namen, self.zeilen = _namen(), list[Zeile]()
        self.seit, self.wahl, self.nr = seit, wahl, 0

    def person(self, email: str = "", gemeinde: str = "") -> dict[str, str]:
        """Return a new person with an address of its own under the region's domain, or the one given."""
        anrede, vorname, nachname = next(self.namen)
        adresse = email or f"{plain(vorname)}.{plain(nachname).replace('_', '-')}@{gemeinde}.{DOMAIN}"
        self.nr += 1
        telefon = f"032 000 {self.nr // 100:02} {self.nr % 100:02}"  # no line begins with zeros: nobody answers
        return {"anrede": anrede, "vorname": vorname, "nachname": nachname, "email": adresse, "telefon": telefon}

    def add(
        self, rolle: str, person: dict[str, str], region: str = "", funktion: str = "", *, wahl: bool = False
    ) -> None:
        werte = {"rolle": rolle, "region": region, "funktion": funktion, "von": self.seit.isoformat(), **person}
        if wahl:
            werte |= {"wahlbeschluss_datum": self.wahl.isoformat(), "wahlbeschluss_referenz": "Vorstand, Trakt. 5"}
        self.zeilen.append(Zeile(len(self.zeilen) + 2, werte))


def create_demo(now: datetime) -> None:
    """Make 17 members (one designated), standing substitutes, 130 decision-makers, the board and the office.

    Some wear two hats; two decision-makers share an address. Everything passes through the office's own import.
    """
    heute = timezone.localdate(now)
    liste = _Liste(date(heute.year - 1, 1, 1), date(heute.year - 2, 12, 4))
    kontakte: dict[str, str] = {}
    vorsitz, fuehrung = liste.person(f"vorsitz@{DOMAIN}"), liste.person(f"geschaeftsfuehrung@{DOMAIN}")
    liste.add("vorsitz", vorsitz, wahl=True)
    liste.add("vorstand", vorsitz, funktion="Präsidium")
    liste.add("geschaeftsfuehrung", fuehrung, wahl=True)
    liste.add("geschaeftsstelle", fuehrung, funktion="Geschäftsführung")
    liste.add("geschaeftsstelle", liste.person(f"geschaeftsstelle@{DOMAIN}"), funktion="Sachbearbeitung")
    liste.add("sozialkonferenz", liste.person(f"sozialkonferenz@{DOMAIN}"), wahl=True)
    liste.add("amt", liste.person(f"beratung@{DOMAIN}"), wahl=True)
    liste.add("vorstandssekretariat", liste.person(f"sekretariat@{DOMAIN}"))
    liste.add("vorstand", liste.person(f"vorstand@{DOMAIN}"), funktion="Mitglied")
    for region in Sozialregion.objects.order_by("nr"):
        kontakte[region.kuerzel] = _add_region(liste, region)
    for _ in range(3):
        liste.add("vorstand", liste.person(gemeinde="vseg"), funktion="Mitglied")
    bericht = import_mitglieder(liste.zeilen, actor=None, now=now, is_demo=True)
    if bericht.fehler:
        raise RuntimeError(f"Die Demodaten sind fehlerhaft: {bericht.fehler[0]}")
    finish_demo(
        logins=sorted({f"{name}@{DOMAIN}" for _, name in ROLLEN} | _voters()),
        passwort=PASSWORT,
        kontakte=kontakte,
        bestaetigt={kuerzel: heute - timedelta(days=20 + nr) for nr, kuerzel in enumerate(sorted(kontakte)[:10])},
        meldung=("SRU", "Ein Mitglied ist per Ende Monat zurückgetreten, die Nachfolge ist noch nicht bestimmt."),
        now=now,
    )
    _propose(kontakte["SRO"], "SRO", now)


def _voters() -> set[str]:
    """The logins of all who hold a seat: in the open vote of the demo each may vote."""
    return {person.login for person in Person.objects.filter(mandate__isnull=False) if person.login}


def _propose(kontakt: str, kuerzel: str, now: datetime) -> None:
    """Let a region's contact propose somebody for its list, as the signed link does: the office has it to decide."""
    propose_aufnahme(
        Leitgremium.objects.get(sozialregion__kuerzel=kuerzel).pk,
        vorname="Mira",
        nachname="Schwalbenwurz",
        funktion="Mitglied",
        email=f"mira.schwalbenwurz@{kuerzel.lower()}.{DOMAIN}",
        grund="Seit Anfang Monat im Vorstand.",
        actor=Person.objects.get(login=kontakt),
        now=now,
    )


def _add_region(liste: _Liste, region: Sozialregion) -> str:
    """Add a region's presidium, its body and its substitutes; return the login of its contact person."""
    gemeinde = region.kuerzel.lower()
    chef = liste.person(f"praesidium@{DOMAIN}" if region.kuerzel == "SRTG" else "", gemeinde)
    liste.add("praesidium", chef, region.kuerzel, wahl=region.kuerzel != "SON")  # one designated, not yet elected
    liste.add("leitgremium", chef, region.kuerzel, "Präsidium")
    kontakt = ""
    for nr in range(JE_REGION):
        email = ""
        if region.kuerzel == "SRO" and nr == 0:
            email = f"leitgremium@{DOMAIN}"
        elif region.kuerzel == "THI" and nr in {7, 8}:
            email = f"gemeindekanzlei@thi.{DOMAIN}"  # two people, one address
        person = liste.person(email, gemeinde)
        liste.add("leitgremium", person, region.kuerzel, "Vizepräsidium" if nr == 1 else "Mitglied")
        if nr == 1:
            kontakt = person["email"]
            liste.add("stellvertretung", person, region.kuerzel, "Vizepräsidium")  # two hats
        if region.kuerzel in {"SRO", "DOR"} and nr == 2:
            liste.add("vorstand", person, funktion="Mitglied")  # two hats
    if region.kuerzel == "SRTG":
        ersatz = liste.person(f"stellvertretung@{DOMAIN}")
        liste.add("stellvertretung", ersatz, region.kuerzel, "Mitglied des Gemeinderats")
    return kontakt


def find_foreign() -> str:
    """Return a sentence where the database knows people the demo did not make, else nothing."""
    fremde = Person.objects.get_queryset().filter(is_demo=False).count()
    return f"In der Datenbank stehen {fremde} Personen, die nicht aus der Demo stammen." if fremde else ""


def load(*, now: datetime, say: Callable[[str], None]) -> None:
    """Make the people once; what is there already stays."""
    if not Person.objects.get_queryset().filter(is_demo=True).exists():
        say("Personen, Sitze und Leitgremien …")
        create_demo(now)


def logins() -> list[Login]:
    """Return who may log in, and with what."""
    return [Login(wer, f"{name}@{DOMAIN}", PASSWORT) for wer, name in ROLLEN]
