"""Shapes of what a person decides about a dispatch."""

from __future__ import annotations

from django import forms

from konferenz.forms import Textfeld
from konferenz.models import Sendung
from sitzungen import rules

from .termin import TerminForm


def _absatz(label: str, hilfe: str = "", *, required: bool = True) -> Textfeld:
    return Textfeld(
        label=label, help_text=hilfe, max_length=2000, required=required, widget=forms.Textarea(attrs={"rows": 3})
    )


class NochmalsForm(forms.Form):
    grund = Textfeld(
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
    vermerk = Textfeld(label="Vermerk", help_text="Zum Beispiel «per Post am 3. Dezember 2026».", max_length=300)


class AbsageForm(forms.Form):
    grund = _absatz("Grund der Absage", "Steht in der Mail an alle.")


class VerschiebungForm(TerminForm):
    antworten = forms.ChoiceField(
        label="Antworten, die schon da sind",
        choices=list(rules.ANTWORTEN.items()),
        initial=rules.NEU_WENN_TAG,
        widget=forms.RadioSelect,
        help_text="Werden sie neu erbeten, steht es in der Mail an Sitze und Stellvertretungen; die bisherige Antwort bleibt sichtbar.",
    )
    grund = _absatz("Mitteilung", "Ein Satz, warum; steht in der Mail an alle.", required=False)
