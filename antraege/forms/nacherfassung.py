"""Shapes of recording a vote held on paper: its time, then a choice per seat that was there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone

from antraege.models import Stimme
from antraege.queries.abstimmung import Basissitz
from antraege.queries.ergebnis import OHNE
from sitzungen.forms.eingabe import Zeiteingabe

NICHT = "ohne"
AUSSTAND = "ausstand"


class ZeitForm(forms.Form):
    """When the vote was held."""

    zeit = Zeiteingabe(
        label="Wann abgestimmt wurde",
        help_text="Wer zu dieser Zeit anwesend war, zählt mit.",
    )

    def moment(self, tag: date) -> datetime:
        """Return the time on the meeting's day."""
        return datetime.combine(tag, self.cleaned_data["zeit"], timezone.get_current_timezone())


class NacherfassungForm(forms.Form):
    """A choice per seat; what is left open is what «alle übrigen» says."""

    zeit = Zeiteingabe(widget=forms.HiddenInput)
    uebrige = forms.ChoiceField(
        label="Alle übrigen",
        help_text="Gilt für die Sitze, bei denen Sie nichts wählen.",
        choices=[("", "Bitte wählen"), *Stimme.Wahl.choices, (NICHT, OHNE)],
        required=False,
    )

    def __init__(self, *args: Any, basis: Sequence[Basissitz], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uebrige"].is_bedingt = True  # type: ignore[attr-defined]  # asked for where a seat is left open
        self._sitze = {f"sitz-{b.zeile.sitz.pk}": b.zeile.sitz.pk for b in basis}
        auswahl = [("", "wie alle übrigen"), *Stimme.Wahl.choices, (NICHT, OHNE), (AUSSTAND, "im Ausstand")]
        for name, b in zip(self._sitze, basis, strict=True):
            als = "" if b.als == "inhaber" else ", Stellvertretung"
            self.fields[name] = forms.ChoiceField(
                label=b.zeile.sitz.bezeichnung, help_text=f"{b.person.name}{als}", choices=auswahl, required=False
            )
            self.fields[name].is_bedingt = True  # type: ignore[attr-defined]

    @property
    def sitzfelder(self) -> list[forms.BoundField]:
        return [self[name] for name in self._sitze]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("uebrige") and any(not data.get(name) for name in self._sitze):
            self.add_error("uebrige", "Bitte wählen Sie die Stimme jedes Sitzes, oder was für alle übrigen gilt.")
        return data

    def wahlen(self) -> dict[int, str]:
        """Return the choice of each seat that counts, by its pk; empty for one that did not vote."""
        gewaehlt = {pk: self.cleaned_data[name] or self.cleaned_data["uebrige"] for name, pk in self._sitze.items()}
        return {pk: "" if wahl == NICHT else wahl for pk, wahl in gewaehlt.items() if wahl != AUSSTAND}

    def ausstand(self) -> list[int]:
        """Return the pks of the seats that stepped aside."""
        return [pk for name, pk in self._sitze.items() if self.cleaned_data[name] == AUSSTAND]
