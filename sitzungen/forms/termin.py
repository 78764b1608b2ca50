"""Shapes of dates: a row of the year plan, an extraordinary meeting, a meeting's settings."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from konferenz.forms import Textfeld
from konferenz.rules import ZUERICH
from sitzungen import rules
from sitzungen.models import Sitzung

from .eingabe import Datumseingabe, Zeiteingabe, clean_absaetze

BEGINN, ENDE = time(14, 0), time(16, 30)


class TerminForm(forms.Form):
    """Day, from–until, how and where. cleaned_data["termin"]: rules.Termin, or None for an empty row of a plan."""

    datum = Datumseingabe(label="Datum")
    von = Zeiteingabe(label="Beginn", initial=BEGINN)
    bis = Zeiteingabe(label="Ende", initial=ENDE)
    form = forms.ChoiceField(label="Durchführung", choices=Sitzung.Form.choices, initial=Sitzung.Form.VOR_ORT)
    form_entscheid_on = Datumseingabe(label="Entscheid des Vorsitzes vom", required=False)
    ort = Textfeld(label="Ort", max_length=200, required=False)
    video_link = forms.URLField(
        label="Videolink",
        max_length=500,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": "Bitte geben Sie die ganze Adresse an, beginnend mit https://."},
    )

    def __init__(self, *args: Any, sitzung: Sitzung | None = None, nr: int | None = None, **kwargs: Any) -> None:
        self.sitzung, self.nr = sitzung, nr
        if sitzung is not None:
            kwargs["initial"] = {**_werte(sitzung), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.fields["datum"].required = nr is None or sitzung is not None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        datum, von, bis = data.get("datum"), data.get("von"), data.get("bis")
        data["termin"] = None
        if not (datum and von and bis):
            return data
        data["termin"] = rules.Termin(
            beginn_at=datetime.combine(datum, von, ZUERICH).astimezone(timezone.get_fixed_timezone(0)),
            ende_at=datetime.combine(datum, bis, ZUERICH).astimezone(timezone.get_fixed_timezone(0)),
            form=data.get("form", rules.VOR_ORT),
            form_entscheid_on=data.get("form_entscheid_on"),
            ort=data.get("ort", ""),
            video_link=data.get("video_link", ""),
            nr=self.nr,
        )
        return data

    def add_fehler(self, feld: str | None, satz: str) -> None:
        """Show what an action refused at the field it named."""
        self.add_error(feld if feld in self.fields else None, satz)


def _werte(sitzung: Sitzung) -> dict[str, Any]:
    beginn, ende = timezone.localtime(sitzung.beginn_at), timezone.localtime(sitzung.ende_at)
    return {
        "datum": beginn.date(),
        "von": beginn.time(),
        "bis": ende.time(),
        "form": sitzung.form,
        "form_entscheid_on": sitzung.form_entscheid_on,
        "ort": sitzung.ort,
        "video_link": sitzung.video_link,
    }


class AnkuendigungForm(forms.Form):
    """Whether saving tells the seats."""

    ankuendigen = forms.BooleanField(
        label="Termine den Mitgliedern mitteilen",
        required=False,
        help_text="Eine Mail mit allen Daten und Kalendereinträgen an die Inhaberinnen und Inhaber der Sitze. "
        "Datum und Ort sind danach im Mitgliederbereich sichtbar, die Traktanden erst mit dem Versand.",
    )


class SitzungCreateForm(TerminForm):
    """An extraordinary meeting: on the chair's decision, with its reason (R22)."""

    grund = Textfeld(
        label="Grund der Einberufung", widget=forms.Textarea(attrs={"rows": 3}), help_text="Steht in der Einladung."
    )
    einberufen_on = Datumseingabe(
        label="Vom Vorsitz einberufen am",
        help_text="Ausserordentliche Sitzungen beruft der Vorsitz ein; die Geschäftsstelle erfasst sie in seinem Auftrag.",
    )
    ankuendigen = forms.BooleanField(label="Termin den Mitgliedern mitteilen", required=False)

    field_order = ("datum", "von", "bis", "grund", "einberufen_on", "form", "form_entscheid_on", "ort", "video_link")

    def clean_grund(self) -> str:
        return clean_absaetze(self.cleaned_data["grund"])


class SitzungEditForm(TerminForm):
    """Date, place, link and a note of one meeting."""

    bemerkung = Textfeld(
        label="Mitteilung in der Einladung",
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=2000,
        help_text="Zum Beispiel zu Anreise, Parkplätzen oder zum anschliessenden Apéro.",
    )
    ankuendigen = forms.BooleanField(label="Geänderten Termin den Mitgliedern mitteilen", required=False)

    def __init__(self, *args: Any, sitzung: Sitzung, **kwargs: Any) -> None:
        kwargs["initial"] = {"bemerkung": sitzung.bemerkung, **(kwargs.get("initial") or {})}
        super().__init__(*args, sitzung=sitzung, **kwargs)

    def clean_bemerkung(self) -> str:
        return clean_absaetze(self.cleaned_data["bemerkung"])
