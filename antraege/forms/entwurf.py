"""Shapes of a motion that is written: whose seat, the draft, a new version, files, a withdrawal."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q

from antraege.models import Antragsfassung
from antraege.queries.entwurf import NAMEN, Eingabe
from antraege.rules.abgleich import read_marken
from antraege.rules.antrag import ABSATZ_ZEICHEN, TEXT_ZEICHEN, TITEL_ZEICHEN
from konferenz.forms import Textfeld
from mitglieder.models import Sitz
from sitzungen.forms.eingabe import ERLAUBTE_DATEIEN, Dateienfeld, MehrereDateien, Themenwahl, clean_absaetze
from sitzungen.models import Thema

HILFE = {
    "text": "Ein Ersuchen an den Vorstand: «Der VSEG-Vorstand sei zu ersuchen, …» Dieser Text kommt zur Abstimmung.",
    "ausgangslage": "Worum geht es, was gilt heute?",
    "erwaegungen": "Weshalb soll der Vorstand handeln? Was spricht dafür, was dagegen?",
    "finanzielles": "Was kostet oder spart der Antrag die Gemeinden?",
}


class SitzForm(forms.Form):
    """From which seat a motion comes. One seat: nothing to choose."""

    sitz = forms.ModelChoiceField(
        Sitz.objects.none(),
        label="Von welchem Sitz",
        empty_label="Sitz wählen",
        error_messages={
            "required": "Bitte wählen Sie, von welchem Sitz der Antrag kommt.",
            "invalid_choice": "Von diesem Sitz können Sie keinen Antrag schreiben.",
        },
    )

    def __init__(self, *args: Any, sitze: Iterable[int] | None, **kwargs: Any) -> None:
        """Sitze: the seats to choose from; None: all of them."""
        super().__init__(*args, **kwargs)
        rows = Sitz.objects.select_related("sozialregion").order_by("reihenfolge")
        self.sitze = list(rows if sitze is None else rows.filter(pk__in=list(sitze)))
        feld = self.fields["sitz"]
        feld.queryset = rows.filter(pk__in=[sitz.pk for sitz in self.sitze])  # type: ignore[attr-defined]
        if len(self.sitze) == 1:
            feld.widget = forms.HiddenInput()
            feld.initial = self.sitze[0].pk


def _absatz(feld: str, *, rows: int, required: bool = False) -> Textfeld:
    return Textfeld(
        label=NAMEN[feld],
        help_text=HILFE[feld],
        required=required,
        strip=False,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": "Bitte schreiben Sie den Text des Antrags."},
    )


class FassungForm(forms.Form):
    """The four texts of a motion, and what the writer had before him. What is too long, the deed says."""

    text = _absatz("text", rows=6, required=True)
    ausgangslage = _absatz("ausgangslage", rows=6)
    erwaegungen = _absatz("erwaegungen", rows=8)
    finanzielles = _absatz("finanzielles", rows=4)
    stand = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    basis = Textfeld(widget=forms.HiddenInput, required=False, max_length=1000)

    felder: tuple[str, ...] = Antragsfassung.TEXTE

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for feld in Antragsfassung.TEXTE:
            if feld in data:
                data[feld] = unicodedata.normalize("NFC", clean_absaetze(data[feld]))
        if "text" in data and not data["text"] and self.fields["text"].required:
            self.add_error("text", "Bitte schreiben Sie den Text des Antrags.")
        return data

    def clean_basis(self) -> dict[str, str]:
        return read_marken(self.cleaned_data["basis"])

    def eingabe(self) -> Eingabe:
        """Return what the deeds take."""
        data = self.cleaned_data
        return Eingabe({feld: self.wert(feld) for feld in self.felder}, data["stand"], data["basis"])

    def wert(self, feld: str) -> str:
        """Return a cleaned field as it is stored and compared."""
        return str(self.cleaned_data[feld])

    @staticmethod
    def initial_of(eingabe: Eingabe) -> dict[str, Any]:
        """Return fields, counter and marks as the form shows them."""
        return {**eingabe.werte, "stand": eingabe.stand, "basis": json.dumps(eingabe.basis)}


class EntwurfForm(FassungForm):
    """A draft: everything may still be empty."""

    titel = Textfeld(
        label=NAMEN["titel"],
        max_length=TITEL_ZEICHEN,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    thema = Themenwahl(required=False)
    text = _absatz("text", rows=6)
    field_order = ("titel", "thema", *Antragsfassung.TEXTE, "stand", "basis")

    felder = ("titel", "thema", *Antragsfassung.TEXTE)

    def __init__(self, *args: Any, thema_pk: int | None = None, **kwargs: Any) -> None:
        """thema_pk: the topic chosen before, offered even if it is no longer in use."""
        super().__init__(*args, **kwargs)
        self.fields["thema"].queryset = Thema.objects.filter(Q(is_aktiv=True) | Q(pk=thema_pk))  # type: ignore[attr-defined]
        for feld in ("titel", "thema", "text"):
            self.fields[feld].is_bedingt = True  # type: ignore[attr-defined]  # asked for at submission

    def clean_titel(self) -> str:
        return unicodedata.normalize("NFC", " ".join(self.cleaned_data["titel"].split()))

    def wert(self, feld: str) -> str:
        if feld == "thema":
            thema = self.cleaned_data["thema"]
            return str(thema.pk) if thema else ""
        return super().wert(feld)


class BeilagenForm(forms.Form):
    """Files for a motion."""

    dateien = Dateienfeld(
        label="Dateien",
        widget=MehrereDateien(attrs={"accept": ERLAUBTE_DATEIEN}),
        help_text="PDF, DOCX, XLSX, PPTX, ODT, PNG oder JPG, je höchstens 25 MB. Bitte keine Klienten- oder Falldaten.",
        error_messages={"required": "Bitte wählen Sie mindestens eine Datei."},
        allow_empty_file=True,
        max_length=500,
    )


class RueckzugForm(forms.Form):
    """Why a motion is withdrawn, if its author wants to say."""

    grund = Textfeld(
        label="Grund", max_length=300, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


GRENZEN = {
    "text": TEXT_ZEICHEN,
    "ausgangslage": ABSATZ_ZEICHEN,
    "erwaegungen": ABSATZ_ZEICHEN,
    "finanzielles": ABSATZ_ZEICHEN,
}
"""How many characters each text may have in the end."""
