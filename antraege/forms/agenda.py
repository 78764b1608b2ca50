"""Shape of putting a motion on an agenda."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.timezone import localtime

from sitzungen.models import Sitzung


class SitzungWahlForm(forms.Form):
    """Which meeting ahead; the next one is chosen."""

    sitzung = forms.ChoiceField(
        label="Sitzung",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Bitte wählen Sie die Sitzung.",
            "invalid_choice": "Die Traktandenliste dieser Sitzung ist nicht mehr in Vorbereitung. Bitte wählen Sie eine andere.",
        },
    )

    def __init__(self, *args: Any, sitzungen: Iterable[Sitzung], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sitzungen = {sitzung.kennung: sitzung for sitzung in sitzungen}
        feld = self.fields["sitzung"]
        feld.choices = [(kennung, _name(sitzung)) for kennung, sitzung in self._sitzungen.items()]  # type: ignore[attr-defined]
        feld.initial = next(iter(self._sitzungen), None)

    def clean_sitzung(self) -> Sitzung:
        return self._sitzungen[self.cleaned_data["sitzung"]]


def _name(sitzung: Sitzung) -> str:
    tag = date_format(localtime(sitzung.beginn_at), "j. F Y")
    zusatz = "; die Freigabe wird zurückgenommen" if sitzung.status == Sitzung.Status.FREIGEGEBEN else ""
    return f"{sitzung.titel} vom {tag} ({sitzung.get_status_display()}{zusatz})"
