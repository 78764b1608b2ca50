"""The ballot: one choice of three."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from antraege.models import Stimme
from konferenz.forms import Textfeld

KEINE = "Bitte wählen Sie Ja, Nein oder Enthaltung."
MEHRERE = "Bitte wählen Sie genau eines: Ja, Nein oder Enthaltung."


class StimmeForm(forms.Form):
    """wahl: one of Stimme.Wahl.  weg: «raum» where the ballot stood on the room's page, which is where it leads back.
    fuer: who opened the form, signed by the page.
    """

    wahl = forms.ChoiceField(
        label="Ihre Stimme",
        choices=Stimme.Wahl,
        widget=forms.RadioSelect,
        error_messages={"required": KEINE, "invalid_choice": KEINE},
    )
    weg = Textfeld(required=False, max_length=8, widget=forms.HiddenInput)
    fuer = Textfeld(required=False, max_length=400, widget=forms.HiddenInput)

    def clean_wahl(self) -> str:
        werte = self.data.getlist("wahl") if isinstance(self.data, QueryDict) else [self.data.get("wahl")]
        if len(werte) > 1:
            raise forms.ValidationError(MEHRERE)
        return str(self.cleaned_data["wahl"])

    @property
    def gewaehlt(self) -> Any:
        """What was chosen, sent or remembered; None where it is nothing (or two things)."""
        if isinstance(self.data, QueryDict) and len(self.data.getlist("wahl")) > 1:
            return None
        return self["wahl"].value()
