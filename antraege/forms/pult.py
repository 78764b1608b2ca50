"""Shapes of the desk: preparing, opening, closing a vote, a motion taken down."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms

from antraege.models import Abstimmung
from antraege.queries.antrag import Gegenstand
from antraege.rules.antrag import TEXT_ZEICHEN
from antraege.schritte.vorbereitung import Angaben
from konferenz.forms import Satzfeld, Textfeld
from konferenz.rules import Mehrheit
from mitglieder.models import Sitz
from sitzungen.forms.eingabe import clean_absaetze

MEHRHEITEN = {
    Mehrheit.ZWEIDRITTEL: "Antrag an den VSEG-Vorstand: zwei Drittel der Anwesenden; Enthaltungen zählen wie Nein",
    Mehrheit.EINFACH: "Einfaches Mehr: mehr Ja als Nein; Enthaltungen zählen nicht, kein Stichentscheid (Annahme)",
    Mehrheit.KONSULTATIV: "Konsultativabstimmung: unverbindlich, entscheidet nichts",
}
"""The kinds of majority as the form offers them."""


def _fehler(text: str) -> dict[str, str]:
    return {"required": text}


class AbstimmungForm(forms.Form):
    """What a vote is about and how it is decided."""

    gegenstand = forms.ChoiceField(
        label="Worüber",
        error_messages={"invalid_choice": "Dieses Traktandum gibt es in dieser Sitzung nicht mehr."},
    )
    frage = Satzfeld(
        label="Frage",
        help_text="So, dass sie sich mit Ja oder Nein beantworten lässt.",
        max_length=300,
        error_messages=_fehler("Bitte schreiben Sie, worüber abgestimmt wird."),
    )
    mehrheit = forms.ChoiceField(
        label="Wie entschieden wird",
        choices=[(m.value, text) for m, text in MEHRHEITEN.items()],
        widget=forms.RadioSelect,
        error_messages=_fehler("Bitte wählen Sie, wie entschieden wird."),
    )
    namentlich = forms.BooleanField(
        label="Unter Namensaufruf",
        help_text="Dann nennt auch das öffentliche Protokoll die Stimme jedes Sitzes.",
        required=False,
    )

    def __init__(self, *args: Any, gegenstaende: Iterable[Gegenstand], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._gegenstaende = {gegenstand.wert: gegenstand for gegenstand in gegenstaende}
        self.fields["gegenstand"].choices = [(g.wert, g.text) for g in self._gegenstaende.values()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        gegenstand = self._gegenstaende.get(data.get("gegenstand", ""))
        if gegenstand and gegenstand.antrag and data.get("mehrheit") not in {None, Mehrheit.ZWEIDRITTEL.value}:
            self.add_error("mehrheit", "Über einen Antrag entscheiden immer zwei Drittel der Anwesenden.")
        return data

    def angaben(self) -> Angaben:
        """Return what the action takes."""
        data = self.cleaned_data
        gegenstand = self._gegenstaende[data["gegenstand"]]
        mehrheit = Mehrheit(data["mehrheit"])
        return Angaben(gegenstand.traktandum.pk, data["frage"], mehrheit, gegenstand.fassung_pk, data["namentlich"])

    @staticmethod
    def initial_of(abstimmung: Abstimmung) -> dict[str, Any]:
        """Return a vote as the form shows it."""
        punkt, fassung = abstimmung.traktandum, abstimmung.antragsfassung
        wert = "" if punkt is None else str(punkt.uuid)
        return {
            "gegenstand": f"{wert}/{fassung.antrag.kennung}" if fassung else wert,
            "frage": abstimmung.frage,
            "mehrheit": abstimmung.mehrheit,
            "namentlich": abstimmung.is_namentlich,
        }


class OeffnenForm(forms.Form):
    """The seats whose presence was confirmed, and when the vote closes by itself."""

    sitze = forms.RegexField(r"^\d+(,\d+)*$", widget=forms.HiddenInput, required=False)
    minuten = forms.IntegerField(
        label="Schliesst von selbst nach (Minuten)",
        help_text="Ohne Angabe schliessen Sie von Hand.",
        required=False,
        min_value=1,
        max_value=240,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": "Bitte geben Sie ganze Minuten an."},
    )

    def angaben(self) -> dict[str, Any]:
        """Return what the action takes."""
        minuten, sitze = self.cleaned_data["minuten"], self.cleaned_data["sitze"]
        return {
            "sitze": [int(pk) for pk in sitze.split(",")] if sitze else [],
            "dauer": timedelta(minutes=minuten) if minuten else None,
        }


class SchliessenForm(forms.Form):
    """The second confirmation while seats have not voted."""

    bestaetigt = forms.BooleanField(label="Trotzdem schliessen", required=False)


class AbbruchForm(forms.Form):
    """Why a vote is broken off."""

    grund = Textfeld(
        label="Grund",
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages=_fehler("Bitte schreiben Sie, warum die Abstimmung abgebrochen wird."),
    )


class FassungForm(forms.Form):
    """The text of a motion."""

    text = Textfeld(
        label="Text des Antrags",
        max_length=TEXT_ZEICHEN,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages=_fehler("Bitte schreiben Sie den Text des Antrags."),
    )

    def clean_text(self) -> str:
        return clean_absaetze(self.cleaned_data["text"])


class AntragForm(FassungForm):
    """A motion taken down at the desk, with its vote."""

    titel = Textfeld(
        label="Titel",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages=_fehler("Bitte geben Sie dem Antrag einen Titel."),
    )
    sitz = forms.ModelChoiceField(
        Sitz.objects.none(),
        label="Von welchem Sitz",
        empty_label="Sitz wählen",
        error_messages=_fehler("Bitte wählen Sie, von welchem Sitz der Antrag kommt."),
    )
    namentlich = forms.BooleanField(label="Abstimmung unter Namensaufruf", required=False)
    field_order = ("titel", "text", "sitz", "namentlich")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sitze = Sitz.objects.select_related("sozialregion").order_by("reihenfolge")
        self.fields["sitz"].queryset = sitze  # type: ignore[attr-defined]

    def angaben(self) -> dict[str, Any]:
        """Return what the action takes."""
        data = self.cleaned_data
        return {
            "titel": data["titel"],
            "text": data["text"],
            "sitz_pk": data["sitz"].pk,
            "namentlich": data["namentlich"],
        }
