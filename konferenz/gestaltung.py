"""The page that shows every component, for developers and reviewers: only in the demo and while developing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from .forms import Textfeld
from .rules import ZUERICH


@dataclass(frozen=True)
class Punkt:
    name: str
    zeit: date | datetime
    zustand: str
    hinweis: str = ""


@dataclass(frozen=True)
class Ziel:
    name: str
    url: str = "#"
    zustand: str = "offen"
    is_aktiv: bool = False
    zahl: int | None = None


@dataclass(frozen=True)
class Pruefung:
    text: str
    is_erfuellt: bool
    url: str = ""
    knopf: str = ""


@dataclass(frozen=True)
class Papier:
    titel: str
    typ: str
    seiten: int | None = None
    groesse: int | None = None
    is_neu: bool = False
    is_vertraulich: bool = False
    hinweis: str = ""
    url: str = "#papier"


@dataclass(frozen=True)
class Punktzeile:
    nummer: int
    titel: str
    art: str
    zeit: str
    kurz: str = ""
    papiere: tuple[Papier, ...] = ()


@dataclass(frozen=True)
class Stuhl:
    kuerzel: str
    zustand: str = "da"
    gruppe: str = "aussen"

    @property
    def satz(self) -> str:
        return f"{self.kuerzel}: {self.zustand}"


class MusterForm(forms.Form):
    titel = Textfeld(label="Titel", max_length=120, help_text="So steht er auf der Traktandenliste.")
    thema = forms.ChoiceField(label="Thema", choices=[("", "Bitte wählen"), ("1", "Sozialhilfe"), ("2", "Asylwesen")])
    tag = forms.DateField(label="Tag", widget=forms.DateInput(attrs={"type": "date"}))
    minuten = forms.IntegerField(label="Dauer in Minuten", min_value=5, max_value=120)
    kurz = Textfeld(
        label="Zusammenfassung",
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text="Höchstens 600 Zeichen.",
    )
    art = forms.ChoiceField(
        label="Art", choices=[("information", "Information"), ("entscheid", "Entscheid")], widget=forms.RadioSelect
    )
    datei = forms.FileField(label="Unterlage", required=False, help_text="PDF, Word, Excel oder Bild, bis 25 MB.")
    vertraulich = forms.BooleanField(label="Vertraulich: geht nicht an die Leitgremien", required=False)


TRAKTANDEN = [
    Punktzeile(1, "Begrüssung und Präsenz", "formelles", "14.00 Uhr"),
    Punktzeile(
        2,
        "Protokoll der Sitzung vom 17. September 2026",
        "entscheid",
        "14.05 Uhr",
        papiere=(Papier("Protokoll 3/2026", "PDF", 9),),
    ),
    Punktzeile(
        3,
        "Einheitliche Fallführung: Stand der Einführung",
        "information",
        "14.10 Uhr",
        "Kurz zusammengefasst durch die Geschäftsstelle. Diskussion verlangt: Region Olten.",
        (Papier("Bericht Fallführung", "PDF", 24, is_neu=True),),
    ),
    Punktzeile(
        4,
        "Budgetwerte Sozialkosten 2027",
        "entscheid",
        "14.30 Uhr",
        "Antrag an den VSEG-Vorstand, nötig zwei Drittel der Anwesenden.",
        (
            Papier("Bericht und Antrag", "PDF", 18, is_neu=True),
            Papier("Budgetwerte nach Sozialregion, mit den Grundlagen der letzten drei Jahre", "XLSX", is_neu=True),
            Papier("Stellungnahme der Rechtsberatung", "PDF", 3, is_vertraulich=True),
            Papier("Kurzbeurteilung des Amts", "PDF", hinweis="folgt", url=""),
        ),
    ),
]
WOCHE = [
    Punkt("Freigabe", date(2026, 11, 30), "erledigt"),
    Punkt("Versand", datetime(2026, 12, 3, 8, 0, tzinfo=ZUERICH), "jetzt", "heute"),
    Punkt("Antwort bis", date(2026, 12, 7), "offen"),
    Punkt("Sitzung", datetime(2026, 12, 10, 14, 0, tzinfo=ZUERICH), "offen", "in 7 Tagen"),
]
WOCHE_ENG = [
    Punkt("Freigabe bis", datetime(2026, 11, 30, 17, 45, tzinfo=ZUERICH), "erledigt"),
    Punkt("Versand", datetime(2026, 11, 30, 18, 0, tzinfo=ZUERICH), "erledigt"),
    Punkt("Antwort bis", date(2026, 12, 1), "jetzt", "morgen"),
    Punkt("Sitzung", datetime(2026, 12, 10, 14, 0, tzinfo=ZUERICH), "offen"),
]
STUEHLE = [
    Stuhl("Vorsitz", gruppe="kopf"),
    *(Stuhl(kuerzel) for kuerzel in ("SOL", "SDOL", "MUL", "BBL", "ZUL")),
    Stuhl("WAS", "entschuldigt"),
    Stuhl("SRTG", "vertreten"),
    *(Stuhl(kuerzel) for kuerzel in ("SRU", "SRO", "SON")),
    Stuhl("SRUN", "offen"),
    Stuhl("DOR", "abgelehnt"),
    Stuhl("THI", "vakant"),
    Stuhl("GF", gruppe="innen"),
    Stuhl("SSK", "offen", gruppe="innen"),
    Stuhl("Amt", gruppe="innen"),
]


@require_safe
@login_not_required  # because it shows components and no data, and exists in the demo and in development only
def gestaltung_show(request: HttpRequest) -> HttpResponse:
    """Show every component once; 404 outside the demo and development."""
    if not (settings.DEBUG or settings.DEMO_MODE):
        raise Http404
    fehlerhaft = MusterForm({"minuten": "3", "tag": "31.2.2026"}, prefix="fehler")
    return render(
        request,
        "konferenz/gestaltung_show.html",
        {
            "traktanden": TRAKTANDEN,
            "woche": WOCHE,
            "woche_eng": WOCHE_ENG,
            "stuehle": STUEHLE,
            "sitzzeichen": ["da", "vertreten", "entschuldigt", "abgelehnt", "offen", "vakant"],
            "form": MusterForm(prefix="muster"),
            "fehlerhaft": fehlerhaft,
            "seite": Paginator(range(90), 10).page(3),
            "schritte": [
                Ziel("Briefkopf", zustand="erledigt"),
                Ziel("Probemail", zustand="erledigt"),
                Ziel("Mitglieder einlesen", zustand="jetzt"),
                Ziel("Verteiler"),
                Ziel("Jahresplan"),
            ],
            "reiter": [Ziel("Nach Funktion", is_aktiv=True, zahl=17), Ziel("Nach Region", zahl=13)],
            "pruefung": [
                Pruefung("9 Traktanden, alle mit Art und Dauer", is_erfuellt=True),
                Pruefung("Ort und Videolink sind angegeben", is_erfuellt=True),
                Pruefung("Traktandum 4 hat keine Zusammenfassung", False, "#kurz", "Zusammenfassung schreiben"),
                Pruefung("2 Adressen im Verteiler fehlen", False, "#verteiler", "Verteiler öffnen"),
            ],
        },
    )
