"""What the office may set, with default and meaning; an «Annahme» is a reading of the Pflichtenheft and is shown as such."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from .models import Einstellung


@dataclass(frozen=True)
class Definition:
    """One setting. typ: «text», «absatz», «zahl», «ja_nein», «monat» (1–12, 0: nie), «stunde» (0–23, 24: nie). quelle: the sentence of the Pflichtenheft it reads."""

    schluessel: str
    bezeichnung: str
    typ: str
    default: Any
    hilfe: str = ""
    is_annahme: bool = False
    quelle: str = ""


DEFINITIONEN: dict[str, Definition] = {
    d.schluessel: d
    for d in (
        Definition("absender_name", "Name des Verbands", "text", settings.VSEG_NAME),
        Definition("absender_adresse", "Postadresse", "absatz", settings.VSEG_ADRESSE, "Eine Zeile pro Angabe."),
        Definition("absender_telefon", "Telefon", "text", settings.VSEG_TELEFON),
        Definition(
            "absender_email",
            "E-Mail der Geschäftsstelle",
            "text",
            settings.VSEG_EMAIL,
            "Antworten auf die Mails des Portals gehen hierhin.",
        ),
        Definition("unterschrift_vorsitz", "Vorsitz, Name und Funktion", "text", ""),
        Definition("unterschrift_geschaeftsfuehrung", "Geschäftsführung, Name und Funktion", "text", ""),
        Definition(
            "mail_max_mb",
            "Grösste Mail mit Beilagen, in Megabyte",
            "zahl",
            10,
            "Darüber enthält die Mail Links auf die Unterlagen statt der Dateien.",
        ),
        Definition(
            "antwort_bis_tage",
            "Antwort erbeten bis, in Tagen vor der Sitzung",
            "zahl",
            3,
            is_annahme=True,
            quelle="Ziel ist, dass sämtliche Sozialregionen an den jeweiligen Sitzungen vertreten sind.",
        ),
        Definition(
            "freigabe_durch_vorsitz",
            "Der Vorsitz gibt die Einladung frei",
            "ja_nein",
            default=True,
            is_annahme=True,
            quelle="Geschäftskoordination/Sekretariat: erfolgt durch die VSEG-Geschäftsstelle.",
        ),
        Definition(
            "hybrid_erlaubt",
            "Sitzungen dürfen vor Ort und digital zugleich stattfinden",
            "ja_nein",
            default=True,
            is_annahme=True,
            quelle="Die Sitzungen können auf Entscheid des Vorsitzes auch digital durchgeführt werden.",
        ),
        Definition(
            "verteiler_monat",
            "Die Regionen bestätigen ihren Verteiler jedes Jahr im",
            "monat",
            9,
            "Am Ersten dieses Monats erhält jede Kontaktperson den Link zur Liste ihrer Region, von selbst und nur einmal.",
        ),
        Definition(
            "beratende_vertretung",
            "Auch beratende Sitze dürfen sich vertreten lassen (ohne Stimme)",
            "ja_nein",
            default=True,
            is_annahme=True,
            quelle="Stellvertretungsregelung: durch politische Funktionäre.",
        ),
        Definition(
            "mitglied_vertritt_niemanden",
            "Wer selbst einen Sitz hat, vertritt keinen anderen",
            "ja_nein",
            default=True,
            is_annahme=True,
            quelle="Ziel ist, dass sämtliche Sozialregionen an den jeweiligen Sitzungen vertreten sind.",
        ),
        Definition(
            "sitzungstag_stunde",
            "Am Sitzungstag erhalten die Sitze ihren Link zur Sitzung um",
            "stunde",
            7,
            "Der Link führt ohne Anmeldung in den Sitzungsraum; er gilt nur für diese Sitzung und diesen Sitz.",
        ),
        Definition(
            "selbst_anmelden",
            "Im Saal melden sich die Sitze am eigenen Telefon anwesend, sobald die Leitung dies öffnet",
            "ja_nein",
            default=True,
            hilfe="In digitalen Sitzungen gilt das immer.",
        ),
        Definition(
            "entscheid_nachtraktandieren",
            "Unangekündigt wird nur entschieden, wenn alle Anwesenden einverstanden sind",
            "ja_nein",
            default=True,
            is_annahme=True,
            quelle="Das Pflichtenheft regelt es nicht; ZGB Art. 67 Abs. 3 lässt über Unangekündigtes nicht beschliessen.",
        ),
        Definition(
            "warnung_anwesende",
            "Warnung, wenn weniger Stimmberechtigte anwesend sind als",
            "zahl",
            8,
            is_annahme=True,
            quelle="Das Pflichtenheft kennt keine Beschlussfähigkeit; es wird nur gewarnt.",
        ),
        Definition(
            "vorstand_erinnerung_tage",
            "Die Geschäftsstelle wird an Anträge beim Vorstand erinnert nach Tagen",
            "zahl",
            60,
            "0: nie. Die Übersicht zeigt immer, seit wann ein Antrag beim Vorstand liegt.",
        ),
    )
}


def wert(schluessel: str) -> Any:
    """Return the value the office set, or the default. Raises KeyError for an unknown name."""
    definition = DEFINITIONEN[schluessel]
    gesetzt = Einstellung.objects.filter(schluessel=schluessel).values_list("wert", flat=True).first()
    return definition.default if gesetzt is None else gesetzt


def werte() -> dict[str, Any]:
    """Return all values by name (one query)."""
    gesetzt = dict(Einstellung.objects.values_list("schluessel", "wert"))
    return {name: gesetzt.get(name, definition.default) for name, definition in DEFINITIONEN.items()}


def absender() -> dict[str, str]:
    """Return who writes, for the foot of each mail: name, adresse (lines), telefon, email (one query)."""
    stand = werte()
    return {name: str(stand[f"absender_{name}"]) for name in ("name", "adresse", "telefon", "email")}
