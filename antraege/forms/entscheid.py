"""Shape of the board's decision as it is typed in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from antraege.actions.entscheid import Angaben
from antraege.models import Bericht, Vorstandsentscheid
from konferenz.adressen import clean_zeile
from konferenz.forms import Textfeld
from sitzungen.forms.eingabe import ERLAUBTE_DATEIEN, Datumseingabe, clean_absaetze

TEXT_ZEICHEN = 10_000

Ergebnis = Vorstandsentscheid.Ergebnis


class EntscheidForm(forms.Form):
    """What the board decided, when, in which words, under which reference, with which paper.

    stand: what the writer saw (0: nothing recorded).  abgelegt: a signed note of a file that is checked and on disk
    already, so that a form that comes back does not ask for it again.
    """

    ergebnis = forms.ChoiceField(
        label="Entscheid",
        widget=forms.RadioSelect,
        error_messages={"required": "Bitte wählen Sie, wie der Vorstand entschieden hat."},
    )
    beschlossen_on = Datumseingabe(
        label="Entscheid vom", help_text="Der Tag, an dem der Vorstand entschieden hat.", required=True
    )
    text = Textfeld(
        label="Wortlaut oder Begründung",
        required=False,
        max_length=TEXT_ZEICHEN,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Steht so in der Mail und auf der Seite des Antrags. Bei Änderungen, Ablehnung und Rückweisung ist er nötig.",
    )
    referenz = Textfeld(
        label="Referenz des Vorstands",
        required=False,
        max_length=80,
        help_text="Zum Beispiel «Vorstand 5/2026, Traktandum 3».",
    )
    datei = forms.FileField(
        label="Schreiben des Vorstands",
        required=False,
        widget=forms.FileInput(attrs={"accept": ERLAUBTE_DATEIEN}),
        help_text="PDF, DOCX, XLSX, PPTX, ODT, PNG oder JPG, höchstens 25 MB.",
        allow_empty_file=True,
        max_length=500,
    )
    datei_weg = forms.BooleanField(label="Das gespeicherte Schreiben entfernen", required=False)
    abgelegt = Textfeld(required=False, widget=forms.HiddenInput)
    stand = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, bericht: Bericht, entscheid: Vorstandsentscheid | None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _initial(entscheid))
        super().__init__(*args, **kwargs)
        nur_kenntnis = bericht.art == Bericht.Art.INFORMATION
        wahl = [(wert, name) for wert, name in Ergebnis.choices if not nur_kenntnis or wert == Ergebnis.ZUR_KENNTNIS]
        self.fields["ergebnis"].choices = wahl  # type: ignore[attr-defined]
        self.fields["text"].is_bedingt = True  # type: ignore[attr-defined]
        if entscheid is None or entscheid.datei is None:
            del self.fields["datei_weg"]
        else:
            self.fields["datei"].label = "Anderes Schreiben des Vorstands"
            self.fields["datei"].help_text = f"Ersetzt «{entscheid.datei.name}»."

    def clean_text(self) -> str:
        """Return the text with plain line feeds."""
        return clean_absaetze(self.cleaned_data["text"])

    def clean_referenz(self) -> str:
        """Return the reference on one line."""
        return clean_zeile(self.cleaned_data["referenz"], 80)

    @property
    def angaben(self) -> Angaben:
        """What the deed takes, once the form is valid."""
        return Angaben(**{name: self.cleaned_data[name] for name in ("ergebnis", "beschlossen_on", "text", "referenz")})

    def renew(self, *, stand: int | None, abgelegt: str) -> None:
        """Let the form come back with what was typed and the note of a stored file. stand: what the person sees now; None: as before."""
        neu = QueryDict(mutable=True)
        neu.update(self.data)
        neu["abgelegt"] = abgelegt
        if stand is not None:
            neu["stand"] = str(stand)
        self.data = neu


def _initial(entscheid: Vorstandsentscheid | None) -> dict[str, Any]:
    if entscheid is None:
        return {"stand": 0}
    return {name: getattr(entscheid, name) for name in ("ergebnis", "beschlossen_on", "text", "referenz", "stand")}


class StandForm(forms.Form):
    """What the person saw when she pressed the button."""

    stand = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
