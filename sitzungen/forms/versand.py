"""Shapes of what a person decides about a dispatch."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms

from konferenz.models import Sendung
from sitzungen.models import Sitzung, Unterlage

from .eingabe import ERLAUBTE_DATEIEN, Dateienfeld, MehrereDateien, clean_absaetze
from .termin import TerminForm

NEU, ERSETZT = "neu", "ersetzt"


def _absatz(label: str, hilfe: str = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hilfe, max_length=2000, required=required, widget=forms.Textarea(attrs={"rows": 3})
    )


class NochmalsForm(forms.Form):
    grund = forms.CharField(
        label="Warum nochmals?",
        help_text="Steht im Protokoll des Versands, nicht in der Mail.",
        max_length=300,
    )


class VermerkForm(forms.Form):
    status = forms.ChoiceField(
        label="Was ist geschehen?",
        choices=[
            (Sendung.Status.ZURUECKGEKOMMEN, "Die Mail ist zurückgekommen"),
            (Sendung.Status.PER_POST, "Die Unterlagen gingen per Post"),
        ],
        widget=forms.RadioSelect,
    )
    vermerk = forms.CharField(label="Vermerk", help_text="Zum Beispiel «per Post am 3. Dezember 2026».", max_length=300)


class AbsageForm(forms.Form):
    grund = _absatz("Grund der Absage", "Steht in der Mail an alle.")


class VerschiebungForm(TerminForm):
    grund = _absatz("Mitteilung", "Steht in der Mail an alle.", required=False)


class NachversandForm(forms.Form):
    """Papers to add. cleaned_data["ziel"]: (NEU, uuid of the item) or (ERSETZT, uuid of the paper)."""

    grund = _absatz("Begründung", "Steht in der Mail, zum Beispiel «Die Zahlen des Kantons trafen erst heute ein.»")
    ziel = forms.ChoiceField(label="Wohin gehört die Unterlage?")
    dateien = Dateienfeld(
        label="Dateien",
        help_text="PDF, DOCX, XLSX, PPTX, ODT, PNG oder JPG, je höchstens 25 MB.",
        widget=MehrereDateien(attrs={"accept": ERLAUBTE_DATEIEN}),
    )
    titel = forms.CharField(
        label="Titel",
        help_text="Leer: der Dateiname. Bei mehreren Dateien zählen die Dateinamen.",
        max_length=200,
        required=False,
    )
    vertraulich_grund = forms.CharField(
        label="Vertraulich, weil",
        help_text=(
            "Nur ausfüllen, wenn die Unterlage vertraulich ist: Sie erreicht dann die Entscheidungsträger der Regionen nicht, "
            "anders als es das Pflichtenheft vorsieht."
        ),
        max_length=300,
        required=False,
    )

    def __init__(self, *args: Any, sitzung: Sitzung, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        traktanden = list(sitzung.traktanden.order_by("position"))
        unterlagen = Unterlage.objects.aktuell().filter(traktandum__in=traktanden).select_related("traktandum")
        self.fields["ziel"].choices = [  # type: ignore[attr-defined]
            ("Neue Unterlage", [(f"{NEU}:{t.uuid}", f"Traktandum {t.position}: {t.titel}") for t in traktanden]),
            (
                "Neue Fassung, ersetzt",
                [(f"{ERSETZT}:{u.uuid}", f"Traktandum {u.traktandum.position}: {u.titel}") for u in unterlagen],
            ),
        ]

    def clean_ziel(self) -> tuple[str, UUID]:
        art, _, uuid = self.cleaned_data["ziel"].partition(":")
        return art, UUID(uuid)

    def clean_grund(self) -> str:
        return clean_absaetze(self.cleaned_data["grund"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("ziel", ("",))[0] == ERSETZT and len(cleaned.get("dateien", [])) > 1:
            self.add_error("dateien", "Eine Unterlage wird durch genau eine Datei ersetzt.")
        return cleaned
