"""Shapes of the papers."""

from __future__ import annotations

from typing import Any

from django import forms

from konferenz.forms import Textfeld
from sitzungen.models import Unterlage

from .eingabe import ERLAUBTE_DATEIEN, Dateienfeld, MehrereDateien

VERTRAULICH_SATZ = (
    "Vertrauliche Unterlagen erreichen die Entscheidungsträgerinnen und Entscheidungsträger der Regionen nicht. "
    "Das weicht vom Pflichtenheft ab, nach dem sämtliche Entscheidungsträger die Unterlagen erhalten; "
    "halten Sie deshalb den Grund fest."
)


class UnterlagenForm(forms.Form):
    """Several files for one item."""

    dateien = Dateienfeld(
        label="Unterlagen",
        widget=MehrereDateien(attrs={"accept": ERLAUBTE_DATEIEN}),
        error_messages={"required": "Bitte wählen Sie mindestens eine Datei."},
        allow_empty_file=True,
        max_length=500,
    )


class FassungForm(forms.Form):
    """One file that replaces the current Fassung."""

    datei = forms.FileField(
        label="Neue Fassung",
        widget=forms.FileInput(attrs={"accept": ERLAUBTE_DATEIEN}),
        help_text="PDF, DOCX, XLSX, PPTX, ODT, PNG oder JPG, höchstens 25 MB. Die Adresse der Unterlage bleibt gleich.",
        error_messages={"required": "Bitte wählen Sie eine Datei."},
        allow_empty_file=True,
        max_length=500,
    )


class UnterlageForm(forms.Form):
    """Title and Klassifizierung of a paper."""

    titel = Textfeld(label="Titel", max_length=200)
    klassifizierung = forms.ChoiceField(
        label="Klassifizierung",
        choices=Unterlage.Klassifizierung.choices,
        widget=forms.RadioSelect,
        help_text=VERTRAULICH_SATZ,
    )
    vertraulich_grund = Textfeld(label="Grund der Vertraulichkeit", max_length=300, required=False)

    def __init__(self, *args: Any, unterlage: Unterlage, **kwargs: Any) -> None:
        kwargs["initial"] = {
            name: getattr(unterlage, name) for name in ("titel", "klassifizierung", "vertraulich_grund")
        }
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_vertraulich = data.get("klassifizierung") == Unterlage.Klassifizierung.VERTRAULICH
        if is_vertraulich and not data.get("vertraulich_grund", "").strip():
            self.add_error("vertraulich_grund", "Weshalb ist die Unterlage vertraulich?")
        return data
