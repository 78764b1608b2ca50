"""Shape of the report's texts."""

from __future__ import annotations

import json
from typing import Any

from django import forms

from antraege.models import Bericht
from antraege.rules.abgleich import fingerprints, read_marken
from antraege.rules.bericht import FELDER
from konferenz.forms import Textfeld
from sitzungen.forms.eingabe import clean_absaetze


def _absatz(label: str, hilfe: str = "", zeilen: int = 6) -> Textfeld:
    widget = forms.Textarea(attrs={"rows": zeilen})
    return Textfeld(label=label, help_text=hilfe, required=False, widget=widget)


def texte_of(bericht: Bericht) -> dict[str, str]:
    """Return the texts of a report by field."""
    return {feld: getattr(bericht, feld) for feld in FELDER}


def marken_of(bericht: Bericht) -> dict[str, str]:
    """Return what a form carries unseen: the state of the report and the marks of its texts."""
    return {"stand": str(bericht.stand), "basis": json.dumps(fingerprints(texte_of(bericht)))}


class BerichtForm(forms.Form):
    """What the office writes. stand: the state of the report it was typed on; basis: marks of its texts then."""

    stand = forms.IntegerField(widget=forms.HiddenInput)
    basis = Textfeld(widget=forms.HiddenInput, required=False, max_length=1000)
    ausgangslage = _absatz("Ausgangslage", "Ohne Text fällt der Abschnitt weg.")
    erwaegungen = _absatz("Erwägungen", "Ohne Text fällt der Abschnitt weg.", 10)
    finanzielles = _absatz("Finanzielle Auswirkungen auf die Gemeinden", zeilen=4)
    minderheit = _absatz("Position der Minderheit", "Nur wenn die Minderheit es verlangt hat.", 4)
    verteiler = _absatz("Verteiler", "Eine Zeile pro Empfänger.", 3)
    unterschrift_vorsitz = Textfeld(label="Vorsitz, Name und Funktion", required=False)
    unterschrift_geschaeftsfuehrung = Textfeld(label="Geschäftsführung, Name und Funktion", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # asked for by the release, not by saving: a report is written in several sittings
        for name in ("verteiler", "unterschrift_vorsitz", "unterschrift_geschaeftsfuehrung"):
            self.fields[name].is_bedingt = True  # type: ignore[attr-defined]

    @classmethod
    def of(cls, bericht: Bericht) -> BerichtForm:
        """Return the form filled in from a report."""
        return cls(initial=texte_of(bericht) | marken_of(bericht))

    def clean_basis(self) -> dict[str, str]:
        return read_marken(self.cleaned_data["basis"])

    def clean(self) -> dict[str, Any]:
        """Return the texts with the house's line ends."""
        daten: dict[str, Any] = super().clean() or {}
        return {name: clean_absaetze(wert) if name in FELDER else wert for name, wert in daten.items()}

    def texte(self) -> dict[str, str]:
        """Return what was typed, by field of the report; call it after is_valid."""
        return {feld: self.cleaned_data[feld] for feld in FELDER}
