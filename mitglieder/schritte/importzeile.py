"""What the table of an import may say: its columns, its words for seats and functions, its dates. Reads no row of the database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from konferenz.tabelle import Tabelle, Zeile
from mitglieder import rules
from mitglieder.models import Funktion, Sitz, Stellvertretung

from .fehler import MitgliederError

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


def read_funktion(text: str) -> str:
    """Return the political function a cell names, as a value of Stellvertretung.Funktion; «» where it names none (R14)."""
    wort = plain(text)
    if not rules.is_politische_funktion(text):
        return ""
    if wort in Stellvertretung.Funktion.values:
        return wort
    return next((wert for teil, wert in _STELLVERTRETUNG if teil in wort), Stellvertretung.Funktion.ANDERE)
