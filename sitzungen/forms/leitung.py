"""Shapes of the chair's desk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from konferenz.forms import Textfeld
from mitglieder.models import Person
from sitzungen.models import Traktandum

from .eingabe import Themenwahl, clean_absaetze

AUSGANG_ZEICHEN = 500


class LeitungForm(forms.Form):
    """Who chairs the meeting."""

    leitung = forms.TypedChoiceField(label="Leitung", coerce=int)

    def __init__(self, *args: Any, personen: Iterable[Person], vorschlag: Person | None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"leitung": vorschlag.pk if vorschlag else ""})
        super().__init__(*args, **kwargs)
        leer = [] if vorschlag else [("", "Bitte wählen")]
        self.fields["leitung"].choices = [*leer, *((p.pk, p.name) for p in personen)]  # type: ignore[attr-defined]


class AusgangForm(forms.Form):
    """What came of an item: one button, one line."""

    ausgang = forms.ChoiceField(label="Ergebnis", choices=Traktandum.Ausgang.choices)
    text = Textfeld(
        label="Beschluss oder Bemerkung in einer Zeile",
        required=False,
        max_length=AUSGANG_ZEICHEN,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class EinverstaendnisForm(forms.Form):
    """The word of all present."""

    einverstanden = forms.BooleanField(label="Alle Anwesenden sind einverstanden", required=False)


class SitzForm(forms.Form):
    """Which seat."""

    sitz = forms.UUIDField()


class SchlussForm(forms.Form):
    """The one confirmation before the close."""

    bestaetigt = forms.BooleanField(label="Trotzdem schliessen", required=False)


class NachtragForm(forms.Form):
    """An item that comes up in the meeting."""

    titel = Textfeld(label="Titel", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    art = forms.ChoiceField(
        label="Art",
        choices=[(a.value, a.label) for a in (Traktandum.Art.INFORMATION, Traktandum.Art.ENTSCHEID)],
        initial=Traktandum.Art.INFORMATION,
        widget=forms.RadioSelect,
    )
    thema = Themenwahl()
    zusammenfassung = Textfeld(
        label="Worum es geht", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    einverstanden = forms.BooleanField(
        label="Alle Anwesenden sind einverstanden, darüber zu entscheiden", required=False
    )

    def clean_zusammenfassung(self) -> str:
        return clean_absaetze(self.cleaned_data["zusammenfassung"])

    def angaben(self) -> dict[str, Any]:
        """Return what the action takes."""
        data = self.cleaned_data
        return {**data, "thema": data["thema"].pk if data["thema"] else None}
