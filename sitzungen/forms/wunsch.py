"""Shapes of a member's wish and of the office's answer."""

from __future__ import annotations

from django import forms

from konferenz.forms import Textfeld
from sitzungen.models import Traktandum

from .eingabe import ERLAUBTE_DATEIEN, Themenwahl, clean_absaetze


class WunschForm(forms.Form):
    """What a member wants on the agenda, and why."""

    titel = Textfeld(label="Titel", max_length=200)
    thema = Themenwahl(error_messages={"required": "Bitte wählen Sie das Thema."})
    begruendung = Textfeld(
        label="Weshalb soll die Konferenz das behandeln?", max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
    )
    datei = forms.FileField(
        label="Unterlage",
        required=False,
        max_length=500,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ERLAUBTE_DATEIEN}),
        help_text="PDF, DOCX, XLSX, PPTX, ODT, PNG oder JPG, höchstens 25 MB. Bitte keine Klienten- oder Falldaten.",
    )

    def clean_thema(self) -> object:
        thema = self.cleaned_data["thema"]
        if thema is None:
            raise forms.ValidationError("Bitte wählen Sie das Thema.")
        return thema

    def clean_begruendung(self) -> str:
        return clean_absaetze(self.cleaned_data["begruendung"])


class WunschAcceptForm(forms.Form):
    """As what a wish goes on the agenda."""

    art = forms.ChoiceField(choices=[(a.value, a.label) for a in Traktandum.Art if a != Traktandum.Art.FORMELLES])


class WunschDeclineForm(forms.Form):
    """The answer to the member."""

    antwort = Textfeld(label="Antwort an das Mitglied", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def clean_antwort(self) -> str:
        return clean_absaetze(self.cleaned_data["antwort"])
