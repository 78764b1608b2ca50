"""Shape of a further topic."""

from __future__ import annotations

from django import forms

from konferenz.forms import Textfeld

from .eingabe import Datumseingabe


class ThemaForm(forms.Form):
    """Name, and the decision that took it on (R29)."""

    bezeichnung = Textfeld(label="Thema", max_length=160)
    beschluss = Textfeld(
        label="Beschluss",
        max_length=160,
        help_text="Zum Beispiel «Sitzung 3/2026, Traktandum 5». Die Konferenz kann sich weiterer strategischer Aufgaben annehmen.",
    )
    beschlossen_on = Datumseingabe(label="Beschlossen am")
